import { Button, Textarea, TextInput } from '@mantine/core';
import { IconArrowLeft, IconPlugConnectedX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StoreStatus } from '#common/contract/index.ts';
import { errorWords } from '#renderer/bridge/index.ts';
import { navigate, useAction, useClient, useCloudControl, useDeed, useNotices } from '#renderer/state/index.ts';
import { ActionButton, Card, ErrorPanel, Facts, formatBytes, Page, Row, Section } from '#renderer/ui/index.ts';
import classes from './store.module.css';
import { placeName } from './store-words.ts';
import { useBackCommand } from './use-back-command.ts';

/** Stopping the use of the store: what, what follows, why, and the place typed to confirm. */
export function DisconnectPage({ status }: { readonly status: StoreStatus }) {
  const { t } = useTranslation('store');
  const client = useClient();
  const cloud = useCloudControl();
  const notices = useNotices();
  const [reason, setReason] = useState('');
  const [confirmation, setConfirmation] = useState('');
  const [asked, setAsked] = useState(false);
  useBackCommand();
  const back = useAction('store.back');
  const { connection, waiting, verified } = status;
  const name = connection === null ? '' : placeName(connection.target);
  const confirmed = confirmation.trim() === name;
  const deed = useDeed(async () => {
    await client.call('store.disconnect', { reason });
    void cloud.refresh();
    notices.say('done', t('disconnect.done'));
    navigate({ screen: 'store' });
  });
  const words = deed.failure === null ? null : errorWords(deed.failure);
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
      <form
        className={classes.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
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
        {words !== null && <ErrorPanel error={words} />}
        <Row>
          <Button
            type="submit"
            variant="filled"
            color="danger"
            loading={deed.busy}
            leftSection={<IconPlugConnectedX size={16} aria-hidden />}
          >
            {t('disconnect.submit')}
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
