import type { AuditEvent } from '#common/audit/index.ts';
import type { SharedEntry, SharedKind, WriterId } from '#common/changes/index.ts';
import type { Write } from '#core/catalog/index.ts';

/** What an entry of another writer changes here: done in the commit that also moves the place up to which its log was read. */
export type Applied = { readonly writes: readonly Write[]; readonly events: readonly AuditEvent[] };

/** Where an entry was read. */
export type EntrySource = { readonly writer: WriterId; readonly seq: number };

/**
 * Takes in what others tell, one kind each. Entries of one writer come in their order, those of different writers in any; an entry
 * may come again, after a crash or because two told it, and must then change nothing. Also this station's own entries may come: those
 * that it had told before its data folder was restored. May ask the store (a manifest). Throws the store's troubles (the feed tries
 * again later); what is wrong with the entry itself is an event that names it, not an error.
 */
export interface EntryHandler {
  readonly kind: SharedKind;
  apply(entry: SharedEntry, from: EntrySource, call: { readonly signal: AbortSignal }): Promise<Applied>;
  /**
   * The same for several at once, in their order: one commit for all of them, so that a new station is not busy for hours. What one
   * of them changes is not in the catalog yet when the next is looked at.
   */
  readonly applyAll?: (
    entries: readonly SharedEntry[],
    from: EntrySource,
    call: { readonly signal: AbortSignal },
  ) => Promise<Applied>;
}

/**
 * Tells a store all that this station knows of one kind, when its log begins there: in batches, each after the one before in an order of
 * the teller's own. Begun again where it was when the station went down. What is put with `shared-entry` meanwhile may be told twice.
 */
export interface Teller {
  readonly kind: SharedKind;
  /** `next` null: that was all. */
  tell(
    after: string | null,
    limit: number,
  ): Promise<{ readonly entries: readonly SharedEntry[]; readonly next: string | null }>;
}
