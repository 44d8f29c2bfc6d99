import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ClockState,
  clockStart,
  farAheadMs,
  type LogicalTime,
  logicalTimeSchema,
  millisecondsOf,
  nextTime,
  sawTime,
  writerOf,
} from '#common/changes/index.ts';

const us = '0'.repeat(26);
const them = 'z'.repeat(26);
const noon = Date.UTC(2026, 10, 25, 12);

function timeOf(ms: number, counter = 0, writer = them): LogicalTime {
  return `${ms.toString(16).padStart(12, '0')}${counter.toString(16).padStart(4, '0')}-${writer}`;
}

/** Gives times one after the other; the wall clock is whatever each step says. */
function clock(start: ClockState = clockStart) {
  let state = start;
  return {
    next: (now: number, follows: LogicalTime | null = null): LogicalTime => {
      const given = nextTime(state, us, now, follows);
      state = given.state;
      return given.time;
    },
    saw: (now: number, seen: LogicalTime): boolean => {
      const after = sawTime(state, now, seen);
      state = after.state;
      return after.farAhead;
    },
    state: () => state,
  };
}

const near = fc.integer({ min: noon - 10 * farAheadMs, max: noon + 10 * farAheadMs });
const anyMs = fc.oneof(near, fc.integer({ min: 0, max: 253_402_300_799_999 }), fc.constant(0xefff_ffff_fff0));
const anyTime = fc
  .tuple(anyMs, fc.integer({ min: 0, max: 0xffff }))
  .map(([ms, counter]): LogicalTime => timeOf(ms, counter));
/** A wall clock that is set forth and back as it likes, times of others seen, and times asked for, some after a given one. */
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('next' as const), now: near }),
    fc.record({ kind: fc.constant('follow' as const), now: near, time: anyTime }),
    fc.record({ kind: fc.constant('saw' as const), now: near, time: anyTime }),
  ),
  { maxLength: 60 },
);

describe('the logical clock', () => {
  it('follows the wall clock, and counts where that stands or was set back', () => {
    const ours = clock();
    expect(ours.next(noon)).toBe(timeOf(noon, 0, us));
    expect(ours.next(noon)).toBe(timeOf(noon, 1, us));
    expect(ours.next(noon - 86_400_000)).toBe(timeOf(noon, 2, us));
    expect(ours.next(noon + 1)).toBe(timeOf(noon + 1, 0, us));
  });

  it('is later than what it has seen, also after it was stored and read again', () => {
    const ours = clock();
    expect(ours.saw(noon, timeOf(noon + 5000, 7))).toBe(false);
    const again = clock(ours.state());
    expect(again.next(noon)).toBe(timeOf(noon + 5000, 8, us));
  });

  it('does not follow a clock far ahead, and says so', () => {
    const ours = clock();
    expect(ours.saw(noon, timeOf(noon + farAheadMs))).toBe(false);
    expect(ours.saw(noon, timeOf(noon + farAheadMs + 1))).toBe(true);
    expect(ours.saw(noon, timeOf(0xefff_ffff_ffff, 0xffff))).toBe(true);
    expect(millisecondsOf(ours.next(noon))).toBe(noon + farAheadMs);
  });

  it('changes what was changed by a clock far ahead all the same, and stays where it was', () => {
    const ours = clock();
    const far = timeOf(noon + 100 * farAheadMs, 3);
    const first = ours.next(noon, far);
    const second = ours.next(noon, far);
    expect(first > far).toBe(true);
    expect(second > first).toBe(true);
    expect(ours.next(noon)).toBe(timeOf(noon, 0, us));
  });

  it('goes on for a wall clock that shows more than any year we can write', () => {
    const ours = clock();
    const times = [ours.next(8.64e15), ours.next(8.64e15), ours.next(Number.MAX_SAFE_INTEGER)];
    for (const time of times) expect(() => logicalTimeSchema.parse(time)).not.toThrow();
    expect(times).toEqual([...times].sort());
  });

  it('never gives a time twice and, but for those that stray, never an earlier one', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const ours = clock();
        const given: LogicalTime[] = [];
        let last = '';
        for (const step of all) {
          if (step.kind === 'saw') {
            ours.saw(step.now, step.time);
            continue;
          }
          const follows = step.kind === 'follow' ? step.time : null;
          const time = ours.next(step.now, follows);
          expect(logicalTimeSchema.parse(time)).toBe(time);
          expect(writerOf(time)).toBe(us);
          if (follows !== null) expect(time > follows).toBe(true);
          const strayed = follows !== null && millisecondsOf(follows) > step.now + farAheadMs;
          if (!strayed) {
            expect(time > last).toBe(true);
            last = time;
          }
          given.push(time);
        }
        expect(new Set(given).size).toBe(given.length);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is never pulled further ahead than an hour, whatever others say', () => {
    fc.assert(
      fc.property(fc.array(anyTime, { maxLength: 100 }), (seen) => {
        const ours = clock();
        for (const time of seen) {
          ours.saw(noon, time);
          ours.next(noon, time);
        }
        expect(millisecondsOf(ours.next(noon))).toBeLessThanOrEqual(noon + farAheadMs + 1);
      }),
    );
  });

  it('of two stations that see each other orders what follows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.integer({ min: -farAheadMs / 2, max: farAheadMs / 2 })), { maxLength: 80 }),
        (turns) => {
          // Every event follows the one before, on whichever station it happens and however wrong its clock is.
          let states = [clockStart, clockStart];
          let before = '';
          for (const [second, skew] of turns) {
            const at = second ? 1 : 0;
            const seen = before === '' ? states[at] : sawTime(states[at] ?? clockStart, noon + skew, before).state;
            const { state, time } = nextTime(seen ?? clockStart, second ? them : us, noon + skew);
            states = states.map((one, index) => (index === at ? state : one));
            expect(time > before).toBe(true);
            before = time;
          }
        },
      ),
    );
  });
});
