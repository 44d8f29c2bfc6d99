import { SegmentedControl } from '@mantine/core';
import {
  IconCopy,
  IconDiamondFilled,
  IconDiamondOff,
  IconPlayerTrackNext,
  IconPlayerTrackPrev,
  IconTrash,
} from '@tabler/icons-react';
import type { RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { TrackId } from '#common/ids/index.ts';
import { boxAt, type MaskStyle, type Track, weakestBlur, weakestPixelate } from '#common/redaction/index.ts';
import { type Editor, selectedTrack } from '#renderer/engine/index.ts';
import { useAction } from '#renderer/state/index.ts';
import { ActionIconButton, Hint } from '#renderer/ui/index.ts';
import classes from './inspector.module.css';
import { NameField } from './name-field.tsx';
import { NumberField } from './number-field.tsx';
import { RangeFields } from './range-fields.tsx';
import { useEditor } from './use-editor.ts';

/** The selected box in words and numbers: everything the pointer can do to it can be typed here. */
export function BoxFields({
  editor,
  id,
  nameRef,
}: {
  readonly editor: Editor;
  readonly id: TrackId;
  readonly nameRef: RefObject<HTMLInputElement | null>;
}) {
  const track = useEditor(editor, selectedTrack);
  const duplicate = useAction('redaction.duplicate');
  const remove = useAction('redaction.remove');
  if (track === null) return null;
  return (
    <div className={classes.fields}>
      <div className={classes.nameRow}>
        <NameField
          value={track.name}
          inputRef={nameRef}
          onCommit={(name) => void editor.rename({ kind: 'track', id }, name)}
        />
        <ActionIconButton action={duplicate} icon={<IconCopy size={18} stroke={1.75} />} />
        <ActionIconButton action={remove} icon={<IconTrash size={18} stroke={1.75} />} />
      </div>
      <StyleFields track={track} onStyle={(style) => void editor.setStyle(id, style)} />
      <PlaceFields editor={editor} track={track} />
      <RangeFields editor={editor} selection={{ kind: 'track', id }} range={track.range} />
      <KeyframeFields editor={editor} track={track} />
    </div>
  );
}

const kinds = ['solid', 'pixelate', 'blur'] as const;

function StyleFields({ track, onStyle }: { readonly track: Track; readonly onStyle: (style: MaskStyle) => void }) {
  const { t } = useTranslation('redaction');
  const { style } = track;
  const choose = (kind: string): void => {
    if (kind === 'solid') onStyle({ kind });
    else if (kind === 'pixelate') onStyle({ kind, block: 32 });
    else if (kind === 'blur') onStyle({ kind, radius: 32 });
  };
  const even = (value: number): number => value + (value % 2);
  return (
    <>
      <div className={classes.styleRow}>
        <SegmentedControl
          aria-label={t('style')}
          size="sm"
          value={style.kind}
          data={kinds.map((kind) => ({ value: kind, label: t(`styles.${kind}`) }))}
          transitionDuration={0}
          onChange={choose}
        />
        {style.kind === 'pixelate' && (
          <NumberField
            label={t('block')}
            sign={t('pixels')}
            value={style.block}
            min={weakestPixelate}
            max={256}
            step={2}
            onCommit={(block) => onStyle({ kind: 'pixelate', block: even(block) })}
          />
        )}
        {style.kind === 'blur' && (
          <NumberField
            label={t('radius')}
            sign={t('pixels')}
            value={style.radius}
            min={weakestBlur}
            max={256}
            step={2}
            onCommit={(radius) => onStyle({ kind: 'blur', radius: even(radius) })}
          />
        )}
      </div>
      {style.kind !== 'solid' && <Hint>{t('weaker')}</Hint>}
    </>
  );
}

function PlaceFields({ editor, track }: { readonly editor: Editor; readonly track: Track }) {
  const { t } = useTranslation('redaction');
  const box = useEditor(editor, (state) => boxAt(track, state.frame));
  const { picture } = editor.state();
  if (box === null) return <Hint>{t('away')}</Hint>;
  const { width, height } = picture;
  const fields = [
    ['x', t('x'), 'X', -width, width],
    ['y', t('y'), 'Y', -height, height],
    ['width', t('width'), 'W', 4, 2 * width],
    ['height', t('height'), 'H', 4, 2 * height],
  ] as const;
  return (
    <div className={classes.place} role="group" aria-label={t('place')}>
      {fields.map(([key, label, sign, min, max]) => (
        <NumberField
          key={key}
          label={label}
          sign={sign}
          value={Math.round(box[key])}
          min={min}
          max={max}
          onCommit={(value) => void editor.setBox(track.id, { ...box, [key]: value })}
        />
      ))}
    </div>
  );
}

function KeyframeFields({ editor, track }: { readonly editor: Editor; readonly track: Track }) {
  const { t } = useTranslation('redaction');
  const number = useEditor(editor, (state) => track.keyframes.findIndex((key) => key.frame === state.frame) + 1);
  const of = track.keyframes.length;
  const add = useAction('redaction.add-keyframe');
  const remove = useAction('redaction.remove-keyframe');
  const next = useAction('redaction.next-keyframe');
  const previous = useAction('redaction.previous-keyframe');
  return (
    <div className={classes.keyframes} role="group" aria-label={t('keyframes')}>
      <span>
        {t('keyframes')}{' '}
        <span className={classes.count}>
          {number > 0 ? t('keyframeOf', { number, of }) : t('keyframeBetween', { of })}
        </span>
      </span>
      <span className={classes.tools}>
        <ActionIconButton action={previous} icon={<IconPlayerTrackPrev size={16} stroke={1.75} />} />
        <ActionIconButton action={add} icon={<IconDiamondFilled size={16} />} />
        <ActionIconButton action={remove} icon={<IconDiamondOff size={16} stroke={1.75} />} />
        <ActionIconButton action={next} icon={<IconPlayerTrackNext size={16} stroke={1.75} />} />
      </span>
    </div>
  );
}
