import { z } from 'zod';

/** Who a person is at the station. */
export const roleSchema = z.enum(['officer', 'supervisor', 'records', 'admin']);
export type Role = z.infer<typeof roleSchema>;

/** What can be permitted. One word for one deed; screens and the door ask the same table. */
export const permissions = [
  'evidence.offload',
  'evidence.view',
  'evidence.mark',
  'marks.manage',
  'review.sign',
  'redaction.edit',
  'render.start',
  'release.create',
  'release.download',
  'folders.manage',
  'people.manage',
  'store.manage',
  'audit.read',
] as const;
export type Permission = (typeof permissions)[number];

const table: Readonly<Record<Role, readonly Permission[]>> = {
  officer: ['evidence.offload', 'evidence.view', 'evidence.mark', 'redaction.edit', 'render.start'],
  supervisor: [
    'evidence.offload',
    'evidence.view',
    'evidence.mark',
    'marks.manage',
    'review.sign',
    'redaction.edit',
    'render.start',
    'folders.manage',
    'audit.read',
  ],
  records: [
    'evidence.offload',
    'evidence.view',
    'evidence.mark',
    'redaction.edit',
    'render.start',
    'release.create',
    'release.download',
    'audit.read',
  ],
  admin: [...permissions],
};

/** True when the role may do the deed. */
export function may(role: Role, permission: Permission): boolean {
  return table[role].includes(permission);
}
