import { Button, Checkbox, TextInput } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type StoreLimits, storeLimitsSchema } from '#common/contract/index.ts';
import { errorWords } from '#renderer/bridge/index.ts';
import {
  navigate,
  useAction,
  useClient,
  useCloudControl,
  useDeed,
  useNotices,
  useSession,
} from '#renderer/state/index.ts';
import { ActionButton, ErrorPanel, Hint, Page, Row } from '#renderer/ui/index.ts';
import classes from './store.module.css';
import { useBackCommand } from './use-back-command.ts';

const mega = 1_000_000;
const isTime = (text: string): boolean => /^([01]\d|2[0-3]):[0-5]\d$/.test(text);

/** How much of the line uploads may take, and when nothing is sent. */
export function LimitsPage({ limits }: { readonly limits: StoreLimits }) {
  const { t } = useTranslation('store');
  const client = useClient();
  const cloud = useCloudControl();
  const notices = useNotices();
  const { zone } = useSession().agency;
  const [rate, setRate] = useState(limits.bytesPerSecond === null ? '' : String(limits.bytesPerSecond / mega));
  const [isQuiet, setIsQuiet] = useState(limits.quiet !== null);
  const [from, setFrom] = useState(limits.quiet?.from ?? '07:00');
  const [until, setUntil] = useState(limits.quiet?.until ?? '19:00');
  const [asked, setAsked] = useState(false);
  useBackCommand();
  const back = useAction('store.back');
  const typedRate = rate.trim().replace(',', '.');
  const bytesPerSecond = typedRate === '' ? null : Math.round(Number(typedRate) * mega);
  const wanted = { bytesPerSecond, quiet: isQuiet ? { from, until } : null };
  const parsed = storeLimitsSchema.safeParse(wanted);
  const rateWrong = !storeLimitsSchema.shape.bytesPerSecond.safeParse(bytesPerSecond).success;
  const fromWrong = isQuiet && !isTime(from);
  const untilWrong = isQuiet && !isTime(until);
  const same = isQuiet && from === until;
  const deed = useDeed(async (next: StoreLimits) => {
    await client.call('store.setLimits', next);
    void cloud.refresh();
    notices.say('done', t('limits.saved'));
    navigate({ screen: 'store' });
  });
  const words = deed.failure === null ? null : errorWords(deed.failure);
  return (
    <Page title={t('limits.title')} lead={t('limits.lead')}>
      <form
        className={classes.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
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
