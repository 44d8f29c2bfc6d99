import { ActionIcon, Button, Textarea, Tooltip } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Note } from '#common/changes/index.ts';
import type { RecordingId } from '#common/ids/index.ts';
import { formatWallTime } from '#common/time/index.ts';
import { errorWords } from '#renderer/bridge/index.ts';
import { useCatalog, useClient, useDeed, useMay, useSession } from '#renderer/state/index.ts';
import { ErrorPanel, Hint, Row, Section } from '#renderer/ui/index.ts';
import classes from './marks.module.css';
import { useKeptText } from './use-kept-text.ts';
import { useMayChange } from './use-may-change.ts';

const longest = 8000;

/** The notes beside a recording, oldest first, and a place to write another. */
export function NoteList({ recordingId }: { readonly recordingId: RecordingId }) {
  const { t } = useTranslation('marks');
  const client = useClient();
  const mayMark = useMay('evidence.mark');
  const notes = useCatalog('note');
  const own = useMemo(
    () => notes.all.filter((note) => note.recordingId === recordingId).sort((a, b) => a.createdAt - b.createdAt),
    [notes, recordingId],
  );
  // The place of the text that is not sent yet: number 0 of this recording.
  const [text, setText] = useKeptText(`${recordingId}.0`);
  const add = useDeed(async () => {
    await client.call('notes.add', { recordingId, text: text.trim() });
    setText('');
  });
  const words = add.failure === null ? null : errorWords(add.failure);
  return (
    <Section title={t('notes.title')} aside={<span className={classes.dim}>{own.length}</span>}>
      {own.length === 0 && <Hint>{t('notes.none')}</Hint>}
      <ul className={classes.list}>
        {own.map((note) => (
          <NoteEntry key={note.id} note={note} />
        ))}
      </ul>
      {mayMark && (
        <form
          className={classes.form}
          onSubmit={(event) => {
            event.preventDefault();
            if (text.trim() !== '') void add.run();
          }}
        >
          <Textarea
            label={t('notes.new')}
            value={text}
            maxLength={longest}
            autosize
            minRows={2}
            maxRows={8}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          {words !== null && <ErrorPanel error={words} />}
          <Row>
            <Button type="submit" variant="default" loading={add.busy} disabled={text.trim() === ''}>
              {t('notes.add')}
            </Button>
          </Row>
        </form>
      )}
    </Section>
  );
}

function NoteEntry({ note }: { readonly note: Note }) {
  const { t } = useTranslation('marks');
  const client = useClient();
  const { zone } = useSession().agency;
  const mayChange = useMayChange(note.createdBy);
  const [editing, setEditing] = useState(false);
  const remove = useDeed(async () => {
    await client.call('notes.remove', { noteId: note.id });
  });
  const words = remove.failure === null ? null : errorWords(remove.failure);
  const at = formatWallTime(note.createdAt, zone);
  const who = { name: note.createdBy.name, at };
  if (editing) return <EditNote note={note} onEnd={() => setEditing(false)} />;
  return (
    <li className={classes.entry}>
      <p className={classes.text}>{note.text}</p>
      <div className={classes.entryHead}>
        <span className={classes.dim}>
          {note.changedAt === note.createdAt
            ? t('notes.by', who)
            : t('notes.changedBy', { ...who, changedBy: note.changedBy })}
        </span>
        {mayChange && (
          <span className={classes.tools}>
            <Tooltip label={t('notes.change')}>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t('notes.changeOf', who)}
                onClick={() => setEditing(true)}
              >
                <IconPencil size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
            <Tooltip label={t('notes.remove')}>
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t('notes.removeOf', who)}
                loading={remove.busy}
                onClick={() => void remove.run()}
              >
                <IconTrash size={16} aria-hidden />
              </ActionIcon>
            </Tooltip>
          </span>
        )}
      </div>
      {words !== null && <ErrorPanel error={words} />}
    </li>
  );
}

function EditNote({ note, onEnd }: { readonly note: Note; readonly onEnd: () => void }) {
  const { t } = useTranslation('marks');
  const client = useClient();
  const [text, setText] = useState(note.text);
  const save = useDeed(async () => {
    if (text.trim() !== note.text) await client.call('notes.change', { noteId: note.id, text: text.trim() });
    onEnd();
  });
  const words = save.failure === null ? null : errorWords(save.failure);
  return (
    <li className={classes.entry}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== '') void save.run();
        }}
      >
        <Textarea
          label={t('notes.text')}
          value={text}
          maxLength={longest}
          autosize
          minRows={2}
          maxRows={8}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {words !== null && <ErrorPanel error={words} />}
        <Row>
          <Button type="submit" variant="filled" loading={save.busy} disabled={text.trim() === ''}>
            {t('notes.save')}
          </Button>
          <Button variant="subtle" onClick={onEnd}>
            {t('cancel')}
          </Button>
        </Row>
      </form>
    </li>
  );
}
