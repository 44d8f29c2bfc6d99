import { type FrameTable, frameTimeMicroseconds } from '#common/time/index.ts';
import { pixelAt, rulerTicks, type Span, spanTime, type Viewport } from '#renderer/engine/index.ts';
import { type LaneRows, rowHeight, rulerHeight, type TimelineBlock, type TimelineContent } from '../timeline-model.ts';

/** Colours as the style sheet has them. */
export type TimelineColours = Readonly<
  Record<
    'ground' | 'surface' | 'raised' | 'line' | 'lineStrong' | 'text' | 'dim' | 'accent' | 'selected' | 'attention',
    string
  >
>;

/** Reads the colours of the look from an element. */
export function timelineColours(element: HTMLElement): TimelineColours {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    ground: read('--ground'),
    surface: read('--surface'),
    raised: read('--surface-raised'),
    line: read('--line'),
    lineStrong: read('--line-strong'),
    text: read('--text'),
    dim: read('--text-dim'),
    accent: read('--accent'),
    selected: read('--surface-selected'),
    attention: read('--attention'),
  };
}

/** One picture of a timeline. */
export type TimelineScene = {
  readonly view: Viewport;
  readonly table: FrameTable;
  readonly offsetUs: number;
  readonly wall: (us: number) => string;
  readonly content: TimelineContent;
  readonly rows: LaneRows;
  readonly colours: TimelineColours;
  readonly ratio: number;
  /** What the lanes say: where there is no sound, and before the event. */
  readonly words: { readonly silent: string; readonly none: string; readonly preEvent: string };
};

const small = '12px "Source Sans 3", system-ui, sans-serif';
const strong = '600 12px "Source Sans 3", system-ui, sans-serif';

/** Gives a canvas the size it is shown with, in whole pixels of the screen, and a context in CSS pixels. */
function prepare(canvas: HTMLCanvasElement, scene: TimelineScene, height: number): CanvasRenderingContext2D | null {
  const { ratio, view } = scene;
  const width = Math.max(1, Math.round(view.width * ratio));
  const tall = Math.max(1, Math.round(height * ratio));
  if (canvas.width !== width || canvas.height !== tall) {
    canvas.width = width;
    canvas.height = tall;
  }
  const context = canvas.getContext('2d');
  context?.setTransform(ratio, 0, 0, ratio, 0, 0);
  context?.clearRect(0, 0, view.width + 1, height + 1);
  return context;
}

/** Draws the ruler: recording time or frames above, wall time below. */
export function paintRuler(canvas: HTMLCanvasElement, scene: TimelineScene): void {
  const c = prepare(canvas, scene, rulerHeight);
  if (c === null) return;
  const { colours, view, table, offsetUs } = scene;
  const crisp = (x: number): number => Math.round(x * scene.ratio) / scene.ratio;
  paintPreEvent(c, scene, 0, rulerHeight);
  if (scene.content.marked !== null) {
    const [from, to] = spanPixels(scene, scene.content.marked);
    c.fillStyle = colours.accent;
    c.fillRect(from, rulerHeight - 4, Math.max(2, to - from), 3);
  }
  c.textBaseline = 'alphabetic';
  for (const tick of rulerTicks(view, table, offsetUs)) {
    const x = crisp(tick.x);
    c.fillStyle = tick.label === null ? colours.line : colours.lineStrong;
    const length = tick.label === null ? 6 : rulerHeight;
    c.fillRect(x, rulerHeight - length, 1 / scene.ratio, length);
    if (tick.label === null) continue;
    c.font = small;
    c.fillStyle = colours.text;
    c.fillText(tick.label, x + 4, 14);
    c.fillStyle = colours.dim;
    c.fillText(scene.wall(tick.us), x + 4, 30);
  }
}

