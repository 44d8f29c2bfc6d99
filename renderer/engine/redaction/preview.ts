import type { PixelRect, Size } from '#common/geometry/index.ts';
import { type Channel, type Cover, paintChannel } from '#common/redaction/index.ts';

/** A region of the picture as interleaved RGBA at source resolution. */
export type RegionPixels = { readonly data: Uint8ClampedArray; readonly rect: PixelRect };

/** The smallest region that holds every cover whose pixels must be computed; null when solid black does for all of them. */
export function computedRegion(covers: readonly Cover[]): PixelRect | null {
  const rects = covers.filter((cover) => cover.style.kind !== 'solid').map((cover) => cover.rect);
  if (rects.length === 0) return null;
  const left = Math.min(...rects.map((rect) => rect.left));
  const top = Math.min(...rects.map((rect) => rect.top));
  const right = Math.max(...rects.map((rect) => rect.left + rect.width));
  const bottom = Math.max(...rects.map((rect) => rect.top + rect.height));
  return { left, top, width: right - left, height: bottom - top };
}

/**
 * Hides the computed covers in a region's pixels, in the render's order and by the render's arithmetic, and makes every pixel
 * outside them transparent, so that only what is hidden lies over the picture.
 */
export function paintPreview(region: RegionPixels, covers: readonly Cover[], picture: Size): void {
  const { data, rect } = region;
  const computed = covers.filter((cover) => cover.style.kind !== 'solid');
  const rowStride = rect.width * 4;
  for (const { rect: area, style } of computed) {
    for (let colour = 0; colour < 3; colour++) {
      const channel: Channel = {
        data,
        // The region's samples are addressed by the picture's own coordinates: blocks lie on the picture's grid.
        offset: colour - rect.top * rowStride - rect.left * 4,
        pixelStride: 4,
        rowStride,
        width: picture.width,
        height: picture.height,
        subX: 1,
        subY: 1,
        black: 0,
      };
      paintChannel(channel, area, style);
    }
  }
  for (let i = 3; i < data.length; i += 4) data[i] = 0;
  for (const { rect: area } of computed) {
    for (let y = area.top; y < area.top + area.height; y++) {
      const row = (y - rect.top) * rowStride + (area.left - rect.left) * 4 + 3;
      for (let x = 0; x < area.width; x++) data[row + x * 4] = 255;
    }
  }
}
