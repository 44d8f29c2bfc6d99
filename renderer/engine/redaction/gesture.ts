import { assertNever } from '#common/errors/index.ts';
import { type Box, boxBetween, dragHandle, type Handle, type Size, type SourcePoint } from '#common/geometry/index.ts';
import type { Track } from '#common/redaction/index.ts';
import { leastSide, tidyBox } from './operations.ts';
import { type Guides, snapMoved, snapPoint } from './snap.ts';

/**
 * What the pointer is doing to the picture. Each gesture works from a snapshot taken when it began and changes nothing until
 * it is completed; leaving it leaves no trace.
 */
export type Gesture =
  | { readonly kind: 'none' }
  /** Pressed, but not moved far enough to mean more than a click. */
  | { readonly kind: 'press'; readonly from: SourcePoint; readonly on: PressOn }
  | { readonly kind: 'draw'; readonly from: SourcePoint; readonly box: Box; readonly guides: Guides }
  | {
      readonly kind: 'move';
      readonly from: SourcePoint;
      readonly track: Track;
      readonly start: Box;
      readonly box: Box;
      readonly guides: Guides;
    }
  | {
      readonly kind: 'resize';
      readonly from: SourcePoint;
      readonly track: Track;
      readonly start: Box;
      readonly handle: Handle;
      readonly box: Box;
      readonly guides: Guides;
    };

/** What the press was on: the picture, or a box where it stood at that moment. */
export type PressOn =
  | { readonly kind: 'picture' }
  | { readonly kind: 'box'; readonly track: Track; readonly start: Box }
  | { readonly kind: 'handle'; readonly track: Track; readonly start: Box; readonly handle: Handle };

/** Where the pointer is and what is held down. `scale` is CSS pixels per source pixel. */
export type PointerAt = {
  readonly point: SourcePoint;
  readonly scale: number;
  /** Resizes from the centre. */
  readonly fromCentre: boolean;
  /** Keeps boxes from snapping. */
  readonly free: boolean;
};

export const noGesture: Gesture = { kind: 'none' };
const clickSlop = 3;
const snapReach = 6;

/** The gesture after the pointer moved. */
export function moveGesture(gesture: Gesture, at: PointerAt, picture: Size): Gesture {
  switch (gesture.kind) {
    case 'none':
      return gesture;
    case 'press': {
      const far = Math.hypot(at.point.x - gesture.from.x, at.point.y - gesture.from.y) * at.scale;
      return far < clickSlop ? gesture : moveGesture(begin(gesture.from, gesture.on), at, picture);
    }
    case 'draw': {
      const reach = at.free ? 0 : snapReach / at.scale;
      const { point, guides } = snapPoint(at.point, picture, reach);
      const from = snapPoint(gesture.from, picture, reach).point;
      return { ...gesture, box: tidyBox(boxBetween(from, point), picture), guides };
    }
    case 'move': {
      const moved = {
        ...gesture.start,
        x: gesture.start.x + at.point.x - gesture.from.x,
        y: gesture.start.y + at.point.y - gesture.from.y,
      };
      const { box, guides } = snapMoved(moved, picture, at.free ? 0 : snapReach / at.scale);
      return { ...gesture, box: tidyBox(box, picture), guides };
    }
    case 'resize': {
      const { point, guides } = snapPoint(at.point, picture, at.free ? 0 : snapReach / at.scale);
      const dx = point.x - gesture.from.x;
      const dy = point.y - gesture.from.y;
      const box = dragHandle(gesture.start, gesture.handle, dx, dy, leastSide, at.fromCentre);
      return { ...gesture, box: tidyBox(box, picture), guides };
    }
    default:
      return assertNever(gesture);
  }
}

function begin(from: SourcePoint, on: PressOn): Gesture {
  const guides = { x: [], y: [] };
  switch (on.kind) {
    case 'picture':
      return { kind: 'draw', from, box: boxBetween(from, from), guides };
    case 'box':
      return { kind: 'move', from, track: on.track, start: on.start, box: on.start, guides };
    case 'handle':
      return { kind: 'resize', from, track: on.track, start: on.start, handle: on.handle, box: on.start, guides };
    default:
      return assertNever(on);
  }
}
