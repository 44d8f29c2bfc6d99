import { IconBlur, IconGridDots, IconSquareFilled, IconVolumeOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { FrameRange, MaskStyle } from '#common/redaction/index.ts';
import { type Editor, liveDocument, type Selection } from '#renderer/engine/index.ts';
import { Hint, Section } from '#renderer/ui/index.ts';
import classes from './inspector.module.css';
import { useEditor } from './use-editor.ts';

const icons = { solid: IconSquareFilled, pixelate: IconGridDots, blur: IconBlur } as const satisfies Readonly<
  Record<MaskStyle['kind'], unknown>
>;

/** All boxes and mutes with the frames they apply to. Choosing one goes to a frame it applies to. */
export function RedactionList({
  editor,
  goTo,
  hasSound,
}: {
  readonly editor: Editor;
  readonly goTo: (frame: number) => void;
  readonly hasSound: boolean;
}) {
  const { t } = useTranslation('redaction');
  const document = useEditor(editor, liveDocument);
  const selectedId = useEditor(editor, (state) => state.selection?.id ?? null);
  const choose = (selection: Selection, range: FrameRange): void => {
    editor.select(selection);
    const { frame } = editor.state();
    if (frame < range.first || frame > range.last) goTo(range.first);
  };
  return (
    <>
      <Section title={t('boxes')} aside={<span className={classes.count}>{document.tracks.length}</span>}>
        {document.tracks.length === 0 && <Hint>{t('noBoxes')}</Hint>}
        <ul className={classes.list} data-testid="box-list">
          {document.tracks.map((track) => {
            const Icon = icons[track.style.kind];
            return (
              <li key={track.id}>
                <button
                  type="button"
                  className={classes.row}
                  aria-pressed={track.id === selectedId}
                  onClick={() => choose({ kind: 'track', id: track.id }, track.range)}
                >
                  <Icon size={14} stroke={1.75} aria-label={t(`styles.${track.style.kind}`)} />
                  <span className={classes.rowName}>{track.name}</span>
                  <span className={classes.rowFrames}>{t('frames', track.range)}</span>
                </button>
              </li>
            );
          })}
        </ul>
      </Section>
      {(hasSound || document.mutes.length > 0) && (
        <Section title={t('mutes')} aside={<span className={classes.count}>{document.mutes.length}</span>}>
          {document.mutes.length === 0 && <Hint>{t('noMutes')}</Hint>}
          <ul className={classes.list} data-testid="mute-list">
            {document.mutes.map((mute) => (
              <li key={mute.id}>
                <button
                  type="button"
                  className={classes.row}
                  aria-pressed={mute.id === selectedId}
                  onClick={() => choose({ kind: 'mute', id: mute.id }, mute.range)}
                >
                  <IconVolumeOff size={14} stroke={1.75} aria-hidden />
                  <span className={classes.rowName}>{mute.name}</span>
                  <span className={classes.rowFrames}>{t('frames', mute.range)}</span>
                </button>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}
