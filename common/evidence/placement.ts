import { z } from 'zod';
import { wireErrorSchema } from '../errors/index.ts';
import { damagedIdSchema, evidenceIdSchema, recordingIdSchema, sidecarIdSchema } from '../ids/index.ts';
import { instantSchema, sha256Schema } from './recording.ts';

/** What is kept in the store: originals, and nothing that can be made from them again. */
export const originalIdSchema = z.union([evidenceIdSchema, sidecarIdSchema, damagedIdSchema]);
export type OriginalId = z.infer<typeof originalIdSchema>;

/**
 * Where one original is, beside this station. An original without a placement is only on this station.
 * `queued` keeps the last error in words while it waits to try again.
 */
export const whereaboutsSchema = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('queued'),
    since: instantSchema,
    attempts: z.number().int().nonnegative(),
    /** Not tried again before this time. */
    notBefore: instantSchema.nullable(),
    error: wireErrorSchema.nullable(),
  }),
  z.object({ state: z.literal('uploading'), since: instantSchema, attempts: z.number().int().nonnegative() }),
  /** Read back from the store, its hash compared. */
  z.object({
    state: z.literal('verified'),
    at: instantSchema,
    ciphertextSha256: sha256Schema,
    retainUntil: instantSchema.nullable(),
  }),
  /** Somebody else put it there; this station has no copy of its bytes, or only parts in its cache. */
  z.object({
    state: z.literal('only-in-cloud'),
    at: instantSchema,
    ciphertextSha256: sha256Schema,
    /** A person wants a full copy on this station, to be there when the network is not. */
    pinned: z.boolean().optional(),
    /** The full copy is there; it may be let go again unless it is pinned. */
    here: z.boolean().optional(),
  }),
  /** It should be in the store and is not, or is not what was put there. */
  z.object({ state: z.literal('missing'), since: instantSchema, reason: z.string() }),
]);
export type Whereabouts = Readonly<z.infer<typeof whereaboutsSchema>>;

/** One original and the store. */
export const placementSchema = z.object({
  id: originalIdSchema,
  /** Null for what is in the damaged tray. */
  recordingId: recordingIdSchema.nullable(),
  /** What people call it. */
  name: z.string(),
  /** Bytes of the sealed file, which are the bytes that travel. */
  sizeBytes: z.number().int().nonnegative(),
  where: whereaboutsSchema,
});
export type Placement = Readonly<z.infer<typeof placementSchema>>;

/** What an item of the library shows, worst first: it is as safe as the least safe of its originals. */
export const placeWords = ['missing', 'only-here', 'queued', 'uploading', 'only-in-cloud', 'verified'] as const;
export type PlaceWord = (typeof placeWords)[number];

/** The one word for several originals; `null` stands for an original without a placement. Empty counts as only here. */
export function placeWord(placements: readonly (Placement | null)[]): PlaceWord {
  const present = new Set(placements.map((placement) => placement?.where.state ?? 'only-here'));
  return placeWords.find((word) => present.has(word)) ?? 'only-here';
}
