import { useMemo } from 'react';
import type { Recording } from '#common/evidence/index.ts';
import {
  type Editor,
  type EventFlag,
  liveDocument,
  markedRange,
  type SegmentPlace,
  type Selection,
} from '#renderer/engine/index.ts';
import type { BlockDrag, Player, TimelineBlock, TimelineContent } from '#renderer/features/player/index.ts';
import { useEditor } from '#renderer/features/redaction/index.ts';

/** What the timeline shows: events, the pre-event stretch, and the redaction as it stands in hand. */
export function useTimelineContent(
  editor: Editor | null,
  recording: Recording,
  place: SegmentPlace,
  flags: readonly EventFlag[],
  hasSound: boolean,
): TimelineContent {
  // Only what the timeline shows: frames that pass by change nothing of it.
  const parts = useEditor(editor, (state) => ({
    document: liveDocument(state),
    selected: state.selection?.id ?? null,
    hovered: state.hovered,
    first: markedRange(state)?.first ?? state.marks.first ?? state.marks.last,
    last: markedRange(state)?.last ?? state.marks.first ?? state.marks.last,
  }));
  const { preEvent } = recording;
  return useMemo(() => {
    const chosen = (id: string) => ({ selected: parts?.selected === id, hovered: parts?.hovered === id });
    const boxes = (parts?.document.tracks ?? []).map(
      (track): TimelineBlock => ({
        id: track.id,
        kind: 'box',
        label: track.name,
        span: track.range,
        style: track.style.kind,
        keyframes: track.keyframes.map((key) => key.frame),
        ...chosen(track.id),
      }),
    );
    const mutes = (parts?.document.mutes ?? []).map(
      (mute): TimelineBlock => ({
        id: mute.id,
        kind: 'mute',
        label: mute.name,
        span: mute.range,
        style: null,
        keyframes: [],
        ...chosen(mute.id),
      }),
    );
    const marked =
      parts === null || parts.first === null || parts.last === null ? null : { first: parts.first, last: parts.last };
    return {
      flags,
      preEvent: preEvent === null || place.number !== 1 ? null : { us: preEvent.microseconds, silent: preEvent.silent },
      boxes,
      mutes,
      marked,
      hasSound,
    };
  }, [parts, flags, preEvent, place.number, hasSound]);
}

/** Dragging blocks on the timeline changes the redaction as the inspector's numbers do. */
export function useBlockDrag(editor: Editor | null, player: Player): BlockDrag {
  return useMemo(() => {
    const selectionOf = (block: TimelineBlock): Selection | null => {
      const document = editor?.state().document;
      const track = document?.tracks.find((each) => each.id === block.id);
      if (track !== undefined) return { kind: 'track', id: track.id };
      const mute = document?.mutes.find((each) => each.id === block.id);
      return mute === undefined ? null : { kind: 'mute', id: mute.id };
    };
    return {
      select: (block) => {
        player.pause();
        editor?.select(selectionOf(block));
      },
      preview: (block, span) => {
        const selection = selectionOf(block);
        if (selection !== null) editor?.previewRange(selection, span, block.label);
      },
      complete: () => editor?.settle(),
      cancel: () => editor?.cancel(),
    };
  }, [editor, player]);
}
