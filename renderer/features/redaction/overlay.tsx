import { type KeyboardEvent, type PointerEvent, useEffect, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { type Box, toSource } from '#common/geometry/index.ts';
import { boxAt, coverAt } from '#common/redaction/index.ts';
import { type Editor, type EditorState, liveDocument, type PointerAt } from '#renderer/engine/index.ts';
import classes from './overlay.module.css';
import { createOverlayStage, type Edge, type OverlayScene, type OverlayView } from './stage/overlay-stage.ts';
import { useEditor } from './use-editor.ts';

/** Where pictures come from: the frame on the screen, told in the callback that shows it. */
export type PictureSource = {
  readonly picture: () => HTMLVideoElement | null;
  readonly onPicture: (listener: (frame: number) => void) => () => void;
  readonly pause: () => void;
  readonly isPlaying: () => boolean;
  /** Playing has stopped. */
  readonly onRest: (listener: () => void) => () => void;
};

/** Masks over the picture as they will be rendered, and the hand that draws, moves and resizes them. */
export function RedactionOverlay({
  editor,
  source,
  view,
}: {
  readonly editor: Editor;
  readonly source: PictureSource;
  readonly view: OverlayView;
}) {
  const { t } = useTranslation('redaction');
  const host = useRef<HTMLDivElement>(null);
  const latestView = useRef(view);
  const draw = useRef<(() => void) | null>(null);

  useLayoutEffect(() => {
    if (host.current === null) return undefined;
    const stage = createOverlayStage(host.current);
    const paint = (): void => stage.draw(sceneOf(editor.state(), latestView.current, source));
    draw.current = paint;
    let inPicture = false;
    const stopEditor = editor.subscribe(() => {
      if (!inPicture) paint();
    });
    // Frame and masks are set in the one callback that comes before the frame is painted: neither is ahead of the other.
    const stopPictures = source.onPicture((frame) => {
      inPicture = true;
      editor.setFrame(frame);
      inPicture = false;
      paint();
    });
    const stopRest = source.onRest(paint);
    return () => {
      stopEditor();
      stopPictures();
      stopRest();
      draw.current = null;
      stage.destroy();
    };
  }, [editor, source]);
  useLayoutEffect(() => {
    latestView.current = view;
    draw.current?.();
  }, [view]);
  useNudgeEnd(editor);

  const at = (event: PointerEvent<HTMLElement>): PointerAt => {
    const box = event.currentTarget.getBoundingClientRect();
    const point = toSource({ x: event.clientX - box.left, y: event.clientY - box.top }, view.placement);
    const { scaleX, scaleY } = view.placement;
    return { point, scale: Math.min(scaleX, scaleY), fromCentre: event.altKey, free: event.ctrlKey || event.metaKey };
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    const where = at(event);
    if (editor.state().gesture.kind === 'none') editor.hover(where);
    else editor.move(where);
    event.currentTarget.style.cursor = cursorFor(editor, where);
  };
  return (
    <div className={classes.overlay}>
      <div ref={host} className={classes.stage} aria-hidden />
      <div
        className={classes.hand}
        role="application"
        tabIndex={0}
        aria-label={t('overlay')}
        aria-description={t('overlayHelp')}
        data-testid="overlay"
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          source.pause();
          editor.press(at(event));
        }}
        onPointerMove={onPointerMove}
        onPointerUp={() => editor.release()}
        onPointerCancel={() => editor.cancel()}
        onPointerLeave={() => editor.hover(null)}
        onKeyDown={(event) => cycle(event, editor)}
      />
      <Spoken editor={editor} />
    </div>
  );
}

/** Tab goes through the boxes and mutes and, after the last one, on to whatever comes next in the window. */
function cycle(event: KeyboardEvent, editor: Editor): void {
  if (event.key !== 'Tab' || event.altKey || event.ctrlKey || event.metaKey) return;
  const { document, selection } = editor.state();
  const ids = [...document.tracks, ...document.mutes].map((item) => item.id as string);
  const index = selection === null ? -1 : ids.indexOf(selection.id);
  const atEnd = event.shiftKey ? index <= 0 : index === ids.length - 1;
  if (ids.length === 0 || atEnd) return;
  event.preventDefault();
  editor.selectNext(event.shiftKey ? -1 : 1);
}

/** Nudging ends, and becomes one change, when the key is let go or the window loses the keyboard. */
function useNudgeEnd(editor: Editor): void {
  useEffect(() => {
    const end = (event: Event): void => {
      if (event instanceof globalThis.KeyboardEvent && !event.key.startsWith('Arrow')) return;
      editor.settle();
    };
    window.addEventListener('keyup', end);
    window.addEventListener('blur', end);
    return () => {
      window.removeEventListener('keyup', end);
      window.removeEventListener('blur', end);
    };
  }, [editor]);
}

/** Says what is selected and where it is, for those who do not see it. */
function Spoken({ editor }: { readonly editor: Editor }) {
  const { t } = useTranslation('redaction');
  const text = useEditor(editor, (state) => {
    const { selection, gesture } = state;
    if (selection === null || gesture.kind !== 'none') return '';
    const track = liveDocument(state).tracks.find((each) => each.id === selection.id);
    if (track === undefined) return state.document.mutes.find((mute) => mute.id === selection.id)?.name ?? '';
    const box = boxAt(track, state.frame);
    if (box === null) return t('spokenAway', { name: track.name });
    const { x, y, width, height } = rounded(box);
    return t('spokenBox', { name: track.name, x, y, width, height });
  });
  return (
    <span className={classes.spoken} role="status">
      {text}
    </span>
  );
}

function rounded(box: Box): Box {
  return {
    x: Math.round(box.x),
    y: Math.round(box.y),
    width: Math.round(box.width),
    height: Math.round(box.height),
  };
}

function sceneOf(state: EditorState, view: OverlayView, source: PictureSource): OverlayScene {
  const document = liveDocument(state);
  const edges: Edge[] = [];
  for (const track of document.tracks) {
    const chosen = state.selection?.id === track.id;
    if (!chosen && state.hovered !== track.id) continue;
    const box = boxAt(track, state.frame);
    if (box !== null) edges.push({ box, state: chosen ? 'selected' : 'hovered' });
  }
  const { gesture } = state;
  if (gesture.kind === 'draw') edges.push({ box: gesture.box, state: 'drawing' });
  const guided = gesture.kind === 'draw' || gesture.kind === 'move' || gesture.kind === 'resize';
  return {
    view,
    picture: source.picture(),
    playing: source.isPlaying(),
    covers: coverAt(document, state.frame, state.picture),
    edges,
    guides: guided ? gesture.guides : null,
  };
}

const handleCursors = {
  n: 'ns-resize',
  s: 'ns-resize',
  e: 'ew-resize',
  w: 'ew-resize',
  nw: 'nwse-resize',
  se: 'nwse-resize',
  ne: 'nesw-resize',
  sw: 'nesw-resize',
} as const;

function cursorFor(editor: Editor, at: PointerAt): string {
  const { gesture, tool, locked } = editor.state();
  if (locked !== null) return 'not-allowed';
  if (gesture.kind === 'resize') return handleCursors[gesture.handle];
  if (gesture.kind === 'move') return 'move';
  const hit = editor.hitAt(at);
  if (hit.kind === 'handle') return handleCursors[hit.handle];
  return hit.kind === 'box' && tool === 'select' ? 'move' : 'crosshair';
}
