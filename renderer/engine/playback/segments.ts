import type { MediaFacts, Recording, Segment } from '#common/evidence/recording.ts';

/** Where a segment lies in its recording. Frames are counted per segment, time runs on through the recording. */
export type SegmentPlace = {
  readonly segment: Segment;
  readonly number: number;
  readonly of: number;
  /** Microseconds of the recording before this segment; null when a segment before it has an unknown length. */
  readonly offsetUs: number | null;
  readonly facts: MediaFacts | null;
};

/** The facts of a segment as far as they are known. */
function factsOf(segment: Segment): MediaFacts | null {
  return segment.media.state === 'ready' || segment.media.state === 'making-proxy' ? segment.media.facts : null;
}

/** All segments of a recording in order, each with its place. */
export function segmentPlaces(recording: Recording): readonly SegmentPlace[] {
  const ordered = [...recording.segments].sort((a, b) => a.index - b.index);
  let offsetUs: number | null = 0;
  return ordered.map((segment, index) => {
    const facts = factsOf(segment);
    const place = { segment, number: index + 1, of: ordered.length, offsetUs, facts };
    offsetUs = offsetUs === null || facts === null ? null : offsetUs + facts.durationUs;
    return place;
  });
}
