import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FrameTable } from '#common/time/index.ts';
import {
  type FrameClock,
  frameOfMediaTime,
  idlePlan,
  landAfterPlaying,
  letGo,
  mediaSpan,
  noNewPicture,
  pictureShown,
  type SeekMove,
  type SeekPlan,
  seekArrived,
  stepFrames,
  wantFrame,
} from '#renderer/engine/index.ts';

const base = { num: 1, den: 1000 };

function tableOf(steps: readonly number[]): FrameTable {
  const pts = [0];
  for (const step of steps) pts.push((pts.at(-1) ?? 0) + step);
  return { timeBase: base, originTicks: 0, pts, lastDuration: 40, keyframes: [0] };
}

/**
 * A player as unreliable as players are: it shows the frame of a time shifted by `shift` milliseconds, forgets to paint a
 * picture that is on the screen already, and reports the picture before or after the end of the seek.
 */
function simulate(clock: FrameClock, shift: (frame: number) => number, pictureFirst: boolean, repaints: boolean) {
  let plan: SeekPlan = { ...idlePlan, shown: 0 };
  let screen = 0;
  let flight: number | null = null;
  let seeks = 0;
  const take = (move: SeekMove): void => {
    plan = move.plan;
    if (move.seekTo !== null) {
      flight = move.seekTo;
      seeks++;
    }
  };
  return {
    plan: () => plan,
    screen: () => screen,
    seeks: () => seeks,
    want: (frame: number) => take(wantFrame(plan, clock, frame)),
    step: (by: number) => take(stepFrames(plan, clock, by)),
    /** The player finishes one seek. */
    work: (): boolean => {
      if (flight === null) return false;
      const aimed = frameAtTime(clock, flight * 1_000_000);
      const found = frameAtTime(clock, flight * 1_000_000 + shift(aimed) * 1000);
      flight = null;
      const same = found === screen;
      screen = found;
      const painted = !same || repaints;
      if (painted && pictureFirst) take(pictureShown(plan, clock, found));
      take(seekArrived(plan, clock));
      if (painted && !pictureFirst) take(pictureShown(plan, clock, found));
      if (!painted) take(noNewPicture(plan, clock));
      return true;
    },
  };
}

function frameAtTime(clock: FrameClock, us: number): number {
  let frame = 0;
  while (frame + 1 < clock.table.pts.length && mediaSpan(clock, frame + 1).start <= us) frame++;
  return frame;
}

