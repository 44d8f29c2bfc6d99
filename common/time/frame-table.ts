import { z } from 'zod';

/** One tick lasts `num / den` seconds. */
export type TimeBase = { readonly num: number; readonly den: number };

/**
 * Every frame of a video track in the order it is shown. A frame is named by its index here, never by seconds × rate.
 * `pts[i]` is the presentation time of frame `i` in ticks of `timeBase`, strictly ascending, with frame 0 at 0:
 * the recording's own zero is `originTicks` in the file's clock. `lastDuration` is how long the last frame is shown.
 */
export type FrameTable = {
  readonly timeBase: TimeBase;
  readonly originTicks: number;
  readonly pts: readonly number[];
  readonly lastDuration: number;
  /** Ascending indices of frames that can be decoded without any other. */
  readonly keyframes: readonly number[];
};

/** A frame table as it crosses the boundary: presentation times as runs of `[step, how often]`, so a constant rate is one run. */
export const frameTableWireSchema = z.object({
  timeBase: z.object({ num: z.number().int().positive(), den: z.number().int().positive() }),
  originTicks: z.number().int(),
  runs: z.array(z.tuple([z.number().int().positive(), z.number().int().positive()])),
  frames: z.number().int().nonnegative(),
  lastDuration: z.number().int().positive(),
  keyframes: z.array(z.number().int().nonnegative()),
});
export type FrameTableWire = z.infer<typeof frameTableWireSchema>;

/** Packs a table for the wire. The inverse is {@link decodeFrameTable}. */
export function encodeFrameTable(table: FrameTable): FrameTableWire {
  const runs: [number, number][] = [];
  for (let i = 1; i < table.pts.length; i++) {
    const step = at(table.pts, i) - at(table.pts, i - 1);
    const last = runs.at(-1);
    if (last !== undefined && last[0] === step) last[1]++;
    else runs.push([step, 1]);
  }
  const { timeBase, originTicks, lastDuration } = table;
  return { timeBase, originTicks, runs, frames: table.pts.length, lastDuration, keyframes: [...table.keyframes] };
}

/** Unpacks a table from the wire. Throws a bug when its runs do not add up to its frame count. */
export function decodeFrameTable(wire: FrameTableWire): FrameTable {
  const pts: number[] = wire.frames === 0 ? [] : [0];
  let time = 0;
  for (const [step, times] of wire.runs) {
    for (let i = 0; i < times; i++) pts.push((time += step));
  }
  if (pts.length !== wire.frames) throw new Error(`A frame table of ${wire.frames} frames has ${pts.length} times.`);
  const { timeBase, originTicks, lastDuration, keyframes } = wire;
  return { timeBase, originTicks, pts, lastDuration, keyframes };
}

/** How many frames the table names. */
export function frameCount(table: FrameTable): number {
  return table.pts.length;
}

/** Ticks to microseconds, rounded to the nearest. */
export function toMicroseconds(ticks: number, base: TimeBase): number {
  return Math.round((ticks * base.num * 1_000_000) / base.den);
}

/** When frame `index` appears, in microseconds from the first frame. Throws a bug for an index outside the table. */
export function frameTimeMicroseconds(table: FrameTable, index: number): number {
  return toMicroseconds(at(table.pts, index), table.timeBase);
}

/** When frame `index` ends, in ticks: the start of the next, or its own duration for the last. */
export function endOfFrame(table: FrameTable, index: number): number {
  return table.pts[index + 1] ?? at(table.pts, index) + table.lastDuration;
}

/** The middle of frame `index` in microseconds: the safest place to seek to, rounding cannot leave the frame. */
export function midFrameMicroseconds(table: FrameTable, index: number): number {
  return toMicroseconds((at(table.pts, index) + endOfFrame(table, index)) / 2, table.timeBase);
}

/** The frame shown at `ticks` from the first frame; before it the first, after the end the last. -1 when the table is empty. */
export function frameAt(table: FrameTable, ticks: number): number {
  let low = 0;
  let high = table.pts.length - 1;
  if (high < 0) return -1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (at(table.pts, middle) <= ticks) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * The frame whose presentation time is nearest to a media time reported by a player, in microseconds from the first frame.
 * Players round to the microsecond, so "nearest" names the frame even when the report falls just short of it.
 */
export function frameAtMicroseconds(table: FrameTable, microseconds: number): number {
  const ticks = (microseconds * table.timeBase.den) / (table.timeBase.num * 1_000_000);
  const index = frameAt(table, ticks);
  if (index < 0 || index + 1 >= table.pts.length) return index;
  return at(table.pts, index + 1) - ticks < ticks - at(table.pts, index) ? index + 1 : index;
}

function at(values: readonly number[], index: number): number {
  const value = values[index];
  if (value === undefined) throw new Error(`Frame ${index} is outside a table of ${values.length}.`);
  return value;
}
