import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, useId, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { formatWallTime } from '#common/time/index.ts';
import { searchRecordings } from '#renderer/features/library/index.ts';
import { navigate, useCatalog, useCommandList, useSession, useStation } from '#renderer/state/index.ts';
import { Dialog, Keys } from '#renderer/ui/index.ts';
import classes from './palette.module.css';

type Item = {
  readonly key: string;
  readonly group: 'commands' | 'recordings';
  readonly title: string;
  readonly detail: ReactNode;
  readonly refused: boolean;
  readonly run: () => void;
};

const mostRecordings = 8;

/** One field for everything: commands by their words, recordings by what is typed. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const items = useItems(text, onClose);
  const listId = useId();
  const current = Math.min(at, items.length - 1);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') items[current]?.run();
    else if (event.key === 'ArrowDown') setAt(Math.min(items.length - 1, current + 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(0, current - 1));
    else return;
    event.preventDefault();
  };
  return (
    <Dialog label={t('palette.title')} width={640} onClose={onClose}>
      <TextInput
        data-autofocus
        className={classes.paletteField}
        variant="unstyled"
        px={16}
        py={8}
        leftSection={<IconSearch size={16} aria-hidden />}
        leftSectionWidth={40}
        placeholder={t('palette.placeholder')}
        aria-label={t('palette.placeholder')}
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={items[current] === undefined ? undefined : `${listId}-${current}`}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div id={listId} role="listbox" aria-label={t('palette.results')} className={classes.paletteList}>
        {items.map((item, index) => (
          <PaletteItem
            key={item.key}
            id={`${listId}-${index}`}
            item={item}
            selected={index === current}
            heading={items[index - 1]?.group === item.group ? null : t(`palette.${item.group}`)}
          />
        ))}
      </div>
      {items.length === 0 && <p className={classes.paletteNothing}>{t('palette.nothing', { text })}</p>}
    </Dialog>
  );
}

function PaletteItem({
  id,
  item,
  selected,
  heading,
}: {
  readonly id: string;
  readonly item: Item;
  readonly selected: boolean;
  readonly heading: string | null;
}) {
  return (
    <>
      {heading !== null && (
        <div role="presentation" className={classes.paletteGroup}>
          {heading}
        </div>
      )}
      <div
        id={id}
        role="option"
        aria-selected={selected}
        aria-disabled={item.refused}
        className={classes.paletteItem}
        ref={selected ? (element) => element?.scrollIntoView({ block: 'nearest' }) : undefined}
        onClick={item.run}
      >
        <span className={classes.paletteTitle}>{item.title}</span>
        <span className={classes.paletteDetail}>{item.detail}</span>
      </div>
    </>
  );
}

function useItems(text: string, onClose: () => void): readonly Item[] {
  const { commands: table } = useStation();
  const { agency } = useSession();
  const commands = useCommandList();
  const recordings = useCatalog('recording');
  return useMemo(() => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const fits = (haystack: string): boolean => words.every((word) => haystack.toLowerCase().includes(word));
    const found: Item[] = commands
      .filter((command) => command.quiet !== true && fits(`${command.title} ${command.group}`))
      .map((command) => ({
        key: command.id,
        group: 'commands',
        title: command.title,
        detail:
          typeof command.disabledBecause === 'string' ? (
            command.disabledBecause
          ) : command.shortcuts?.[0] === undefined ? null : (
            <Keys shortcut={command.shortcuts[0]} />
          ),
        refused: typeof command.disabledBecause === 'string',
        run: () => {
          onClose();
          table.run(command);
        },
      }));
    if (words.length === 0) return found;
    const matching: Item[] = searchRecordings(recordings.all, text, agency.zone)
      .slice(0, mostRecordings)
      .map((recording) => ({
        key: recording.id,
        group: 'recordings',
        title: recording.title,
        detail: formatWallTime(recording.start.at, agency.zone),
        refused: false,
        run: () => {
          onClose();
          navigate({ screen: 'recording', recordingId: recording.id });
        },
      }));
    return [...found, ...matching];
  }, [text, commands, recordings, table, agency.zone, onClose]);
}
