import { Textarea, TextInput } from '@mantine/core';
import { IconPlugConnectedX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StoreStatus } from '#common/contract/index.ts';
import { useClient } from '#renderer/state/index.ts';
import { Card, Facts, formatBytes, Page, Section } from '#renderer/ui/index.ts';
import { SettingForm } from './setting-form.tsx';
import classes from './store.module.css';
import { placeName } from './store-words.ts';
import { useBackCommand } from './use-back-command.ts';
import { useStoreSetting } from './use-store-setting.ts';

/** Stopping the use of the store: what, what follows, why, and the place typed to confirm. */
export function DisconnectPage({ status }: { readonly status: StoreStatus }) {
  const { t } = useTranslation('store');
  const client = useClient();
  const [reason, setReason] = useState('');
  const [confirmation, setConfirmation] = useState('');
  const [asked, setAsked] = useState(false);
  useBackCommand();
  const { connection, waiting, verified } = status;
  const name = connection === null ? '' : placeName(connection.target);
  const confirmed = confirmation.trim() === name;
  const deed = useStoreSetting(() => client.call('store.disconnect', { reason }), t('disconnect.done'));
  const consequences = t('disconnect.consequences', { returnObjects: true });
  return (
    <Page title={t('disconnect.title')} lead={t('disconnect.lead')}>
      <Card label={t('disconnect.what')}>
        <Section title={t('disconnect.what')}>
          <Facts
            facts={[
              { name: t('facts.place'), value: connection?.place ?? '' },
              {
                name: t('facts.verified'),
                value: t('facts.verifiedValue', { count: verified.items, bytes: formatBytes(verified.bytes) }),
              },
              {
                name: t('disconnect.waiting'),
                value: t('facts.verifiedValue', { count: waiting.items, bytes: formatBytes(waiting.bytes) }),
              },
            ]}
          />
        </Section>
      </Card>
      <Card label={t('disconnect.consequence')}>
        <Section title={t('disconnect.consequence')}>
          <ul className={classes.consequences}>
            {consequences.map((sentence) => (
              <li key={sentence}>{sentence}</li>
            ))}
          </ul>
        </Section>
      </Card>
      <SettingForm
        deed={deed}
        submit={t('disconnect.submit')}
        icon={<IconPlugConnectedX size={16} aria-hidden />}
        danger
        onSubmit={() => {
          setAsked(true);
          if (confirmed && reason.trim() !== '') void deed.run();
        }}
      >
        <Textarea
          label={t('disconnect.reason')}
          description={t('disconnect.reasonHint')}
          value={reason}
          maxLength={500}
          rows={2}
          error={asked && reason.trim() === '' ? t('disconnect.reasonMissing') : null}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <TextInput
          label={t('disconnect.confirmation')}
          description={t('disconnect.confirmationHint', { name })}
          value={confirmation}
          autoComplete="off"
          spellCheck={false}
          error={asked && !confirmed ? t('disconnect.confirmationWrong') : null}
          onChange={(event) => setConfirmation(event.currentTarget.value)}
        />
      </SettingForm>
    </Page>
  );
}
