import type { PixelRect, Size } from '#common/geometry/index.ts';
import type { Cover } from '#common/redaction/index.ts';
import { noteProblem } from '#renderer/bridge/index.ts';
import { computedRegion, paintPreview } from '#renderer/engine/index.ts';

/** What hides a part of the picture by computing with it: pixels at source resolution and where they lie. */
export type ComputedMask = {
  readonly canvas: HTMLCanvasElement;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
};

/** Computes pixelated and blurred masks from the picture on the screen by the arithmetic of the render. */
export type RegionPainter = {
  /**
   * Null when nothing is to be computed. `picture` is null when there are no pixels: the region is black then. While playing,
   * regions that take too long are computed from fewer pixels; at rest every pixel counts.
   */
  readonly paint: (
    picture: HTMLVideoElement | null,
    covers: readonly Cover[],
    size: Size,
    playing: boolean,
  ) => ComputedMask | null;
};

/** Milliseconds a picture may take while playing before it is computed from fewer pixels. */
const patience = 10;
const coarsest = 4;

export function createRegionPainter(): RegionPainter {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  /** How many pixels of the picture one computed pixel stands for, each way. */
  let coarse = 1;
  return {
    paint: (picture, covers, size, playing) => {
      const rect = computedRegion(covers);
      if (rect === null || context === null) return null;
      if (!playing) coarse = 1;
      const began = performance.now();
      const part = shrinkRect(rect, coarse);
      if (canvas.width !== part.width || canvas.height !== part.height) {
        canvas.width = part.width;
        canvas.height = part.height;
      }
      const small = covers.map((cover) => shrinkCover(cover, coarse));
      const readable = picture !== null && picture.videoWidth > 0;
      if (!readable || !computeMasks(context, picture, part, small, size, coarse)) blacken(context, part, small);
      const mask = {
        canvas,
        left: part.left * coarse,
        top: part.top * coarse,
        width: part.width * coarse,
        height: part.height * coarse,
      };
      if (playing && coarse < coarsest && performance.now() - began > patience) coarse *= 2;
      return mask;
    },
  };
}

/** False when the picture's pixels cannot be had. */
function computeMasks(
  context: CanvasRenderingContext2D,
  picture: HTMLVideoElement,
  part: PixelRect,
  covers: readonly Cover[],
  size: Size,
  coarse: number,
): boolean {
  // The element has the picture upright but with square pixels; the region counts the picture's own.
  const scaleX = (picture.videoWidth / size.width) * coarse;
  const scaleY = (picture.videoHeight / size.height) * coarse;
  const { left, top, width, height } = part;
  const picturePart = [left * scaleX, top * scaleY, width * scaleX, height * scaleY] as const;
  try {
    context.drawImage(picture, ...picturePart, 0, 0, width, height);
    const image = context.getImageData(0, 0, width, height);
    const whole = { width: Math.ceil(size.width / coarse), height: Math.ceil(size.height / coarse) };
    paintPreview({ data: image.data, rect: part }, covers, whole);
    context.putImageData(image, 0, 0);
    return true;
  } catch (thrown) {
    noteProblem(thrown);
    return false;
  }
}

/** Better black than uncovered. */
function blacken(context: CanvasRenderingContext2D, part: PixelRect, covers: readonly Cover[]): void {
  context.clearRect(0, 0, part.width, part.height);
  context.fillStyle = '#000';
  for (const { rect, style } of covers) {
    if (style.kind !== 'solid') context.fillRect(rect.left - part.left, rect.top - part.top, rect.width, rect.height);
  }
}

function shrinkRect(rect: PixelRect, by: number): PixelRect {
  const left = Math.floor(rect.left / by);
  const top = Math.floor(rect.top / by);
  return {
    left,
    top,
    width: Math.ceil((rect.left + rect.width) / by) - left,
    height: Math.ceil((rect.top + rect.height) / by) - top,
  };
}

function shrinkCover(cover: Cover, by: number): Cover {
  if (by === 1) return cover;
  const { style } = cover;
  const even = (value: number): number => Math.max(2, Math.round(value / by / 2) * 2);
  const rect = shrinkRect(cover.rect, by);
  if (style.kind === 'pixelate') return { ...cover, rect, style: { ...style, block: even(style.block) } };
  return style.kind === 'blur'
    ? { ...cover, rect, style: { ...style, radius: even(style.radius) } }
    : { ...cover, rect };
}
