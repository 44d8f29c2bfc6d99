import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconPlus,
  IconPointer,
  IconSquareDashed,
  IconVolumeOff,
} from '@tabler/icons-react';
import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useAction, useNotices } from '#renderer/state/index.ts';
import { ActionIconButton } from '#renderer/ui/index.ts';
import { BoxFields } from './box-fields.tsx';
import classes from './inspector.module.css';
import { MuteFields } from './mute-fields.tsx';
import type { RedactionWork } from './open-redaction.ts';
import { RedactionList } from './redaction-list.tsx';
import { ConflictPanel } from './save-mark.tsx';
import { useEditor } from './use-editor.ts';
import { useRedactionCommands } from './use-redaction-commands.ts';

/** Everything about the redaction beside the picture: what there is, the selected one in numbers, and the finished copy. */
export function RedactionInspector({
  work,
  goTo,
  hasSound,
  banner,
  output,
}: {
  readonly work: RedactionWork;
  readonly goTo: (frame: number) => void;
  readonly hasSound: boolean;
  /** What has to be seen first. */
  readonly banner: ReactNode;
  /** The finished copy; stays in sight at the bottom. */
  readonly output: ReactNode;
}) {
  const { t } = useTranslation('redaction');
  const { editor } = work;
  const notices = useNotices();
  const name = useRef<HTMLInputElement>(null);
  const focusName = useRef(() => name.current?.select());
  useRedactionCommands(editor, { goTo, hasSound, focusName: focusName.current });
  const selection = useEditor(editor, (state) => state.selection);
  const tool = useEditor(editor, (state) => state.tool);
  return (
    <div className={classes.inspector}>
      <div className={classes.tools} role="toolbar" aria-label={t('title')}>
        <ActionIconButton
          action={useAction('redaction.select-tool')}
          pressed={tool === 'select'}
          tone={tool === 'select' ? 'accent' : 'gray'}
          icon={<IconPointer size={18} stroke={1.75} />}
        />
        <ActionIconButton
          action={useAction('redaction.draw-tool')}
          pressed={tool === 'draw'}
          tone={tool === 'draw' ? 'accent' : 'gray'}
          icon={<IconSquareDashed size={18} stroke={1.75} />}
        />
        <span className={classes.divider} />
        <ActionIconButton action={useAction('redaction.add-box')} icon={<IconPlus size={18} stroke={1.75} />} />
        <ActionIconButton action={useAction('redaction.add-mute')} icon={<IconVolumeOff size={18} stroke={1.75} />} />
        <span className={classes.space} />
        <ActionIconButton action={useAction('redaction.undo')} icon={<IconArrowBackUp size={18} stroke={1.75} />} />
        <ActionIconButton action={useAction('redaction.redo')} icon={<IconArrowForwardUp size={18} stroke={1.75} />} />
      </div>
      <ConflictPanel work={work} onFailure={notices.sayError} />
      {banner}
      <div className={classes.scroll}>
        <RedactionList editor={editor} goTo={goTo} hasSound={hasSound} />
      </div>
      {selection?.kind === 'track' && (
        <section className={classes.selected} aria-label={t('selectedBox')}>
          <h3 className={classes.spoken}>{t('selectedBox')}</h3>
          <BoxFields key={selection.id} editor={editor} id={selection.id} nameRef={name} />
        </section>
      )}
      {selection?.kind === 'mute' && (
        <section className={classes.selected} aria-label={t('selectedMute')}>
          <h3 className={classes.spoken}>{t('selectedMute')}</h3>
          <MuteFields key={selection.id} editor={editor} id={selection.id} nameRef={name} />
        </section>
      )}
      <div className={classes.output}>{output}</div>
    </div>
  );
}
