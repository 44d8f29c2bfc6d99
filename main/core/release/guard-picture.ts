import type { PixelRect } from '#common/geometry/index.ts';
import { type Channel, type Cover, paintChannel } from '#common/redaction/index.ts';

/** A picture as planes of 8-bit samples, luma first. */
export type Planes = readonly Channel[];

/** What was wrong with one region of one frame, and by how many steps of brightness. */
export type PictureFault = {
  readonly rect: PixelRect;
  readonly difference: number;
  readonly kind: 'uncovered' | 'changed';
};

/** Blocks small enough that a glimpse of what should be hidden fills at least one. */
const block = 8;
/** How far a block's samples may be from the plan on average, in steps of 0–255: inside a cover, and at its edge where the encoder rings. */
const insideTolerance = 10;
const edgeTolerance = 24;
/** How far the rest of the picture may be on average over a frame, and in its worst block. */
const restMeanTolerance = 8;
const restBlockTolerance = 60;
const restBlock = 16;

/**
 * Compares a decoded frame with what was planned. `source` is the original frame and is painted over in place to become
 * the plan; `result` is only read. Returns what is wrong, the worst first; empty when all is as planned.
 */
export function comparePicture(source: Planes, result: Planes, covers: readonly Cover[]): readonly PictureFault[] {
  for (const cover of covers) for (const channel of source) paintChannel(channel, cover.rect, cover.style);
  const faults = covers.flatMap((cover) => {
    const worst = Math.max(...source.map((channel, plane) => coverExcess(channel, result[plane], cover.rect)));
    return worst > 0 ? [{ rect: cover.rect, difference: worst, kind: 'uncovered' as const }] : [];
  });
  const rest = restFault(source[0], result[0]);
  return [...faults, ...(rest === null ? [] : [rest])].sort((a, b) => b.difference - a.difference);
}

/** The largest mean distance of a block beyond its tolerance, over all blocks of a cover in one channel; 0 when none is. */
function coverExcess(planned: Channel, result: Channel | undefined, rect: PixelRect): number {
  if (result?.width !== planned.width || result.height !== planned.height) return 255;
  const left = Math.floor(rect.left / planned.subX);
  const top = Math.floor(rect.top / planned.subY);
  const right = Math.min(planned.width, Math.ceil((rect.left + rect.width) / planned.subX));
  const bottom = Math.min(planned.height, Math.ceil((rect.top + rect.height) / planned.subY));
  let worst = 0;
  for (let y = top; y < bottom; y += block) {
    for (let x = left; x < right; x += block) {
      const x1 = Math.min(x + block, right);
      const y1 = Math.min(y + block, bottom);
      const edge = x === left || y === top || x + block >= right || y + block >= bottom;
      const difference = meanDistance(planned, result, x, y, x1, y1);
      if (difference > (edge ? edgeTolerance : insideTolerance)) worst = Math.max(worst, difference);
    }
  }
  return worst;
}

/** Luma of the whole frame in coarse blocks: a shifted, swapped or missing frame shows, the encoder's noise does not. */
function restFault(planned: Channel | undefined, result: Channel | undefined): PictureFault | null {
  if (planned === undefined || result?.width !== planned.width || result.height !== planned.height) {
    const rect = { left: 0, top: 0, width: planned?.width ?? 0, height: planned?.height ?? 0 };
    return { rect, difference: 255, kind: 'changed' };
  }
  let sum = 0;
  let blocks = 0;
  let worst = 0;
  let worstAt: PixelRect = { left: 0, top: 0, width: planned.width, height: planned.height };
  for (let y = 0; y < planned.height; y += restBlock) {
    for (let x = 0; x < planned.width; x += restBlock) {
      const x1 = Math.min(x + restBlock, planned.width);
      const y1 = Math.min(y + restBlock, planned.height);
      const difference = Math.abs(mean(planned, x, y, x1, y1, 2) - mean(result, x, y, x1, y1, 2));
      sum += difference;
      blocks++;
      if (difference > worst) {
        worst = difference;
        worstAt = { left: x, top: y, width: x1 - x, height: y1 - y };
      }
    }
  }
  if (worst <= restBlockTolerance && sum / blocks <= restMeanTolerance) return null;
  return { rect: worstAt, difference: worst, kind: 'changed' };
}

/** The mean of a block, looking at every `step`-th sample each way. */
function mean(channel: Channel, x0: number, y0: number, x1: number, y1: number, step: number): number {
  const { data, offset, pixelStride, rowStride } = channel;
  let sum = 0;
  let count = 0;
  for (let y = y0; y < y1; y += step) {
    const row = offset + y * rowStride;
    for (let x = x0; x < x1; x += step) {
      sum += data[row + x * pixelStride] ?? 0;
      count++;
    }
  }
  return sum / count;
}

/** The mean distance between two channels over a block. */
function meanDistance(a: Channel, b: Channel, x0: number, y0: number, x1: number, y1: number): number {
  let sum = 0;
  for (let y = y0; y < y1; y++) {
    const rowA = a.offset + y * a.rowStride;
    const rowB = b.offset + y * b.rowStride;
    for (let x = x0; x < x1; x++) {
      sum += Math.abs((a.data[rowA + x * a.pixelStride] ?? 0) - (b.data[rowB + x * b.pixelStride] ?? 0));
    }
  }
  return sum / ((x1 - x0) * (y1 - y0));
}
