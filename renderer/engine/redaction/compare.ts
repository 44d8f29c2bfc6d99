import type { Box } from '#common/geometry/index.ts';
import { boxAt, type FrameRange, type Mute, type RedactionDocument, type Track } from '#common/redaction/index.ts';

/** What of an item is not the same in two versions. */
export type ItemDifference = 'only-first' | 'only-second' | 'name' | 'style' | 'frames' | 'place';

/** One box or mute as two versions have it; null where a version does not have it. */
export type ComparedItem = {
  readonly id: string;
  readonly name: string;
  readonly first: Track | Mute | null;
  readonly second: Track | Mute | null;
  /** Empty when both say the same. */
  readonly differences: readonly ItemDifference[];
  /** The first frame at which the two look different; for what looks the same, the first it applies to. */
  readonly frame: number;
};

/** Compares two versions of a redaction item by item: what differs first, then in the order of frames. */
export function compareDocuments(first: RedactionDocument, second: RedactionDocument): readonly ComparedItem[] {
  const items = [...pairs(first.tracks, second.tracks, trackFrame), ...pairs(first.mutes, second.mutes, rangeFrame)];
  const same = ({ differences }: ComparedItem): number => (differences.length === 0 ? 1 : 0);
  return items.sort((a, b) => same(a) - same(b) || a.frame - b.frame || (a.id < b.id ? -1 : 1));
}

function pairs<I extends Track | Mute>(
  first: readonly I[],
  second: readonly I[],
  frameOf: (one: I, other: I) => number | null,
): readonly ComparedItem[] {
  const others = new Map(second.map((item) => [item.id as string, item]));
  const known = new Set(first.map((item) => item.id as string));
  const alone = (item: I, side: 'only-first' | 'only-second'): ComparedItem => ({
    id: item.id,
    name: item.name,
    first: side === 'only-first' ? item : null,
    second: side === 'only-second' ? item : null,
    differences: [side],
    frame: item.range.first,
  });
  return [
    ...first.map((item): ComparedItem => {
      const other = others.get(item.id);
      if (other === undefined) return alone(item, 'only-first');
      const differences = differencesOf(item, other);
      const frame = frameOf(item, other) ?? item.range.first;
      return { id: item.id, name: item.name, first: item, second: other, differences, frame };
    }),
    ...second.filter(({ id }) => !known.has(id)).map((item) => alone(item, 'only-second')),
  ];
}

function differencesOf(one: Track | Mute, other: Track | Mute): readonly ItemDifference[] {
  const found: ItemDifference[] = [];
  if (one.name !== other.name) found.push('name');
  if (rangeFrame(one, other) !== null) found.push('frames');
  if (!('style' in one) || !('style' in other)) return found;
  if (JSON.stringify(one.style) !== JSON.stringify(other.style)) found.push('style');
  if (boxFrame(one, other, shared(one.range, other.range)) !== null) found.push('place');
  return found;
}

/** The first frame at which only one of them applies. */
function rangeFrame({ range: a }: Track | Mute, { range: b }: Track | Mute): number | null {
  if (a.first !== b.first) return Math.min(a.first, b.first);
  return a.last === b.last ? null : Math.min(a.last, b.last) + 1;
}

/** The first frame at which two boxes hide something else, or hide it in another way. */
function trackFrame(one: Track, other: Track): number | null {
  const both = shared(one.range, other.range);
  const style = JSON.stringify(one.style) === JSON.stringify(other.style) ? null : (both?.first ?? null);
  const frames = [rangeFrame(one, other), style, boxFrame(one, other, both)].filter((frame) => frame !== null);
  return frames.length === 0 ? null : Math.min(...frames);
}

function boxFrame(one: Track, other: Track, range: FrameRange | null): number | null {
  if (range === null) return null;
  for (let frame = range.first; frame <= range.last; frame++) {
    if (!alike(boxAt(one, frame), boxAt(other, frame))) return frame;
  }
  return null;
}

/** A thousandth of a pixel is what arithmetic leaves, not what a hand did. */
function alike(a: Box | null, b: Box | null): boolean {
  if (a === null || b === null) return a === b;
  const near = (one: number, other: number): boolean => Math.abs(one - other) < 0.001;
  return near(a.x, b.x) && near(a.y, b.y) && near(a.width, b.width) && near(a.height, b.height);
}

function shared(a: FrameRange, b: FrameRange): FrameRange | null {
  const range = { first: Math.max(a.first, b.first), last: Math.min(a.last, b.last) };
  return range.first <= range.last ? range : null;
}
