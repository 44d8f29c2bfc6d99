import type { Size } from '#common/geometry/index.ts';
import type { MuteId, TrackId } from '#common/ids/index.ts';
import { boxAt, type FrameRange, type RedactionDocument, type RedactionEdit } from '#common/redaction/index.ts';
import type { Gesture } from './gesture.ts';
import type { History } from './history.ts';
import { trackOf, withBoxAt } from './operations.ts';

/** What is selected: a box or a mute. */
export type Selection =
  | { readonly kind: 'track'; readonly id: TrackId }
  | { readonly kind: 'mute'; readonly id: MuteId };

/** `draw` also draws on top of boxes that are there; `select` takes hold of them and draws on the free picture. */
export type Tool = 'select' | 'draw';

/** Everything the editor knows. `document` holds committed changes only; what a gesture is doing shows in {@link liveDocument}. */
export type EditorState = {
  readonly document: RedactionDocument;
  readonly history: History;
  readonly selection: Selection | null;
  readonly hovered: TrackId | null;
  readonly tool: Tool;
  readonly gesture: Gesture;
  /** A change that is being made by keys or on the timeline and is not committed yet. */
  readonly pending: Pending | null;
  readonly frame: number;
  /** A stretch marked by hand for the next box or mute; either end may still be open. */
  readonly marks: Marks;
  readonly picture: Size;
  readonly frames: number;
  /** Why nothing can be changed now; null when it can. */
  readonly locked: string | null;
};

/** The two ends of a stretch marked by hand. */
export type Marks = { readonly first: number | null; readonly last: number | null };

/** The marked stretch when both its ends are set and in order. */
export function markedRange(state: EditorState): FrameRange | null {
  const { first, last } = state.marks;
  return first !== null && last !== null && first <= last ? { first, last } : null;
}

/** An edit that shows but is not committed: nudging until the key is let go, dragging a range until the pointer is. */
export type Pending = { readonly label: string; readonly edit: RedactionEdit };

/** The document as the gesture in hand would leave it: what is drawn and previewed. */
export function liveDocument(state: EditorState): RedactionDocument {
  const { document, gesture, pending, frame } = state;
  if (pending !== null) return withPut(document, pending.edit);
  if (gesture.kind !== 'move' && gesture.kind !== 'resize') return document;
  const edited = withBoxAt(gesture.track, frame, gesture.box);
  return withPut(document, { kind: 'put-track', track: edited, at: 0 });
}

function withPut(document: RedactionDocument, edit: RedactionEdit): RedactionDocument {
  if (edit.kind === 'put-track') {
    return { ...document, tracks: document.tracks.map((track) => (track.id === edit.track.id ? edit.track : track)) };
  }
  if (edit.kind === 'put-mute') {
    return { ...document, mutes: document.mutes.map((mute) => (mute.id === edit.mute.id ? edit.mute : mute)) };
  }
  return document;
}

/** The selected box's track as it is shown; null when no box is selected. */
export function selectedTrack(state: EditorState) {
  return state.selection?.kind === 'track' ? trackOf(liveDocument(state), state.selection.id) : null;
}

/** The selected mute as it is shown; null when none is selected. */
export function selectedMute(state: EditorState) {
  const { selection } = state;
  if (selection?.kind !== 'mute') return null;
  return liveDocument(state).mutes.find((mute) => mute.id === selection.id) ?? null;
}

/** The range of whatever is selected. */
export function selectedRange(state: EditorState): FrameRange | null {
  return selectedTrack(state)?.range ?? selectedMute(state)?.range ?? null;
}

/** True when the selected box can be taken hold of at the playhead. */
export function selectedIsHere(state: EditorState): boolean {
  const track = selectedTrack(state);
  return track !== null && boxAt(track, state.frame) !== null;
}
