import { z } from 'zod';
import { wireErrorSchema } from '../errors/index.ts';
import { originalIdSchema, placementSchema } from '../evidence/placement.ts';
import { instantSchema } from '../evidence/recording.ts';
import { recoveryGroups } from '../evidence/recovery-secret.ts';
import { storeTroubleSchema } from '../evidence/store-trouble.ts';
import { recordingIdSchema } from '../ids/index.ts';
import { method } from './method.ts';

const nothing = z.object({});

/** Where the department keeps its store. Holds no secret. */
export const storeTargetSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('folder'),
    /** Absolute; may be a network share. */
    location: z.string().trim().min(1).max(1000),
  }),
  z.object({
    kind: z.literal('s3'),
    /** `https://…`; null for Amazon's own address of the region. */
    endpoint: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .nullable(),
    region: z.string().trim().min(1).max(64),
    bucket: z
      .string()
      .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'A bucket has 3 to 63 lower-case letters, digits, dots or dashes.'),
    /** Put before every key; empty or ends with `/`. */
    prefix: z
      .string()
      .regex(/^([A-Za-z0-9._-]+\/)*$/, 'Use letters, digits, dots and dashes, and end with a slash.')
      .max(200),
    /** The bucket's name in the path instead of the host name. */
    pathStyle: z.boolean(),
    accessKeyId: z.string().trim().min(1).max(256),
    /** PEM text of a private certificate authority, which is then the only one trusted. */
    authority: z.string().max(100_000).nullable(),
    proxy: z
      .url({ protocol: /^https?$/ })
      .max(500)
      .nullable(),
  }),
]);
export type StoreTarget = Readonly<z.infer<typeof storeTargetSchema>>;

/** How much of the line an upload may take, and when. Times are `HH:MM` in the department's zone. */
export const storeLimitsSchema = z.object({
  bytesPerSecond: z.number().int().min(16_384).nullable(),
  /** Nothing is sent between these times; may span midnight. */
  quiet: z
    .object({
      from: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
      until: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/),
    })
    .nullable(),
});
export type StoreLimits = Readonly<z.infer<typeof storeLimitsSchema>>;

/**
 * How much of what lies only in the store this station keeps: bytes in all, and days without anybody opening it. Null: no limit.
 * What is pinned is kept beside it.
 */
export const storeCacheSchema = z.object({
  bytes: z
    .number()
    .int()
    .min(64 * 1024 * 1024)
    .nullable(),
  days: z.number().int().min(1).max(3650).nullable(),
});
export type StoreCacheLimits = Readonly<z.infer<typeof storeCacheSchema>>;

/** What a probe tries, in the order in which it is told. */
export const storeCheckNames = [
  'reach',
  'clock',
  'write',
  'read-back',
  'ranges',
  'multipart',
  'conditional-put',
  'wrong-md5',
  'versioning',
  'object-lock',
  'list',
  'delete',
  'permissions',
] as const;

/** One thing that was tried at a store. `words` say what was found and, when it is not good, what follows and what to do. */
export const storeCheckSchema = z.object({
  name: z.enum(storeCheckNames),
  /** `good`, `missing` (works without it), `worry` (works, but look at it), `bad` (cannot be used), `untried` (something before it failed). */
  outcome: z.enum(['good', 'missing', 'worry', 'bad', 'untried']),
  words: z.string(),
});
export type StoreCheck = Readonly<z.infer<typeof storeCheckSchema>>;

export const storeReportSchema = z.object({
  usable: z.boolean(),
  checks: z.array(storeCheckSchema),
  /** What already lies there; `unknown` when it could not be seen. */
  holds: z.enum(['nothing', 'this-department', 'another-plainview', 'something-else', 'unknown']),
});
export type StoreReport = Readonly<z.infer<typeof storeReportSchema>>;

/** How the traffic with the store stands. `working`: something travels; `waiting`: all that is queued waits for its next try. */
export const storeStatusSchema = z.object({
  connection: z
    .object({
      target: storeTargetSchema,
      /** For people. */
      place: z.string(),
      connectedAt: instantSchema,
      limits: storeLimitsSchema,
      /** Days for which the store is asked to refuse deletion; null: it is not asked. Confirmed by a person. */
      retentionDays: z.number().int().positive().nullable(),
      objectLock: z.boolean(),
      /**
       * `unconfirmed`: the store was founded here, and nobody has shown yet that its recovery secret stands on paper. Until
       * then it can be shown again.
       */
      recovery: z.enum(['confirmed', 'unconfirmed']),
    })
    .nullable(),
  activity: z.enum(['none', 'idle', 'working', 'waiting', 'paused', 'quiet']),
  /** What went wrong last, in words; null after a success. */
  error: wireErrorSchema.nullable(),
  lastContactAt: instantSchema.nullable(),
  nextTryAt: instantSchema.nullable(),
  waiting: z.object({ items: z.number().int().nonnegative(), bytes: z.number().nonnegative() }),
  verified: z.object({ items: z.number().int().nonnegative(), bytes: z.number().nonnegative() }),
  missing: z.object({ items: z.number().int().nonnegative() }),
  /** What is wrong with what others wrote there, oldest first; none of it stops anything else. */
  troubles: z.array(storeTroubleSchema),
  /** What others put into the store, and how much of that is kept here. Null while no store is in use. */
  cache: z
    .object({
      limits: storeCacheSchema,
      onlyInCloud: z.object({ items: z.number().int().nonnegative(), bytes: z.number().nonnegative() }),
      keptBytes: z.number().nonnegative(),
      pinned: z.object({ items: z.number().int().nonnegative(), bytes: z.number().nonnegative() }),
    })
    .nullable(),
  /** Bytes a second, null until it is known. */
  rate: z.number().nonnegative().nullable(),
  /** Null while it cannot be told honestly. */
  remainingMs: z.number().nonnegative().nullable(),
  /** What is travelling now. `phase` in the fixed words. */
  current: z.array(
    z.object({
      id: originalIdSchema,
      name: z.string(),
      phase: z.enum(['Uploading', 'Checking']),
      sentBytes: z.number().nonnegative(),
      sizeBytes: z.number().nonnegative(),
    }),
  ),
});
export type StoreStatus = Readonly<z.infer<typeof storeStatusSchema>>;

