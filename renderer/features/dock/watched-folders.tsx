import { Button, TextInput } from '@mantine/core';
import { IconFolder, IconFolderPlus, IconX } from '@tabler/icons-react';
import { type SyntheticEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorWords } from '#renderer/bridge/index.ts';
import { useClient, useDeed, useDesk, useDeskControl, useMay, useNotices, useSession } from '#renderer/state/index.ts';
import { ActionIconButton, ErrorPanel, Hint, Section } from '#renderer/ui/index.ts';
import classes from './dock.module.css';

/** The folders the station watches; whoever may adds and removes them. */
export function WatchedFolders() {
  const { t } = useTranslation('dock');
  const watching = useDesk((desk) => desk.watching);
  const { agency } = useSession();
  // The training agency takes only its own made-up cards.
  const allowed = useMay('folders.manage') && agency.kind === 'department';
  if (!allowed && watching.length === 0) return null;
  return (
    <Section title={t('folders.title')}>
      <Hint>{t('folders.hint')}</Hint>
      {watching.length === 0 ? (
        <p>{t('folders.none')}</p>
      ) : (
        <ul className={classes.folders}>
          {watching.map(({ location }) => (
            <Folder key={location} location={location} removable={allowed} />
          ))}
        </ul>
      )}
      {allowed && <AddFolder />}
    </Section>
  );
}

function Folder({ location, removable }: { readonly location: string; readonly removable: boolean }) {
  const { t } = useTranslation('dock');
  const client = useClient();
  const desk = useDeskControl();
  const notices = useNotices();
  const remove = async (): Promise<void> => {
    try {
      await client.call('dock.unwatchFolder', { location });
      notices.say('done', t('folders.removed', { location }));
      await desk.refresh();
    } catch (thrown) {
      notices.sayError(thrown);
    }
  };
  return (
    <li className={classes.folder}>
      <IconFolder size={16} stroke={1.75} aria-hidden />
      <span className={classes.folderName}>{location}</span>
      {removable && (
        <ActionIconButton
          action={{
            title: t('folders.remove', { location }),
            shortcut: null,
            disabledBecause: null,
            run: () => void remove(),
          }}
          icon={<IconX size={16} aria-hidden />}
        />
      )}
    </li>
  );
}

function AddFolder() {
  const { t } = useTranslation('dock');
  const client = useClient();
  const desk = useDeskControl();
  const notices = useNotices();
  const [location, setLocation] = useState('');
  const deed = useDeed(async (wanted: string) => {
    await client.call('dock.watchFolder', { location: wanted });
    notices.say('done', t('folders.added', { location: wanted }));
    setLocation('');
    await desk.refresh();
  });
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (location.trim() !== '') void deed.run(location.trim());
  };
  const words = deed.failure === null ? null : errorWords(deed.failure);
  return (
    <form onSubmit={submit} className={classes.addFolder}>
      <TextInput
        className={classes.addField}
        label={t('folders.location')}
        placeholder={t('folders.placeholder')}
        value={location}
        spellCheck={false}
        onChange={(event) => {
          setLocation(event.currentTarget.value);
          deed.clear();
        }}
      />
      <Button
        type="submit"
        variant="default"
        loading={deed.busy}
        leftSection={<IconFolderPlus size={16} aria-hidden />}
        disabled={location.trim() === ''}
      >
        {t('folders.add')}
      </Button>
      {words !== null && (
        <div className={classes.addProblem}>
          <ErrorPanel error={words} />
        </div>
      )}
    </form>
  );
}
