import { z } from 'zod';
import { wireErrorSchema } from '../errors/index.ts';
import { originalIdSchema } from '../evidence/placement.ts';
import { instantSchema } from '../evidence/recording.ts';
import { jobSchema } from '../evidence/work.ts';
import { jobIdSchema, recordingIdSchema } from '../ids/index.ts';
import { method } from './method.ts';

const nothing = z.object({});
const count = z.number().int().nonnegative();

/** What a comparison of this station and its store says of one original. */
export const findingClassSchema = z.enum(['same', 'missing-here', 'missing-there', 'different', 'error']);
export type FindingClass = z.infer<typeof findingClassSchema>;

/** What exactly was found. Each belongs to one class; what is the same in every way has no finding. */
export const findingKindSchema = z.enum([
  /** The store has it whole; this station has not confirmed that yet. */
  'not-confirmed',
  /** Never sent, or on its way. */
  'waiting',
  /** It was verified in the store and is not there any more. */
  'lost-there',
  'media-lost',
  'manifest-lost',
  /** Somebody else's: its manifest is there, its file is not. */
  'others-lost',
  /** A half-finished upload that nobody goes on with. */
  'upload-left',
  /** Kept in the store alone, as intended. */
  'only-in-cloud',
  'lost-here',
  /** Another program put it there; this station does not know it. */
  'arrival',
  /** Vault and store have it, the catalog does not. */
  'catalog-misses',
  'media-differs',
  'manifest-unreadable',
  /** Sealed rightly, but it tells of another file than the one here. */
  'manifest-differs',
  'damaged-here',
  'damaged-everywhere',
  'nowhere',
  'unreadable',
  /** A sealed file without a manifest that this station does not know. */
  'orphan-media',
  /** A manifest that does not open and that this station does not know. */
  'strange-manifest',
  /** Something that no Plainview puts there. */
  'foreign',
  /** In the vault, but neither in the catalog nor in the store. */
  'unknown-here',
]);
export type FindingKind = z.infer<typeof findingKindSchema>;

/** What puts a finding right without loss. `restore` is never done by itself: what to do about a damaged original is for a person. */
export const remedySchema = z.enum(['send-again', 'put-manifest', 'mark-in-cloud', 'take-in', 'give-up', 'restore']);
export type Remedy = z.infer<typeof remedySchema>;

/** `calm`: as it should be. `attention`: somebody should know. `serious`: evidence is missing or not what it was. */
export const findingLevelSchema = z.enum(['calm', 'attention', 'serious']);
export type FindingLevel = z.infer<typeof findingLevelSchema>;

/** One thing that is not the same here and there. */
export const findingSchema = z.object({
  /** Its name in the store; the key of what is no original of ours; the id of what lies in the vault alone. */
  object: z.string(),
  /** Null where nobody can tell what it is. */
  id: originalIdSchema.nullable(),
  recordingId: recordingIdSchema.nullable(),
  /** What people call it. */
  name: z.string(),
  class: findingClassSchema,
  kind: findingKindSchema,
  level: findingLevelSchema,
  /** Bytes of the sealed file, as far as they are known. */
  sizeBytes: count.nullable(),
  /** What was found and what follows, in words. */
  words: z.string(),
  remedy: remedySchema.nullable(),
  /** What came of the remedy; null while it was not tried. */
  outcome: z.object({ done: z.boolean(), at: instantSchema, words: z.string() }).nullable(),
});
export type Finding = Readonly<z.infer<typeof findingSchema>>;

/** `quick`: lists, sizes and manifests. `thorough`: every byte is read back and hashed, here and there. */
export const reconcileModeSchema = z.enum(['quick', 'thorough']);
export type ReconcileMode = z.infer<typeof reconcileModeSchema>;

const tallySchema = z.object({ items: count, bytes: z.number().nonnegative() });

/** What all findings together show about the store. */
const reconcileRemarkSchema = z.object({
  kind: z.enum(['rolled-back', 'emptied', 'vault-empty']),
  words: z.string(),
});

/** One comparison: how far it is, or how it ended, and what it counted. */
export const reconcileRunSchema = z.object({
  mode: reconcileModeSchema,
  /** What can be repaired without loss is repaired at once. */
  repair: z.boolean(),
  state: z.enum(['running', 'done', 'stopped', 'failed']),
  /** Why it failed, in words. */
  error: wireErrorSchema.nullable(),
  /** The store, for people. */
  place: z.string(),
  startedAt: instantSchema,
  startedBy: z.string(),
  finishedAt: instantSchema.nullable(),
  /** Items and bytes that were compared, by class; `same` too. */
  tallies: z.record(findingClassSchema, tallySchema),
  /** Findings that are not calm and not repaired. */
  problems: count,
  /** Findings that a repair would put right now. */
  repairable: count,
  repaired: count,
  remarks: z.array(reconcileRemarkSchema),
});
export type ReconcileRun = Readonly<z.infer<typeof reconcileRunSchema>>;

export const reconcileMethods = {
  /** The newest comparison and the work on it; both null when there was none. */
  'reconcile.status': method({
    request: nothing,
    reply: z.object({ run: reconcileRunSchema.nullable(), job: jobSchema.nullable() }),
    access: 'evidence.view',
    audit: 'none',
  }),
  /** What the newest comparison found, in the order in which it was found; `class` and `problems` narrow it down. */
  'reconcile.findings': method({
    request: z.object({
      class: findingClassSchema.nullable(),
      /** Only what is neither calm nor repaired. */
      problems: z.boolean(),
      offset: count,
      limit: z.number().int().min(1).max(500),
    }),
    reply: z.object({ items: z.array(findingSchema), total: count }),
    access: 'evidence.view',
    audit: 'none',
  }),
  /**
   * Compares vault, catalog and store. Replaces the result that is kept; `goOn` goes on with one that was stopped instead.
   * Throws `not-ready` without a store, `conflict` while a comparison runs.
   */
  'reconcile.start': method({
    request: z.object({ mode: reconcileModeSchema, repair: z.boolean(), goOn: z.boolean() }),
    reply: z.object({ jobId: jobIdSchema }),
    access: 'store.manage',
    audit: 'core',
  }),
  /** Repairs what the newest comparison found and what can be repaired without loss; each is looked at again before. */
  'reconcile.repair': method({
    request: nothing,
    reply: z.object({ jobId: jobIdSchema }),
    access: 'store.manage',
    audit: 'core',
  }),
} as const;
