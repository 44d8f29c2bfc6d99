import { type Box, type Handle, handlePoint, handles, hitsBox, type SourcePoint } from '#common/geometry/index.ts';
import type { TrackId } from '#common/ids/index.ts';
import { boxAt, type RedactionDocument } from '#common/redaction/index.ts';

/** What lies under a point of the picture. */
export type Hit =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'box'; readonly id: TrackId }
  | { readonly kind: 'handle'; readonly id: TrackId; readonly handle: Handle };

/** How far pointing reaches, in source pixels: `handle` around a handle, `box` around an edge. */
export type Reach = { readonly handle: number; readonly box: number };

/** A handle is drawn 10 and reached 24 CSS pixels wide, however large the picture is shown. */
export function reachAt(scale: number): Reach {
  return { handle: 12 / scale, box: 4 / scale };
}

/** The selected box and its handles win over the others, and what was drawn later wins over what was drawn before. */
export function hitTest(
  document: RedactionDocument,
  frame: number,
  selected: TrackId | null,
  point: SourcePoint,
  reach: Reach,
): Hit {
  const here = document.tracks.flatMap((track) => {
    const box = boxAt(track, frame);
    return box === null ? [] : [{ id: track.id, box }];
  });
  const chosen = here.find((item) => item.id === selected);
  if (chosen !== undefined) {
    const handle = handleUnder(chosen.box, point, reach.handle);
    if (handle !== null) return { kind: 'handle', id: chosen.id, handle };
    if (hitsBox(point, chosen.box, reach.box)) return { kind: 'box', id: chosen.id };
  }
  const found = here.findLast((item) => hitsBox(point, item.box, reach.box));
  return found === undefined ? { kind: 'nothing' } : { kind: 'box', id: found.id };
}

/** Inside a small box the handles give way, so that it can still be taken in the middle and moved. */
function handleUnder(box: Box, point: SourcePoint, reach: number): Handle | null {
  const inside = hitsBox(point, box);
  const reachX = inside ? Math.min(reach, box.width / 3) : reach;
  const reachY = inside ? Math.min(reach, box.height / 3) : reach;
  let nearest: Handle | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const handle of handles) {
    const at = handlePoint(box, handle);
    const dx = Math.abs(point.x - at.x);
    const dy = Math.abs(point.y - at.y);
    // Corners first when a corner and an edge are equally near.
    const distance = Math.hypot(dx, dy) + (handle.length === 1 ? 0.001 : 0);
    if (dx <= reachX && dy <= reachY && distance < least) {
      nearest = handle;
      least = distance;
    }
  }
  return nearest;
}
