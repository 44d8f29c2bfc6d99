import type { AuditEvent } from '#common/audit/index.ts';
import type { SharedEntry, WriterId } from '#common/changes/index.ts';
import type { Write } from '#core/catalog/index.ts';

/** What an entry of another writer changes here: done in the commit that also moves the place up to which its log was read. */
export type Applied = { readonly writes: readonly Write[]; readonly events: readonly AuditEvent[] };

/**
 * Takes in what others tell, one kind each. Entries of one writer come in their order, those of different writers in any; an entry
 * may come again after a crash and must then change nothing. May ask the store (a manifest). Throws the store's troubles (the feed
 * tries again later); what is wrong with the entry itself is an event that names it, not an error.
 */
export interface EntryHandler {
  readonly kind: SharedEntry['kind'];
  apply(
    entry: SharedEntry,
    from: { readonly writer: WriterId; readonly seq: number },
    call: { readonly signal: AbortSignal },
  ): Promise<Applied>;
}
