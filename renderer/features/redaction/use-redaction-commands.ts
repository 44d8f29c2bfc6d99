import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { boxAt } from '#common/redaction/index.ts';
import {
  type Editor,
  keyframeAt,
  markedRange,
  neighbourKeyframe,
  selectedIsHere,
  selectedMute,
  selectedRange,
  selectedTrack,
} from '#renderer/engine/index.ts';
import { type Command, useCommands, useNotices } from '#renderer/state/index.ts';
import { useEditor } from './use-editor.ts';

/** How long a mute is that nothing else gives a length, in frames of a typical rate. */
const shortMute = 60;

/** Facts that decide what can be done now. They change at a few frames only, so the table is not laid anew with every frame. */
function factsOf(editor: Editor) {
  const state = editor.state();
  const track = selectedTrack(state);
  const range = selectedRange(state);
  const { frame, history } = state;
  return {
    locked: state.locked,
    tool: state.tool,
    selected: track !== null || selectedMute(state) !== null,
    box: track !== null,
    here: selectedIsHere(state),
    undo: history.done.at(-1)?.label ?? null,
    redo: history.undone.at(-1)?.label ?? null,
    afterEnd: range !== null && frame > range.last,
    beforeStart: range !== null && frame < range.first,
    inside: track !== null && boxAt(track, frame) !== null,
    onKeyframe: track !== null && keyframeAt(track, frame) !== null,
    onlyKeyframe: track?.keyframes.length === 1,
    next: track !== null && neighbourKeyframe(track, frame, 1) !== null,
    previous: track !== null && neighbourKeyframe(track, frame, -1) !== null,
  };
}

/** What the commands reach outside of the editor. */
export type RedactionReach = {
  readonly goTo: (frame: number) => void;
  readonly hasSound: boolean;
  readonly focusName: () => void;
};

