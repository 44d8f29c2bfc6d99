import { ActionIcon, Tooltip } from '@mantine/core';
import { IconArrowAutofitWidth } from '@tabler/icons-react';
import { type PointerEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import {
  type FrameTable,
  formatRecordingTime,
  frameAtMicroseconds,
  frameTimeMicroseconds,
} from '#common/time/index.ts';
import { packRows, pixelAt, type Span, timeAt, type Viewport } from '#renderer/engine/index.ts';
import type { Player } from './player.ts';
import { spokenTime } from './spoken-time.ts';
import { paintLanes, paintRuler, spanPixels, type TimelineScene, timelineColours } from './stage/paint-timeline.ts';
import classes from './timeline.module.css';
import { type BlockDrag, useLaneGestures } from './timeline-gestures.ts';
import { layRows, type TimelineContent } from './timeline-model.ts';
import { type TimelineZoom, useTimelineZoom, useZoomCommands } from './use-timeline-zoom.ts';

/** Where recording time and wall time begin for this segment. */
export type TimelineClock = {
  readonly offsetUs: number;
  /** Milliseconds UTC of the segment's frame 0. */
  readonly startMs: number;
  readonly zone: string;
};

/** Time as a strip: a ruler, events, sound, redactions and the playhead. */
export function Timeline({
  player,
  table,
  clock,
  content,
  drag,
}: {
  readonly player: Player;
  readonly table: FrameTable;
  readonly clock: TimelineClock;
  readonly content: TimelineContent;
  readonly drag: BlockDrag;
}) {
  const { t } = useTranslation('player');
  const rulerCanvas = useRef<HTMLCanvasElement>(null);
  const laneCanvas = useRef<HTMLCanvasElement>(null);
  const ruler = useRef<HTMLDivElement>(null);
  const lanes = useRef<HTMLDivElement>(null);
  const zoom = useTimelineZoom(table);
  const { view } = zoom;
  useZoomCommands(zoom, player, table);
  const rows = useMemo(
    () =>
      layRows(packRows(content.mutes.map((block) => block.span)), packRows(content.boxes.map((block) => block.span))),
    [content],
  );
  const wall = useMemo(() => wallClock(clock), [clock]);
  const ratio = useRatio();
  useWheelZoom(ruler, zoom);
  useWheelZoom(lanes, zoom);
  useMeasuredWidth(ruler, zoom.resize);

  useLayoutEffect(() => {
    if (view === null || rulerCanvas.current === null || laneCanvas.current === null) return;
    const scene: TimelineScene = {
      view,
      table,
      offsetUs: clock.offsetUs,
      wall,
      content,
      rows,
      colours: timelineColours(laneCanvas.current),
      ratio,
      words: { silent: t('silent'), none: t('noSound'), preEvent: t('preEvent') },
    };
    paintRuler(rulerCanvas.current, scene);
    paintLanes(laneCanvas.current, scene);
  }, [view, table, clock.offsetUs, wall, content, rows, ratio, t]);

  const frameUnder = (x: number): number =>
    view === null ? 0 : frameAtMicroseconds(table, Math.max(0, timeAt(view, x)) - halfStep(table));
  const gestures = useLaneGestures({
    content,
    rows,
    frames: table.pts.length,
    xOf: (us) => (view === null ? 0 : pixelAt(view, us)),
    spanX: (span: Span) => (view === null ? [0, 0] : spanPixels({ view, table }, span)),
    frameUnder,
    player,
    drag,
  });
  const scrub = (event: PointerEvent<HTMLElement>): void => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    player.goTo(frameUnder(x));
  };

  const canvasSize = (height: number) => ({ width: view?.width ?? 0, height });
  return (
    <div className={classes.timeline} data-testid="timeline">
      <div className={classes.frame}>
        <div className={classes.head}>
          <div className={classes.corner}>
            <Tooltip label={t('fitTimeline')}>
              <ActionIcon size={28} aria-label={t('fitTimeline')} onClick={zoom.fit}>
                <IconArrowAutofitWidth size={18} stroke={1.75} />
              </ActionIcon>
            </Tooltip>
          </div>
          <RulerSlider
            player={player}
            table={table}
            offsetUs={clock.offsetUs}
            host={ruler}
            onPointerDown={(event) => {
              event.currentTarget.setPointerCapture(event.pointerId);
              scrub(event);
            }}
            onPointerMove={(event) => {
              if (event.currentTarget.hasPointerCapture(event.pointerId)) scrub(event);
            }}
          >
            <canvas ref={rulerCanvas} className={classes.canvas} style={canvasSize(40)} aria-hidden />
          </RulerSlider>
        </div>
        <div className={classes.body}>
          <div className={classes.names} style={{ height: rows.height }}>
            <div className={classes.name} style={{ height: rows.sound }}>
              {t('laneEvents')}
            </div>
            <div className={classes.name} style={{ height: rows.boxes - rows.sound }}>
              {t('laneSound')}
            </div>
            <div className={classes.name}>{t('laneBoxes')}</div>
          </div>
          <div
            ref={lanes}
            className={classes.lanes}
            style={{ height: rows.height }}
            data-cursor={gestures.cursor}
            title={gestures.title ?? undefined}
            data-testid="timeline-lanes"
            {...gestures.handlers}
          >
            <canvas ref={laneCanvas} className={classes.canvas} style={canvasSize(rows.height)} aria-hidden />
          </div>
        </div>
        <Playhead player={player} table={table} view={view} onMoved={zoom.follow} />
      </div>
    </div>
  );
}

