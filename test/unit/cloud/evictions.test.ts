import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Candidate, chooseEvictions } from '#core/cloud/arrivals/choose.ts';

const day = 24 * 60 * 60 * 1000;
const now = 1_795_000_000_000;

const candidates: fc.Arbitrary<readonly Candidate[]> = fc
  .array(
    fc.record({
      bytes: fc.nat({ max: 1000 }),
      usedAt: fc.integer({ min: now - 200 * day, max: now }),
      inUse: fc.boolean(),
      pinned: fc.boolean(),
      inStore: fc.boolean(),
    }),
    { maxLength: 30 },
  )
  .map((items) => items.map((item, index) => ({ ...item, id: `evd_${index}` })));
const limits = fc.record({
  bytes: fc.option(fc.nat({ max: 10_000 }), { nil: null }),
  days: fc.option(fc.integer({ min: 1, max: 300 }), { nil: null }),
});
const sum = (items: readonly Candidate[]): number => items.reduce((total, { bytes }) => total + bytes, 0);

describe('what is let go', () => {
  it('is never pinned, in use, or not known to be in the store', () => {
    fc.assert(
      fc.property(candidates, limits, (kept, limit) => {
        for (const { pinned, inUse, inStore } of chooseEvictions(kept, limit, now)) {
          expect({ pinned, inUse, inStore }).toEqual({ pinned: false, inUse: false, inStore: true });
        }
      }),
    );
  });

  it('brings the rest within the size, or is all that may go', () => {
    fc.assert(
      fc.property(candidates, limits, (kept, limit) => {
        const gone = chooseEvictions(kept, limit, now);
        const left = kept.filter((one) => !gone.includes(one));
        const mayGo = left.filter((one) => !one.pinned && !one.inUse && one.inStore && one.bytes > 0);
        const unpinned = left.filter(({ pinned }) => !pinned);
        if (limit.bytes !== null && mayGo.length > 0) expect(sum(unpinned)).toBeLessThanOrEqual(limit.bytes);
        for (const { usedAt } of mayGo) {
          if (limit.days !== null) expect(now - usedAt).toBeLessThanOrEqual(limit.days * day);
        }
      }),
    );
  });

  it('is the least recently opened, and no more than it takes', () => {
    fc.assert(
      fc.property(candidates, limits, (kept, limit) => {
        const gone = chooseEvictions(kept, limit, now);
        const stays = kept.filter(
          (one) => !gone.includes(one) && !one.pinned && !one.inUse && one.inStore && one.bytes > 0,
        );
        const newestGone = Math.max(...gone.map(({ usedAt }) => usedAt));
        for (const { usedAt } of stays) expect(usedAt).toBeGreaterThanOrEqual(newestGone);
        const last = gone.at(-1);
        if (last === undefined || (limit.days !== null && now - last.usedAt > limit.days * day)) return;
        const unpinned = kept.filter(({ pinned }) => !pinned);
        // Without the last one it would not have been enough.
        expect(sum(unpinned) - sum(gone.slice(0, -1))).toBeGreaterThan(limit.bytes ?? Infinity);
      }),
    );
  });
});
