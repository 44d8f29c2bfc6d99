import { ActionIcon, Button, Select, TextInput, Tooltip } from '@mantine/core';
import { IconFlag, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Marker, markerTypes } from '#common/changes/index.ts';
import { errorWords } from '#renderer/bridge/index.ts';
import { useAction, useClient, useDeed } from '#renderer/state/index.ts';
import { ActionButton, ErrorPanel, Hint, Row, Section } from '#renderer/ui/index.ts';
import { knownType, type MarkerType } from './markers.ts';
import classes from './marks.module.css';
import type { MarkerInHand } from './use-marker-in-hand.ts';
import { useMayChange } from './use-may-change.ts';

/** The markers of the segment that is shown, and the one that is being made. */
export function MarkerList({
  markers,
  inHand,
  goTo,
}: {
  readonly markers: readonly Marker[];
  readonly inHand: MarkerInHand;
  readonly goTo: (frame: number) => void;
}) {
  const { t } = useTranslation('marks');
  const add = useAction('marks.add');
  return (
    <Section title={t('markers.title')} aside={<span className={classes.dim}>{markers.length}</span>}>
      {inHand.frame === null ? (
        <div>
          <ActionButton action={add} icon={<IconFlag size={16} aria-hidden />} />
        </div>
      ) : (
        <NewMarker key={inHand.frame} frame={inHand.frame} inHand={inHand} />
      )}
      {markers.length === 0 && inHand.frame === null && <Hint>{t('markers.none')}</Hint>}
      <ul className={classes.list}>
        {markers.map((marker) => (
          <MarkerRow key={marker.id} marker={marker} goTo={goTo} />
        ))}
      </ul>
    </Section>
  );
}

/** The note has the keyboard from the start: Enter sets the marker, Escape leaves no trace. */
function NewMarker({ frame, inHand }: { readonly frame: number; readonly inHand: MarkerInHand }) {
  const { t } = useTranslation('marks');
  const [type, setType] = useState<MarkerType>('moment');
  const [note, setNote] = useState('');
  const deed = useDeed(inHand.add);
  const words = deed.failure === null ? null : errorWords(deed.failure);
  return (
    <form
      className={classes.form}
      aria-label={t('markers.new')}
      onSubmit={(event) => {
        event.preventDefault();
        void deed.run(type, note.trim());
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        inHand.cancel();
      }}
    >
      <TextInput
        label={t('markers.noteAt', { frame })}
        value={note}
        maxLength={500}
        data-autofocus
        ref={(field) => {
          if (field !== null && document.activeElement !== field && field.dataset['met'] === undefined) {
            field.dataset['met'] = '';
            field.focus();
          }
        }}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Select
        label={t('markers.type')}
        data={markerTypes.map((value) => ({ value, label: t(`markers.types.${value}`) }))}
        value={type}
        allowDeselect={false}
        onChange={(value) => setType(markerTypes.find((known) => known === value) ?? 'moment')}
      />
      {words !== null && <ErrorPanel error={words} />}
      <Row>
        <Button type="submit" variant="filled" loading={deed.busy}>
          {t('markers.set')}
        </Button>
        <Button variant="subtle" onClick={inHand.cancel}>
          {t('cancel')}
        </Button>
      </Row>
    </form>
  );
}

function MarkerRow({ marker, goTo }: { readonly marker: Marker; readonly goTo: (frame: number) => void }) {
  const { t } = useTranslation('marks');
  const client = useClient();
  const mayChange = useMayChange(marker.createdBy);
  const remove = useDeed(async () => {
    await client.call('markers.remove', { markerId: marker.id });
  });
  const words = remove.failure === null ? null : errorWords(remove.failure);
  const title = t(`markers.types.${knownType(marker)}`);
  return (
    <li className={classes.entry}>
      <div className={classes.entryHead}>
        <button type="button" className={classes.link} onClick={() => goTo(marker.frame)}>
          {t('markers.at', { title, frame: marker.frame })}
        </button>
        {mayChange && (
          <Tooltip label={t('markers.remove')}>
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={t('markers.removeAt', { frame: marker.frame })}
              loading={remove.busy}
              onClick={() => void remove.run()}
            >
              <IconTrash size={16} aria-hidden />
            </ActionIcon>
          </Tooltip>
        )}
      </div>
      {marker.note !== null && <p className={classes.text}>{marker.note}</p>}
      <p className={classes.dim}>{marker.createdBy.name}</p>
      {words !== null && <ErrorPanel error={words} />}
    </li>
  );
}
