import { IconTrash } from '@tabler/icons-react';
import type { RefObject } from 'react';
import type { MuteId } from '#common/ids/index.ts';
import { type Editor, selectedMute } from '#renderer/engine/index.ts';
import { useAction } from '#renderer/state/index.ts';
import { ActionIconButton } from '#renderer/ui/index.ts';
import classes from './inspector.module.css';
import { NameField } from './name-field.tsx';
import { RangeFields } from './range-fields.tsx';
import { useEditor } from './use-editor.ts';

/** The selected mute: its name and the frames it silences. */
export function MuteFields({
  editor,
  id,
  nameRef,
}: {
  readonly editor: Editor;
  readonly id: MuteId;
  readonly nameRef: RefObject<HTMLInputElement | null>;
}) {
  const mute = useEditor(editor, selectedMute);
  const remove = useAction('redaction.remove');
  if (mute === null) return null;
  return (
    <div className={classes.fields}>
      <div className={classes.nameRow}>
        <NameField
          value={mute.name}
          inputRef={nameRef}
          onCommit={(name) => void editor.rename({ kind: 'mute', id }, name)}
        />
        <ActionIconButton action={remove} icon={<IconTrash size={18} stroke={1.75} />} />
      </div>
      <RangeFields editor={editor} selection={{ kind: 'mute', id }} range={mute.range} />
    </div>
  );
}
