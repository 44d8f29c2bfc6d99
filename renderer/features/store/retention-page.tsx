import { SegmentedControl, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StoreStatus } from '#common/contract/index.ts';
import { useAction, useClient, useSession } from '#renderer/state/index.ts';
import { ActionButton, Card, EmptyState, Facts, Page, Section, useNow } from '#renderer/ui/index.ts';
import { SettingForm } from './setting-form.tsx';
import classes from './store.module.css';
import { useBackCommand } from './use-back-command.ts';
import { useStoreSetting } from './use-store-setting.ts';

type Connection = NonNullable<StoreStatus['connection']>;
const dayLength = 86_400_000;
const choices = ['keep', 'none'] as const;

/** Asking the store to refuse deletion: what changes, the day it means, what follows, and the day typed to confirm. */
export function RetentionPage({ connection }: { readonly connection: Connection }) {
  const { t } = useTranslation('store');
  useBackCommand();
  const back = useAction('store.back');
  if (!connection.objectLock) {
    return (
      <EmptyState title={t('retention.unsupported')} action={<ActionButton action={back} label={t('setUp.back')} />}>
        {t('retention.unsupportedHint')}
      </EmptyState>
    );
  }
  return <RetentionForm connection={connection} />;
}

function RetentionForm({ connection }: { readonly connection: Connection }) {
  const { t } = useTranslation('store');
  const client = useClient();
  const { zone } = useSession().agency;
  const now = useNow(60_000);
  const before = connection.retentionDays;
  const [choice, setChoice] = useState<(typeof choices)[number]>('keep');
  const [typedDays, setTypedDays] = useState(String(before ?? 365));
  const [confirmation, setConfirmation] = useState('');
  const [asked, setAsked] = useState(false);
  const days = /^\d{1,5}$/.test(typedDays.trim()) ? Number(typedDays) : 0;
  const daysWrong = choice === 'keep' && (days < 1 || days > 36_500);
  const date = daysWrong ? null : dateText(now + days * dayLength, zone);
  const confirmed = choice === 'none' || (date !== null && sameText(confirmation, date));
  const wanted = choice === 'keep' ? days : null;
  const unchanged = !daysWrong && wanted === before;
  const deed = useStoreSetting(() => client.call('store.setRetention', { days: wanted }), t('retention.saved'));
  const consequences = t(choice === 'keep' ? 'retention.consequences' : 'retention.consequencesNone', {
    returnObjects: true,
  });
  return (
    <Page title={t('retention.title')} lead={t('retention.lead')}>
      <Card label={t('retention.what')}>
        <Section title={t('retention.what')}>
          <Facts
            facts={[
              { name: t('facts.place'), value: connection.place },
              {
                name: t('retention.now'),
                value: before === null ? t('facts.noRetention') : t('facts.retentionDays', { count: before }),
              },
            ]}
          />
          <div>
            <SegmentedControl
              aria-label={t('retention.what')}
              size="sm"
              value={choice}
              data={choices.map((value) => ({ value, label: t(`retention.${value}`) }))}
              transitionDuration={0}
              onChange={(value) => setChoice(value === 'none' ? 'none' : 'keep')}
            />
          </div>
          {choice === 'keep' && (
            <TextInput
              className={classes.short}
              label={t('retention.days')}
              description={t('retention.daysHint')}
              inputMode="numeric"
              value={typedDays}
              maxLength={6}
              error={daysWrong ? t('retention.daysProblem') : null}
              onChange={(event) => setTypedDays(event.currentTarget.value)}
            />
          )}
          {choice === 'keep' && date !== null && (
            <p role="status" className={classes.date}>
              {t('retention.date', { date })}
            </p>
          )}
        </Section>
      </Card>
      <Card label={t('retention.consequence')}>
        <Section title={t('retention.consequence')}>
          <ul className={classes.consequences}>
            {consequences.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </Section>
      </Card>
      <SettingForm
        deed={deed}
        submit={t(choice === 'keep' ? 'retention.save' : 'retention.saveNone')}
        danger={choice === 'keep'}
        onSubmit={() => {
          setAsked(true);
          if (!daysWrong && confirmed && !unchanged) void deed.run();
        }}
      >
        {choice === 'keep' && date !== null && (
          <TextInput
            className={classes.short}
            label={t('retention.confirmation')}
            description={t('retention.confirmationHint', { date })}
            value={confirmation}
            autoComplete="off"
            spellCheck={false}
            error={asked && !confirmed ? t('retention.confirmationWrong') : null}
            onChange={(event) => setConfirmation(event.currentTarget.value)}
          />
        )}
        {asked && unchanged && <p role="alert">{t('retention.unchanged')}</p>}
      </SettingForm>
    </Page>
  );
}

/** A day without the time, in the department's zone: `23 Nov 2027`. */
function dateText(at: number, zone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone: zone, day: 'numeric', month: 'short', year: 'numeric' }).format(
    at,
  );
}

function sameText(a: string, b: string): boolean {
  const plain = (text: string): string => text.trim().toLowerCase().replaceAll(/\s+/g, ' ');
  return plain(a) === plain(b);
}
