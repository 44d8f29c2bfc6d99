import { endOfFrame, type FrameTable, frameCount, frameTimeMicroseconds, toMicroseconds } from '#common/time/index.ts';

/** Frames `first` to `last`, both included. */
export type Span = { readonly first: number; readonly last: number };

/** Puts spans into as few rows as hold them without overlap, earliest first; the answer gives each span's row. */
export function packRows(spans: readonly Span[]): readonly number[] {
  const order = spans.map((_, index) => index).sort((a, b) => (spans[a]?.first ?? 0) - (spans[b]?.first ?? 0));
  const ends: number[] = [];
  const rows = new Array<number>(spans.length).fill(0);
  for (const index of order) {
    const span = spans[index];
    if (span === undefined) continue;
    const free = ends.findIndex((end) => end < span.first);
    const row = free === -1 ? ends.length : free;
    ends[row] = span.last;
    rows[index] = row;
  }
  return rows;
}

/** The time a span takes: from the start of its first frame to the end of its last, in microseconds. */
export function spanTime(table: FrameTable, span: Span): { readonly from: number; readonly to: number } {
  const last = frameCount(table) - 1;
  if (last < 0) return { from: 0, to: 0 };
  const first = Math.min(last, Math.max(0, span.first));
  const end = Math.min(last, Math.max(first, span.last));
  return {
    from: frameTimeMicroseconds(table, first),
    to: toMicroseconds(endOfFrame(table, end), table.timeBase),
  };
}

/** Which part of a block is dragged. */
export type BlockGrip = 'start' | 'end' | 'whole';

/** The span after a block's grip was dragged from one frame to another; never empty, never outside the table. */
export function dragSpan(span: Span, grip: BlockGrip, by: number, frames: number): Span {
  const last = Math.max(0, frames - 1);
  const within = (frame: number): number => Math.max(0, Math.min(last, frame));
  if (grip === 'start') return { first: Math.min(within(span.first + by), span.last), last: span.last };
  if (grip === 'end') return { first: span.first, last: Math.max(within(span.last + by), span.first) };
  const room = Math.max(-span.first, Math.min(last - span.last, by));
  return { first: span.first + room, last: span.last + room };
}
