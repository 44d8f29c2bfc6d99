import type { WriterId } from '#common/changes/index.ts';
import type { Carrier } from '../carrier.ts';
import { headsPrefix, writerOfHead } from './log-format.ts';

/** Whose heads are in the store, and what names their present content; null where the store does not tell it for certain. */
export type HeadListing = ReadonlyMap<WriterId, string | null>;

/** A share tells content by size and time alone: what was put as late as this before the newest may have been put twice since. */
const doubtfulMs = 3_000;

/** One request for a thousand writers. */
export async function listHeads(carrier: Carrier, call: { readonly signal: AbortSignal }): Promise<HeadListing> {
  const found: Awaited<ReturnType<Carrier['list']>>['objects'][number][] = [];
  for (let after: string | null = null; ; ) {
    const page: Awaited<ReturnType<Carrier['list']>> = await carrier.list({ prefix: headsPrefix, after }, call);
    found.push(...page.objects);
    after = page.next;
    if (after === null) break;
  }
  const newest = found.reduce((latest, { modifiedAt }) => Math.max(latest, modifiedAt), 0);
  return new Map(
    found.flatMap(({ key, etag, sizeBytes, modifiedAt }): readonly [WriterId, string | null][] => {
      const writer = writerOfHead(key);
      if (writer === null) return [];
      const certain = etag !== null || modifiedAt < newest - doubtfulMs;
      return [[writer, certain ? `${etag ?? ''} ${sizeBytes} ${modifiedAt}` : null]];
    }),
  );
}
