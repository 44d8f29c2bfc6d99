import type { Box, Size } from '#common/geometry/index.ts';
import type { MuteId, TrackId } from '#common/ids/index.ts';
import {
  boxAt,
  type FrameRange,
  type Keyframe,
  type MaskStyle,
  type Mute,
  type RedactionDocument,
  type Track,
} from '#common/redaction/index.ts';

/** Least of a box that stays inside the picture when it is pushed over an edge, in source pixels. */
const leastInside = 8;
/** Smallest side of a box, in source pixels. */
export const leastSide = 4;

/** A box in whole source pixels that keeps a grip inside the picture. Faces leave the picture, so boxes may reach outside. */
export function tidyBox(box: Box, picture: Size): Box {
  const width = Math.max(leastSide, Math.round(box.width));
  const height = Math.max(leastSide, Math.round(box.height));
  const grip = (side: number): number => Math.min(side, leastInside);
  return {
    x: Math.min(Math.max(Math.round(box.x), grip(width) - width), picture.width - grip(width)),
    y: Math.min(Math.max(Math.round(box.y), grip(height) - height), picture.height - grip(height)),
    width,
    height,
  };
}

/** True when two boxes are the same. */
export function sameBox(a: Box, b: Box): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}

/** The box rests at `box` at this frame: the keyframe there is replaced, or a new one is added. */
export function withBoxAt(track: Track, frame: number, box: Box): Track {
  const others = track.keyframes.filter((key) => key.frame !== frame);
  const keyframes = [...others, { frame, box }].sort((a, b) => a.frame - b.frame);
  return { ...track, keyframes };
}

/** A keyframe where the box is anyway; null outside the track's range or where there is one already. */
export function withKeyframe(track: Track, frame: number): Track | null {
  const box = boxAt(track, frame);
  return box === null || keyframeAt(track, frame) !== null ? null : withBoxAt(track, frame, box);
}

/** Takes a keyframe away; null when there is none at the frame or it is the last one left. */
export function withoutKeyframe(track: Track, frame: number): Track | null {
  if (keyframeAt(track, frame) === null || track.keyframes.length === 1) return null;
  return { ...track, keyframes: track.keyframes.filter((key) => key.frame !== frame) };
}

/** The keyframe exactly at a frame. */
export function keyframeAt(track: Track, frame: number): Keyframe | null {
  return track.keyframes.find((key) => key.frame === frame) ?? null;
}

/** The nearest keyframe after (or before) a frame. */
export function neighbourKeyframe(track: Track, frame: number, direction: 1 | -1): Keyframe | null {
  const keys = track.keyframes;
  return (direction > 0 ? keys.find((key) => key.frame > frame) : keys.findLast((key) => key.frame < frame)) ?? null;
}

/** The range with its start at `frame`; null when that comes after its end. */
export function withStart(range: FrameRange, frame: number): FrameRange | null {
  return frame > range.last ? null : { first: Math.max(0, frame), last: range.last };
}

/** The range with its end at `frame`; null when that comes before its start. */
export function withEnd(range: FrameRange, frame: number): FrameRange | null {
  return frame < range.first ? null : { first: range.first, last: frame };
}

/** A range that lies inside `frames` frames with its ends in order. */
export function tidyRange(range: FrameRange, frames: number): FrameRange {
  const last = Math.max(0, frames - 1);
  const first = Math.max(0, Math.min(last, Math.round(range.first)));
  return { first, last: Math.max(first, Math.min(last, Math.round(range.last))) };
}

/** A new box that hides from its first frame to its last in the default style. */
export function newTrack(id: TrackId, name: string, range: FrameRange, frame: number, box: Box): Track {
  const style: MaskStyle = { kind: 'solid' };
  return { id, name, style, range, keyframes: [{ frame, box }] };
}

/** A copy a little to the right and below, so that both can be seen. */
export function copyTrack(track: Track, id: TrackId, name: string, picture: Size): Track {
  const shift = Math.max(8, Math.round(Math.min(picture.width, picture.height) / 40));
  const keyframes = track.keyframes.map((key) => ({
    frame: key.frame,
    box: tidyBox({ ...key.box, x: key.box.x + shift, y: key.box.y + shift }, picture),
  }));
  return { ...track, id, name, keyframes };
}

/** A box for the middle of the picture, a quarter of its shorter side wide. */
export function centreBox(picture: Size): Box {
  const side = Math.max(16, Math.round(Math.min(picture.width, picture.height) / 4));
  return tidyBox({ x: (picture.width - side) / 2, y: (picture.height - side) / 2, width: side, height: side }, picture);
}

/** The first free name of the kind `Box 3`. */
export function freeName(stem: string, taken: readonly string[]): string {
  const names = new Set(taken);
  for (let number = 1; ; number++) {
    const name = `${stem} ${number}`;
    if (!names.has(name)) return name;
  }
}

/** The track with this id. */
export function trackOf(document: RedactionDocument, id: TrackId): Track | null {
  return document.tracks.find((track) => track.id === id) ?? null;
}

/** The mute with this id. */
export function muteOf(document: RedactionDocument, id: MuteId): Mute | null {
  return document.mutes.find((mute) => mute.id === id) ?? null;
}
