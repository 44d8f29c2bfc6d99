import { Button } from '@mantine/core';
import { IconBuildingCommunity, IconKey } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StationStatus } from '#renderer/state/index.ts';
import { Hint, StateMark } from '#renderer/ui/index.ts';
import { Practise } from './practise.tsx';
import { SetUp } from './set-up.tsx';
import { SignIn } from './sign-in.tsx';
import classes from './welcome.module.css';

/** The first screen: sign in where there is a department, practise or set one up where there is none. */
export function WelcomePanel({
  status,
  endedBecause,
}: {
  readonly status: StationStatus;
  readonly endedBecause: string | null;
}) {
  const { t } = useTranslation('welcome');
  const [settingUp, setSettingUp] = useState(false);
  const { department, training } = status;
  return (
    <main className={classes.welcome}>
      <header className={classes.head}>
        <h1>{t('name')}</h1>
        <Hint>{t('tagline')}</Hint>
        {endedBecause !== null && (
          <p role="status" className={classes.ended}>
            <StateMark tone="attention">{`${t('ended')}. ${endedBecause}`}</StateMark>
          </p>
        )}
      </header>
      <div className={classes.choices}>
        {department !== null ? (
          <>
            <SignIn department={department.name} />
            <Practise training={training} primary={false} />
          </>
        ) : settingUp ? (
          <SetUp onBack={() => setSettingUp(false)} />
        ) : (
          <>
            <Practise training={training} primary />
            <section className={classes.choice} aria-labelledby="set-up-offer">
              <h2 id="set-up-offer">{t('setUp.title')}</h2>
              <Hint>{t('setUp.lead')}</Hint>
              <div>
                <Button
                  variant="default"
                  leftSection={<IconBuildingCommunity size={16} aria-hidden />}
                  onClick={() => setSettingUp(true)}
                >
                  {t('setUp.start')}
                </Button>
              </div>
            </section>
          </>
        )}
      </div>
      <footer className={classes.foot}>
        <span className={classes.keys}>
          <IconKey size={16} stroke={1.75} aria-hidden />
          {t('keys', { keeper: status.keysKeptBy })}
        </span>
        <span>{t('version', { version: status.version })}</span>
      </footer>
    </main>
  );
}
