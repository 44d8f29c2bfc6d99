import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Account, passwordSchema, type RequestOf } from '#common/contract/index.ts';
import { errorWords } from '#renderer/bridge/index.ts';
import { useClient, useDeed, useNotices } from '#renderer/state/index.ts';
import { ErrorPanel, Hint, Section } from '#renderer/ui/index.ts';
import classes from './admin.module.css';
import { RoleSelect } from './role-select.tsx';

type Change = Omit<RequestOf<'people.change'>, 'id'>;

/** One account: name and role, a new password, closing and reopening. */
export function PersonInspector({
  person,
  self,
  onChanged,
}: {
  readonly person: Account;
  readonly self: boolean;
  readonly onChanged: () => void;
}) {
  const { t } = useTranslation('admin');
  const client = useClient();
  const notices = useNotices();
  const [displayName, setDisplayName] = useState(person.displayName);
  const [role, setRole] = useState(person.role);
  const [password, setPassword] = useState('');
  const [asked, setAsked] = useState(false);
  const deed = useDeed(async (change: Change, done: string) => {
    await client.call('people.change', { id: person.id, ...change });
    notices.say('done', done);
    onChanged();
  });
  const words = deed.failure === null ? null : errorWords(deed.failure);
  const name = displayName.trim();
  const changed = name !== '' && (name !== person.displayName || role !== person.role);
  const passwordFits = passwordSchema.safeParse(password).success;
  return (
    <>
      <h2>{person.displayName}</h2>
      {words !== null && <ErrorPanel error={words} />}
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (changed) void deed.run(self ? { displayName: name } : { displayName: name, role }, t('people.saved'));
        }}
      >
        <TextInput
          label={t('people.displayName')}
          value={displayName}
          error={name === '' ? t('people.problems.displayName') : null}
          onChange={(event) => setDisplayName(event.currentTarget.value)}
        />
        <RoleSelect value={role} onChange={setRole} disabled={self} />
        {self && <Hint>{t('people.selfHint')}</Hint>}
        <div>
          <Button type="submit" variant="default" disabled={!changed} loading={deed.busy}>
            {t('people.save')}
          </Button>
        </div>
      </form>
      <form
        className={classes.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setAsked(true);
          if (!passwordFits) return;
          void deed.run({ password }, t('people.passwordSet', { name: person.displayName })).then((done) => {
            if (!done) return;
            setPassword('');
            setAsked(false);
          });
        }}
      >
        <PasswordInput
          label={t('people.newPassword')}
          description={t('people.passwordHint')}
          value={password}
          error={asked && !passwordFits ? t('people.problems.password') : null}
          autoComplete="new-password"
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <div>
          <Button type="submit" variant="default" disabled={password === ''} loading={deed.busy}>
            {t('people.setPassword')}
          </Button>
        </div>
      </form>
      {!self && (
        <Section title={t(person.active ? 'people.close' : 'people.reopen')}>
          <Hint>{t('people.closeHint')}</Hint>
          <div>
            <Button
              variant={person.active ? 'light' : 'default'}
              {...(person.active ? { color: 'danger' } : {})}
              loading={deed.busy}
              onClick={() =>
                void deed.run(
                  { active: !person.active },
                  t(person.active ? 'people.closedNow' : 'people.reopened', { name: person.displayName }),
                )
              }
            >
              {t(person.active ? 'people.close' : 'people.reopen')}
            </Button>
          </div>
        </Section>
      )}
    </>
  );
}
