import { z } from 'zod';

/** Names a writer of the store's logs (a station, a cruiser's computer): 130 random bits as 26 signs of Crockford's base32, lower case. */
export const writerIdSchema = z.string().regex(/^[0-9a-hjkmnp-tv-z]{26}$/);
export type WriterId = z.infer<typeof writerIdSchema>;

/**
 * A hybrid logical time as text that sorts like the time: 12 hexadecimal digits of milliseconds UTC, 4 of a counter, `-`, the writer.
 * Later than everything its writer had seen when it was made and believed, and no two of one writer are equal. None is past the year
 * 10,000, so that there is always a later one.
 */
export const logicalTimeSchema = z.string().regex(/^[0-9a-e][0-9a-f]{15}-[0-9a-hjkmnp-tv-z]{26}$/);
export type LogicalTime = z.infer<typeof logicalTimeSchema>;

/** Where a writer's log stands: its newest object and the SHA-256 of that object's sealed bytes. `seq` 0 and 64 zeros when it is empty. */
export const logPositionSchema = z.object({
  seq: z.number().int().nonnegative(),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});
export type LogPosition = Readonly<z.infer<typeof logPositionSchema>>;

/** The kinds of entries that this program knows. */
export const sharedKindSchema = z.enum(['original', 'operation']);
export type SharedKind = z.infer<typeof sharedKindSchema>;

/**
 * What one writer tells all others. What a body means is known to whoever handles its kind. Two entries are the same when all of
 * it is the same: where a data folder was copied, two stations may have given one time to two things before they noticed.
 */
export const sharedEntrySchema = z.object({
  kind: sharedKindSchema,
  at: logicalTimeSchema,
  /** JSON; the kind's own schema reads it. */
  body: z.json(),
});
export type SharedEntry = Readonly<z.infer<typeof sharedEntrySchema>>;

/** The same as it comes from a log: a kind that this program does not know is kept and applied after an update. */
export const loggedEntrySchema = sharedEntrySchema.extend({ kind: z.string().regex(/^[a-z][a-z-]{0,39}$/) });
export type LoggedEntry = Readonly<z.infer<typeof loggedEntrySchema>>;

/** The position of a log that holds nothing. */
export const logStart: LogPosition = { seq: 0, hash: '0'.repeat(64) };

/** The body of `original`: a sealed file and its manifest are in the store, read back whole. */
export const storedOriginalSchema = z.object({
  /** The `<name>` of `media/<name>` and `manifests/<name>`. */
  name: z.string().regex(/^[0-9a-hjkmnp-tv-z]{32}$/),
});
export type StoredOriginal = Readonly<z.infer<typeof storedOriginalSchema>>;
