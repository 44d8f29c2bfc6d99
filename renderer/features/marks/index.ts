export { markerFlags, useSegmentMarkers } from './markers.ts';
export { MarksPanel } from './marks-panel.tsx';
export { type MarkerInHand, useMarkerInHand } from './use-marker-in-hand.ts';
