import { Button, Textarea, TextInput } from '@mantine/core';
import { IconArrowLeft, IconPackageExport } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Recording, Render, Verdict } from '#common/evidence/index.ts';
import { errorWords } from '#renderer/bridge/index.ts';
import {
  navigate,
  useCatalog,
  useCatalogState,
  useClient,
  useDeed,
  useNotices,
  useSession,
} from '#renderer/state/index.ts';
import {
  Card,
  EmptyState,
  ErrorPanel,
  Facts,
  formatCount,
  Hint,
  Page,
  Row,
  RowsPlaceholder,
  Section,
} from '#renderer/ui/index.ts';
import { DocumentLists } from './inspectors.tsx';
import classes from './releases.module.css';
import { showPackage } from './releases-panel.tsx';
import { VerdictView } from './verdict-view.tsx';

/** Releasing a render that passed: what, the proof, the consequence, who asked and why, and a typed confirmation. */
export function ReleasePage({ renderId }: { readonly renderId: string }) {
  const { t } = useTranslation('releases');
  const render = useCatalog('render').byId.get(renderId);
  const recordings = useCatalog('recording');
  const recording = render === undefined ? undefined : recordings.byId.get(render.recordingId);
  const { freshness } = useCatalogState();
  if ((render === undefined || recording === undefined) && freshness.state === 'filling') {
    return <RowsPlaceholder label={t('loading')} />;
  }
  if (render === undefined || recording === undefined || render.status.state !== 'passed') {
    return (
      <EmptyState
        title={t('page.gone')}
        action={
          <Button variant="default" onClick={() => navigate({ screen: 'releases' })}>
            {t('page.back')}
          </Button>
        }
      >
        {t('page.goneHint')}
      </EmptyState>
    );
  }
  return <ReleaseForm render={render} recording={recording} verdict={render.status.verdict} />;
}

function ReleaseForm({
  render,
  recording,
  verdict,
}: {
  readonly render: Render;
  readonly recording: Recording;
  readonly verdict: Verdict;
}) {
  const { t } = useTranslation('releases');
  const client = useClient();
  const notices = useNotices();
  const { zone } = useSession().agency;
  const [requester, setRequester] = useState('');
  const [reason, setReason] = useState('');
  const [confirmation, setConfirmation] = useState('');
  const [asked, setAsked] = useState(false);
  const { title } = recording;
  const confirmed = confirmation.trim() === title;
  const complete = confirmed && requester.trim() !== '' && reason.trim() !== '';
  const deed = useDeed(async () => {
    const { release } = await client.call('release.create', {
      renderId: render.id,
      requester,
      reason,
      confirmation: confirmation.trim(),
    });
    notices.say('done', t('page.started'));
    showPackage(release.id);
  });
  const words = deed.failure === null ? null : errorWords(deed.failure);
  const consequences = t('page.consequences', { returnObjects: true });
  return (
    <Page title={t('page.title', { title })} lead={t('page.lead')}>
      <Card label={t('page.what')}>
        <Section title={t('page.what')}>
          <Facts
            facts={[
              { name: t('facts.recording'), value: title },
              { name: t('facts.version'), value: formatCount(render.projectVersion) },
            ]}
          />
        </Section>
        <DocumentLists document={render.document} />
      </Card>
      <Card label={t('page.proof')}>
        <Section title={t('page.proof')}>
          <Hint>{t('page.proofLead')}</Hint>
          <VerdictView verdict={verdict} zone={zone} />
        </Section>
      </Card>
      <Card label={t('page.consequence')}>
        <Section title={t('page.consequence')}>
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
          if (complete) void deed.run();
        }}
      >
        <TextInput
          label={t('page.requester')}
          description={t('page.requesterHint')}
          value={requester}
          maxLength={200}
          error={asked && requester.trim() === '' ? t('page.requesterMissing') : null}
          onChange={(event) => setRequester(event.currentTarget.value)}
        />
        <Textarea
          label={t('page.reason')}
          description={t('page.reasonHint')}
          value={reason}
          maxLength={2000}
          rows={3}
          error={asked && reason.trim() === '' ? t('page.reasonMissing') : null}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <TextInput
          label={t('page.confirmation')}
          description={t('page.confirmationHint', { title })}
          value={confirmation}
          autoComplete="off"
          spellCheck={false}
          error={asked && !confirmed ? t('page.confirmationWrong') : null}
          onChange={(event) => setConfirmation(event.currentTarget.value)}
        />
        {words !== null && <ErrorPanel error={words} />}
        <Row>
          <Button
            type="submit"
            variant="filled"
            color="danger"
            loading={deed.busy}
            leftSection={<IconPackageExport size={16} aria-hidden />}
          >
            {t('page.release')}
          </Button>
          <Button
            variant="subtle"
            leftSection={<IconArrowLeft size={16} aria-hidden />}
            onClick={() => navigate({ screen: 'releases' })}
          >
            {t('page.back')}
          </Button>
        </Row>
      </form>
    </Page>
  );
}
