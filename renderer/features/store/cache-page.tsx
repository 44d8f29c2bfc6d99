import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type StoreCacheLimits, storeCacheSchema } from '#common/contract/index.ts';
import { useClient } from '#renderer/state/index.ts';
import { Page } from '#renderer/ui/index.ts';
import { SettingForm } from './setting-form.tsx';
import classes from './store.module.css';
import { useBackCommand } from './use-back-command.ts';
import { useStoreSetting } from './use-store-setting.ts';

const giga = 1_000_000_000;

function numberOf(text: string, unit: number): number | null {
  const typed = text.trim().replace(',', '.');
  return typed === '' ? null : Math.round(Number(typed) * unit);
}

/** How much of what lies only in the store is kept on this station, and how long. */
export function CachePage({ limits }: { readonly limits: StoreCacheLimits }) {
  const { t } = useTranslation('store');
  const client = useClient();
  const [size, setSize] = useState(limits.bytes === null ? '' : String(limits.bytes / giga));
  const [days, setDays] = useState(limits.days === null ? '' : String(limits.days));
  const [asked, setAsked] = useState(false);
  useBackCommand();
  const wanted = { bytes: numberOf(size, giga), days: numberOf(days, 1) };
  const parsed = storeCacheSchema.safeParse(wanted);
  const sizeWrong = !storeCacheSchema.shape.bytes.safeParse(wanted.bytes).success;
  const daysWrong = !storeCacheSchema.shape.days.safeParse(wanted.days).success;
  const deed = useStoreSetting((next: StoreCacheLimits) => client.call('store.setCache', next), t('limits.saved'));
  return (
    <Page title={t('cache.title')} lead={t('cache.lead')}>
      <SettingForm
        deed={deed}
        submit={t('limits.save')}
        onSubmit={() => {
          setAsked(true);
          if (parsed.success) void deed.run(parsed.data);
        }}
      >
        <TextInput
          className={classes.short}
          label={t('cache.size')}
          description={t('cache.sizeHint')}
          inputMode="decimal"
          value={size}
          maxLength={12}
          error={asked && sizeWrong ? t('cache.sizeProblem') : null}
          onChange={(event) => setSize(event.currentTarget.value)}
        />
        <TextInput
          className={classes.short}
          label={t('cache.days')}
          description={t('cache.daysHint')}
          inputMode="numeric"
          value={days}
          maxLength={5}
          error={asked && daysWrong ? t('cache.daysProblem') : null}
          onChange={(event) => setDays(event.currentTarget.value)}
        />
      </SettingForm>
    </Page>
  );
}
