/** The stretch of time a timeline shows. Times in microseconds from the segment's frame 0, lengths in CSS pixels. */
export type Viewport = {
  readonly startUs: number;
  readonly usPerPixel: number;
  readonly width: number;
  readonly durationUs: number;
  /** Microseconds a pixel at the closest zoom. */
  readonly closest: number;
};

/** How wide a single frame gets at the closest zoom, in pixels. */
const widestFrame = 96;

/** The whole recording. `frameUs` is a typical frame's length. */
export function fitAll(durationUs: number, width: number, frameUs: number): Viewport {
  const duration = Math.max(1, durationUs);
  const closest = Math.max(1, frameUs) / widestFrame;
  const usPerPixel = Math.max(closest, duration / Math.max(1, width));
  return { startUs: 0, usPerPixel, width: Math.max(1, width), durationUs: duration, closest };
}

/** Where a time lies, in pixels from the left edge; may be outside the view. */
export function pixelAt(view: Viewport, us: number): number {
  return (us - view.startUs) / view.usPerPixel;
}

/** The time under a pixel. */
export function timeAt(view: Viewport, pixel: number): number {
  return view.startUs + pixel * view.usPerPixel;
}

/** Zooms by `factor` (above 1 comes closer) and keeps the time under `pixel` where it is. */
export function zoomAt(view: Viewport, pixel: number, factor: number): Viewport {
  const widest = Math.max(view.closest, view.durationUs / view.width);
  const usPerPixel = Math.min(widest, Math.max(view.closest, view.usPerPixel / factor));
  return keepWithin({ ...view, usPerPixel, startUs: timeAt(view, pixel) - pixel * usPerPixel });
}

/** Shows what lies `pixels` to the right. */
export function panBy(view: Viewport, pixels: number): Viewport {
  return keepWithin({ ...view, startUs: view.startUs + pixels * view.usPerPixel });
}

/** The same time at the left edge in a view of another width; a view of everything goes on showing everything. */
export function resizeView(view: Viewport, width: number): Viewport {
  const whole = view.usPerPixel >= view.durationUs / view.width;
  const next = { ...view, width: Math.max(1, width) };
  const widest = Math.max(view.closest, view.durationUs / next.width);
  return keepWithin({ ...next, usPerPixel: whole ? widest : Math.min(widest, view.usPerPixel) });
}

/** Moves the view just far enough that a time is at least `margin` pixels inside it. */
export function revealTime(view: Viewport, us: number, margin = 24): Viewport {
  const pixel = pixelAt(view, us);
  const room = Math.min(margin, view.width / 2);
  if (pixel < room) return panBy(view, pixel - room);
  if (pixel > view.width - room) return panBy(view, pixel - view.width + room);
  return view;
}

/** While playing: turns the page when the playhead has left the view or is about to. */
export function followTime(view: Viewport, us: number): Viewport {
  const pixel = pixelAt(view, us);
  if (pixel >= 0 && pixel <= view.width - 8) return view;
  return keepWithin({ ...view, startUs: us - view.width * 0.1 * view.usPerPixel });
}

function keepWithin(view: Viewport): Viewport {
  const latest = Math.max(0, view.durationUs - view.width * view.usPerPixel);
  return { ...view, startUs: Math.min(latest, Math.max(0, view.startUs)) };
}
