import type { Box, Size, SourcePoint } from '#common/geometry/index.ts';

/** Lines a box has snapped to: source coordinates across and down. */
export type Guides = { readonly x: readonly number[]; readonly y: readonly number[] };

/** The nearest of some lines within reach; null when none is near enough. */
function nearest(value: number, lines: readonly number[], reach: number): number | null {
  let best: number | null = null;
  for (const line of lines) {
    const distance = Math.abs(line - value);
    if (distance <= reach && (best === null || distance < Math.abs(best - value))) best = line;
  }
  return best;
}

/** A point drawn to the picture's edges when it comes near them. */
export function snapPoint(point: SourcePoint, picture: Size, reach: number): { point: SourcePoint; guides: Guides } {
  const x = reach === 0 ? null : nearest(point.x, [0, picture.width], reach);
  const y = reach === 0 ? null : nearest(point.y, [0, picture.height], reach);
  return {
    point: { x: x ?? point.x, y: y ?? point.y },
    guides: { x: x === null ? [] : [x], y: y === null ? [] : [y] },
  };
}

/** A moved box drawn to the picture's edges and its middle lines. */
export function snapMoved(box: Box, picture: Size, reach: number): { box: Box; guides: Guides } {
  if (reach === 0) return { box, guides: { x: [], y: [] } };
  const across = shift(box.x, box.width, picture.width, reach);
  const down = shift(box.y, box.height, picture.height, reach);
  return {
    box: { ...box, x: box.x + across.by, y: box.y + down.by },
    guides: { x: across.lines, y: down.lines },
  };
}

function shift(start: number, extent: number, whole: number, reach: number): { by: number; lines: readonly number[] } {
  const candidates = [
    { line: 0, by: -start },
    { line: whole, by: whole - start - extent },
    { line: whole / 2, by: whole / 2 - start - extent / 2 },
  ].filter((candidate) => Math.abs(candidate.by) <= reach);
  candidates.sort((a, b) => Math.abs(a.by) - Math.abs(b.by));
  const [best] = candidates;
  return best === undefined ? { by: 0, lines: [] } : { by: best.by, lines: [best.line] };
}
