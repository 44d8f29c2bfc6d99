import { z } from 'zod';
import { auditEntrySchema } from '../audit/index.ts';
import { jobSchema } from '../evidence/work.ts';
import { jobIdSchema } from '../ids/index.ts';
import { method } from './method.ts';

const nothing = z.object({});
const oneJob = z.object({ jobId: jobIdSchema });

/** What the check of the audit chain found. `brokenAt` is the first entry that does not follow from the one before. */
export const auditReportSchema = z.object({
  intact: z.boolean(),
  entries: z.number().int().nonnegative(),
  head: z.string().nullable(),
  brokenAt: z.number().int().nullable(),
  reason: z.string().nullable(),
  anchors: z.number().int().nonnegative(),
  lastAnchorAt: z.number().int().nullable(),
});
export type AuditReport = Readonly<z.infer<typeof auditReportSchema>>;

export const jobMethods = {
  /** Unfinished jobs, and those that ended within the last day; newest first. */
  'jobs.list': method({
    request: nothing,
    reply: z.object({ jobs: z.array(jobSchema) }),
    access: 'signed-in',
    audit: 'none',
  }),
  'jobs.pause': method({ request: oneJob, reply: nothing, access: 'evidence.offload', audit: 'none' }),
  'jobs.resume': method({ request: oneJob, reply: nothing, access: 'evidence.offload', audit: 'none' }),
  'jobs.cancel': method({ request: oneJob, reply: nothing, access: 'evidence.offload', audit: 'none' }),
} as const;

export const auditMethods = {
  /** Entries before `before` (null: from the newest), newest first. */
  'audit.list': method({
    request: z.object({ before: z.number().int().positive().nullable(), limit: z.number().int().min(1).max(500) }),
    reply: z.object({ entries: z.array(auditEntrySchema), head: z.number().int().nonnegative() }),
    access: 'audit.read',
    audit: 'none',
  }),
  'audit.verify': method({ request: nothing, reply: auditReportSchema, access: 'audit.read', audit: 'core' }),
  /** When the chain was last anchored outside the catalog, in ms UTC; for the status strip. */
  'audit.lastAnchor': method({
    request: nothing,
    reply: z.object({ at: z.number().int().nullable() }),
    access: 'signed-in',
    audit: 'none',
  }),
} as const;
