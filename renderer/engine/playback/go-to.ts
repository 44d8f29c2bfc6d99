import { type FrameTable, frameAtMicroseconds, frameCount } from '#common/time/index.ts';

/**
 * The frame a person means by `f 22530`, `#22530`, `12:31`, `00:12:31.5` or `751 s`. Times count from the recording's start:
 * `offsetUs` is where this segment begins in it. Null when the text is neither, or points outside the segment.
 */
export function parseGoTo(text: string, table: FrameTable, offsetUs: number): number | null {
  const frame = /^\s*(?:f|#|frame)\s*(\d{1,9})\s*$/i.exec(text)?.[1];
  if (frame !== undefined) {
    const index = Number(frame);
    return index < frameCount(table) ? index : null;
  }
  const clock = /^\s*(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6}(?:[.,]\d{1,6})?)\s*s?\s*$/.exec(text);
  if (clock === null) return null;
  const [, hours = '0', minutes = '0', seconds = '0'] = clock;
  const us = Math.round((Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds.replace(',', '.'))) * 1_000_000);
  const last = frameCount(table) - 1;
  const local = us - offsetUs;
  if (local < 0 || last < 0) return null;
  const end = (((table.pts[last] ?? 0) + table.lastDuration) * table.timeBase.num * 1_000_000) / table.timeBase.den;
  return local > end ? null : frameAtMicroseconds(table, local);
}
