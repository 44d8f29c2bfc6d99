import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
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
import { type Command, useCommands } from '#renderer/state/index.ts';
import type { Player } from './player.ts';

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

const zoomStep = 1.5;

/** Lays the keys of the zoom into the command table while a timeline is shown. */
export function useZoomCommands(zoom: TimelineZoom, player: Player, table: FrameTable): void {
  const { t } = useTranslation('player');
  const { zoomAround, fit } = zoom;
  useCommands(
    useMemo((): readonly Command[] => {
      const group = t('group');
      const zoomBy = (factor: number) => (): void =>
        zoomAround(frameTimeMicroseconds(table, player.store.getState().frame), factor);
      return [
        {
          id: 'timeline.zoom-in',
          title: t('zoomIn'),
          group,
          shortcuts: ['+', '='],
          repeats: true,
          run: zoomBy(zoomStep),
        },
        {
          id: 'timeline.zoom-out',
          title: t('zoomOut'),
          group,
          shortcuts: ['-'],
          repeats: true,
          run: zoomBy(1 / zoomStep),
        },
        { id: 'timeline.fit', title: t('fitTimeline'), group, shortcuts: ['0'], run: fit },
      ];
    }, [t, zoomAround, fit, player, table]),
  );
}

/** The average length of a frame in microseconds. */
function typicalFrame(table: FrameTable): number {
  const last = table.pts.length - 1;
  return last < 1 ? 33_333 : frameTimeMicroseconds(table, last) / last;
}
