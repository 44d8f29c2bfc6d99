import { z } from 'zod';
import {
  type ClockState,
  type LoggedEntry,
  type LogicalTime,
  type LogPosition,
  loggedEntrySchema,
  logPositionSchema,
  type SharedEntry,
  type SharedKind,
  type WriterId,
  writerIdSchema,
} from '#common/changes/index.ts';
import type { StoreTrouble } from '#common/evidence/index.ts';

/** This station as a writer of the store's logs. */
export const logStateSchema = z.object({
  writer: writerIdSchema,
  /** The store whose log this is; null before there was one. */
  storeId: z.string().nullable(),
  /** What the store has acknowledged of the log. */
  position: logPositionSchema,
  /** The newest object that is packed, acknowledged or not. */
  packed: logPositionSchema,
});
export type LogState = Readonly<z.infer<typeof logStateSchema>>;

/** One object of this station's log, sealed as it lies in the store. */
export type LogObject = LogPosition & { readonly sealed: Uint8Array };

/** An entry of this station that is in no object of its log yet. Smaller numbers are older. */
export const unsentEntrySchema = z.object({ number: z.number().int(), entry: loggedEntrySchema });
export type UnsentEntry = Readonly<z.infer<typeof unsentEntrySchema>>;

/** An entry of another writer that waits for a program that understands it. `place` counts from 0 in its object. */
export const keptEntrySchema = z.object({
  writer: writerIdSchema,
  seq: z.number().int().positive(),
  place: z.number().int().nonnegative(),
  entry: loggedEntrySchema,
});
export type KeptEntry = Readonly<z.infer<typeof keptEntrySchema>>;

/** How far a store was told what was known of a kind before it was in use. `after` as whoever tells it counts. */
export type Telling = { readonly after: string | null; readonly done: boolean };

/** Changes of a commit that concern the store's logs. */
export type LogWrite =
  /**
   * Tells all other stations, in the transaction of what it tells of. Before a store's log has begun nothing is kept: what is
   * known then is told when it begins.
   */
  | { readonly put: 'shared-entry'; readonly value: SharedEntry }
  /** Begins this station's log in a store. Nothing happens when it has begun there; what belonged to another store is forgotten. */
  | { readonly put: 'log-begun'; readonly storeId: string }
  /** Packs the unsent entries up to this number. A bug when the object does not follow the newest that is packed. */
  | { readonly put: 'log-object'; readonly value: LogObject; readonly upTo: number }
  /** The store has all objects up to this one. */
  | { readonly put: 'log-acknowledged'; readonly seq: number }
  /** A checkpoint holds all objects up to this one; they need not be kept here. */
  | { readonly put: 'log-checkpointed'; readonly seq: number }
  /**
   * Another goes on with this station's log: the data folder was restored or copied. This station gets a new name and an empty log, its
   * old log is read like any other, from its beginning, and `again` is told again before what is unsent.
   */
  | { readonly put: 'log-forked'; readonly again: readonly LoggedEntry[] }
  /** The log of another writer was taken in up to here. `time`: the newest in it, which our clock has now seen. */
  | {
      readonly put: 'log-read';
      readonly writer: WriterId;
      readonly position: LogPosition;
      readonly time: LogicalTime | null;
    }
  | { readonly put: 'kept-entry'; readonly value: KeptEntry }
  | { readonly put: 'telling'; readonly kind: SharedKind; readonly value: Telling }
  /** One for each object; `since` of one that is there already stays. */
  | { readonly put: 'store-trouble'; readonly value: StoreTrouble }
  | { readonly delete: 'kept-entry'; readonly value: Pick<KeptEntry, 'writer' | 'seq' | 'place'> }
  | { readonly delete: 'store-trouble'; readonly object: string };

export type { ClockState };
