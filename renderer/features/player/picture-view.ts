import { containPicture, type Placement, type Size } from '#common/geometry/index.ts';

/** Where the picture lies in its area. All lengths in CSS pixels of the area, edges on whole pixels of the screen. */
export type PictureView = {
  /** Pixels of the upright picture. */
  readonly source: Size;
  /** The area around the picture, for overlays. */
  readonly area: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
  readonly placement: Placement;
  /** Screen pixels per CSS pixel. */
  readonly pixelRatio: number;
};

/**
 * Fits a picture into an area and moves every edge onto a whole pixel of the screen, so that the video and what lies over it
 * are drawn by the same pixels at every ratio. `at` is where the area begins in the window.
 */
export function viewPicture(
  source: Size,
  pixelAspect: number,
  at: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
  pixelRatio: number,
): PictureView {
  const snap = (value: number): number => Math.round(value * pixelRatio) / pixelRatio;
  const left = snap(at.left);
  const top = snap(at.top);
  const area = {
    left: left - at.left,
    top: top - at.top,
    width: snap(at.left + at.width) - left,
    height: snap(at.top + at.height) - top,
  };
  const shape = { width: source.width * pixelAspect, height: source.height };
  const fitted = containPicture(area, source, shape);
  const pictureLeft = snap(left + fitted.left) - left;
  const pictureTop = snap(top + fitted.top) - top;
  const width = snap(left + fitted.left + fitted.width) - left - pictureLeft;
  const height = snap(top + fitted.top + fitted.height) - top - pictureTop;
  return {
    source,
    area,
    placement: {
      left: pictureLeft,
      top: pictureTop,
      width,
      height,
      scaleX: width / source.width,
      scaleY: height / source.height,
    },
    pixelRatio,
  };
}
