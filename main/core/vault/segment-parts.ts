import { type SealLayout, segmentIndexAt, segmentRange } from './layout.ts';

/** A piece of a range that lies in one segment: `from` to `to` in its plaintext belong at `at` of what is asked for. */
export type SegmentPart = { readonly index: number; readonly from: number; readonly to: number; readonly at: number };

/** A range within `size` bytes of plaintext, cut at the end. Throws a bug for what is no range. */
export function clampRange(
  position: number,
  length: number,
  size: number,
): { readonly start: number; readonly end: number } {
  if (!Number.isSafeInteger(position) || position < 0 || !Number.isSafeInteger(length) || length < 0) {
    throw new Error(`Cannot read ${length} bytes at ${position}.`);
  }
  const start = Math.min(position, size);
  return { start, end: Math.min(start + length, size) };
}

/** The parts of segments that make up a range, in order. */
export function* segmentParts(
  { start, end }: { readonly start: number; readonly end: number },
  size: number,
  layout: SealLayout,
): Generator<SegmentPart> {
  for (let at = start; at < end; ) {
    const range = segmentRange(segmentIndexAt(at, layout), size, layout);
    const stop = Math.min(end, range.plaintextStart + range.plaintextLength);
    yield { index: range.index, from: at - range.plaintextStart, to: stop - range.plaintextStart, at: at - start };
    at = stop;
  }
}
