import { Checkbox, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type StoreLimits, storeLimitsSchema } from '#common/contract/index.ts';
import { useClient, useSession } from '#renderer/state/index.ts';
import { Hint, Page } from '#renderer/ui/index.ts';
import { SettingForm } from './setting-form.tsx';
import classes from './store.module.css';
import { useBackCommand } from './use-back-command.ts';
import { useStoreSetting } from './use-store-setting.ts';

const mega = 1_000_000;
const isTime = (text: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(text);

/** How much of the line uploads may take, and when nothing is sent. */
export function LimitsPage({ limits }: { readonly limits: StoreLimits }) {
  const { t } = useTranslation('store');
  const client = useClient();
  const { zone } = useSession().agency;
  const [rate, setRate] = useState(limits.bytesPerSecond === null ? '' : String(limits.bytesPerSecond / mega));
  const [isQuiet, setIsQuiet] = useState(limits.quiet !== null);
  const [from, setFrom] = useState(limits.quiet?.from ?? '07:00');
  const [until, setUntil] = useState(limits.quiet?.until ?? '19:00');
  const [asked, setAsked] = useState(false);
  useBackCommand();
  const typedRate = rate.trim().replace(',', '.');
  const bytesPerSecond = typedRate === '' ? null : Math.round(Number(typedRate) * mega);
  const wanted = { bytesPerSecond, quiet: isQuiet ? { from, until } : null };
  const parsed = storeLimitsSchema.safeParse(wanted);
  const rateWrong = !storeLimitsSchema.shape.bytesPerSecond.safeParse(bytesPerSecond).success;
  const fromWrong = isQuiet && !isTime(from);
  const untilWrong = isQuiet && !isTime(until);
  const same = isQuiet && from === until;
  const deed = useStoreSetting((next: StoreLimits) => client.call('store.setLimits', next), t('limits.saved'));
  return (
    <Page title={t('limits.title')} lead={t('limits.lead')}>
      <SettingForm
        deed={deed}
        submit={t('limits.save')}
        onSubmit={() => {
          setAsked(true);
          if (parsed.success && !same) void deed.run(parsed.data);
        }}
      >
        <TextInput
          className={classes.short}
          label={t('limits.rate')}
          description={t('limits.rateHint')}
          inputMode="decimal"
          value={rate}
          maxLength={12}
          error={asked && rateWrong ? t('limits.rateProblem') : null}
          onChange={(event) => setRate(event.currentTarget.value)}
        />
        <Checkbox
          label={t('limits.quiet')}
          checked={isQuiet}
          onChange={(event) => setIsQuiet(event.currentTarget.checked)}
        />
        {isQuiet && (
          <>
            <div className={classes.times}>
              <TextInput
                className={classes.time}
                label={t('limits.from')}
                value={from}
                maxLength={5}
                error={asked && fromWrong ? t('limits.timeProblem') : null}
                onChange={(event) => setFrom(event.currentTarget.value)}
              />
              <TextInput
                className={classes.time}
                label={t('limits.until')}
                value={until}
                maxLength={5}
                error={asked && untilWrong ? t('limits.timeProblem') : null}
                onChange={(event) => setUntil(event.currentTarget.value)}
              />
            </div>
            {asked && same ? (
              <p role="alert" className={classes.problem}>
                {t('limits.quietProblem')}
              </p>
            ) : (
              <Hint>{t('limits.quietHint', { zone })}</Hint>
            )}
          </>
        )}
      </SettingForm>
    </Page>
  );
}
