import type { StoreCacheLimits } from '#common/contract/index.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** The usual: as much as a small disk bears, and nobody has opened it for three months. */
export const usualCache: StoreCacheLimits = { bytes: 50_000_000_000, days: 90 };

/** What is kept of one original from the store, and what speaks for keeping it. */
export type Candidate = {
  readonly id: string;
  readonly bytes: number;
  /** When it was last opened, ms UTC. */
  readonly usedAt: number;
  readonly inUse: boolean;
  readonly pinned: boolean;
  /** The catalog knows it as lying in the store, confirmed by whoever put it there. */
  readonly inStore: boolean;
};

/**
 * What may be let go, in the order in which it should be: everything that nobody opened for longer than the limit of age, then
 * the least recently opened until the rest is within the limit of size. What is pinned counts for nothing and is never among it,
 * nor is what is in use, or what the store is not known to have.
 */
export function chooseEvictions(
  kept: readonly Candidate[],
  limits: StoreCacheLimits,
  now: number,
): readonly Candidate[] {
  const free = kept
    .filter(({ pinned, inUse, inStore, bytes }) => !pinned && !inUse && inStore && bytes > 0)
    .sort((a, b) => a.usedAt - b.usedAt);
  let over =
    limits.bytes === null ? 0 : kept.reduce((sum, { bytes, pinned }) => sum + (pinned ? 0 : bytes), 0) - limits.bytes;
  const chosen: Candidate[] = [];
  for (const candidate of free) {
    const old = limits.days !== null && now - candidate.usedAt > limits.days * dayMs;
    if (!old && over <= 0) break;
    chosen.push(candidate);
    over -= candidate.bytes;
  }
  return chosen;
}

/** For the audit log. */
export function cacheInWords({ bytes, days }: StoreCacheLimits): string {
  const size = bytes === null ? 'Any amount' : `At most ${bytes} bytes`;
  const age = days === null ? 'however long nobody opens it' : `until nobody opened it for ${days} days`;
  return `${size} of what is only in the store is kept here, ${age}`;
}