/** Lays the editor's commands into the table while a redaction is open. */
export function useRedactionCommands(editor: Editor, reach: RedactionReach): void {
  const { t } = useTranslation('redaction');
  const notices = useNotices();
  const facts = useEditor(editor, () => factsOf(editor));
  const { goTo, hasSound, focusName } = reach;
  const commands = useMemo((): readonly Command[] => {
    const group = t('group');
    const unless = (...reasons: readonly (readonly [boolean, string])[]): string | null =>
      facts.locked ?? reasons.find(([applies]) => applies)?.[1] ?? null;
    const noBox = [!facts.box, t('why.noBoxSelected')] as const;
    const jump = (direction: 1 | -1) => (): void => {
      const track = selectedTrack(editor.state());
      const key = track === null ? null : neighbourKeyframe(track, editor.state().frame, direction);
      if (key !== null) goTo(key.frame);
    };
    const addMute = (): void => {
      const state = editor.state();
      const last = Math.min(state.frames - 1, state.frame + shortMute);
      editor.addMute(markedRange(state) ?? { first: state.frame, last });
    };
    const take = (what: 'undo' | 'redo') => (): void => {
      const label = editor[what]();
      if (label !== null) notices.say('done', t(what === 'undo' ? 'undone' : 'redone', { what: label }));
    };
    const escape = (): void => {
      const state = editor.state();
      if (editor.cancel()) return;
      if (state.tool === 'draw') editor.setTool('select');
      else if (state.selection !== null) editor.select(null);
      else editor.clearMarks();
    };
    const list: Omit<Command, 'group' | 'permission'>[] = [
      {
        id: 'redaction.select-tool',
        title: t('command.select'),
        shortcuts: ['v'],
        run: () => editor.setTool('select'),
      },
      {
        id: 'redaction.draw-tool',
        title: t('command.draw'),
        shortcuts: ['r'],
        disabledBecause: unless(),
        run: () => editor.setTool('draw'),
      },
      {
        id: 'redaction.add-box',
        title: t('command.add'),
        shortcuts: ['n'],
        disabledBecause: unless(),
        run: () => void editor.addBox(),
      },
      {
        id: 'redaction.add-mute',
        title: t('command.addMute'),
        shortcuts: ['shift+m'],
        disabledBecause: unless([!hasSound, t('why.noSound')]),
        run: addMute,
      },
      {
        id: 'redaction.remove',
        title: t('command.remove'),
        shortcuts: ['Delete', 'Backspace'],
        disabledBecause: unless([!facts.selected, t('why.nothingSelected')]),
        run: () => void editor.remove(),
      },
      {
        id: 'redaction.duplicate',
        title: t('command.duplicate'),
        shortcuts: ['mod+d'],
        disabledBecause: unless(noBox),
        run: () => void editor.duplicate(),
      },
      {
        id: 'redaction.rename',
        title: t('command.rename'),
        shortcuts: ['F2'],
        disabledBecause: unless([!facts.selected, t('why.nothingSelected')]),
        run: focusName,
      },
      {
        id: 'redaction.undo',
        title: facts.undo === null ? t('command.undo') : t('command.undoWhat', { what: facts.undo }),
        shortcuts: ['mod+z'],
        repeats: true,
        disabledBecause: unless([facts.undo === null, t('why.nothingToUndo')]),
        run: take('undo'),
      },
      {
        id: 'redaction.redo',
        title: facts.redo === null ? t('command.redo') : t('command.redoWhat', { what: facts.redo }),
        shortcuts: ['mod+shift+z', 'mod+y'],
        repeats: true,
        disabledBecause: unless([facts.redo === null, t('why.nothingToRedo')]),
        run: take('redo'),
      },
      {
        id: 'redaction.start-here',
        title: t('command.start'),
        shortcuts: ['['],
        disabledBecause: unless([facts.afterEnd, t('why.afterEnd')]),
        run: () => void editor.setEndHere('start'),
      },
      {
        id: 'redaction.end-here',
        title: t('command.end'),
        shortcuts: [']'],
        disabledBecause: unless([facts.beforeStart, t('why.beforeStart')]),
        run: () => void editor.setEndHere('end'),
      },
      {
        id: 'redaction.add-keyframe',
        title: t('command.addKeyframe'),
        shortcuts: ['q'],
        disabledBecause: unless(noBox, [!facts.inside, t('why.outside')], [facts.onKeyframe, t('why.keyframeThere')]),
        run: () => void editor.addKeyframe(),
      },
      {
        id: 'redaction.remove-keyframe',
        title: t('command.removeKeyframe'),
        shortcuts: ['shift+q'],
        disabledBecause: unless(
          noBox,
          [!facts.onKeyframe, t('why.noKeyframe')],
          [facts.onlyKeyframe, t('why.lastKeyframe')],
        ),
        run: () => void editor.removeKeyframe(),
      },
      {
        id: 'redaction.next-keyframe',
        title: t('command.nextKeyframe'),
        shortcuts: ['>'],
        disabledBecause: noBox[0] ? noBox[1] : facts.next ? null : t('why.noNext'),
        run: jump(1),
      },
      {
        id: 'redaction.previous-keyframe',
        title: t('command.previousKeyframe'),
        shortcuts: ['<'],
        disabledBecause: noBox[0] ? noBox[1] : facts.previous ? null : t('why.noPrevious'),
        run: jump(-1),
      },
      { id: 'redaction.escape', title: t('command.escape'), shortcuts: ['Escape'], quiet: true, run: escape },
    ];
    // The arrows belong to the box only while one can be taken hold of; else they step through frames.
    if (facts.here && facts.locked === null) list.push(...nudges(editor, t));
    return list.map((command) => ({ ...command, group, permission: 'redaction.edit' }));
  }, [t, editor, notices, facts, goTo, hasSound, focusName]);
  useCommands(commands);
}

const arrows = [
  ['ArrowLeft', -1, 0],
  ['ArrowRight', 1, 0],
  ['ArrowUp', 0, -1],
  ['ArrowDown', 0, 1],
] as const;

function nudges(
  editor: Editor,
  t: ReturnType<typeof useTranslation<'redaction'>>['t'],
): readonly Omit<Command, 'group' | 'permission'>[] {
  return arrows.flatMap(([key, dx, dy]) =>
    (
      [
        ['', 'move', 1, t('command.nudge')],
        ['shift+', 'move', 10, t('command.nudgeFar')],
        ['alt+', 'resize', 1, t('command.resize')],
        ['alt+shift+', 'resize', 10, t('command.resizeFar')],
      ] as const
    ).map(([held, how, by, title]) => ({
      id: `redaction.nudge-${held}${key}`,
      title,
      shortcuts: [held + key],
      repeats: true,
      quiet: true,
      run: () => void editor.nudge(how, dx * by, dy * by),
    })),
  );
}