const secretAccessKey = z.string().min(1).max(512).nullable();

export const storeMethods = {
  'store.status': method({ request: nothing, reply: storeStatusSchema, access: 'signed-in', audit: 'none' }),
  /** Tries a store and reports in words; leaves nothing behind. `secretAccessKey` null: the one that is kept. */
  'store.probe': method({
    request: z.object({ target: storeTargetSchema, secretAccessKey }),
    reply: storeReportSchema,
    access: 'store.manage',
    audit: 'core',
  }),
  /**
   * Takes a store into use after probing it. A store that holds nothing is founded: the reply has the recovery secret, to print.
   * A store of this department needs `recoverySecret`, from paper, on a station that is new to it; a station that used it before
   * has kept it, and null is enough. The reply has the secret also then while it is not confirmed; else null.
   */
  'store.connect': method({
    request: z.object({ target: storeTargetSchema, secretAccessKey, recoverySecret: z.string().max(200).nullable() }),
    reply: z.object({ recoverySecret: z.string().nullable() }),
    access: 'store.manage',
    audit: 'core',
  }),
  /** The recovery secret again, as long as it is not confirmed. Throws `not-found` after that: it is shown to nobody any more. */
  'store.recoverySecret': method({
    request: nothing,
    reply: z.object({ recoverySecret: z.string() }),
    access: 'store.manage',
    audit: 'core',
  }),
  /** Shows by two groups or more typed back that the secret stands on paper. Throws `key-wrong` when one is not right. */
  'store.confirmRecovery': method({
    request: z.object({
      groups: z
        .array(z.object({ number: z.number().int().min(1).max(recoveryGroups), text: z.string().max(20) }))
        .min(2)
        .max(recoveryGroups)
        .refine(
          (groups) => new Set(groups.map(({ number }) => number)).size === groups.length,
          'A group is named twice.',
        ),
    }),
    reply: nothing,
    access: 'store.manage',
    audit: 'core',
  }),
  /** Stops using the store; what is there stays there. Throws `not-ready` while its recovery secret is not confirmed. */
  'store.disconnect': method({
    request: z.object({ reason: z.string().trim().min(1).max(500) }),
    reply: nothing,
    access: 'store.manage',
    audit: 'core',
  }),
  'store.setLimits': method({ request: storeLimitsSchema, reply: nothing, access: 'store.manage', audit: 'core' }),
  /** Asks for deletion to be refused for so many days from upload on; cannot be shortened for what is already there. Null: no more. */
  'store.setRetention': method({
    request: z.object({ days: z.number().int().min(1).max(36_500).nullable() }),
    reply: nothing,
    access: 'store.manage',
    audit: 'core',
  }),
  'store.pause': method({ request: nothing, reply: nothing, access: 'store.manage', audit: 'core' }),
  'store.resume': method({ request: nothing, reply: nothing, access: 'store.manage', audit: 'core' }),
  /** What is not verified in the cloud, in the order it will be sent; at most `limit`. */
  'store.queue': method({
    request: z.object({ offset: z.number().int().nonnegative(), limit: z.number().int().min(1).max(500) }),
    reply: z.object({ items: z.array(placementSchema), total: z.number().int().nonnegative() }),
    access: 'evidence.view',
    audit: 'none',
  }),
  /** Keeps a full copy of a recording on this station; fetching it is a job. Throws `not-found`; `conflict` when it is here anyway. */
  'store.pin': method({
    request: z.object({ recordingId: recordingIdSchema }),
    reply: nothing,
    access: 'evidence.view',
    audit: 'core',
  }),
  /** The copy may be let go again when room is wanted. Throws `not-found`, `conflict`. */
  'store.unpin': method({
    request: z.object({ recordingId: recordingIdSchema }),
    reply: nothing,
    access: 'evidence.view',
    audit: 'core',
  }),
  /** How much is kept of what lies only in the store; more than that is let go at once, the least recently opened first. */
  'store.setCache': method({ request: storeCacheSchema, reply: nothing, access: 'store.manage', audit: 'core' }),
  /** Sends these before all others, and at once when they wait for another try. */
  'store.sendFirst': method({
    request: z.object({ ids: z.array(originalIdSchema).min(1).max(500) }),
    reply: nothing,
    access: 'evidence.offload',
    audit: 'none',
  }),
} as const;
