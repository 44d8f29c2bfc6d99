import type { PixelRect } from '../geometry/index.ts';
import type { MaskStyle } from './document.ts';

/**
 * One channel of a picture in memory: a plane of a video frame, or one colour of interleaved pixels.
 * Sample (x, y) lies at `offset + y * rowStride + x * pixelStride`.
 * `subX` and `subY` say how many picture pixels one sample spans (2 for the chroma of 4:2:0, else 1).
 */
export type Channel = {
  readonly data: Uint8Array | Uint8ClampedArray;
  readonly offset: number;
  readonly pixelStride: number;
  readonly rowStride: number;
  readonly width: number;
  readonly height: number;
  readonly subX: number;
  readonly subY: number;
  /** The value of black in this channel. */
  readonly black: number;
};

/**
 * Hides a region of one channel in place. The same arithmetic serves the preview (colours of a canvas) and the render
 * (planes of a frame). Nothing outside `rect` is read or written, so nothing leaks in either direction.
 */
export function paintChannel(channel: Channel, rect: PixelRect, style: MaskStyle): void {
  const left = Math.floor(rect.left / channel.subX);
  const top = Math.floor(rect.top / channel.subY);
  const right = Math.min(channel.width, Math.ceil((rect.left + rect.width) / channel.subX));
  const bottom = Math.min(channel.height, Math.ceil((rect.top + rect.height) / channel.subY));
  if (right <= left || bottom <= top) return;
  const area = { left, top, right, bottom };
  switch (style.kind) {
    case 'solid':
      fill(channel, area, channel.black);
      return;
    case 'pixelate':
      pixelate(channel, area, Math.max(1, style.block / channel.subX), Math.max(1, style.block / channel.subY));
      return;
    case 'blur':
      blur(channel, area, Math.max(1, style.radius / channel.subX), Math.max(1, style.radius / channel.subY));
      return;
  }
}

type Area = { readonly left: number; readonly top: number; readonly right: number; readonly bottom: number };

function fill(channel: Channel, area: Area, value: number): void {
  const { data, offset, pixelStride, rowStride } = channel;
  for (let y = area.top; y < area.bottom; y++) {
    const row = offset + y * rowStride;
    if (pixelStride === 1) data.fill(value, row + area.left, row + area.right);
    else for (let x = area.left; x < area.right; x++) data[row + x * pixelStride] = value;
  }
}

/** Blocks lie on the picture's own grid: a box that moves over a still face does not sample it at ever new offsets. */
function pixelate(channel: Channel, area: Area, blockX: number, blockY: number): void {
  const { data, offset, pixelStride, rowStride } = channel;
  for (let top = Math.floor(area.top / blockY) * blockY; top < area.bottom; top += blockY) {
    const y0 = Math.max(top, area.top);
    const y1 = Math.min(top + blockY, area.bottom);
    for (let left = Math.floor(area.left / blockX) * blockX; left < area.right; left += blockX) {
      const x0 = Math.max(left, area.left);
      const x1 = Math.min(left + blockX, area.right);
      let sum = 0;
      for (let y = y0; y < y1; y++) {
        const row = offset + y * rowStride;
        for (let x = x0; x < x1; x++) sum += data[row + x * pixelStride] ?? 0;
      }
      const mean = Math.round(sum / ((y1 - y0) * (x1 - x0)));
      fill(channel, { left: x0, top: y0, right: x1, bottom: y1 }, mean);
    }
  }
}

/** Three passes of a box filter each way come close to a Gaussian; edges repeat the region's own outermost samples. */
function blur(channel: Channel, area: Area, radiusX: number, radiusY: number): void {
  const { data, offset, pixelStride, rowStride } = channel;
  const across = area.right - area.left;
  const down = area.bottom - area.top;
  const scratch = new Uint8Array(Math.max(across + 2 * radiusX, down + 2 * radiusY) + 1);
  for (let pass = 0; pass < 3; pass++) {
    for (let y = area.top; y < area.bottom; y++) {
      blurLine(data, offset + y * rowStride + area.left * pixelStride, pixelStride, across, radiusX, scratch);
    }
    for (let x = area.left; x < area.right; x++) {
      blurLine(data, offset + area.top * rowStride + x * pixelStride, rowStride, down, radiusY, scratch);
    }
  }
}

function blurLine(
  data: Uint8Array | Uint8ClampedArray,
  start: number,
  stride: number,
  count: number,
  radius: number,
  scratch: Uint8Array,
): void {
  // The line with its ends repeated as far as the window reaches: the loop that follows needs no question per sample.
  for (let i = 0; i < count; i++) scratch[radius + i] = data[start + i * stride] ?? 0;
  scratch.fill(scratch[radius] ?? 0, 0, radius);
  scratch.fill(scratch[radius + count - 1] ?? 0, radius + count, count + 2 * radius + 1);
  const span = 2 * radius + 1;
  let sum = 0;
  for (let i = 0; i < span; i++) sum += scratch[i] ?? 0;
  for (let i = 0; i < count; i++) {
    data[start + i * stride] = Math.round(sum / span);
    sum += (scratch[i + span] ?? 0) - (scratch[i] ?? 0);
  }
}
