import { Button } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type AuditEntry, canonicalJson } from '#common/audit/index.ts';
import type { AuditReport } from '#common/contract/index.ts';
import { formatWallTime } from '#common/time/index.ts';
import { errorWords } from '#renderer/bridge/index.ts';
import { useClient, useDeed, useSession } from '#renderer/state/index.ts';
import {
  CodeText,
  type Column,
  EmptyState,
  ErrorPanel,
  Facts,
  formatCount,
  Hint,
  Panes,
  RowsPlaceholder,
  Section,
  StateMark,
  VirtualTable,
} from '#renderer/ui/index.ts';
import classes from './admin.module.css';
import { actorWord, eventWord } from './audit-words.ts';

const pageSize = 200;

/** The audit log, newest first, and the check of the whole chain. */
export function AuditPanel() {
  const { t } = useTranslation('admin');
  const { zone } = useSession().agency;
  const { entries, head, failure, more, reload } = useAuditLog();
  const [selected, setSelected] = useState<string | null>(null);
  const columns = useMemo(
    (): readonly Column<AuditEntry>[] => [
      {
        id: 'seq',
        title: t('audit.column.seq'),
        width: '72px',
        align: 'end',
        cell: (entry) => formatCount(entry.seq),
      },
      { id: 'at', title: t('audit.column.at'), width: '216px', cell: (entry) => formatWallTime(entry.at, zone) },
      {
        id: 'who',
        title: t('audit.column.who'),
        width: 'minmax(104px, 160px)',
        cell: (entry) => actorWord(entry.actor, t),
      },
      { id: 'what', title: t('audit.column.what'), width: 'minmax(240px, 1fr)', cell: (entry) => eventWord(entry, t) },
    ],
    [t, zone],
  );
  const entry = entries.find((each) => String(each.seq) === selected) ?? null;
  const words = failure === null ? null : errorWords(failure);
  return (
    <Panes
      id="audit"
      sideLabel={t('audit.inspector')}
      sideWidth={384}
      side={
        entry === null ? (
          <EmptyState title={t('audit.select')}>{t('audit.selectHint')}</EmptyState>
        ) : (
          <EntryInspector entry={entry} zone={zone} />
        )
      }
      main={
        <>
          <VerifyBar head={head} zone={zone} onVerified={reload} />
          {words !== null && (
            <div className={classes.inset}>
              <ErrorPanel error={words} onRetry={reload} />
            </div>
          )}
          {head === null && words === null ? (
            <RowsPlaceholder label={t('audit.loading')} />
          ) : (
            <VirtualTable
              label={t('audit.list')}
              rows={entries}
              total={head ?? entries.length}
              rowKey={(each) => String(each.seq)}
              columns={columns}
              selected={selected}
              onSelect={(each) => setSelected(String(each.seq))}
              onEndReached={more}
            />
          )}
        </>
      }
    />
  );
}

function VerifyBar({
  head,
  zone,
  onVerified,
}: {
  readonly head: number | null;
  readonly zone: string;
  readonly onVerified: () => void;
}) {
  const { t } = useTranslation('admin');
  const client = useClient();
  const [report, setReport] = useState<AuditReport | null>(null);
  const deed = useDeed(async () => {
    setReport(await client.call('audit.verify', {}));
    onVerified();
  });
  const words = deed.failure === null ? null : errorWords(deed.failure);
  return (
    <div className={classes.verify}>
      <div className={classes.bar}>
        <Hint>{head === null ? '' : t('audit.total', { count: head })}</Hint>
        <Button
          variant="default"
          loading={deed.busy}
          leftSection={<IconShieldCheck size={16} aria-hidden />}
          onClick={() => void deed.run()}
        >
          {t('audit.verify')}
        </Button>
      </div>
      <div role="status" className={classes.report}>
        {deed.busy && <StateMark tone="working">{t('audit.verifyBusy')}</StateMark>}
        {!deed.busy && report !== null && <Report report={report} zone={zone} />}
      </div>
      {words !== null && (
        <div className={classes.inset}>
          <ErrorPanel error={words} />
        </div>
      )}
    </div>
  );
}

function Report({ report, zone }: { readonly report: AuditReport; readonly zone: string }) {
  const { t } = useTranslation('admin');
  const { intact, entries, brokenAt, reason, anchors, lastAnchorAt, head } = report;
  return (
    <div className={classes.result}>
      {intact ? (
        <StateMark tone="verified">{t('audit.intact', { entries: formatCount(entries) })}</StateMark>
      ) : (
        <StateMark tone="failed">
          {brokenAt === null ? t('audit.brokenUnknown') : t('audit.broken', { at: formatCount(brokenAt) })}
        </StateMark>
      )}
      {reason !== null && <p>{reason}</p>}
      <Hint>
        {t(intact ? 'audit.anchors' : 'audit.anchorsKept', { count: anchors })}
        {lastAnchorAt !== null && ` ${t('audit.lastAnchor', { at: formatWallTime(lastAnchorAt, zone) })}`}
      </Hint>
      {head !== null && <CodeText text={head} name={t('audit.head')} />}
    </div>
  );
}

function EntryInspector({ entry, zone }: { readonly entry: AuditEntry; readonly zone: string }) {
  const { t } = useTranslation('admin');
  const { kind, ...facts } = entry.event;
  return (
    <>
      <h2>{eventWord(entry, t)}</h2>
      <Facts
        facts={[
          { name: t('audit.column.seq'), value: formatCount(entry.seq) },
          { name: t('audit.time'), value: formatWallTime(entry.at, zone) },
          { name: t('audit.column.who'), value: actorWord(entry.actor, t) },
          { name: t('audit.hash'), value: <CodeText text={entry.hash} name={t('audit.hash')} /> },
          { name: t('audit.previous'), value: <CodeText text={entry.previous} name={t('audit.previous')} /> },
        ]}
      />
      <Section title={t('audit.details')}>
        <CodeText text={`${kind} ${canonicalJson(facts)}`} name={t('audit.details')} />
      </Section>
    </>
  );
}

type Log = { readonly entries: readonly AuditEntry[]; readonly head: number | null; readonly failure: unknown };

function useAuditLog() {
  const client = useClient();
  const [log, setLog] = useState<Log>({ entries: [], head: null, failure: null });
  const [round, setRound] = useState(0);
  const busy = useRef(false);
  const fetchBefore = useCallback(
    async (before: number | null, wanted: () => boolean): Promise<void> => {
      try {
        const page = await client.call('audit.list', { before, limit: pageSize });
        if (!wanted()) return;
        setLog((old) => ({
          entries: before === null ? page.entries : [...old.entries, ...page.entries],
          head: page.head,
          failure: null,
        }));
      } catch (failure) {
        if (wanted()) setLog((old) => ({ ...old, failure }));
      }
    },
    [client],
  );
  useEffect(() => {
    let wanted = true;
    void fetchBefore(null, () => wanted);
    return () => {
      wanted = false;
    };
  }, [fetchBefore, round]);
  const last = log.entries.at(-1)?.seq ?? null;
  const more = useCallback(() => {
    if (busy.current || last === null || last <= 1) return;
    busy.current = true;
    void fetchBefore(last, () => true).finally(() => {
      busy.current = false;
    });
  }, [fetchBefore, last]);
  const reload = useCallback(() => setRound((n) => n + 1), []);
  return { ...log, more, reload };
}
