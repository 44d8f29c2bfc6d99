import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Role } from '#common/access/index.ts';
import { type Account, methods } from '#common/contract/index.ts';
import { errorWords } from '#renderer/bridge/index.ts';
import { useClient, useDeed, useNotices } from '#renderer/state/index.ts';
import { ErrorPanel, Row } from '#renderer/ui/index.ts';
import classes from './admin.module.css';
import { RoleSelect } from './role-select.tsx';

/** Adding an account. What the contract would refuse is said beside the field. */
export function NewPerson({
  onCancel,
  onCreated,
}: {
  readonly onCancel: () => void;
  readonly onCreated: (account: Account) => void;
}) {
  const { t } = useTranslation('admin');
  const client = useClient();
  const notices = useNotices();
  const [displayName, setDisplayName] = useState('');
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>('officer');
  const [asked, setAsked] = useState(false);
  const request = { displayName, username, password, role };
  const parsed = methods['people.create'].request.safeParse(request);
  const wrong = new Set(parsed.error?.issues.map((issue) => issue.path[0]));
  const deed = useDeed(async () => {
    const created = await client.call('people.create', request);
    notices.say('done', t('people.created', { name: created.displayName }));
    onCreated(created);
  });
  const words = deed.failure === null ? null : errorWords(deed.failure);
  const problem = (field: 'displayName' | 'username' | 'password'): string | null =>
    asked && wrong.has(field) ? t(`people.problems.${field}`) : null;
  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (parsed.success) void deed.run();
      }}
    >
      <h2>{t('people.newTitle')}</h2>
      <TextInput
        label={t('people.displayName')}
        description={t('people.displayNameHint')}
        value={displayName}
        error={problem('displayName')}
        autoFocus
        onChange={(event) => setDisplayName(event.currentTarget.value)}
      />
      <TextInput
        label={t('people.username')}
        description={t('people.usernameHint')}
        value={username}
        error={problem('username')}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        onChange={(event) => setUsername(event.currentTarget.value)}
      />
      <RoleSelect value={role} onChange={setRole} />
      <PasswordInput
        label={t('people.password')}
        description={t('people.passwordHint')}
        value={password}
        error={problem('password')}
        autoComplete="new-password"
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      {words !== null && <ErrorPanel error={words} />}
      <Row>
        <Button type="submit" variant="filled" loading={deed.busy}>
          {t('people.create')}
        </Button>
        <Button variant="subtle" onClick={onCancel}>
          {t('people.cancel')}
        </Button>
      </Row>
    </form>
  );
}
