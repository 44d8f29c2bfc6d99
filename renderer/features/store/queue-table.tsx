import { type ReactNode, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { Placement } from '#common/evidence/index.ts';
import { errorWords } from '#renderer/bridge/index.ts';
import { useCloud } from '#renderer/state/index.ts';
import {
  type Column,
  EmptyState,
  ErrorPanel,
  formatBytes,
  RowsPlaceholder,
  useNow,
  useRoughTime,
  VirtualTable,
} from '#renderer/ui/index.ts';
import classes from './store.module.css';
import type { Queue } from './use-queue.ts';

/** Everything that is not verified in the cloud, in the order it is sent; any number of items. */
export function QueueTable(props: {
  readonly queue: Queue;
  readonly selected: string | null;
  readonly onSelect: (item: Placement) => void;
  readonly onOpen: (item: Placement) => void;
  readonly onMore: () => void;
  readonly onRetry: () => void;
  readonly renderPlace: (item: Placement) => ReactNode;
}) {
  const { t } = useTranslation('store');
  const { queue, renderPlace } = props;
  const { length } = useRoughTime();
  const now = useNow(5_000);
  const current = useCloud(({ status }) => status?.current);
  const columns = useMemo((): readonly Column<Placement>[] => {
    const shares = new Map(
      (current ?? []).map(({ id, sentBytes, sizeBytes }) => [id, sizeBytes > 0 ? sentBytes / sizeBytes : 0]),
    );
    return [
      {
        id: 'name',
        title: t('queue.column.name'),
        width: 'minmax(240px, 3fr)',
        cell: (item) => <span title={item.name}>{item.name}</span>,
      },
      {
        id: 'size',
        title: t('queue.column.size'),
        width: '80px',
        align: 'end',
        cell: (item) => formatBytes(item.sizeBytes),
      },
      {
        id: 'state',
        title: t('queue.column.state'),
        width: '144px',
        cell: (item) => {
          const share = item.where.state === 'uploading' ? shares.get(item.id) : undefined;
          return (
            <>
              {renderPlace(item)}
              {share !== undefined && (
                <span className={classes.share}>{t('queue.share', { percent: Math.floor(share * 100) })}</span>
              )}
            </>
          );
        },
      },
      {
        id: 'attempts',
        title: t('queue.column.attempts'),
        width: '48px',
        align: 'end',
        cell: (item) => attemptsOf(item) ?? t('queue.never'),
      },
      {
        id: 'next',
        title: t('queue.column.next'),
        width: '104px',
        cell: (item) =>
          nextOf(item, now, t('queue.never'), t('queue.soon'), (ms) => t('queue.inTime', { length: length(ms) })),
      },
      {
        id: 'error',
        title: t('queue.column.error'),
        width: 'minmax(160px, 3fr)',
        cell: (item) => <span title={troubleOf(item) ?? undefined}>{troubleOf(item)}</span>,
      },
    ];
  }, [t, renderPlace, length, now, current]);
  const words = queue.failure === null ? null : errorWords(queue.failure);
  return (
    <>
      {words !== null && (
        <div className={classes.inset}>
          <ErrorPanel error={words} onRetry={props.onRetry} />
        </div>
      )}
      {queue.total === null && words === null && <RowsPlaceholder label={t('queue.loading')} rows={6} />}
      {queue.total === 0 && <EmptyState title={t('queue.empty')}>{t('queue.emptyHint')}</EmptyState>}
      {queue.total !== null && queue.total > 0 && (
        <VirtualTable
          label={t('queue.label')}
          rows={queue.items}
          total={queue.total}
          rowKey={itemKey}
          columns={columns}
          selected={props.selected}
          onSelect={props.onSelect}
          onOpen={props.onOpen}
          onEndReached={props.onMore}
        />
      )}
    </>
  );
}

const itemKey = (item: Placement): string => item.id;

/** How often it was tried; null where that does not say anything. */
function attemptsOf({ where }: Placement): number | null {
  return where.state === 'queued' || where.state === 'uploading' ? where.attempts : null;
}

/** What went wrong with an item, in words; null when nothing did. */
function troubleOf({ where }: Placement): string | null {
  if (where.state === 'missing') return where.reason;
  return where.state === 'queued' ? (where.error?.message ?? null) : null;
}

/** When an item is tried next. */
function nextOf(
  { where }: Placement,
  now: number,
  never: string,
  soon: string,
  inTime: (milliseconds: number) => string,
): string {
  if (where.state !== 'queued' || where.notBefore === null) return never;
  return where.notBefore <= now ? soon : inTime(where.notBefore - now);
}
