import type { Box, Size } from '#common/geometry/index.ts';
import type { MuteId, TrackId } from '#common/ids/index.ts';
import {
  boxAt,
  type FrameRange,
  inRange,
  type MaskStyle,
  type RedactionDocument,
  type RedactionEdit,
} from '#common/redaction/index.ts';
import {
  type EditorState,
  liveDocument,
  markedRange,
  type Selection,
  selectedRange,
  selectedTrack,
  type Tool,
} from './editor-state.ts';
import { moveGesture, noGesture, type PointerAt, type PressOn } from './gesture.ts';
import { doStep, emptyHistory, redoStep, type Stepped, undoStep } from './history.ts';
import { hitTest, reachAt } from './hit.ts';
import {
  centreBox,
  copyTrack,
  freeName,
  muteOf,
  newTrack,
  sameBox,
  tidyBox,
  tidyRange,
  trackOf,
  withBoxAt,
  withEnd,
  withKeyframe,
  withoutKeyframe,
  withStart,
} from './operations.ts';

/** What an editor is made from. Ids and what happens to committed edits come from outside. */
export type EditorOptions = {
  readonly document: RedactionDocument;
  readonly picture: Size;
  readonly frames: number;
  readonly newTrackId: () => TrackId;
  readonly newMuteId: () => MuteId;
  /** Called with every committed change, in order. */
  readonly onCommit: (edits: readonly RedactionEdit[], label: string) => void;
};

/** The redaction editor without a screen: one document, one history, one gesture at a time. */
export type Editor = ReturnType<typeof createEditor>;

