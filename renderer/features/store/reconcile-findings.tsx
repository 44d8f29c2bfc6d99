import { SegmentedControl } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Finding } from '#common/contract/index.ts';
import { formatWallTime } from '#common/time/index.ts';
import { errorWords } from '#renderer/bridge/index.ts';
import { navigate, useSession } from '#renderer/state/index.ts';
import {
  CodeText,
  type Column,
  EmptyState,
  ErrorPanel,
  Facts,
  formatBytes,
  Hint,
  RowsPlaceholder,
  Section,
  StateMark,
  type Tone,
  VirtualTable,
} from '#renderer/ui/index.ts';
import classes from './reconcile.module.css';
import type { Findings, Narrowed } from './use-reconcile.ts';

const tones: Readonly<Record<Finding['level'], Tone>> = { calm: 'waiting', attention: 'attention', serious: 'failed' };
const keyOf = ({ object }: Finding): string => object;
const openRecording = ({ recordingId }: Finding): void => {
  if (recordingId !== null) navigate({ screen: 'recording', recordingId });
};

/** How serious a finding is, or that it was repaired. */
function LevelMark({ finding: { level, outcome } }: { readonly finding: Finding }) {
  const { t } = useTranslation('reconcile');
  if (outcome?.done === true) return <StateMark tone="verified">{t('repairedMark')}</StateMark>;
  return <StateMark tone={tones[level]}>{t(`level.${level}`)}</StateMark>;
}

/** What was found, any number of it. */
export function FindingTable(props: {
  readonly findings: Findings;
  readonly narrowed: Narrowed;
  readonly onNarrow: (next: Partial<Narrowed>) => void;
  readonly selected: string | null;
  readonly onSelect: (finding: Finding) => void;
  readonly onMore: () => void;
  readonly onRetry: () => void;
}) {
  const { t } = useTranslation('reconcile');
  const { items, total, failure } = props.findings;
  const columns = useMemo(
    (): readonly Column<Finding>[] => [
      {
        id: 'name',
        title: t('findings.column.name'),
        width: 'minmax(160px, 2fr)',
        cell: ({ name }) => <span title={name}>{name}</span>,
      },
      {
        id: 'class',
        title: t('findings.column.class'),
        width: '120px',
        cell: ({ class: which }) => t(`class.${which}`),
      },
      {
        id: 'level',
        title: t('findings.column.level'),
        width: '136px',
        cell: (finding) => <LevelMark finding={finding} />,
      },
      {
        id: 'size',
        title: t('findings.column.size'),
        width: '88px',
        align: 'end',
        cell: ({ sizeBytes }) => (sizeBytes === null ? '' : formatBytes(sizeBytes)),
      },
      {
        id: 'words',
        title: t('findings.column.words'),
        width: 'minmax(200px, 4fr)',
        cell: ({ words }) => <span title={words}>{words}</span>,
      },
    ],
    [t],
  );
  const words = failure === null ? null : errorWords(failure);
  return (
    <section className={classes.findings} aria-label={t('findings.title')}>
      <header className={classes.findingsHead}>
        <h2>{t('findings.title')}</h2>
        <Hint>{total === null ? '' : t('findings.count', { count: total })}</Hint>
        <SegmentedControl
          className={classes.show ?? ''}
          aria-label={t('findings.show')}
          size="xs"
          value={props.narrowed.problems ? 'problems' : 'all'}
          data={[
            { value: 'problems', label: t('findings.problems') },
            { value: 'all', label: t('findings.all') },
          ]}
          transitionDuration={0}
          onChange={(value) => props.onNarrow({ problems: value === 'problems' })}
        />
      </header>
      {words !== null && (
        <div className={classes.inset}>
          <ErrorPanel error={words} onRetry={props.onRetry} />
        </div>
      )}
      {total === null && words === null && <RowsPlaceholder label={t('findings.loading')} rows={6} />}
      {total === 0 && <EmptyState title={t('findings.empty')}>{t('findings.emptyHint')}</EmptyState>}
      {total !== null && total > 0 && (
        <VirtualTable
          label={t('findings.label')}
          rows={items}
          total={total}
          rowKey={keyOf}
          columns={columns}
          selected={props.selected}
          onSelect={props.onSelect}
          onOpen={openRecording}
          onEndReached={props.onMore}
        />
      )}
    </section>
  );
}

/** All that is known of one finding. */
export function FindingDetail({ finding }: { readonly finding: Finding }) {
  const { t } = useTranslation('reconcile');
  const { zone } = useSession().agency;
  const { name, words, sizeBytes, id, object, outcome } = finding;
  return (
    <Section title={name}>
      <LevelMark finding={finding} />
      <p>{words}</p>
      <Facts
        facts={[
          { name: t('findings.column.class'), value: t(`class.${finding.class}`) },
          ...(sizeBytes === null ? [] : [{ name: t('findings.column.size'), value: formatBytes(sizeBytes) }]),
          ...(id === null ? [] : [{ name: t('findings.id'), value: <CodeText text={id} name={t('findings.id')} /> }]),
          { name: t('findings.object'), value: <CodeText text={object} name={t('findings.object')} /> },
          ...(outcome === null
            ? []
            : [{ name: t('findings.outcome'), value: `${outcome.words} ${formatWallTime(outcome.at, zone)}` }]),
        ]}
      />
    </Section>
  );
}