describe('the seek plan', () => {
  const steps = fc.array(fc.integer({ min: 8, max: 120 }), { minLength: 5, maxLength: 60 });

  it('reaches the wanted frame in one seek when the player seeks well', () => {
    fc.assert(
      fc.property(steps, fc.nat(), fc.nat(2_000_000), fc.boolean(), (durations, pick, originUs, first) => {
        const clock = { table: tableOf(durations), originUs };
        const player = simulate(clock, () => 0, first, false);
        const target = pick % clock.table.pts.length;
        player.want(target);
        while (player.work());
        expect(player.screen()).toBe(target);
        expect(player.plan()).toEqual({ shown: target, wanted: null, flight: null });
        expect(player.seeks()).toBe(target === 0 ? 0 : 1);
      }),
    );
  });

  it('corrects a player that shows a neighbour of the frame it was sent to', () => {
    fc.assert(
      fc.property(
        steps,
        fc.nat(),
        fc.boolean(),
        fc.boolean(),
        fc.boolean(),
        (durations, pick, late, first, repaints) => {
          const clock = { table: tableOf(durations), originUs: 0 };
          const { pts, lastDuration } = clock.table;
          // Always wrong by a little more than half a frame: the middle of a frame then lands in its neighbour.
          const shift = (frame: number): number => {
            const length = (pts[frame + 1] ?? (pts[frame] ?? 0) + lastDuration) - (pts[frame] ?? 0);
            return (late ? 1 : -1) * length * 0.55;
          };
          const target = 1 + (pick % (pts.length - 2));
          const player = simulate(clock, shift, first, repaints);
          player.want(target);
          let rounds = 0;
          while (player.work()) expect(rounds++).toBeLessThan(12);
          expect(player.plan().flight).toBeNull();
          expect(player.plan().shown).toBe(player.screen());
          expect(player.screen()).toBe(target);
        },
      ),
    );
  });

  it('lands on the exact count of presses however they fall between the seeks', () => {
    const presses = fc.array(fc.tuple(fc.constantFrom(1, -1, 10, -10), fc.nat(2)), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(steps, presses, fc.boolean(), (durations, all, first) => {
        const clock = { table: tableOf(durations), originUs: 500_000 };
        const player = simulate(clock, () => 0, first, false);
        const last = clock.table.pts.length - 1;
        let expected = 0;
        for (const [by, works] of all) {
          player.step(by);
          expected = Math.max(0, Math.min(last, expected + by));
          for (let i = 0; i < works; i++) player.work();
        }
        while (player.work());
        expect(player.screen()).toBe(expected);
        expect(player.plan().shown).toBe(expected);
      }),
    );
  });

  it('accepts what is shown when a frame cannot be had, and says which it is', () => {
    const clock = { table: tableOf([40, 40, 40, 40]), originUs: 0 };
    const player = simulate(clock, (frame) => (frame === 2 || frame === 1 ? 80 : 0), true, true);
    player.want(2);
    let rounds = 0;
    while (player.work()) expect(rounds++).toBeLessThan(12);
    expect(player.plan().wanted).toBeNull();
    expect(player.plan().shown).toBe(player.screen());
  });

  it('takes a picture that was under way before the seek for what it is', () => {
    const clock = { table: tableOf([40, 40, 40, 40, 40]), originUs: 0 };
    let plan: SeekPlan = { ...idlePlan, shown: 1 };
    plan = stepFrames(plan, clock, 1).plan;
    // Playing had one more picture in hand.
    const late = pictureShown(plan, clock, 2);
    expect(late.seekTo).toBeNull();
    expect(late.plan.flight?.target).toBe(2);
    const arrived = seekArrived(late.plan, clock);
    expect(arrived.plan).toEqual({ shown: 2, wanted: null, flight: null });
    expect(letGo(plan)).toEqual({ shown: 1, wanted: null, flight: null });
  });

  it('asks once more for the picture playing told of last, which may not be the one that stayed', () => {
    const clock = { table: tableOf([40, 40, 40, 40, 40]), originUs: 0 };
    const rest: SeekPlan = { ...idlePlan, shown: 3 };
    const landing = landAfterPlaying(rest, clock);
    expect(landing.seekTo).toBeCloseTo(0.14, 6);
    const arrived = seekArrived(pictureShown(landing.plan, clock, 3).plan, clock);
    expect(arrived).toEqual({ plan: { shown: 3, wanted: null, flight: null }, seekTo: null });
    // Somebody who already wants another frame is not held up, and before the first picture there is nothing to land on.
    const wanted = wantFrame(rest, clock, 1).plan;
    expect(landAfterPlaying(wanted, clock)).toEqual({ plan: wanted, seekTo: null });
    expect(landAfterPlaying(idlePlan, clock)).toEqual({ plan: idlePlan, seekTo: null });
  });
});

describe('the clock of frames', () => {
  it('names every frame by its own media time, rounded as players round', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 80 }),
        fc.nat(),
        (durations, o) => {
          const clock = { table: tableOf(durations), originUs: o % 3_000_000 };
          clock.table.pts.forEach((_, frame) => {
            const { start } = mediaSpan(clock, frame);
            expect(frameOfMediaTime(clock, start / 1_000_000)).toBe(frame);
            expect(frameOfMediaTime(clock, (start - 1) / 1_000_000)).toBe(frame);
          });
        },
      ),
    );
  });
});
