import { chainStart } from '#common/audit/index.ts';
import type { Anchor } from './anchors.ts';
import type { AuditLink } from './journal.ts';

/** The first thing that is wrong, and the entry at which it shows. */
export type Fault = { readonly at: number; readonly reason: string };

/** Where a walk along the chain stands. */
export type Walk = { readonly seq: number; readonly hash: string };

/** Before the first entry. */
export const walkStart: Walk = { seq: 0, hash: chainStart };

/** What is wrong with `link` as the successor of where the walk stands; null when nothing is. */
export function faultOf(walk: Walk, link: AuditLink, anchored: Anchor | undefined): Fault | null {
  const expected = walk.seq + 1;
  if (link.seq !== expected) {
    const missing = link.seq - expected;
    return {
      at: expected,
      reason: missing === 1 ? `Entry ${expected} was removed.` : `Entries ${expected} to ${link.seq - 1} were removed.`,
    };
  }
  const follows = link.previous === walk.hash;
  const sound = link.recomputed === link.hash;
  if (!sound && follows) return { at: expected, reason: `Entry ${expected} was changed after it was written.` };
  if (!sound) return { at: expected, reason: `Entry ${expected} was replaced, or moved here from another place.` };
  if (!follows) {
    return {
      at: expected,
      reason: `Entry ${expected} does not follow from the one before it: one of the two was replaced.`,
    };
  }
  if (anchored !== undefined && anchored.hash !== link.hash) {
    return {
      at: expected,
      reason: `Entry ${expected} is not the one that was anchored: the chain was written anew.`,
    };
  }
  return null;
}

/** What is wrong after the last entry: an anchor that saw more. */
export function tailFault(walk: Walk, lastAnchor: Anchor | undefined): Fault | null {
  if (lastAnchor === undefined || lastAnchor.seq <= walk.seq) return null;
  return {
    at: walk.seq + 1,
    reason: `The log ends at entry ${walk.seq}, but entry ${lastAnchor.seq} was anchored: its end was removed.`,
  };
}
