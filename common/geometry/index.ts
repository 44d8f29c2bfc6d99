import { z } from 'zod';

declare const space: unique symbol;
type Point<S extends string> = { readonly x: number; readonly y: number; readonly [space]?: S };

/** A point in pixels of the upright picture (after the rotation tag, before any scaling); may be fractional. */
export type SourcePoint = Point<'source'>;
/** A point in CSS pixels of the view the picture is drawn in. */
export type ViewPoint = Point<'view'>;

/** Width and height in pixels. */
export type Size = { readonly width: number; readonly height: number };

/** An axis-parallel rectangle in pixels of the upright picture; may be fractional and may reach outside the picture. */
export const boxSchema = z.object({
  x: z.number(),
  y: z.number(),
  width: z.number().positive(),
  height: z.number().positive(),
});
export type Box = Readonly<z.infer<typeof boxSchema>>;

/** A rectangle of whole pixels inside a picture: `left`/`top` inclusive, extent `width` × `height`. */
export type PixelRect = {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
};

/** Where a picture lies in a view, in CSS pixels, and the scale from source to view along each axis. */
export type Placement = {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
  readonly scaleX: number;
  readonly scaleY: number;
};

/**
 * Fits a picture into a view without cropping, centred (what `object-fit: contain` does).
 * `shape` is the picture's shape as displayed (its pixels may not be square); `source` counts its pixels.
 */
export function containPicture(view: Size, source: Size, shape: Size = source): Placement {
  const scale = Math.min(view.width / shape.width, view.height / shape.height);
  const width = shape.width * scale;
  const height = shape.height * scale;
  return {
    left: (view.width - width) / 2,
    top: (view.height - height) / 2,
    width,
    height,
    scaleX: width / source.width,
    scaleY: height / source.height,
  };
}

/** View pixels to source pixels. */
export function toSource(point: ViewPoint, placement: Placement): SourcePoint {
  return { x: (point.x - placement.left) / placement.scaleX, y: (point.y - placement.top) / placement.scaleY };
}

/** The box between two corners in any order, at least one pixel in each direction. */
export function boxBetween(a: SourcePoint, b: SourcePoint): Box {
  return {
    x: Math.min(a.x, b.x),
    y: Math.min(a.y, b.y),
    width: Math.max(1, Math.abs(a.x - b.x)),
    height: Math.max(1, Math.abs(a.y - b.y)),
  };
}

/** True when the point is in the box grown by `margin` source pixels. */
export function hitsBox(point: SourcePoint, box: Box, margin = 0): boolean {
  return (
    point.x >= box.x - margin &&
    point.y >= box.y - margin &&
    point.x <= box.x + box.width + margin &&
    point.y <= box.y + box.height + margin
  );
}

/** The eight handles of a box, named by compass. */
export const handles = ['nw', 'n', 'ne', 'e', 'se', 's', 'sw', 'w'] as const;
export type Handle = (typeof handles)[number];

/** Where a handle sits on its box. */
export function handlePoint(box: Box, handle: Handle): SourcePoint {
  const x = handle.includes('w') ? box.x : handle.includes('e') ? box.x + box.width : box.x + box.width / 2;
  const y = handle.startsWith('n') ? box.y : handle.startsWith('s') ? box.y + box.height : box.y + box.height / 2;
  return { x, y };
}

/** The box after its handle was dragged by (`dx`, `dy`) source pixels; never smaller than `least`. `fromCentre` mirrors the drag. */
export function dragHandle(box: Box, handle: Handle, dx: number, dy: number, least: number, fromCentre = false): Box {
  let { x, y, width, height } = box;
  const both = fromCentre ? 2 : 1;
  if (handle.includes('e')) width = Math.max(least, box.width + dx * both);
  if (handle.includes('w')) width = Math.max(least, box.width - dx * both);
  if (handle.startsWith('s')) height = Math.max(least, box.height + dy * both);
  if (handle.startsWith('n')) height = Math.max(least, box.height - dy * both);
  if (fromCentre) {
    x = box.x + (box.width - width) / 2;
    y = box.y + (box.height - height) / 2;
  } else {
    if (handle.includes('w')) x = box.x + box.width - width;
    if (handle.startsWith('n')) y = box.y + box.height - height;
  }
  return { x, y, width, height };
}

/**
 * The whole pixels that must be hidden for a box: rounded outward to even pixels (chroma is stored at half size, so an
 * odd edge would leak colour) and clipped to the picture. Null when nothing of the box is inside.
 */
export function coveredPixels(box: Box, picture: Size): PixelRect | null {
  const left = Math.max(0, Math.floor(box.x / 2) * 2);
  const top = Math.max(0, Math.floor(box.y / 2) * 2);
  const right = Math.min(picture.width, Math.ceil((box.x + box.width) / 2) * 2);
  const bottom = Math.min(picture.height, Math.ceil((box.y + box.height) / 2) * 2);
  if (right <= left || bottom <= top) return null;
  return { left, top, width: right - left, height: bottom - top };
}
