import { Button, TextInput } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type StoreCacheLimits, storeCacheSchema } from '#common/contract/index.ts';
import { errorWords } from '#renderer/bridge/index.ts';
import { navigate, useAction, useClient, useCloudControl, useDeed, useNotices } from '#renderer/state/index.ts';
import { ActionButton, ErrorPanel, Page, Row } from '#renderer/ui/index.ts';
import classes from './store.module.css';
import { useBackCommand } from './use-back-command.ts';

const giga = 1_000_000_000;

function numberOf(text: string, unit: number): number | null {
  const typed = text.trim().replace(',', '.');
  return typed === '' ? null : Math.round(Number(typed) * unit);
}

/** How much of what lies only in the store is kept on this station, and how long. */
export function CachePage({ limits }: { readonly limits: StoreCacheLimits }) {
  const { t } = useTranslation('store');
  const client = useClient();
  const cloud = useCloudControl();
  const notices = useNotices();
  const [size, setSize] = useState(limits.bytes === null ? '' : String(limits.bytes / giga));
  const [days, setDays] = useState(limits.days === null ? '' : String(limits.days));
  const [asked, setAsked] = useState(false);
  useBackCommand();
  const back = useAction('store.back');
  const wanted = { bytes: numberOf(size, giga), days: numberOf(days, 1) };
  const parsed = storeCacheSchema.safeParse(wanted);
  const sizeWrong = !storeCacheSchema.shape.bytes.safeParse(wanted.bytes).success;
  const daysWrong = !storeCacheSchema.shape.days.safeParse(wanted.days).success;
  const deed = useDeed(async (next: StoreCacheLimits) => {
    await client.call('store.setCache', next);
    void cloud.refresh();
    notices.say('done', t('limits.saved'));
    navigate({ screen: 'store' });
  });
  const words = deed.failure === null ? null : errorWords(deed.failure);
  return (
    <Page title={t('cache.title')} lead={t('cache.lead')}>
      <form
        className={classes.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
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
        {words !== null && <ErrorPanel error={words} />}
        <Row>
          <Button type="submit" variant="filled" loading={deed.busy}>
            {t('limits.save')}
          </Button>
          <ActionButton
            action={back}
            variant="subtle"
            label={t('setUp.back')}
            icon={<IconArrowLeft size={16} aria-hidden />}
          />
        </Row>
      </form>
    </Page>
  );
}
