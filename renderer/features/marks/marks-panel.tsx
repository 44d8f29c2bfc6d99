import type { Marker } from '#common/changes/index.ts';
import type { Recording } from '#common/evidence/index.ts';
import { FactsForm } from './facts-form.tsx';
import { MarkerList } from './marker-list.tsx';
import classes from './marks.module.css';
import { NoteList } from './note-list.tsx';
import { ReviewList } from './review-list.tsx';
import type { MarkerInHand } from './use-marker-in-hand.ts';

/** What people say about a recording: what it belongs to, markers, notes and signed reviews. */
export function MarksPanel({
  recording,
  markers,
  inHand,
  goTo,
}: {
  readonly recording: Recording;
  /** Those of the segment that is shown. */
  readonly markers: readonly Marker[];
  readonly inHand: MarkerInHand;
  readonly goTo: (frame: number) => void;
}) {
  return (
    <div className={classes.panel}>
      <MarkerList markers={markers} inHand={inHand} goTo={goTo} />
      <NoteList recordingId={recording.id} />
      <FactsForm recordingId={recording.id} />
      <ReviewList recordingId={recording.id} />
    </div>
  );
}