/** Draws the lanes: flags, the sound with its mutes, the boxes. */
export function paintLanes(canvas: HTMLCanvasElement, scene: TimelineScene): void {
  const { rows, colours, view, content } = scene;
  const c = prepare(canvas, scene, rows.height);
  if (c === null) return;
  for (const [top, height] of [
    [rows.events, rows.sound],
    [rows.sound, rows.boxes],
    [rows.boxes, rows.height],
  ].map(([from = 0, to = 0]) => [from, to - from] as const)) {
    c.fillStyle = colours.surface;
    c.fillRect(0, top, view.width, height - 1);
  }
  paintPreEvent(c, scene, rows.events, rows.sound - 1);
  paintSound(c, scene);
  paintFlags(c, scene);
  content.mutes.forEach((block, i) => paintBlock(c, scene, block, rows.sound + (rows.soundRows[i] ?? 0) * rowHeight));
  content.boxes.forEach((block, i) => paintBlock(c, scene, block, rows.boxes + (rows.boxRows[i] ?? 0) * rowHeight));
}

/** The edges of a span in pixels. */
export function spanPixels(scene: Pick<TimelineScene, 'view' | 'table'>, span: Span): readonly [number, number] {
  const { from, to } = spanTime(scene.table, span);
  return [pixelAt(scene.view, from), pixelAt(scene.view, to)];
}

function paintPreEvent(c: CanvasRenderingContext2D, scene: TimelineScene, top: number, height: number): void {
  const { content, view, colours } = scene;
  if (content.preEvent === null) return;
  const from = Math.max(0, pixelAt(view, 0));
  const to = Math.min(view.width, pixelAt(view, content.preEvent.us));
  if (to <= from) return;
  c.save();
  c.beginPath();
  c.rect(from, top, to - from, height);
  c.clip();
  c.fillStyle = colours.raised;
  c.fillRect(from, top, to - from, height);
  c.strokeStyle = colours.line;
  c.lineWidth = 1;
  c.beginPath();
  for (let x = from - height - ((from - height) % 8); x < to; x += 8) {
    c.moveTo(x, top + height);
    c.lineTo(x + height, top);
  }
  c.stroke();
  c.restore();
}

/** The sound lane: a quiet band where there is sound, words where there is none. */
function paintSound(c: CanvasRenderingContext2D, scene: TimelineScene): void {
  const { content, view, colours, rows } = scene;
  const middle = rows.sound + rowHeight / 2;
  const silentUntil = content.preEvent?.silent === true ? content.preEvent.us : 0;
  const start = Math.max(0, pixelAt(view, content.hasSound ? silentUntil : view.durationUs));
  const end = Math.min(view.width, pixelAt(view, view.durationUs));
  if (end > start) {
    c.fillStyle = colours.line;
    c.fillRect(start, middle - 2, end - start, 3);
  }
  const words = content.hasSound ? scene.words.silent : scene.words.none;
  const left = Math.max(0, pixelAt(view, 0));
  c.font = small;
  const room = Math.min(start, view.width) - left;
  if (room > c.measureText(words).width + 12) {
    c.fillStyle = colours.dim;
    c.textBaseline = 'middle';
    c.fillText(words, left + 6, middle);
  }
}

/** Flags with their letter, and their words as far as there is room before the next one. */
function paintFlags(c: CanvasRenderingContext2D, scene: TimelineScene): void {
  const { content, view, colours, rows } = scene;
  const { flags, preEvent } = content;
  const middle = rows.events + 13;
  c.textBaseline = 'middle';
  if (preEvent !== null) {
    const left = Math.max(0, pixelAt(view, 0));
    const room = Math.min(pixelAt(view, preEvent.us), pixelAt(view, flags[0]?.us ?? preEvent.us)) - left;
    c.font = small;
    c.fillStyle = colours.dim;
    if (room > c.measureText(scene.words.preEvent).width + 12) c.fillText(scene.words.preEvent, left + 6, middle);
  }
  flags.forEach((flag, i) => {
    const x = pixelAt(view, flag.us);
    paintFlag(c, scene, x, flag.letter);
    const next = flags[i + 1];
    const room = Math.min(view.width, next === undefined ? view.width : pixelAt(view, next.us)) - x - 24;
    c.font = small;
    c.fillStyle = colours.dim;
    c.textBaseline = 'middle';
    if (x > -24 && room > c.measureText(flag.label).width + 8) c.fillText(flag.label, x + 24, middle);
  });
}

