import { frameTimeMicroseconds } from '#common/time/index.ts';
import { clampFrame, type FrameClock, mediaSpan } from './frame-clock.ts';

/** Attempts to bring one frame to the screen before the frame that is shown is accepted as it is. */
const mostTries = 10;

/** One seek on its way. Times in microseconds of the player's clock; the wanted frame lies between `low` and `high`. */
type Flight = {
  readonly target: number;
  readonly at: number;
  readonly low: number;
  readonly high: number;
  readonly tries: number;
  /** The player says it has arrived. */
  readonly arrived: boolean;
  /** A picture came since the seek began. */
  readonly pictured: boolean;
};

/**
 * Where the player is and where it is wanted, in frames. `shown` is the frame on the screen and only ever comes from the
 * screen; `wanted` is null when nobody asks for another. Presses add up in `wanted`, so fast presses land on the exact count.
 */
export type SeekPlan = {
  readonly shown: number | null;
  readonly wanted: number | null;
  readonly flight: Flight | null;
};

/** A plan, and the time in seconds to seek to now (null: nothing to do). */
export type SeekMove = { readonly plan: SeekPlan; readonly seekTo: number | null };

export const idlePlan: SeekPlan = { shown: null, wanted: null, flight: null };

/** Somebody wants to see this frame. */
export function wantFrame(plan: SeekPlan, clock: FrameClock, frame: number): SeekMove {
  const wanted = clampFrame(clock.table, frame);
  if (plan.flight !== null) return stay({ ...plan, wanted });
  if (plan.shown === wanted) return stay({ ...plan, wanted: null });
  return depart(plan, clock, wanted);
}

/** Somebody wants to see the frame `by` frames away from where they already asked to be. */
export function stepFrames(plan: SeekPlan, clock: FrameClock, by: number): SeekMove {
  return wantFrame(plan, clock, (plan.wanted ?? plan.shown ?? 0) + by);
}

/** A picture came to the screen. */
export function pictureShown(plan: SeekPlan, clock: FrameClock, frame: number): SeekMove {
  const seen = { ...plan, shown: frame };
  if (plan.flight === null) return stay(seen);
  return judge({ ...seen, flight: { ...plan.flight, pictured: true } }, clock);
}

/** The player says the seek is over. Its picture may still be on the way. */
export function seekArrived(plan: SeekPlan, clock: FrameClock): SeekMove {
  if (plan.flight === null) return stay(plan);
  return judge({ ...plan, flight: { ...plan.flight, arrived: true } }, clock);
}

/** The seek is over and no new picture came for a while: the one on the screen is what it found (players skip repainting it). */
export function noNewPicture(plan: SeekPlan, clock: FrameClock): SeekMove {
  if (plan.flight?.arrived !== true) return stay(plan);
  return judge({ ...plan, flight: { ...plan.flight, pictured: true } }, clock);
}

/**
 * Playing has stopped. The picture that was told of last and the one that stays on the screen may be a frame apart: it is
 * asked for once more, so that what is named is what is seen.
 */
export function landAfterPlaying(plan: SeekPlan, clock: FrameClock): SeekMove {
  if (plan.flight !== null || plan.wanted !== null || plan.shown === null) return stay(plan);
  return depart(plan, clock, plan.shown);
}

/** Playing takes over: nothing is wanted any more. */
export function letGo(plan: SeekPlan): SeekPlan {
  return { ...plan, wanted: null, flight: null };
}

function stay(plan: SeekPlan): SeekMove {
  return { plan, seekTo: null };
}

function depart(plan: SeekPlan, clock: FrameClock, target: number): SeekMove {
  const { start, end } = mediaSpan(clock, target);
  const low = target === 0 ? start : clock.originUs + frameTimeMicroseconds(clock.table, target - 1);
  const at = (start + end) / 2;
  const flight = { target, at, low, high: end, tries: 1, arrived: false, pictured: false };
  return { plan: { ...plan, wanted: target, flight }, seekTo: at / 1_000_000 };
}

/**
 * Decides once the player has arrived and shown something. The middle of a frame is nearly always right; where a player goes
 * by durations a file states wrongly, the time is halved towards the frame until the right one is on the screen.
 */
function judge(plan: SeekPlan, clock: FrameClock): SeekMove {
  const { flight, wanted, shown } = plan;
  if (flight === null || !flight.arrived || !flight.pictured || shown === null) return stay(plan);
  if (wanted !== null && wanted !== flight.target) {
    if (wanted === shown) return stay({ shown, wanted: null, flight: null });
    return depart({ ...plan, flight: null }, clock, wanted);
  }
  if (shown === flight.target || flight.tries >= mostTries) return stay({ shown, wanted: null, flight: null });
  const low = shown < flight.target ? flight.at : flight.low;
  const high = shown < flight.target ? flight.high : flight.at;
  const at = (low + high) / 2;
  const next: Flight = { ...flight, at, low, high, tries: flight.tries + 1, arrived: false, pictured: false };
  return { plan: { ...plan, flight: next }, seekTo: at / 1_000_000 };
}
