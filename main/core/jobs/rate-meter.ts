import type { Clock } from '../kernel/index.ts';

/** How far back the rate looks: long enough to be steady, short enough to notice a slow card. */
const windowMs = 10_000;
/** A rate from less than this is a guess and not told. */
const leastMs = 1_000;
/** Readings closer together than this are not kept one by one. */
const spacingMs = 200;

/** What is known about the speed of work: units a second and milliseconds left, null while it cannot be told honestly. */
export type Rate = { readonly rate: number | null; readonly remainingMs: number | null };

/** Measures the speed of work from readings of how much is done. */
export interface RateMeter {
  /** Takes a reading and tells the speed over the last ten seconds. `done` and `total` in the same unit (bytes, frames). */
  update(done: number, total: number): Rate;
}

/** A meter that has seen nothing yet. */
export function createRateMeter(clock: Clock): RateMeter {
  let readings: { readonly at: number; readonly done: number }[] = [];
  return {
    update: (done, total) => {
      const now = clock.now();
      const newest = readings.at(-1);
      // The work began anew, or the clock was set back: what was measured before says nothing any more.
      if (newest !== undefined && (done < newest.done || now < newest.at)) readings = [];
      const last = readings.at(-1);
      if (last === undefined || now - last.at >= spacingMs) readings.push({ at: now, done });
      while (readings.length > 2 && now - (readings[1]?.at ?? now) >= windowMs) readings.shift();
      const first = readings[0] ?? { at: now, done };
      const elapsed = now - first.at;
      if (elapsed < leastMs) return { rate: null, remainingMs: null };
      const rate = ((done - first.done) * 1000) / elapsed;
      const left = Math.max(0, total - done);
      if (left === 0) return { rate, remainingMs: 0 };
      return { rate, remainingMs: rate > 0 ? Math.round((left / rate) * 1000) : null };
    },
  };
}
