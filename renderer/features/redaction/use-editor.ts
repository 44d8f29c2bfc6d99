import { useRef, useSyncExternalStore } from 'react';
import type { Editor, EditorState } from '#renderer/engine/index.ts';

/**
 * A part of the editor's state; drawn again when the part changes. The selector may make new objects: parts that look the
 * same (shallowly, one level down) are the same.
 */
export function useEditor<T>(editor: Editor, select: (state: EditorState) => T): T;
/** Null while there is no editor. */
export function useEditor<T>(editor: Editor | null, select: (state: EditorState) => T): T | null;
export function useEditor<T>(editor: Editor | null, select: (state: EditorState) => T): T | null {
  const last = useRef<{ readonly state: EditorState; readonly part: T } | null>(null);
  return useSyncExternalStore(editor?.subscribe ?? nothingToHear, () => {
    if (editor === null) return null;
    const state = editor.state();
    const before = last.current;
    if (before?.state === state) return before.part;
    const part = select(state);
    const kept = before !== null && alike(before.part, part) ? before.part : part;
    last.current = { state, part: kept };
    return kept;
  });
}

function nothingToHear(): () => void {
  return () => undefined;
}

function alike(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const left = Object.entries(a);
  const right = new Map(Object.entries(b));
  return left.length === right.size && left.every(([key, value]) => right.has(key) && Object.is(right.get(key), value));
}
