import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Operation, stateText } from '#common/changes/index.ts';
import { carryOut, type Deed, deeds } from '#test/support/operations.ts';

const histories = fc.array(deeds(3), { maxLength: 60 }).map((list) => carryOut(list, 3));

/** A history, and the same operations as another station may get them: another order, some of them again. */
const arrivals = histories.chain((made) =>
  fc.tuple(
    fc.constant(made),
    fc.shuffledSubarray([...made], { minLength: made.length, maxLength: made.length }),
    fc.array(fc.nat(Math.max(0, made.length - 1)), { maxLength: 20 }),
  ),
);

describe('what operations come to', () => {
  it('is the same text in any order and however often each comes', () => {
    fc.assert(
      fc.property(arrivals, ([made, shuffled, again]) => {
        const repeated = again.flatMap((at) => made[at] ?? []);
        expect(stateText([...repeated, ...shuffled, ...repeated])).toBe(stateText(made));
      }),
      { numRuns: 300 },
    );
  });

  it('does not depend on how far a station had come in between', () => {
    fc.assert(
      fc.property(arrivals, fc.nat(), ([made, shuffled], cut) => {
        const some = shuffled.slice(0, cut % (shuffled.length + 1));
        const text = stateText(some);
        expect(stateText(some.toReversed())).toBe(text);
        expect(stateText([...some, ...made])).toBe(stateText(made));
      }),
      { numRuns: 200 },
    );
  });

  it('loses nothing that somebody did not see: every head of a history is trunk or branch', () => {
    fc.assert(
      fc.property(histories, (made) => {
        const parents = new Set(made.flatMap((one) => ('parents' in one ? one.parents : [])));
        const heads = made.filter((one) => 'parents' in one && !parents.has(one.id));
        const text = stateText(made);
        for (const head of heads) expect(text).toContain(head.id);
      }),
      { numRuns: 200 },
    );
  });

  it('takes thousands of operations in a moment', () => {
    const list: Deed[] = fc.sample(deeds(3), { seed: 20261125, numRuns: 3000 });
    const made = carryOut(list, 3);
    expect(made.length).toBeGreaterThan(2200);
    const backwards: Operation[] = made.toReversed();
    const began = performance.now();
    const text = stateText(backwards);
    const took = performance.now() - began;
    console.info(`merge: ${made.length} operations in ${took.toFixed(0)} ms, ${text.length} signs`);
    expect(text).toBe(stateText(made));
    expect(took).toBeLessThan(5000);
  });
});
