import { z } from 'zod';

/** Names a writer of the store's logs (a station, a cruiser's computer): 128 random bits as 26 signs of Crockford's base32, lower case. */
export const writerIdSchema = z.string().regex(/^[0-9a-hjkmnp-tv-z]{26}$/);
export type WriterId = z.infer<typeof writerIdSchema>;

/**
 * A hybrid logical time as text that sorts like the time: 12 hexadecimal digits of milliseconds UTC, 4 of a counter, `-`, the writer.
 * Later than everything its writer had seen when it was made, and no two are equal.
 */
export const logicalTimeSchema = z.string().regex(/^[0-9a-f]{16}-[0-9a-hjkmnp-tv-z]{26}$/);
export type LogicalTime = z.infer<typeof logicalTimeSchema>;

/** Where a writer's log stands: its newest object and the SHA-256 of that object's sealed bytes. `seq` 0 and 64 zeros when it is empty. */
export const logPositionSchema = z.object({
  seq: z.number().int().nonnegative(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});
export type LogPosition = Readonly<z.infer<typeof logPositionSchema>>;

/**
 * What one writer tells all others. What a body means is known to whoever handles its kind; a station that does not know the kind
 * (an older program) keeps the entry and applies it after an update.
 */
export const sharedEntrySchema = z.object({
  kind: z.enum(['original', 'operation']),
  at: logicalTimeSchema,
  /** JSON; the kind's own schema reads it. */
  body: z.json(),
});
export type SharedEntry = Readonly<z.infer<typeof sharedEntrySchema>>;

/** The body of `original`: a sealed file and its manifest are in the store, read back whole. */
export const storedOriginalSchema = z.object({
  /** The `<name>` of `media/<name>` and `manifests/<name>`. */
  name: z.string().regex(/^[0-9a-hjkmnp-tv-z]{32}$/),
});
export type StoredOriginal = Readonly<z.infer<typeof storedOriginalSchema>>;
