import { Button, PasswordInput, TextInput } from '@mantine/core';
import { type KeyboardEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorWords } from '#renderer/bridge/index.ts';
import { useDeed, useStation } from '#renderer/state/index.ts';
import { ErrorPanel, StateMark } from '#renderer/ui/index.ts';
import classes from './welcome.module.css';

/** Signing in to the department. */
export function SignIn({ department }: { readonly department: string }) {
  const { t } = useTranslation('welcome');
  const { session } = useStation();
  const [username, setUsername] = useState('');
  const [password, setPassword] = useState('');
  const [capsLock, setCapsLock] = useState(false);
  const deed = useDeed(async () => {
    try {
      await session.signIn({ username, password });
    } catch (thrown) {
      setPassword('');
      throw thrown;
    }
  });
  const words = deed.failure === null ? null : errorWords(deed.failure);
  const watchCapsLock = (event: KeyboardEvent): void => setCapsLock(event.getModifierState('CapsLock'));
  return (
    <section className={classes.choice} data-primary aria-labelledby="sign-in-title">
      <h2 id="sign-in-title">{t('signIn.title', { department })}</h2>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          void deed.run();
        }}
      >
        <TextInput
          label={t('signIn.username')}
          value={username}
          onChange={(event) => setUsername(event.currentTarget.value)}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          autoFocus
          required
          withAsterisk={false}
        />
        <PasswordInput
          label={t('signIn.password')}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          onKeyUp={watchCapsLock}
          autoComplete="current-password"
          required
          withAsterisk={false}
        />
        {capsLock && <StateMark tone="attention">{t('capsLock')}</StateMark>}
        {words !== null && <ErrorPanel error={words} />}
        <Button type="submit" variant="filled" loading={deed.busy}>
          {t('signIn.enter')}
        </Button>
      </form>
    </section>
  );
}
