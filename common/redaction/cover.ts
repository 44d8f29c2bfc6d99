import { type Box, coveredPixels, type PixelRect, type Size } from '../geometry/index.ts';
import type { FrameTable } from '../time/index.ts';
import { endOfFrame } from '../time/index.ts';
import type { FrameRange, MaskStyle, Mute, RedactionDocument, Track } from './document.ts';

/** True when the frame lies in the range; both ends count. */
export function inRange(range: FrameRange, frame: number): boolean {
  return range.first <= frame && frame <= range.last;
}

/** The box of a track at a frame, or null outside its range. The one interpolation: overlay, render and guard all ask here. */
export function boxAt(track: Track, frame: number): Box | null {
  if (!inRange(track.range, frame)) return null;
  const next = track.keyframes.findIndex((key) => key.frame >= frame);
  const after = next === -1 ? undefined : track.keyframes[next];
  const before = track.keyframes[next === -1 ? track.keyframes.length - 1 : next - 1];
  if (after === undefined) return before?.box ?? null;
  if (before === undefined || after.frame === frame) return after.box;
  const share = (frame - before.frame) / (after.frame - before.frame);
  const mix = (a: number, b: number): number => a + (b - a) * share;
  return {
    x: mix(before.box.x, after.box.x),
    y: mix(before.box.y, after.box.y),
    width: mix(before.box.width, after.box.width),
    height: mix(before.box.height, after.box.height),
  };
}

/** A region of one frame to hide: whole pixels of the upright picture. */
export type Cover = { readonly trackId: Track['id']; readonly rect: PixelRect; readonly style: MaskStyle };

const paintOrder: Readonly<Record<MaskStyle['kind'], number>> = { blur: 0, pixelate: 1, solid: 2 };

/** What is hidden at a frame, in painting order: solid last, so that nothing ever shows through where solid was asked for. */
export function coverAt(document: RedactionDocument, frame: number, picture: Size): readonly Cover[] {
  const covers: Cover[] = [];
  for (const track of document.tracks) {
    const box = boxAt(track, frame);
    const rect = box === null ? null : coveredPixels(box, picture);
    if (rect !== null) covers.push({ trackId: track.id, rect, style: track.style });
  }
  return covers.sort((a, b) => paintOrder[a.style.kind] - paintOrder[b.style.kind]);
}

/** A half-open stretch of time in ticks of the frame table, from its frame 0. */
export type TickSpan = { readonly from: number; readonly to: number };

/** The stretches without sound, merged and ascending. Ranges past the end of the table are cut at its end. */
export function mutedSpans(mutes: readonly Mute[], table: FrameTable): readonly TickSpan[] {
  const last = table.pts.length - 1;
  const spans: TickSpan[] = [];
  const sorted = mutes
    .filter((mute) => mute.range.first <= last)
    .map((mute) => ({
      from: table.pts[mute.range.first] ?? 0,
      to: endOfFrame(table, Math.min(mute.range.last, last)),
    }))
    .sort((a, b) => a.from - b.from);
  for (const span of sorted) {
    const previous = spans.at(-1);
    if (previous !== undefined && span.from <= previous.to) {
      spans[spans.length - 1] = { from: previous.from, to: Math.max(previous.to, span.to) };
    } else spans.push(span);
  }
  return spans;
}
