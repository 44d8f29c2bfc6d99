import type { MaskStyle } from '#common/redaction/index.ts';
import type { EventFlag, Span } from '#renderer/engine/index.ts';

/** A stretch shown as a block. `kind` decides its colour and whether it can be moved as a whole. */
export type TimelineBlock = {
  readonly id: string;
  readonly kind: 'box' | 'mute';
  readonly label: string;
  readonly span: Span;
  readonly style: MaskStyle['kind'] | null;
  readonly selected: boolean;
  readonly hovered: boolean;
  readonly keyframes: readonly number[];
};

/** Everything a timeline shows besides time itself. */
export type TimelineContent = {
  readonly flags: readonly EventFlag[];
  /** The footage the camera had kept before somebody or something started it. */
  readonly preEvent: { readonly us: number; readonly silent: boolean } | null;
  readonly boxes: readonly TimelineBlock[];
  readonly mutes: readonly TimelineBlock[];
  /** A stretch marked by hand for the next deed. */
  readonly marked: Span | null;
  readonly hasSound: boolean;
};

export const rulerHeight = 40;
export const rowHeight = 28;
const edgeReach = 7;

/** Where rows begin in the lanes, in CSS pixels from their top. */
export type LaneRows = {
  readonly events: number;
  readonly sound: number;
  readonly soundRows: readonly number[];
  readonly boxes: number;
  readonly boxRows: readonly number[];
  readonly height: number;
};

/** What lies under a point of the lanes. */
export type LaneHit =
  | { readonly kind: 'free' }
  | { readonly kind: 'flag'; readonly flag: EventFlag }
  | { readonly kind: 'block'; readonly block: TimelineBlock; readonly grip: 'start' | 'end' | 'whole' };

/** Lays lanes out under each other: events, sound, boxes. */
export function layRows(soundRows: readonly number[], boxRows: readonly number[]): LaneRows {
  const count = (rows: readonly number[]): number => Math.max(1, ...rows.map((row) => row + 1));
  const sound = rowHeight;
  const boxes = sound + count(soundRows) * rowHeight;
  return { events: 0, sound, soundRows, boxes, boxRows, height: boxes + count(boxRows) * rowHeight };
}

/** Finds what is under a point. `spanX` gives a block's edges in pixels. */
export function hitLanes(
  content: TimelineContent,
  rows: LaneRows,
  x: number,
  y: number,
  xOf: (us: number) => number,
  spanX: (span: Span) => readonly [from: number, to: number],
): LaneHit {
  if (y < rows.sound) {
    const flag = content.flags.findLast((each) => x >= xOf(each.us) - 4 && x <= xOf(each.us) + 20);
    return flag === undefined ? { kind: 'free' } : { kind: 'flag', flag };
  }
  const lower = y >= rows.boxes;
  const blocks = lower ? content.boxes : content.mutes;
  const places = lower ? rows.boxRows : rows.soundRows;
  const row = Math.floor((y - (lower ? rows.boxes : rows.sound)) / rowHeight);
  for (let i = blocks.length - 1; i >= 0; i--) {
    const block = blocks[i];
    if (block === undefined || places[i] !== row) continue;
    const [from, to] = spanX(block.span);
    const inner = Math.min(edgeReach, (to - from) / 3);
    if (x < from - edgeReach || x > to + edgeReach) continue;
    if (x <= from + inner) return { kind: 'block', block, grip: 'start' };
    if (x >= to - inner) return { kind: 'block', block, grip: 'end' };
    return { kind: 'block', block, grip: 'whole' };
  }
  return { kind: 'free' };
}
