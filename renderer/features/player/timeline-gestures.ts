import { type PointerEvent, useEffect, useRef, useState } from 'react';
import { dragSpan, type Span } from '#renderer/engine/index.ts';
import type { Player } from './player.ts';
import { hitLanes, type LaneHit, type LaneRows, type TimelineBlock, type TimelineContent } from './timeline-model.ts';

/** What dragging blocks does. `preview` shows a span that is not kept until `complete`. */
export type BlockDrag = {
  readonly select: (block: TimelineBlock) => void;
  readonly preview: (block: TimelineBlock, span: Span) => void;
  readonly complete: () => void;
  readonly cancel: () => void;
};

type Surroundings = {
  readonly content: TimelineContent;
  readonly rows: LaneRows;
  readonly frames: number;
  readonly xOf: (us: number) => number;
  readonly spanX: (span: Span) => readonly [number, number];
  readonly frameUnder: (x: number) => number;
  readonly player: Player;
  readonly drag: BlockDrag;
};

/** What the pointer is doing: moving the playhead, or pulling at a block as it was when the pull began. */
type Hold =
  | { readonly kind: 'scrub' }
  | {
      readonly kind: 'pull';
      readonly block: TimelineBlock;
      readonly grip: 'start' | 'end' | 'whole';
      readonly from: number;
      moved: boolean;
    };

/** The pointer on the lanes. Escape, or losing the pointer, leaves no trace. */
export function useLaneGestures(around: Surroundings) {
  const hold = useRef<Hold | null>(null);
  const [cursor, setCursor] = useState<'free' | 'block' | 'edge'>('free');
  const [title, setTitle] = useState<string | null>(null);
  const { drag } = around;

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || hold.current?.kind !== 'pull') return;
      event.preventDefault();
      event.stopPropagation();
      hold.current = null;
      drag.cancel();
    };
    window.addEventListener('keydown', onKey, true);
    return () => window.removeEventListener('keydown', onKey, true);
  }, [drag]);

  const at = (event: PointerEvent<HTMLElement>): { x: number; y: number; hit: LaneHit } => {
    const box = event.currentTarget.getBoundingClientRect();
    const x = event.clientX - box.left;
    const y = event.clientY - box.top;
    return { x, y, hit: hitLanes(around.content, around.rows, x, y, around.xOf, around.spanX) };
  };

  const onPointerDown = (event: PointerEvent<HTMLElement>): void => {
    if (event.button !== 0) return;
    const { x, hit } = at(event);
    event.currentTarget.setPointerCapture(event.pointerId);
    if (hit.kind === 'block') {
      drag.select(hit.block);
      hold.current = { kind: 'pull', block: hit.block, grip: hit.grip, from: around.frameUnder(x), moved: false };
    } else {
      hold.current = { kind: 'scrub' };
      around.player.goTo(hit.kind === 'flag' ? hit.flag.frame : around.frameUnder(x));
    }
  };
  const onPointerMove = (event: PointerEvent<HTMLElement>): void => {
    const { x, hit } = at(event);
    const held = hold.current;
    if (held === null) {
      setCursor(hit.kind === 'block' ? (hit.grip === 'whole' ? 'block' : 'edge') : 'free');
      setTitle(hit.kind === 'flag' ? hit.flag.label : hit.kind === 'block' ? hit.block.label : null);
      return;
    }
    const frame = around.frameUnder(x);
    if (held.kind === 'scrub') around.player.goTo(frame);
    // A box's block is not moved as a whole: its keyframes belong to what is to be seen at their frames.
    else if (held.grip !== 'whole' || held.block.kind === 'mute') {
      if (!held.moved && frame === held.from) return;
      held.moved = true;
      drag.preview(held.block, dragSpan(held.block.span, held.grip, frame - held.from, around.frames));
    }
  };
  const onPointerUp = (event: PointerEvent<HTMLElement>): void => {
    const held = hold.current;
    hold.current = null;
    if (held?.kind !== 'pull') return;
    if (held.moved) drag.complete();
    else if (held.grip === 'whole') around.player.goTo(around.frameUnder(at(event).x));
  };
  const onPointerCancel = (): void => {
    if (hold.current?.kind === 'pull') drag.cancel();
    hold.current = null;
  };

  return { cursor, title, handlers: { onPointerDown, onPointerMove, onPointerUp, onPointerCancel } };
}
