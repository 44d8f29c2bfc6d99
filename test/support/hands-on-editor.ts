import { type IdKind, idFromBytes } from '#common/ids/index.ts';
import { emptyDocument, type RedactionDocument, type RedactionEdit } from '#common/redaction/index.ts';
import { createEditor } from '#renderer/engine/index.ts';

/** An editor one works with the hands: pointer verbs over a 1280 × 720 picture of 300 frames, shown at half its size. */
export function handsOnEditor(document: RedactionDocument = emptyDocument) {
  let ids = 0;
  const id = <K extends IdKind>(kind: K) => idFromBytes(kind, new Uint8Array(26).fill(++ids % 32).fill(ids >> 5, 25));
  const commits: { readonly label: string; readonly edits: readonly RedactionEdit[] }[] = [];
  const editor = createEditor({
    document,
    picture: { width: 1280, height: 720 },
    frames: 300,
    newTrackId: () => id('track'),
    newMuteId: () => id('mute'),
    onCommit: (edits, label) => commits.push({ label, edits }),
  });
  const at = (x: number, y: number, held: { alt?: boolean; snap?: boolean } = {}) => ({
    point: { x, y },
    scale: 0.5,
    fromCentre: held.alt === true,
    free: held.snap !== true,
  });
  return {
    ...editor,
    editor,
    commits,
    press: (x: number, y: number) => editor.press(at(x, y)),
    moveTo: (x: number, y: number, held?: { alt?: boolean; snap?: boolean }) => editor.move(at(x, y, held)),
    hoverAt: (x: number, y: number) => editor.hover(at(x, y)),
    drag: (
      from: readonly [number, number],
      to: readonly [number, number],
      held?: { alt?: boolean; snap?: boolean },
    ) => {
      editor.press(at(...from));
      editor.move(at((from[0] + to[0]) / 2, (from[1] + to[1]) / 2, held));
      editor.move(at(...to, held));
      editor.release();
    },
    click: (x: number, y: number) => {
      editor.press(at(x, y));
      editor.release();
    },
  };
}
