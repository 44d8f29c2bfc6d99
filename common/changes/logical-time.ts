import type { LogicalTime, WriterId } from './entry.ts';

/**
 * A hybrid logical clock: it follows the wall clock, never goes back, and is later than everything it has seen. Both texts are 16
 * hexadecimal digits, as a time has them before its writer; the empty text is earlier than any.
 */
export type ClockState = {
  /** The newest time given out or seen. */
  readonly latest: string;
  /** The newest time given out that had to follow one from a clock far ahead of ours. */
  readonly strayed: string;
};

export const clockStart: ClockState = { latest: '', strayed: '' };

/**
 * How far another's clock may be ahead of ours, in milliseconds, before ours does not follow it. One station with a wrong clock would
 * else take all of them into its future for good.
 */
export const farAheadMs = 60 * 60 * 1000;

/** Counters from here on mark times that strayed, so that the clock never gives one of them out a second time. */
const firstStray = 0x8000;
const mostCounter = 0xffff;
/** The end of the year 9999. A wall clock that shows more is taken for this, so that there is always a later time to give. */
const lastWallMs = 253_402_300_799_999;

function write(ms: number, counter: number): string {
  return ms.toString(16).padStart(12, '0') + counter.toString(16).padStart(4, '0');
}

function parts(text: string): { readonly ms: number; readonly counter: number } {
  return { ms: Number.parseInt(text.slice(0, 12), 16), counter: Number.parseInt(text.slice(12), 16) };
}

function after(text: string): string {
  const { ms, counter } = parts(text);
  return counter + 1 < firstStray ? write(ms, counter + 1) : write(ms + 1, 0);
}

function strayAfter(text: string): string {
  const { ms, counter } = parts(text);
  return counter < mostCounter ? write(ms, Math.max(firstStray, counter + 1)) : write(ms + 1, firstStray);
}

function wall(now: number): number {
  return Math.min(lastWallMs, Math.max(0, Math.floor(now)));
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}

/** What is in a time besides its writer. */
function withoutWriter(time: LogicalTime): string {
  return time.slice(0, 16);
}

function isFarAhead(text: string, now: number): boolean {
  return parts(text).ms > wall(now) + farAheadMs;
}

/**
 * The next time of a writer: later than all it gave out before, than `now` (ms UTC by its wall clock, which may have been set back) and
 * than `follows`, the time of what is changed by it. Where `follows` comes from a clock far ahead, only this time goes there and
 * the clock itself stays.
 */
export function nextTime(
  state: ClockState,
  writer: WriterId,
  now: number,
  follows: LogicalTime | null = null,
): { readonly state: ClockState; readonly time: LogicalTime } {
  const given = follows === null ? '' : withoutWriter(follows);
  if (given > state.latest && isFarAhead(given, now)) {
    const strayed = strayAfter(later(given, state.strayed));
    return { state: { ...state, strayed }, time: `${strayed}-${writer}` };
  }
  const before = later(state.latest, given);
  const fresh = write(wall(now), 0);
  const latest = fresh > before ? fresh : after(before);
  return { state: { ...state, latest }, time: `${latest}-${writer}` };
}

/** The clock after it saw another's time. `farAhead`: that clock is not to be believed, and ours did not follow it. */
export function sawTime(
  state: ClockState,
  now: number,
  seen: LogicalTime,
): { readonly state: ClockState; readonly farAhead: boolean } {
  const text = withoutWriter(seen);
  if (text <= state.latest) return { state, farAhead: false };
  if (isFarAhead(text, now)) return { state, farAhead: true };
  return { state: { ...state, latest: text }, farAhead: false };
}

/** What two states of one clock know together. */
export function laterState(a: ClockState, b: ClockState): ClockState {
  return { latest: later(a.latest, b.latest), strayed: later(a.strayed, b.strayed) };
}

/** Milliseconds UTC by the clock of whoever made it. */
export function millisecondsOf(time: LogicalTime): number {
  return parts(time).ms;
}

export function writerOf(time: LogicalTime): WriterId {
  return time.slice(17);
}
