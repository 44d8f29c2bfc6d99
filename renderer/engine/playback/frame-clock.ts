import {
  endOfFrame,
  type FrameTable,
  frameAtMicroseconds,
  frameCount,
  frameTimeMicroseconds,
  toMicroseconds,
} from '#common/time/index.ts';

/**
 * Joins a frame table to the clock of a player. A player has its own zero (the earliest stream of the file), so the media
 * time of frame 0 is learnt from the first picture it shows, in microseconds.
 */
export type FrameClock = { readonly table: FrameTable; readonly originUs: number };

/** The frame a player means by a media time in seconds. */
export function frameOfMediaTime(clock: FrameClock, seconds: number): number {
  return frameAtMicroseconds(clock.table, Math.round(seconds * 1_000_000) - clock.originUs);
}

/** The time span of a frame in microseconds of the player's clock: `start` inclusive, `end` exclusive. */
export function mediaSpan(clock: FrameClock, frame: number): { readonly start: number; readonly end: number } {
  const start = clock.originUs + frameTimeMicroseconds(clock.table, frame);
  return { start, end: clock.originUs + toMicroseconds(endOfFrame(clock.table, frame), clock.table.timeBase) };
}

/** The nearest frame that exists. */
export function clampFrame(table: FrameTable, frame: number): number {
  return Math.max(0, Math.min(frameCount(table) - 1, Math.round(frame)));
}

/** The length of a table in microseconds: to the end of its last frame. */
export function tableDurationUs(table: FrameTable): number {
  const last = frameCount(table) - 1;
  return last < 0 ? 0 : toMicroseconds(endOfFrame(table, last), table.timeBase);
}
