import { z } from 'zod';
import { roleSchema } from '../access/index.ts';
import { accountIdSchema, agencyIdSchema } from '../ids/index.ts';
import { method } from './method.ts';

export const usernameSchema = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z][a-z0-9._-]{1,31}$/, 'Use 2 to 32 letters, digits, dots or dashes, starting with a letter.');
export const passwordSchema = z.string().min(10, 'Use at least 10 characters.').max(256);
const displayName = z.string().trim().min(1).max(80);

export const accountSchema = z.object({
  id: accountIdSchema,
  username: z.string(),
  displayName: z.string(),
  role: roleSchema,
  active: z.boolean(),
});
export type Account = Readonly<z.infer<typeof accountSchema>>;

export const agencyKindSchema = z.enum(['department', 'training']);
export type AgencyKind = z.infer<typeof agencyKindSchema>;

export const agencySchema = z.object({
  id: agencyIdSchema,
  kind: agencyKindSchema,
  name: z.string(),
  zone: z.string(),
});
export type Agency = Readonly<z.infer<typeof agencySchema>>;

/** Who is signed in where. */
export const sessionSchema = z.object({ agency: agencySchema, account: accountSchema });
export type Session = Readonly<z.infer<typeof sessionSchema>>;

const nothing = z.object({});

export const stationMethods = {
  /** What the first screen needs: is there a department, who can practise, where keys are kept. */
  'station.status': method({
    request: nothing,
    reply: z.object({
      version: z.string(),
      department: z.object({ name: z.string() }).nullable(),
      training: z.object({
        name: z.string(),
        people: z.array(z.object({ username: z.string(), displayName: z.string(), role: roleSchema })),
      }),
      keysKeptBy: z.string(),
    }),
    access: 'anyone',
    audit: 'none',
  }),
  /** First run: creates the department and its first administrator, and signs them in. */
  'setup.department': method({
    request: z.object({
      name: z.string().trim().min(1).max(120),
      zone: z.string().min(1),
      admin: z.object({ username: usernameSchema, displayName, password: passwordSchema }),
    }),
    reply: sessionSchema,
    access: 'anyone',
    audit: 'core',
  }),
  'session.signIn': method({
    request: z.object({ username: z.string().min(1).max(64), password: z.string().min(1).max(256) }),
    reply: sessionSchema,
    access: 'anyone',
    audit: 'core',
  }),
  /** Enters the training agency as one of its made-up people; no password guards made-up footage. */
  'session.practise': method({
    request: z.object({ username: z.string().min(1).max(64) }),
    reply: sessionSchema,
    access: 'anyone',
    audit: 'core',
  }),
  'session.current': method({
    request: nothing,
    reply: z.object({ session: sessionSchema.nullable() }),
    access: 'anyone',
    audit: 'none',
  }),
  /**
   * The key with which the page seals what it keeps: 32 bytes in base64, this person's own at this agency. The page asks when
   * a session begins, keeps it nowhere, and forgets it when the session ends.
   */
  'session.cacheKey': method({
    request: nothing,
    reply: z.object({ key: z.base64().length(44) }),
    access: 'signed-in',
    audit: 'none',
  }),
  'session.signOut': method({ request: nothing, reply: nothing, access: 'signed-in', audit: 'core' }),
} as const;

export const peopleMethods = {
  'people.list': method({
    request: nothing,
    reply: z.object({ people: z.array(accountSchema) }),
    access: 'people.manage',
    audit: 'none',
  }),
  'people.create': method({
    request: z.object({ username: usernameSchema, displayName, role: roleSchema, password: passwordSchema }),
    reply: accountSchema,
    access: 'people.manage',
    audit: 'core',
  }),
  'people.change': method({
    request: z.object({
      id: accountIdSchema,
      displayName: displayName.optional(),
      role: roleSchema.optional(),
      active: z.boolean().optional(),
      password: passwordSchema.optional(),
    }),
    reply: accountSchema,
    access: 'people.manage',
    audit: 'core',
  }),
} as const;
