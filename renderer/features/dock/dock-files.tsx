import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Dock, DockFile } from '#common/contract/index.ts';
import { formatWallTime } from '#common/time/index.ts';
import { errorWords } from '#renderer/bridge/index.ts';
import { useClient } from '#renderer/state/index.ts';
import {
  type Column,
  ErrorPanel,
  formatBytes,
  Hint,
  RowsPlaceholder,
  StateMark,
  type Tone,
  VirtualTable,
} from '#renderer/ui/index.ts';
import classes from './dock.module.css';

const pageSize = 500;
const tones: Readonly<Record<DockFile['state'], Tone>> = {
  fresh: 'waiting',
  known: 'verified',
  damaged: 'failed',
  refused: 'failed',
  other: 'waiting',
};

/** The name first: what tells files apart stands where it is never cut off. */
function FilePath({ path }: { readonly path: string }) {
  const cut = path.lastIndexOf('/') + 1;
  return (
    <span title={path}>
      {path.slice(cut)} <span className={classes.folderOf}>{path.slice(0, cut)}</span>
    </span>
  );
}

type Listing = { readonly files: readonly DockFile[]; readonly total: number | null; readonly failure: unknown };

/** The files of a dock in a list of any length; more are fetched as the end comes into view. */
export function DockFiles({ dock, name, zone }: { readonly dock: Dock; readonly name: string; readonly zone: string }) {
  const { t } = useTranslation('dock');
  const { listing, more, reload } = useListing(dock);
  const [selected, setSelected] = useState<string | null>(null);
  const columns = useMemo(
    (): readonly Column<DockFile>[] => [
      {
        id: 'path',
        title: t('column.path'),
        width: 'minmax(240px, 2fr)',
        cell: (file) => <FilePath path={file.path} />,
      },
      { id: 'size', title: t('column.size'), width: '80px', align: 'end', cell: (file) => formatBytes(file.sizeBytes) },
      {
        id: 'started',
        title: t('column.started'),
        width: '216px',
        cell: (file) => (file.startedAt === null ? t('noDate') : formatWallTime(file.startedAt, zone)),
      },
      {
        id: 'state',
        title: t('column.state'),
        width: '136px',
        cell: (file) => <StateMark tone={tones[file.state]}>{t(`fileState.${file.state}`)}</StateMark>,
      },
      {
        id: 'reason',
        title: t('column.reason'),
        width: 'minmax(160px, 2fr)',
        cell: (file) => <span title={file.reason ?? undefined}>{file.reason}</span>,
      },
    ],
    [t, zone],
  );
  const words = listing.failure === null ? null : errorWords(listing.failure);
  if (words !== null) return <ErrorPanel error={words} onRetry={reload} />;
  if (listing.total === null) return <RowsPlaceholder label={t('files', { name })} rows={4} />;
  return (
    <div className={classes.files}>
      <Hint>{t('filesOf', { count: listing.total })}</Hint>
      <div className={classes.fileTable} style={{ height: Math.min(12, listing.total + 1) * 32 + 2 }}>
        <VirtualTable
          label={t('files', { name })}
          rows={listing.files}
          total={listing.total}
          rowKey={(file) => file.path}
          columns={columns}
          selected={selected}
          onSelect={(file) => setSelected(file.path)}
          onEndReached={more}
        />
      </div>
    </div>
  );
}

function useListing(dock: Dock): { readonly listing: Listing; readonly more: () => void; readonly reload: () => void } {
  const client = useClient();
  const [listing, setListing] = useState<Listing>({ files: [], total: null, failure: null });
  const [round, setRound] = useState(0);
  const busy = useRef(false);
  const { id, state, counts } = dock;
  const version = `${id}/${state}/${counts.fresh}/${counts.known}/${counts.damaged}/${counts.refused}/${round}`;

  const fetchFrom = useCallback(
    async (offset: number, stillWanted: () => boolean): Promise<void> => {
      try {
        const page = await client.call('dock.files', { dockId: id, offset, limit: pageSize });
        if (!stillWanted()) return;
        setListing((before) => ({
          files: offset === 0 ? page.files : [...before.files.slice(0, offset), ...page.files],
          total: page.total,
          failure: null,
        }));
      } catch (failure) {
        if (stillWanted()) setListing((before) => ({ ...before, failure }));
      }
    },
    [client, id],
  );
  useEffect(() => {
    let wanted = true;
    void fetchFrom(0, () => wanted);
    return () => {
      wanted = false;
    };
  }, [fetchFrom, version]);
  const { files, total } = listing;
  const more = useCallback(() => {
    if (busy.current || total === null || files.length >= total) return;
    busy.current = true;
    void fetchFrom(files.length, () => true).finally(() => {
      busy.current = false;
    });
  }, [fetchFrom, files.length, total]);
  return { listing, more, reload: () => setRound((n) => n + 1) };
}
