import { Button } from '@mantine/core';
import { IconArrowLeft, IconPlugConnected } from '@tabler/icons-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { StoreReport } from '#common/contract/index.ts';
import { readRecoverySecret } from '#common/evidence/recovery-secret.ts';
import { errorWords } from '#renderer/bridge/index.ts';
import {
  type Command,
  navigate,
  useAction,
  useCloud,
  useCloudControl,
  useCommands,
  useNotices,
} from '#renderer/state/index.ts';
import { ActionButton, Card, ErrorPanel, Page, Row, StateMark, useNow, useRoughTime } from '#renderer/ui/index.ts';
import { ProbeReport, ProbeUnderWay } from './probe-report.tsx';
import { RecoveryField } from './recovery-field.tsx';
import classes from './store.module.css';
import { type DraftRequest, emptyDraft, readDraft } from './target-draft.ts';
import { TargetForm } from './target-form.tsx';
import { useBackCommand } from './use-back-command.ts';

/** Saying where the store is, trying it, and taking it into use. Nothing is sent before somebody says so. */
export function SetUpPage() {
  const { t } = useTranslation('store');
  const cloud = useCloudControl();
  const draft = useCloud((state) => state.draft) ?? emptyDraft;
  const trial = useCloud((state) => state.trial);
  const [asked, setAsked] = useState(false);
  const { request, wrong } = useMemo(() => readDraft(draft), [draft]);
  useBackCommand();
  useCommands(
    useMemo(
      (): readonly Command[] => [
        {
          id: 'store.try',
          title: t('command.try'),
          group: t('group'),
          permission: 'store.manage',
          run: () => {
            setAsked(true);
            if (request === null) return;
            // Kept from here on, so that the form is as it was when somebody comes back to the answer.
            cloud.setDraft(draft);
            return cloud.tryStore(request);
          },
        },
      ],
      [t, request, cloud, draft],
    ),
  );
  const tryIt = useAction('store.try');
  const back = useAction('store.back');
  const outcome = useRef<HTMLDivElement>(null);
  // A long form would hide what comes of it.
  useEffect(() => {
    if (trial.state !== 'none') outcome.current?.scrollIntoView({ block: 'start' });
  }, [trial.state]);
  const failure = trial.state === 'failed' ? errorWords(trial.cause) : null;
  return (
    <Page title={t('setUp.title')} lead={t('setUp.lead')}>
      <form
        className={classes.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          tryIt?.run();
        }}
      >
        <TargetForm
          draft={draft}
          wrong={asked ? wrong : new Set()}
          onChange={(changed) => {
            cloud.setDraft(changed);
            cloud.forgetConnecting();
          }}
        />
        <Row>
          <Button
            type="submit"
            variant={trial.state === 'answered' ? 'default' : 'filled'}
            loading={trial.state === 'asked'}
            leftSection={<IconPlugConnected size={16} aria-hidden />}
          >
            {t(trial.state === 'none' ? 'setUp.try' : 'setUp.tryAgain')}
          </Button>
          <ActionButton
            action={back}
            variant="subtle"
            label={t('setUp.back')}
            icon={<IconArrowLeft size={16} aria-hidden />}
          />
        </Row>
      </form>
      <div ref={outcome} className={classes.form}>
        {trial.state === 'asked' && <ProbeUnderWay since={trial.since} onStop={cloud.forgetTrial} />}
        {failure !== null && <ErrorPanel error={failure} />}
        {trial.state === 'answered' && <ProbeReport report={trial.value.report} />}
      </div>
      <div role="status" className={classes.spoken}>
        {trial.state === 'asked' && t('probe.spoken')}
        {trial.state === 'answered' && t(trial.value.report.usable ? 'probe.spokenUsable' : 'probe.spokenUnusable')}
      </div>
      {trial.state === 'answered' && trial.value.report.usable && (
        <UseIt
          request={request}
          stale={JSON.stringify(trial.value.request) !== JSON.stringify(request)}
          holds={trial.value.report.holds}
        />
      )}
    </Page>
  );
}

/** The last step: founding, or joining with the recovery secret. */
function UseIt({
  request,
  stale,
  holds,
}: {
  readonly request: DraftRequest | null;
  readonly stale: boolean;
  readonly holds: StoreReport['holds'];
}) {
  const { t } = useTranslation('store');
  const cloud = useCloudControl();
  const notices = useNotices();
  const connecting = useCloud((state) => state.connecting);
  const [secret, setSecret] = useState('');
  const [asked, setAsked] = useState(false);
  const reading = useMemo(() => readRecoverySecret(secret), [secret]);
  // Only an empty place can be founded; what is not ours is left alone.
  if (holds === 'something-else' || holds === 'unknown') return null;
  if (stale || request === null) return <StateMark tone="attention">{t('probe.stale')}</StateMark>;
  const joining = holds !== 'nothing';
  const empty = secret.trim() === '';
  // A station that used the store before has its key still.
  const optional = holds === 'this-department';
  const ready = !joining || reading.root !== null || (optional && empty);
  const failure = connecting.state === 'failed' ? errorWords(connecting.cause) : null;
  const connect = async (): Promise<void> => {
    setAsked(true);
    if (!ready) return;
    const done = await cloud.connect({ ...request, recoverySecret: joining && !empty ? secret.trim() : null });
    if (!done) return;
    setSecret('');
    notices.say('done', t('connect.done'));
    navigate({ screen: 'store' });
  };
  return (
    <Card label={t('connect.use')}>
      <form
        className={classes.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void connect();
        }}
      >
        {joining && (
          <RecoveryField
            value={secret}
            reading={reading}
            hint={optional ? t('connect.secretKept') : null}
            error={asked && !ready ? t(empty ? 'connect.secretMissing' : 'connect.secretWrong') : null}
            onChange={(value) => {
              setSecret(value);
              cloud.forgetConnecting();
            }}
          />
        )}
        {failure !== null && <ErrorPanel error={failure} />}
        <Row>
          <Button type="submit" variant="filled" loading={connecting.state === 'asked'}>
            {t('connect.use')}
          </Button>
          {connecting.state === 'asked' && <ConnectingFor since={connecting.since} />}
        </Row>
      </form>
    </Card>
  );
}

function ConnectingFor({ since }: { readonly since: number }) {
  const { t } = useTranslation('store');
  const { length } = useRoughTime();
  const now = useNow(1_000);
  return (
    <>
      <StateMark tone="working">{t('connect.asking', { length: length(now - since) })}</StateMark>
      <span role="status" className={classes.spoken}>
        {t('connect.spoken')}
      </span>
    </>
  );
}
