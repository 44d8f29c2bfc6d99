import { useCallback, useMemo, useState } from 'react';
import { type FrameTable, frameTimeMicroseconds } from '#common/time/index.ts';
import {
  fitAll,
  followTime,
  panBy,
  pixelAt,
  resizeView,
  revealTime,
  tableDurationUs,
  type Viewport,
  zoomAt,
} from '#renderer/engine/index.ts';

/** What part of the time a timeline shows, and how to change it. */
export type TimelineZoom = {
  readonly view: Viewport | null;
  readonly resize: (width: number) => void;
  readonly zoomAtPixel: (pixel: number, factor: number) => void;
  /** Zooms around a time; when it is out of sight, around the middle. */
  readonly zoomAround: (us: number, factor: number) => void;
  readonly pan: (pixels: number) => void;
  readonly fit: () => void;
  /** The playhead moved here: turns the page while playing, else keeps it in sight. */
  readonly follow: (us: number, playing: boolean) => void;
};

export function useTimelineZoom(table: FrameTable): TimelineZoom {
  const [view, setView] = useState<Viewport | null>(null);
  const duration = tableDurationUs(table);
  const frameUs = useMemo(() => typicalFrame(table), [table]);
  const change = useCallback(
    (turn: (view: Viewport) => Viewport) => setView((before) => (before === null ? before : turn(before))),
    [],
  );
  return {
    view,
    resize: useCallback(
      (width: number) =>
        setView((before) =>
          before === null || before.durationUs !== Math.max(1, duration)
            ? fitAll(duration, width, frameUs)
            : before.width === width
              ? before
              : resizeView(before, width),
        ),
      [duration, frameUs],
    ),
    zoomAtPixel: useCallback((pixel, factor) => change((before) => zoomAt(before, pixel, factor)), [change]),
    zoomAround: useCallback(
      (us, factor) =>
        change((before) => {
          const pixel = pixelAt(before, us);
          return zoomAt(before, pixel >= 0 && pixel <= before.width ? pixel : before.width / 2, factor);
        }),
      [change],
    ),
    pan: useCallback((pixels) => change((before) => panBy(before, pixels)), [change]),
    fit: useCallback(() => change((before) => fitAll(duration, before.width, frameUs)), [change, duration, frameUs]),
    follow: useCallback(
      (us, playing) => change((before) => (playing ? followTime(before, us) : revealTime(before, us))),
      [change],
    ),
  };
}

/** The average length of a frame in microseconds. */
function typicalFrame(table: FrameTable): number {
  const last = table.pts.length - 1;
  return last < 1 ? 33_333 : frameTimeMicroseconds(table, last) / last;
}
