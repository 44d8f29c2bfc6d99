import type { Size } from '#common/geometry/index.ts';
import type { Cover } from '#common/redaction/index.ts';
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
  /** Null when nothing is to be computed. `picture` is null (or unreadable) when there are no pixels: the region is black then. */
  readonly paint: (picture: HTMLVideoElement | null, covers: readonly Cover[], size: Size) => ComputedMask | null;
};

export function createRegionPainter(): RegionPainter {
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  return {
    paint: (picture, covers, size) => {
      const rect = computedRegion(covers);
      if (rect === null || context === null) return null;
      if (canvas.width !== rect.width || canvas.height !== rect.height) {
        canvas.width = rect.width;
        canvas.height = rect.height;
      }
      const readable = picture !== null && picture.videoWidth > 0;
      if (readable) {
        // The element has the picture upright but with square pixels; the region counts the picture's own.
        const scaleX = picture.videoWidth / size.width;
        const scaleY = picture.videoHeight / size.height;
        context.drawImage(
          picture,
          rect.left * scaleX,
          rect.top * scaleY,
          rect.width * scaleX,
          rect.height * scaleY,
          0,
          0,
          rect.width,
          rect.height,
        );
        const image = context.getImageData(0, 0, rect.width, rect.height);
        paintPreview({ data: image.data, rect }, covers, size);
        context.putImageData(image, 0, 0);
      } else {
        // Better black than uncovered.
        context.clearRect(0, 0, rect.width, rect.height);
        context.fillStyle = '#000';
        for (const { rect: area, style } of covers) {
          if (style.kind === 'solid') continue;
          context.fillRect(area.left - rect.left, area.top - rect.top, area.width, area.height);
        }
      }
      return { canvas, left: rect.left, top: rect.top, width: rect.width, height: rect.height };
    },
  };
}
