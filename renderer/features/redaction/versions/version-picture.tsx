import { useLayoutEffect, useRef } from 'react';
import type { Size } from '#common/geometry/index.ts';
import { boxAt, coverAt, type RedactionDocument } from '#common/redaction/index.ts';
import type { PictureSource } from '../overlay.tsx';
import { createRegionPainter, type RegionPainter } from '../stage/region-pixels.ts';
import classes from './versions.module.css';

/** How the picture of a version is to be drawn. */
export type VersionScene = {
  readonly document: RedactionDocument;
  readonly picture: Size;
  readonly pixelAspect: number;
  /** The item whose edge is drawn, so that it is found. */
  readonly marked: string | null;
};

/** The frame on the screen as one version of the redaction leaves it; `frame` until the first picture comes. */
export function VersionPicture({
  label,
  source,
  frame,
  scene,
}: {
  readonly label: string;
  readonly source: PictureSource;
  readonly frame: number;
  readonly scene: VersionScene;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const latest = useRef(scene);
  const shown = useRef(frame);
  const draw = useRef<(() => void) | null>(null);
  useLayoutEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const painter = createRegionPainter();
    const paint = (): void => paintVersion(element, source, painter, latest.current, shown.current);
    draw.current = paint;
    const stopPictures = source.onPicture((next) => {
      shown.current = next;
      paint();
    });
    const stopRest = source.onRest(paint);
    const observer = new ResizeObserver(paint);
    observer.observe(element);
    return () => {
      observer.disconnect();
      stopPictures();
      stopRest();
      draw.current = null;
    };
  }, [source]);
  useLayoutEffect(() => {
    latest.current = scene;
    draw.current?.();
  }, [scene]);
  return (
    <canvas
      ref={canvas}
      className={classes.canvas}
      role="img"
      aria-label={label}
      style={{ aspectRatio: `${scene.picture.width * scene.pixelAspect} / ${scene.picture.height}` }}
    />
  );
}

const accent = '#7fb0ff';

function paintVersion(
  canvas: HTMLCanvasElement,
  source: PictureSource,
  painter: RegionPainter,
  { document, picture, marked }: VersionScene,
  frame: number,
): void {
  const width = Math.round(canvas.clientWidth * devicePixelRatio);
  const height = Math.round(canvas.clientHeight * devicePixelRatio);
  const context = canvas.getContext('2d');
  if (context === null || width === 0 || height === 0) return;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  context.setTransform(width / picture.width, 0, 0, height / picture.height, 0, 0);
  context.fillStyle = '#000';
  context.fillRect(0, 0, picture.width, picture.height);
  const video = source.picture();
  if (video === null || video.videoWidth === 0) return;
  context.drawImage(video, 0, 0, picture.width, picture.height);
  const covers = coverAt(document, frame, picture);
  const mask = painter.paint(video, covers, picture, source.isPlaying());
  if (mask !== null) context.drawImage(mask.canvas, mask.left, mask.top, mask.width, mask.height);
  for (const { rect, style } of covers) {
    if (style.kind === 'solid') context.fillRect(rect.left, rect.top, rect.width, rect.height);
  }
  const track = document.tracks.find(({ id }) => id === marked);
  const box = track === undefined ? null : boxAt(track, frame);
  if (box === null) return;
  const pixel = picture.width / canvas.clientWidth;
  for (const [colour, lineWidth] of [
    ['rgba(11, 13, 16, 0.75)', 4 * pixel],
    [accent, 2 * pixel],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = lineWidth;
    context.strokeRect(box.x, box.y, box.width, box.height);
  }
}
