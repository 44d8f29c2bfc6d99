import Konva from 'konva/lib/Core.js';
import { Shape } from 'konva/lib/Shape.js';
import { type Box, handlePoint, handles, type Placement, type Size } from '#common/geometry/index.ts';
import type { Cover } from '#common/redaction/index.ts';
import type { Guides } from '#renderer/engine/index.ts';
import { createRegionPainter } from './region-pixels.ts';

/** Where the picture lies; lengths in CSS pixels of the overlay. */
export type OverlayView = {
  readonly source: Size;
  readonly area: { readonly width: number; readonly height: number };
  readonly placement: Placement;
  readonly pixelRatio: number;
};

/** An edge to be seen. Boxes that are neither selected nor hovered have none: a mask looks as it will be rendered. */
export type Edge = { readonly box: Box; readonly state: 'selected' | 'hovered' | 'drawing' };

/** Everything that lies over one frame of the picture. */
export type OverlayScene = {
  readonly view: OverlayView;
  readonly picture: HTMLVideoElement | null;
  readonly playing: boolean;
  readonly covers: readonly Cover[];
  readonly edges: readonly Edge[];
  readonly guides: Guides | null;
};

/** The canvases over the picture. Draws at once, in whatever callback it is called. */
export type OverlayStage = {
  readonly draw: (scene: OverlayScene) => void;
  readonly destroy: () => void;
};

const accent = '#7fb0ff';
const handleSize = 10;

export function createOverlayStage(container: HTMLDivElement): OverlayStage {
  const stage = new Konva.Stage({ container, width: 1, height: 1, listening: false });
  const masks = new Konva.Layer({ listening: false });
  const edges = new Konva.Layer({ listening: false });
  const painter = createRegionPainter();
  let scene: OverlayScene | null = null;
  masks.add(
    new Shape({
      listening: false,
      sceneFunc: (context) => {
        if (scene !== null) paintMasks(context._context, scene, painter);
      },
    }),
  );
  edges.add(
    new Shape({
      listening: false,
      sceneFunc: (context) => {
        if (scene !== null) paintEdges(context._context, scene);
      },
    }),
  );
  stage.add(masks, edges);
  return {
    draw: (next) => {
      const { area, pixelRatio } = next.view;
      for (const layer of [masks, edges]) {
        if (layer.getCanvas().getPixelRatio() !== pixelRatio) layer.getCanvas().setPixelRatio(pixelRatio);
      }
      if (stage.width() !== area.width || stage.height() !== area.height) stage.size(area);
      scene = next;
      masks.draw();
      edges.draw();
    },
    destroy: () => {
      scene = null;
      stage.destroy();
    },
  };
}

function paintMasks(
  c: CanvasRenderingContext2D,
  scene: OverlayScene,
  painter: ReturnType<typeof createRegionPainter>,
): void {
  const { placement, source } = scene.view;
  const { left, top, scaleX, scaleY } = placement;
  const computed = painter.paint(scene.picture, scene.covers, source, scene.playing);
  if (computed !== null) {
    c.imageSmoothingEnabled = true;
    c.imageSmoothingQuality = 'high';
    c.drawImage(
      computed.canvas,
      left + computed.left * scaleX,
      top + computed.top * scaleY,
      computed.width * scaleX,
      computed.height * scaleY,
    );
  }
  c.fillStyle = '#000';
  for (const { rect, style } of scene.covers) {
    if (style.kind !== 'solid') continue;
    c.fillRect(left + rect.left * scaleX, top + rect.top * scaleY, rect.width * scaleX, rect.height * scaleY);
  }
}

function paintEdges(c: CanvasRenderingContext2D, scene: OverlayScene): void {
  const { placement, pixelRatio } = scene.view;
  const crisp = (value: number): number => Math.round(value * pixelRatio) / pixelRatio;
  const toX = (x: number): number => crisp(placement.left + x * placement.scaleX);
  const toY = (y: number): number => crisp(placement.top + y * placement.scaleY);
  paintGuides(c, scene, toX, toY);
  for (const { box, state } of scene.edges) {
    const left = toX(box.x);
    const top = toY(box.y);
    const width = toX(box.x + box.width) - left;
    const height = toY(box.y + box.height) - top;
    // A dark line beside the light one: it can be told on bright and on dark pictures.
    c.lineWidth = 3;
    c.strokeStyle = 'rgba(11, 13, 16, 0.75)';
    c.strokeRect(left, top, width, height);
    c.lineWidth = 1.5;
    c.strokeStyle = state === 'hovered' ? '#e6e9ed' : accent;
    c.setLineDash(state === 'drawing' ? [6, 4] : []);
    c.strokeRect(left, top, width, height);
    c.setLineDash([]);
    if (state !== 'selected') continue;
    for (const handle of handles) {
      const at = handlePoint(box, handle);
      const x = toX(at.x) - handleSize / 2;
      const y = toY(at.y) - handleSize / 2;
      c.fillStyle = '#e6e9ed';
      c.fillRect(x, y, handleSize, handleSize);
      c.lineWidth = 1.5;
      c.strokeStyle = '#1b2c44';
      c.strokeRect(x, y, handleSize, handleSize);
    }
  }
}

function paintGuides(
  c: CanvasRenderingContext2D,
  scene: OverlayScene,
  toX: (x: number) => number,
  toY: (y: number) => number,
): void {
  const { guides, view } = scene;
  if (guides === null) return;
  c.fillStyle = accent;
  const right = toX(view.source.width);
  const bottom = toY(view.source.height);
  for (const x of guides.x) c.fillRect(toX(x) - 0.5, toY(0), 1, bottom - toY(0));
  for (const y of guides.y) c.fillRect(toX(0), toY(y) - 0.5, right - toX(0), 1);
}
