import { useMemo } from 'react';
import { type Marker, markerTypes } from '#common/changes/index.ts';
import type { EvidenceId } from '#common/ids/index.ts';
import { type FrameTable, toMicroseconds } from '#common/time/index.ts';
import type { EventFlag } from '#renderer/engine/index.ts';
import { useCatalog } from '#renderer/state/index.ts';

/** The sorts of markers there are words for. */
export type MarkerType = (typeof markerTypes)[number];

/** The sort of a marker as far as this program knows it; a newer one's own sort is a moment here. */
export function knownType(marker: Marker): MarkerType {
  return markerTypes.find((type) => type === marker.type) ?? 'moment';
}

/** The markers of one original, in the order of its frames. */
export function useSegmentMarkers(evidenceId: EvidenceId): readonly Marker[] {
  const markers = useCatalog('marker');
  return useMemo(
    () =>
      markers.all
        .filter((marker) => marker.evidenceId === evidenceId)
        .sort((a, b) => a.frame - b.frame || a.createdAt - b.createdAt),
    [markers, evidenceId],
  );
}

/** Markers as flags of the timeline. `words` names the sorts. */
export function markerFlags(
  markers: readonly Marker[],
  table: FrameTable,
  words: (type: MarkerType) => string,
): readonly EventFlag[] {
  return markers.flatMap((marker) => {
    const pts = table.pts[marker.frame];
    if (pts === undefined) return [];
    const label = [words(knownType(marker)), marker.note].filter((part) => part !== null).join(' · ');
    return [{ us: toMicroseconds(pts, table.timeBase), frame: marker.frame, letter: 'M', label }];
  });
}
