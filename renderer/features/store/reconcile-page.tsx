import { IconArrowLeft, IconArrowsDiff } from '@tabler/icons-react';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { errorWords } from '#renderer/bridge/index.ts';
import { useAction } from '#renderer/state/index.ts';
import { ActionButton, EmptyState, ErrorPanel, Hint, Panes, Row, RowsPlaceholder } from '#renderer/ui/index.ts';
import classes from './reconcile.module.css';
import { FindingDetail, FindingTable } from './reconcile-findings.tsx';
import { ComparisonState, Remarks, Tallies } from './reconcile-run.tsx';
import { useBackCommand } from './use-back-command.ts';
import { type Narrowed, useComparison, useFindings } from './use-reconcile.ts';
import { isUnderWay, useReconcileCommands } from './use-reconcile-commands.ts';

/** Vault, catalog and store compared: how it stands, what was found, what can be put right. */
export function ReconcilePage() {
  const { t } = useTranslation('reconcile');
  const { comparison, failure, reload } = useComparison();
  const [narrowed, setNarrowed] = useState<Narrowed>({ class: null, problems: true });
  const [selectedId, setSelectedId] = useState<string | null>(null);
  const run = comparison?.run ?? null;
  const counted = run === null ? '' : JSON.stringify([run.startedAt, run.tallies, run.problems, run.repaired]);
  const { findings, more, reload: reloadFindings } = useFindings(narrowed, counted);
  useBackCommand();
  useReconcileCommands(comparison, reload);
  const [back, quick, thorough] = [
    useAction('store.back'),
    useAction('reconcile.quick'),
    useAction('reconcile.thorough'),
  ];
  const narrow = useCallback((next: Partial<Narrowed>) => setNarrowed((before) => ({ ...before, ...next })), []);
  const words = failure === null ? null : errorWords(failure);
  const selected = findings.items.find(({ object }) => object === selectedId) ?? null;
  const leave = (
    <ActionButton action={back} variant="subtle" icon={<IconArrowLeft size={16} aria-hidden />} label={t('back')} />
  );
  const start = (
    <Row>
      <ActionButton action={quick} variant="filled" icon={<IconArrowsDiff size={16} aria-hidden />} />
      <ActionButton action={thorough} variant="default" />
      {leave}
    </Row>
  );
  if (comparison === null) {
    return words === null ? (
      <RowsPlaceholder label={t('asking')} rows={6} />
    ) : (
      <div className={classes.inset}>
        <ErrorPanel error={words} onRetry={reload} />
      </div>
    );
  }
  if (run === null && !isUnderWay(comparison)) {
    return (
      <EmptyState icon={<IconArrowsDiff size={32} stroke={1.25} aria-hidden />} title={t('never')} action={start}>
        {t('neverHint')}
      </EmptyState>
    );
  }
  return (
    <Panes
      id="reconcile"
      sideLabel={t('findings.inspector')}
      side={selected === null ? <Hint>{t('findings.select')}</Hint> : <FindingDetail finding={selected} />}
      main={
        <>
          <div className={classes.top}>{leave}</div>
          <ComparisonState comparison={comparison} />
          {run !== null && <Remarks run={run} />}
          {run !== null && <Tallies run={run} chosen={narrowed.class} onChoose={(which) => narrow({ class: which })} />}
          {words !== null && (
            <div className={classes.inset}>
              <ErrorPanel error={words} onRetry={reload} />
            </div>
          )}
          <FindingTable
            findings={findings}
            narrowed={narrowed}
            onNarrow={narrow}
            selected={selectedId}
            onSelect={({ object }) => setSelectedId(object)}
            onMore={more}
            onRetry={reloadFindings}
          />
        </>
      }
    />
  );
}