/** Makes an editor. Every change of state goes to the subscribers; every committed change also to `onCommit`. */
export function createEditor(options: EditorOptions) {
  const listeners = new Set<() => void>();
  let state: EditorState = {
    document: options.document,
    history: emptyHistory,
    selection: null,
    hovered: null,
    tool: 'select',
    gesture: noGesture,
    pending: null,
    frame: 0,
    marks: { first: null, last: null },
    picture: options.picture,
    frames: options.frames,
    locked: null,
  };

  const set = (change: Partial<EditorState>): void => {
    state = { ...state, ...change };
    for (const listener of [...listeners]) listener();
  };
  const land = (stepped: Stepped, selection: Selection | null): void => {
    const kept = selection !== null && exists(stepped.document, selection) ? selection : null;
    set({ document: stepped.document, history: stepped.history, selection: kept, gesture: noGesture, pending: null });
    options.onCommit(stepped.applied, stepped.label);
  };
  const commit = (label: string, edits: readonly RedactionEdit[], selection = state.selection): boolean => {
    if (state.locked !== null || edits.length === 0) return false;
    land(doStep(state.document, state.history, label, edits), selection);
    return true;
  };
  const putTrack = (label: string, track: ReturnType<typeof selectedTrack>): boolean =>
    track !== null && commit(label, [{ kind: 'put-track', track, at: state.document.tracks.length }]);
  const names = (): readonly string[] => [...state.document.tracks, ...state.document.mutes].map((item) => item.name);

  /** Ends whatever is in hand without a trace. */
  const cancel = (): boolean => {
    const busy = state.gesture.kind !== 'none' || state.pending !== null;
    if (busy) set({ gesture: noGesture, pending: null });
    return busy;
  };
  /** Commits what keys or the timeline have been changing. */
  const settle = (): void => {
    const { pending } = state;
    if (pending === null) return;
    set({ pending: null });
    commit(pending.label, [pending.edit]);
  };
  const addTrack = (box: Box, range: FrameRange, label: string): boolean => {
    const id = options.newTrackId();
    const track = newTrack(id, freeName('Box', names()), range, state.frame, box);
    return commit(label, [{ kind: 'put-track', track, at: state.document.tracks.length }], { kind: 'track', id });
  };
  /** A new box applies in the marked stretch when it is drawn there, else from here to the end: too long is safer than too short. */
  const rangeFromHere = (): FrameRange => {
    const marked = markedRange(state);
    if (marked !== null && inRange(marked, state.frame)) return marked;
    return { first: state.frame, last: Math.max(state.frame, state.frames - 1) };
  };
  const putRange = (selection: Selection, range: FrameRange): RedactionEdit | null => {
    const tidy = tidyRange(range, state.frames);
    if (selection.kind === 'track') {
      const track = trackOf(state.document, selection.id);
      return track === null ? null : { kind: 'put-track', track: { ...track, range: tidy }, at: 0 };
    }
    const mute = muteOf(state.document, selection.id);
    return mute === null ? null : { kind: 'put-mute', mute: { ...mute, range: tidy }, at: 0 };
  };

  return {
    state: (): EditorState => state,
    subscribe: (listener: () => void): (() => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },

    /** The playhead moved. Holding a box belongs to the frame it began on and ends; drawing a new one goes on. */
    setFrame: (frame: number): void => {
      if (frame === state.frame) return;
      settle();
      const { gesture } = state;
      const drawing = gesture.kind === 'draw' || (gesture.kind === 'press' && gesture.on.kind === 'picture');
      set({ frame, gesture: drawing ? gesture : noGesture });
    },
    setTool: (tool: Tool): void => set({ tool, gesture: noGesture }),
    /** Nothing can be changed while there is a reason. Saying again what is so already leaves what is in hand alone. */
    lock: (reason: string | null): void => {
      if (reason === state.locked) return;
      if (reason !== null) cancel();
      set({ locked: reason });
    },
    /** Another document takes this one's place: history begins anew. */
    reset: (document: RedactionDocument): void => {
      const { selection } = state;
      const kept = selection !== null && exists(document, selection) ? selection : null;
      set({ document, history: emptyHistory, gesture: noGesture, pending: null, selection: kept, locked: null });
    },

    select: (selection: Selection | null): void => {
      settle();
      set({ selection });
    },
    /** The next (or previous) box or mute of the list, around its ends. */
    selectNext: (direction: 1 | -1): Selection | null => {
      settle();
      const { tracks, mutes } = state.document;
      const all: readonly Selection[] = [
        ...tracks.map((track) => ({ kind: 'track' as const, id: track.id })),
        ...mutes.map((mute) => ({ kind: 'mute' as const, id: mute.id })),
      ];
      if (all.length === 0) return null;
      const at = all.findIndex((item) => item.id === state.selection?.id);
      const next = all[at === -1 ? (direction > 0 ? 0 : all.length - 1) : (at + direction + all.length) % all.length];
      set({ selection: next ?? null });
      return next ?? null;
    },
    hover: (at: PointerAt | null): void => {
      if (at === null || state.gesture.kind !== 'none') {
        if (at === null && state.hovered !== null) set({ hovered: null });
        return;
      }
      const chosen = state.selection?.kind === 'track' ? state.selection.id : null;
      const hit = hitTest(state.document, state.frame, chosen, at.point, reachAt(at.scale));
      const hovered = hit.kind === 'nothing' ? null : hit.id;
      if (hovered !== state.hovered) set({ hovered });
    },

    /** The pointer was pressed on the picture. */
    press: (at: PointerAt): void => {
      settle();
      const chosen = state.selection?.kind === 'track' ? state.selection.id : null;
      const hit = hitTest(state.document, state.frame, chosen, at.point, reachAt(at.scale));
      const track = hit.kind === 'nothing' ? null : trackOf(state.document, hit.id);
      const start = track === null ? null : boxAt(track, state.frame);
      let on: PressOn = { kind: 'picture' };
      if (track !== null && start !== null && !(state.tool === 'draw' && hit.kind === 'box')) {
        on =
          hit.kind === 'handle' ? { kind: 'handle', track, start, handle: hit.handle } : { kind: 'box', track, start };
      }
      const selection: Selection | null = on.kind === 'picture' ? state.selection : { kind: 'track', id: on.track.id };
      set({ gesture: { kind: 'press', from: at.point, on }, selection });
    },
    move: (at: PointerAt): void => {
      if (state.gesture.kind === 'none' || state.locked !== null) return;
      set({ gesture: moveGesture(state.gesture, at, state.picture) });
    },
    /** The pointer was let go: completes the gesture. */
    release: (): void => {
      const { gesture } = state;
      set({ gesture: noGesture });
      if (gesture.kind === 'press' && gesture.on.kind === 'picture') set({ selection: null });
      if (gesture.kind === 'draw') {
        set({ tool: 'select' });
        addTrack(gesture.box, rangeFromHere(), 'Draw box');
      }
      if ((gesture.kind === 'move' || gesture.kind === 'resize') && !sameBox(gesture.start, gesture.box)) {
        const label = `${gesture.kind === 'move' ? 'Move' : 'Resize'} ${gesture.track.name}`;
        putTrack(label, withBoxAt(gesture.track, state.frame, gesture.box));
      }
    },
    cancel,
    settle,

    /** Moves or resizes the selected box a little. Shows at once, is committed by `settle` as one change. */
    nudge: (how: 'move' | 'resize', dx: number, dy: number): boolean => {
      const track = selectedTrack(state);
      const box = track === null ? null : boxAt(track, state.frame);
      if (track === null || box === null || state.locked !== null) return false;
      const moved =
        how === 'move'
          ? { ...box, x: box.x + dx, y: box.y + dy }
          : { ...box, width: box.width + dx, height: box.height + dy };
      const label = `${how === 'move' ? 'Move' : 'Resize'} ${track.name}`;
      const edited = withBoxAt(track, state.frame, tidyBox(moved, state.picture));
      set({ pending: { label, edit: { kind: 'put-track', track: edited, at: 0 } } });
      return true;
    },
    /** Shows a range as it would be; committed by `settle`. */
    previewRange: (selection: Selection, range: FrameRange, name: string): void => {
      const edit = putRange(selection, range);
      if (edit !== null && state.locked === null)
        set({ selection, pending: { label: `Change when ${name} applies`, edit } });
    },

    addBox: (): boolean => addTrack(centreBox(state.picture), rangeFromHere(), 'Add box'),
    addMute: (range: FrameRange): boolean => {
      const id = options.newMuteId();
      const mute = { id, name: freeName('Mute', names()), range: tidyRange(range, state.frames) };
      return commit('Mute sound', [{ kind: 'put-mute', mute, at: state.document.mutes.length }], { kind: 'mute', id });
    },
    remove: (): boolean => {
      settle();
      const { selection, document } = state;
      if (selection === null || !exists(document, selection)) return false;
      if (selection.kind === 'mute') {
        return commit(
          `Delete ${muteOf(document, selection.id)?.name ?? 'mute'}`,
          [{ kind: 'remove-mute', id: selection.id }],
          null,
        );
      }
      return commit(
        `Delete ${trackOf(document, selection.id)?.name ?? 'box'}`,
        [{ kind: 'remove-track', id: selection.id }],
        null,
      );
    },
    duplicate: (): boolean => {
      settle();
      const track = selectedTrack(state);
      if (track === null) return false;
      const id = options.newTrackId();
      const copy = copyTrack(track, id, freeName('Box', names()), state.picture);
      const at = state.document.tracks.length;
      return commit(`Duplicate ${track.name}`, [{ kind: 'put-track', track: copy, at }], { kind: 'track', id });
    },
    rename: (selection: Selection, name: string): boolean => {
      const text = name.trim().slice(0, 80);
      if (text === '') return false;
      if (selection.kind === 'track') {
        const track = trackOf(state.document, selection.id);
        return track !== null && track.name !== text && putTrack(`Rename ${track.name}`, { ...track, name: text });
      }
      const mute = muteOf(state.document, selection.id);
      if (mute === null || mute.name === text) return false;
      return commit(`Rename ${mute.name}`, [{ kind: 'put-mute', mute: { ...mute, name: text }, at: 0 }]);
    },
    setStyle: (id: TrackId, style: MaskStyle): boolean => {
      const track = trackOf(state.document, id);
      return track !== null && putTrack(`Change how ${track.name} hides`, { ...track, style });
    },
    setBox: (id: TrackId, box: Box): boolean => {
      const track = trackOf(state.document, id);
      const now = track === null ? null : boxAt(track, state.frame);
      const tidy = tidyBox(box, state.picture);
      if (track === null || now === null || sameBox(now, tidy)) return false;
      return putTrack(`Move ${track.name}`, withBoxAt(track, state.frame, tidy));
    },
    setRange: (selection: Selection, range: FrameRange): boolean => {
      const edit = putRange(selection, range);
      return edit !== null && commit('Change frames', [edit]);
    },
    clearMarks: (): void => set({ marks: { first: null, last: null } }),
    /**
     * The selected box or mute starts (or ends) at the playhead; with nothing selected, a stretch is marked for the next one.
     * False when that would turn the ends round.
     */
    setEndHere: (which: 'start' | 'end'): boolean => {
      settle();
      const { selection, marks, frame } = state;
      const range = selectedRange(state);
      if (selection === null || range === null) {
        const first = which === 'start' ? frame : marks.first;
        const last = which === 'end' ? frame : marks.last;
        const turned = first !== null && last !== null && first > last;
        set({ marks: turned ? (which === 'start' ? { first, last: null } : { first: null, last }) : { first, last } });
        return true;
      }
      const next = which === 'start' ? withStart(range, state.frame) : withEnd(range, state.frame);
      const edit = next === null ? null : putRange(selection, next);
      return edit !== null && commit(which === 'start' ? 'Set start' : 'Set end', [edit]);
    },
    addKeyframe: (): boolean => {
      settle();
      const track = selectedTrack(state);
      return track !== null && putTrack(`Add keyframe to ${track.name}`, withKeyframe(track, state.frame));
    },
    removeKeyframe: (): boolean => {
      settle();
      const track = selectedTrack(state);
      return track !== null && putTrack(`Remove keyframe of ${track.name}`, withoutKeyframe(track, state.frame));
    },

    /** Takes the last change back and says which it was; null when there is none. */
    undo: (): string | null => {
      if (cancel() || state.locked !== null) return null;
      const stepped = undoStep(state.document, state.history);
      if (stepped === null) return null;
      land(stepped, touched(stepped) ?? state.selection);
      return stepped.label;
    },
    redo: (): string | null => {
      if (cancel() || state.locked !== null) return null;
      const stepped = redoStep(state.document, state.history);
      if (stepped === null) return null;
      land(stepped, touched(stepped) ?? state.selection);
      return stepped.label;
    },
    /** What the pointer would take hold of, for its shape. */
    hitAt: (at: PointerAt) =>
      hitTest(
        liveDocument(state),
        state.frame,
        state.selection?.kind === 'track' ? state.selection.id : null,
        at.point,
        reachAt(at.scale),
      ),
  };
}

function exists(document: RedactionDocument, selection: Selection): boolean {
  const items: readonly { readonly id: string }[] = selection.kind === 'track' ? document.tracks : document.mutes;
  return items.some((item) => item.id === selection.id);
}

/** What a step put, so that undoing shows what it changed. */
function touched(stepped: Stepped): Selection | null {
  const edit = stepped.applied.at(-1);
  if (edit?.kind === 'put-track') return { kind: 'track', id: edit.track.id };
  return edit?.kind === 'put-mute' ? { kind: 'mute', id: edit.mute.id } : null;
}