/** The ruler as a slider: it speaks where the playhead is, and its arrows step by frames. */
function RulerSlider({
  player,
  table,
  offsetUs,
  host,
  children,
  ...handlers
}: {
  readonly player: Player;
  readonly table: FrameTable;
  readonly offsetUs: number;
  readonly host: React.RefObject<HTMLDivElement | null>;
  readonly children: React.ReactNode;
  readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
  readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void;
}) {
  const { t } = useTranslation('player');
  const playing = useStore(player.store, (state) => state.playing);
  // Spoken only at rest: a value that changes thirty times a second cannot be listened to.
  const frame = useStore(player.store, (state) => (playing ? null : state.frame));
  const [last, setLast] = useState(0);
  if (frame !== null && frame !== last) setLast(frame);
  const us = offsetUs + frameTimeMicroseconds(table, last);
  return (
    <div
      ref={host}
      className={classes.ruler}
      role="slider"
      tabIndex={0}
      aria-label={t('playhead')}
      aria-valuemin={0}
      aria-valuemax={table.pts.length - 1}
      aria-valuenow={last}
      aria-valuetext={`${spokenTime(us, t)}, ${t('frameNumber', { frame: last })}`}
      title={formatRecordingTime(us, last)}
      onKeyDown={(event) => {
        const by = sliderStep(event.key, event.shiftKey);
        if (by === null || event.ctrlKey || event.altKey || event.metaKey) return;
        event.preventDefault();
        player.step(by);
      }}
      {...handlers}
    >
      {children}
    </div>
  );
}

function sliderStep(key: string, far: boolean): number | null {
  const by = far ? 10 : 1;
  if (key === 'ArrowRight' || key === 'ArrowUp') return by;
  if (key === 'ArrowLeft' || key === 'ArrowDown') return -by;
  if (key === 'PageUp') return 30;
  return key === 'PageDown' ? -30 : null;
}

/** The playhead moves in the picture's own callback, without drawing anything else anew. */
function Playhead({
  player,
  table,
  view,
  onMoved,
}: {
  readonly player: Player;
  readonly table: FrameTable;
  readonly view: Viewport | null;
  readonly onMoved: (us: number, playing: boolean) => void;
}) {
  const line = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (view === null) return undefined;
    const place = (frame: number): void => {
      const us = frameTimeMicroseconds(table, frame);
      const ratio = window.devicePixelRatio;
      const x = Math.round(pixelAt(view, us) * ratio) / ratio;
      if (line.current !== null) line.current.style.transform = `translateX(${x}px)`;
    };
    place(player.store.getState().frame);
    return player.onPicture((frame) => {
      place(frame);
      onMoved(frameTimeMicroseconds(table, frame), player.store.getState().playing);
    });
  }, [player, table, view, onMoved]);
  return (
    <div className={classes.playheadClip}>
      <div ref={line} className={classes.playhead} data-testid="playhead" />
    </div>
  );
}

/** Pointing at a frame means the stretch it is shown in, not the nearest beginning of one. */
function halfStep(table: FrameTable): number {
  const last = table.pts.length - 1;
  return last < 1 ? 0 : frameTimeMicroseconds(table, last) / last / 2;
}

function wallClock(clock: TimelineClock): (us: number) => string {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: clock.zone, timeStyle: 'medium' });
  return (us) => format.format(clock.startMs + us / 1000);
}

function useRatio(): number {
  const [ratio, setRatio] = useState(window.devicePixelRatio);
  useEffect(() => {
    const query = matchMedia(`(resolution: ${ratio}dppx)`);
    const changed = (): void => setRatio(window.devicePixelRatio);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, [ratio]);
  return ratio;
}

/** Scrolling zooms at the pointer, with Shift (or sideways) it pans. React's own wheel listeners cannot keep the page still. */
function useWheelZoom(host: React.RefObject<HTMLDivElement | null>, zoom: TimelineZoom): void {
  const { zoomAtPixel, pan } = zoom;
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (event.shiftKey || sideways) pan(sideways ? event.deltaX : event.deltaY);
      else zoomAtPixel(event.clientX - element.getBoundingClientRect().left, Math.exp(-event.deltaY * 0.0016));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [host, zoomAtPixel, pan]);
}

function useMeasuredWidth(host: React.RefObject<HTMLDivElement | null>, onWidth: (width: number) => void): void {
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => onWidth(element.clientWidth));
    observer.observe(element);
    onWidth(element.clientWidth);
    return () => observer.disconnect();
  }, [host, onWidth]);
}
