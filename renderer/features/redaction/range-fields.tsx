import { IconBracketsContainEnd, IconBracketsContainStart } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { FrameRange } from '#common/redaction/index.ts';
import type { Editor, Selection } from '#renderer/engine/index.ts';
import { useAction } from '#renderer/state/index.ts';
import { ActionIconButton } from '#renderer/ui/index.ts';
import classes from './inspector.module.css';
import { NumberField } from './number-field.tsx';

/** The first and the last frame something applies to, as numbers and from the playhead. */
export function RangeFields({
  editor,
  selection,
  range,
}: {
  readonly editor: Editor;
  readonly selection: Selection;
  readonly range: FrameRange;
}) {
  const { t } = useTranslation('redaction');
  const { frames } = editor.state();
  return (
    <div className={classes.range}>
      <NumberField
        label={t('first')}
        sign={t('firstSign')}
        value={range.first}
        min={0}
        max={range.last}
        onCommit={(first) => editor.setRange(selection, { ...range, first })}
      />
      <ActionIconButton
        action={useAction('redaction.start-here')}
        icon={<IconBracketsContainStart size={18} stroke={1.75} />}
      />
      <NumberField
        label={t('last')}
        sign={t('lastSign')}
        value={range.last}
        min={range.first}
        max={frames - 1}
        onCommit={(last) => editor.setRange(selection, { ...range, last })}
      />
      <ActionIconButton
        action={useAction('redaction.end-here')}
        icon={<IconBracketsContainEnd size={18} stroke={1.75} />}
      />
    </div>
  );
}
