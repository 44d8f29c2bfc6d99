import { IconAlertTriangle, IconArrowsDiff, IconTool } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type FindingClass, findingClassSchema, type ReconcileRun } from '#common/contract/index.ts';
import type { Job } from '#common/evidence/index.ts';
import { useAction } from '#renderer/state/index.ts';
import {
  ActionButton,
  ErrorPanel,
  formatByteRate,
  formatBytes,
  formatCount,
  ProgressBar,
  Row,
  StateMark,
  type Tone,
  useNow,
  useRoughTime,
} from '#renderer/ui/index.ts';
import classes from './reconcile.module.css';
import store from './store.module.css';
import type { Comparison } from './use-reconcile.ts';
import { isUnderWay } from './use-reconcile-commands.ts';

/** How a comparison stands, in one line of words and a few sentences, and what can be done now. */
export function ComparisonState({ comparison }: { readonly comparison: Comparison }) {
  const { t } = useTranslation('reconcile');
  const { run, job } = comparison;
  const actions = {
    quick: useAction('reconcile.quick'),
    thorough: useAction('reconcile.thorough'),
    repair: useAction('reconcile.repair'),
    goOn: useAction('reconcile.go-on'),
    stop: useAction('reconcile.stop'),
  };
  const busy = isUnderWay(comparison);
  const error = !busy && run?.state === 'failed' && run.error !== null ? run.error : null;
  return (
    <section className={classes.state} aria-label={t('state')}>
      <div className={classes.stateHead}>
        <div role="status" className={store.stateTitle}>
          <Headline comparison={comparison} busy={busy} />
        </div>
        <Row>
          {busy ? (
            <ActionButton action={actions.stop} variant="default" />
          ) : (
            <>
              <ActionButton
                action={actions.repair}
                variant={(run?.repairable ?? 0) > 0 ? 'filled' : 'default'}
                icon={<IconTool size={16} aria-hidden />}
              />
              <ActionButton action={actions.goOn} variant="default" />
              <ActionButton action={actions.quick} variant="default" icon={<IconArrowsDiff size={16} aria-hidden />} />
              <ActionButton action={actions.thorough} variant="subtle" />
            </>
          )}
        </Row>
      </div>
      {busy && job !== null ? <Progress job={job} /> : run !== null && <Sentences run={run} />}
      {error !== null && <ErrorPanel error={error} />}
    </section>
  );
}

function Headline({ comparison: { run, job }, busy }: { readonly comparison: Comparison; readonly busy: boolean }) {
  const { t } = useTranslation('reconcile');
  if (busy) {
    if (job?.state === 'paused') return <StateMark tone="waiting">{t('running.paused')}</StateMark>;
    const repairing = job?.progress?.phase === 'Repairing';
    const words = repairing ? 'repair' : run?.mode === 'thorough' ? 'thorough' : 'compare';
    return <StateMark tone="working">{t(`running.${words}`)}</StateMark>;
  }
  if (run === null) return null;
  const [tone, words] = endOf(run, t('done.same'), t('done.remark'), t('failed'), t('stopped'));
  return <StateMark tone={tone}>{words ?? t('done.problems', { count: run.problems })}</StateMark>;
}

/** Null words: it is counted what has to be looked at. */
function endOf(
  { state, problems, remarks }: ReconcileRun,
  same: string,
  remark: string,
  failed: string,
  stopped: string,
): readonly [Tone, string | null] {
  if (state === 'failed') return ['failed', failed];
  if (state !== 'done') return ['waiting', stopped];
  if (problems > 0) return ['attention', null];
  return remarks.length > 0 ? ['attention', remark] : ['verified', same];
}

function Sentences({ run }: { readonly run: ReconcileRun }) {
  const { t } = useTranslation('reconcile');
  const { ago } = useRoughTime();
  const now = useNow(10_000);
  const { mode, finishedAt, startedAt, startedBy: name, repaired, repairable } = run;
  const sentences = [
    run.state === 'done'
      ? t(`how.${mode}`, { ago: ago(now - (finishedAt ?? startedAt)), name })
      : t('since', { ago: ago(now - startedAt), name }),
    ...(repaired > 0 ? [t('repaired', { count: repaired })] : []),
    ...(repairable > 0 ? [t('repairable', { count: repairable })] : []),
  ];
  return <p>{sentences.join(' ')}</p>;
}

function Progress({ job: { progress } }: { readonly job: Job }) {
  const { t } = useTranslation('reconcile');
  const { left } = useRoughTime();
  const { items, bytes, rate, remainingMs, current } = progress ?? {
    items: null,
    bytes: null,
    rate: null,
    remainingMs: null,
    current: null,
  };
  const of = bytes ?? items;
  const parts = [
    ...(items === null ? [] : [t('items', { done: formatCount(items.done), total: formatCount(items.total) })]),
    ...(bytes === null ? [] : [t('bytes', { done: formatBytes(bytes.done), total: formatBytes(bytes.total) })]),
    ...(rate === null ? [] : [formatByteRate(rate)]),
    ...(remainingMs === null ? [] : [left(remainingMs)]),
  ];
  return (
    <div className={classes.progress}>
      <ProgressBar share={of === null || of.total === 0 ? null : of.done / of.total} label={t('progress')} />
      <p>{parts.join(' · ')}</p>
      <p className={classes.current}>{current}</p>
    </div>
  );
}

/** What all findings together show about the store. */
export function Remarks({ run: { remarks } }: { readonly run: ReconcileRun }) {
  if (remarks.length === 0) return null;
  return (
    <div className={store.warning} role="alert">
      <IconAlertTriangle size={20} stroke={1.75} aria-hidden />
      <div>
        {remarks.map(({ kind, words }) => (
          <p key={kind}>{words}</p>
        ))}
      </div>
    </div>
  );
}

/** How many of each class; choosing one shows its findings. */
export function Tallies({
  run: { tallies },
  chosen,
  onChoose,
}: {
  readonly run: ReconcileRun;
  readonly chosen: FindingClass | null;
  readonly onChoose: (which: FindingClass | null) => void;
}) {
  const { t } = useTranslation('reconcile');
  return (
    <ul className={classes.tallies} aria-label={t('tallies')}>
      {findingClassSchema.options.map((which) => {
        const { items, bytes } = tallies[which];
        return (
          <li key={which}>
            <button
              type="button"
              className={classes.tally}
              aria-pressed={chosen === which}
              onClick={() => onChoose(chosen === which ? null : which)}
            >
              <span className={classes.tallyCount}>{formatCount(items)}</span>
              <span>{t(`class.${which}`)}</span>
              <span className={classes.tallyBytes}>{formatBytes(bytes)}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