function paintFlag(c: CanvasRenderingContext2D, scene: TimelineScene, x: number, letter: string): void {
  const { colours, ratio, rows } = scene;
  if (x < -24 || x > scene.view.width + 4) return;
  const at = Math.round(x * ratio) / ratio;
  c.fillStyle = colours.attention;
  c.fillRect(at, rows.events + 2, 2, rowHeight - 4);
  c.beginPath();
  c.roundRect(at, rows.events + 4, 18, 17, [0, 3, 3, 0]);
  c.fill();
  c.font = strong;
  c.fillStyle = colours.ground;
  c.textBaseline = 'middle';
  c.textAlign = 'center';
  c.fillText(letter, at + 9.5, rows.events + 13);
  c.textAlign = 'start';
}

function paintBlock(c: CanvasRenderingContext2D, scene: TimelineScene, block: TimelineBlock, row: number): void {
  const { colours, view, table, ratio } = scene;
  const [rawFrom, rawTo] = spanPixels(scene, block.span);
  if (rawTo < -8 || rawFrom > view.width + 8) return;
  const from = Math.round(Math.max(-8, rawFrom) * ratio) / ratio;
  const to = Math.max(from + 3, Math.round(Math.min(view.width + 8, rawTo) * ratio) / ratio);
  const top = row + 2;
  const height = rowHeight - 5;
  c.save();
  c.beginPath();
  c.roundRect(from, top, to - from, height, 3);
  c.fillStyle = block.selected ? colours.selected : colours.raised;
  c.fill();
  c.clip();
  if (block.kind === 'mute')
    paintStripes(c, from, top, to - from, height, block.selected ? colours.accent : colours.lineStrong);
  c.restore();
  c.strokeStyle = block.selected ? colours.accent : block.hovered ? colours.dim : colours.lineStrong;
  c.lineWidth = block.selected ? 2 : 1;
  c.beginPath();
  c.roundRect(from + 0.5, top + 0.5, to - from - 1, height - 1, 3);
  c.stroke();
  if (block.selected) {
    c.fillStyle = colours.accent;
    c.fillRect(from, top, Math.min(4, (to - from) / 3), height);
    c.fillRect(to - Math.min(4, (to - from) / 3), top, Math.min(4, (to - from) / 3), height);
  }
  const first = Math.max(from, 0);
  const room = Math.min(to, view.width) - first;
  c.save();
  c.beginPath();
  c.rect(first, top, room, height);
  c.clip();
  c.font = block.selected ? strong : small;
  c.fillStyle = colours.text;
  c.textBaseline = 'middle';
  const label = block.label;
  if (room > 24) {
    c.fillText(label, first + 8, top + (block.keyframes.length > 0 ? 9 : height / 2 + 0.5));
  }
  c.restore();
  for (const frame of block.keyframes) {
    if (frame < 0 || frame >= table.pts.length) continue;
    const x = pixelAt(view, frameTimeMicroseconds(table, frame));
    if (x < -6 || x > view.width + 6) continue;
    paintKeyframe(c, x, top + height - 5, block.selected ? colours.accent : colours.dim, colours.ground);
  }
}

function paintStripes(
  c: CanvasRenderingContext2D,
  left: number,
  top: number,
  width: number,
  height: number,
  colour: string,
): void {
  c.strokeStyle = colour;
  c.globalAlpha = 0.35;
  c.beginPath();
  for (let x = left - height; x < left + width; x += 6) {
    c.moveTo(x, top + height);
    c.lineTo(x + height, top);
  }
  c.stroke();
  c.globalAlpha = 1;
}

function paintKeyframe(c: CanvasRenderingContext2D, x: number, y: number, colour: string, edge: string): void {
  c.beginPath();
  c.moveTo(x, y - 4.5);
  c.lineTo(x + 4.5, y);
  c.lineTo(x, y + 4.5);
  c.lineTo(x - 4.5, y);
  c.closePath();
  c.fillStyle = colour;
  c.fill();
  c.strokeStyle = edge;
  c.lineWidth = 1;
  c.stroke();
}
