import { ActionIcon, Button, Textarea, Tooltip } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Note } from '#common/changes/index.ts';
import type { RecordingId } from '#common/ids/index.ts';
import { formatWallTime } from '#common/time/index.ts';
import { errorWords } from '#renderer/bridge/index.ts';
import { type Deed, useCatalog, useClient, useDeed, useMay, useSession } from '#renderer/state/index.ts';
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
  return (
    <Section title={t('notes.title')} aside={<span className={classes.dim}>{own.length}</span>}>
      {own.length === 0 && <Hint>{t('notes.none')}</Hint>}
      <ul className={classes.list}>
        {own.map((note) => (
          <NoteEntry key={note.id} note={note} />
        ))}
      </ul>
      {mayMark && <NoteForm label={t('notes.new')} submit={t('notes.add')} text={text} onText={setText} deed={add} />}
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
  return (
    <li className={classes.entry}>
      <NoteForm label={t('notes.text')} submit={t('notes.save')} text={text} onText={setText} deed={save} filled>
        <Button variant="subtle" onClick={onEnd}>
          {t('cancel')}
        </Button>
      </NoteForm>
    </li>
  );
}

/** The field of a note, why it was not kept, and its buttons; `children` stand beside the one that keeps it. */
function NoteForm(props: {
  readonly label: string;
  readonly submit: string;
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly deed: Deed<readonly []>;
  readonly filled?: boolean;
  readonly children?: ReactNode;
}) {
  const { label, submit, text, onText, deed, filled = false, children } = props;
  const words = deed.failure === null ? null : errorWords(deed.failure);
  const empty = text.trim() === '';
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!empty) void deed.run();
      }}
    >
      <Textarea
        label={label}
        value={text}
        maxLength={longest}
        autosize
        minRows={2}
        maxRows={8}
        onChange={(event) => onText(event.currentTarget.value)}
      />
      {words !== null && <ErrorPanel error={words} />}
      <Row>
        <Button type="submit" variant={filled ? 'filled' : 'default'} loading={deed.busy} disabled={empty}>
          {submit}
        </Button>
        {children}
      </Row>
    </form>
  );
}
