import { IconUserPlus } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Account } from '#common/contract/index.ts';
import { errorWords } from '#renderer/bridge/index.ts';
import { type Command, useAction, useCommands, useLoaded, useSession } from '#renderer/state/index.ts';
import {
  ActionButton,
  type Column,
  EmptyState,
  ErrorPanel,
  Hint,
  Panes,
  RowsPlaceholder,
  StateMark,
  VirtualTable,
} from '#renderer/ui/index.ts';
import classes from './admin.module.css';
import { NewPerson } from './new-person.tsx';
import { PersonInspector } from './person-inspector.tsx';

/** The accounts of the agency, for administrators. */
export function PeoplePanel() {
  const { t } = useTranslation(['admin', 'app']);
  const { account: self } = useSession();
  const [loaded, reload] = useLoaded('people.list', {});
  const [selected, setSelected] = useState<string | null>(null);
  const [adding, setAdding] = useState(false);
  useCommands(
    useMemo(
      (): readonly Command[] => [
        {
          id: 'people.add',
          title: t('people.add'),
          group: t('people.group'),
          permission: 'people.manage',
          shortcuts: ['shift+n'],
          run: () => setAdding(true),
        },
      ],
      [t],
    ),
  );
  const add = useAction('people.add');
  const columns = useMemo(
    (): readonly Column<Account>[] => [
      {
        id: 'name',
        title: t('people.column.name'),
        width: 'minmax(160px, 2fr)',
        cell: (person) => (
          <>
            {person.displayName}
            {person.id === self.id && <span className={classes.you}>{t('people.you')}</span>}
          </>
        ),
      },
      {
        id: 'username',
        title: t('people.column.username'),
        width: 'minmax(120px, 1fr)',
        cell: (person) => person.username,
      },
      {
        id: 'role',
        title: t('people.column.role'),
        width: 'minmax(136px, 1fr)',
        cell: (person) => t(`app:role.${person.role}`),
      },
      {
        id: 'state',
        title: t('people.column.state'),
        width: '112px',
        cell: (person) => (
          <StateMark tone={person.active ? 'verified' : 'waiting'}>
            {t(person.active ? 'people.active' : 'people.closed')}
          </StateMark>
        ),
      },
    ],
    [t, self.id],
  );
  const people = useMemo(
    () => (loaded.value?.people ?? []).toSorted((a, b) => a.displayName.localeCompare(b.displayName)),
    [loaded.value],
  );
  const person = people.find((each) => each.id === selected) ?? null;
  const words = loaded.state === 'failed' ? errorWords(loaded.cause) : null;
  const side = adding ? (
    <NewPerson
      onCancel={() => setAdding(false)}
      onCreated={(created) => {
        setAdding(false);
        setSelected(created.id);
        reload();
      }}
    />
  ) : person !== null ? (
    <PersonInspector key={person.id} person={person} self={person.id === self.id} onChanged={reload} />
  ) : (
    <EmptyState title={t('people.select')}>{t('people.selectHint')}</EmptyState>
  );
  return (
    <Panes
      id="people"
      sideLabel={t('people.inspector')}
      side={side}
      main={
        <>
          <div className={classes.bar}>
            <Hint>{people.length > 0 ? t('people.count', { count: people.length }) : ''}</Hint>
            <ActionButton action={add} variant="filled" icon={<IconUserPlus size={16} aria-hidden />} />
          </div>
          {words !== null && (
            <div className={classes.inset}>
              <ErrorPanel error={words} onRetry={reload} />
            </div>
          )}
          {loaded.value === null && loaded.state === 'loading' ? (
            <RowsPlaceholder label={t('people.loading')} />
          ) : (
            <VirtualTable
              label={t('people.list')}
              rows={people}
              rowKey={(each) => each.id}
              columns={columns}
              selected={selected}
              onSelect={(each) => {
                setAdding(false);
                setSelected(each.id);
              }}
            />
          )}
        </>
      }
    />
  );
}
