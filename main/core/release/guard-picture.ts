import type { PixelRect, Size } from '#common/geometry/index.ts';
import { type Channel, type Cover, paintChannel } from '#common/redaction/index.ts';
import { coverFault, type Planes } from './guard-cover.ts';

/** What is wrong with one frame. The frame it is about may be the one before the frame that was looked at. */
export type PictureFault = {
  readonly kind: 'uncovered' | 'changed';
  readonly frame: number;
  readonly words: string;
};

/** How far the luma of coarse blocks may be from the plan, in steps of 0–255: in the worst of them, and on average. */
const worstBlock = 40;
const meanOfBlocks = 4;
const block = 16;
/** Blocks that change by less from one frame to the next tell nothing about the order of frames. */
const leastChange = 4;
/** So much must change in all (the sum of squares) before frames can be told apart for certain. */
const leastMotion = 600;

/** Looks at the frames of a finished file one after the other. */
export type PictureJudge = {
  /**
   * Compares the next frame with what was planned. `original` is painted over in place to become the plan; `shown` is only
   * read. Returns what is wrong: a glimpse of what should be hidden, or else what differs; empty when all is as planned.
   */
  readonly look: (original: Planes, shown: Planes, covers: readonly Cover[]) => readonly PictureFault[];
};

export function createPictureJudge(): PictureJudge {
  let frame = -1;
  const kept: Uint8Array[] = [];
  let before: { readonly planned: Float32Array; readonly shown: Float32Array } | null = null;
  return {
    look: (original, shown, covers) => {
      frame++;
      const untouched = covers.length === 0 ? original : original.map((channel, i) => copyOf(channel, kept, i));
      for (const { rect, style } of covers) for (const channel of original) paintChannel(channel, rect, style);
      const pictures = { original: untouched, planned: original, shown };
      for (const cover of covers) {
        const fault = coverFault(pictures, cover);
        if (fault !== null) return [{ kind: 'uncovered', frame, words: `${placeOf(cover.rect)}: ${fault}` }];
      }
      const [luma, shownLuma] = [original[0], shown[0]];
      if (luma === undefined || shownLuma?.width !== luma.width || shownLuma.height !== luma.height) {
        return [{ kind: 'changed', frame, words: 'the picture has another size' }];
      }
      const now = { planned: blockMeans(luma), shown: blockMeans(shownLuma) };
      const rest = restFault(now.planned, now.shown, luma);
      const order = before === null ? [] : orderFaults(before, now, frame);
      before = now;
      return rest === null ? order : [{ kind: 'changed', frame, words: rest }, ...order];
    },
  };
}

/** A copy in memory that is used again for the next frame. */
function copyOf(channel: Channel, kept: Uint8Array[], index: number): Channel {
  const { offset, rowStride, height } = channel;
  const bytes = channel.data.subarray(offset, offset + rowStride * height);
  let data = kept[index];
  if (data?.length !== bytes.length) kept[index] = data = new Uint8Array(bytes.length);
  data.set(bytes);
  return { ...channel, data, offset: 0 };
}

const placeOf = ({ left, top, width, height }: PixelRect): string => `region ${left},${top} ${width}×${height}`;

/** A shifted, swapped or missing frame shows in coarse blocks, the encoder's noise does not. */
function restFault(planned: Float32Array, shown: Float32Array, { width, height }: Size): string | null {
  let [sum, worst, worstAt] = [0, 0, 0];
  for (let i = 0; i < planned.length; i++) {
    const difference = Math.abs((planned[i] ?? 0) - (shown[i] ?? 0));
    sum += difference;
    if (difference <= worst) continue;
    worst = difference;
    worstAt = i;
  }
  if (worst <= worstBlock && sum / planned.length <= meanOfBlocks) return null;
  const across = Math.ceil(width / block);
  const [left, top] = [(worstAt % across) * block, Math.floor(worstAt / across) * block];
  const rect = { left, top, width: Math.min(block, width - left), height: Math.min(block, height - top) };
  return `${placeOf(rect)}: ${worst.toFixed(0)} steps from the plan`;
}

type Seen = { readonly planned: Float32Array; readonly shown: Float32Array };

/**
 * Whether a frame looks like its neighbour instead of like itself, where the two differ: a frame that was repeated, left out or
 * taken too early. Pictures that stand still cannot be told apart, and need not be.
 */
function orderFaults(before: Seen, now: Seen, frame: number): readonly PictureFault[] {
  let [motion, late, early] = [0, 0, 0];
  for (let i = 0; i < now.planned.length; i++) {
    const [was, is] = [before.planned[i] ?? 0, now.planned[i] ?? 0];
    const change = is - was;
    if (Math.abs(change) < leastChange) continue;
    motion += change * change;
    late += (is - (now.shown[i] ?? 0)) * change;
    early += ((before.shown[i] ?? 0) - was) * change;
  }
  if (motion < leastMotion) return [];
  const faults: PictureFault[] = [];
  if (early > motion / 2) {
    faults.push({ kind: 'changed', frame: frame - 1, words: 'shows the picture of the frame after it' });
  }
  if (late > motion / 2) faults.push({ kind: 'changed', frame, words: 'shows the picture of the frame before it' });
  return faults;
}

/** The mean of every coarse block. */
function blockMeans({ data, offset, rowStride, width, height }: Channel): Float32Array {
  const across = Math.ceil(width / block);
  const means = new Float32Array(across * Math.ceil(height / block));
  for (let i = 0; i < means.length; i++) {
    const [x0, y0] = [(i % across) * block, Math.floor(i / across) * block];
    const [x1, y1] = [Math.min(x0 + block, width), Math.min(y0 + block, height)];
    let sum = 0;
    for (let y = y0; y < y1; y++) {
      const row = offset + y * rowStride;
      for (let x = row + x0; x < row + x1; x++) sum += data[x] ?? 0;
    }
    means[i] = sum / ((y1 - y0) * (x1 - x0));
  }
  return means;
}
