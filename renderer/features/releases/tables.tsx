import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { RedactionProject, Release, Render } from '#common/evidence/index.ts';
import { formatWallTime } from '#common/time/index.ts';
import { useCatalog, useSession } from '#renderer/state/index.ts';
import { type Column, EmptyState, formatBytes, formatCount, VirtualTable } from '#renderer/ui/index.ts';
import { PackageMark, RenderMark } from './release-words.tsx';

type TableProps<T> = {
  readonly rows: readonly T[];
  readonly selected: string | null;
  readonly onSelect: (row: T) => void;
  readonly onOpen: (row: T) => void;
};

const key = (row: { readonly id: string }): string => row.id;

/** The title of a recording, for lists that name it by id. */
export function useRecordingTitle(): (recordingId: string) => string {
  const { t } = useTranslation('releases');
  const { byId } = useCatalog('recording');
  return (recordingId) => byId.get(recordingId)?.title ?? t('unknownRecording');
}

export function ProjectTable(props: TableProps<RedactionProject>) {
  const { t } = useTranslation('releases');
  const { zone } = useSession().agency;
  const titleOf = useRecordingTitle();
  const columns: readonly Column<RedactionProject>[] = [
    { id: 'recording', title: t('column.recording'), width: 'minmax(200px, 2fr)', cell: (p) => titleOf(p.recordingId) },
    {
      id: 'masks',
      title: t('column.masks'),
      width: '72px',
      align: 'end',
      cell: (p) => formatCount(p.document.tracks.length),
    },
    {
      id: 'mutes',
      title: t('column.mutes'),
      width: '72px',
      align: 'end',
      cell: (p) => formatCount(p.document.mutes.length),
    },
    { id: 'version', title: t('column.version'), width: '72px', align: 'end', cell: (p) => formatCount(p.version) },
    { id: 'changed', title: t('column.changed'), width: '224px', cell: (p) => formatWallTime(p.changedAt, zone) },
    { id: 'by', title: t('column.by'), width: 'minmax(96px, 1fr)', cell: (p) => p.changedBy },
  ];
  const rows = useMemo(() => props.rows.toSorted((a, b) => b.changedAt - a.changedAt), [props.rows]);
  if (rows.length === 0) return <EmptyState title={t('empty.projects')}>{t('empty.projectsHint')}</EmptyState>;
  return <VirtualTable {...props} label={t('tab.projects')} rows={rows} rowKey={key} columns={columns} />;
}

export function RenderTable(props: TableProps<Render>) {
  const { t } = useTranslation('releases');
  const { zone } = useSession().agency;
  const titleOf = useRecordingTitle();
  const columns: readonly Column<Render>[] = [
    { id: 'recording', title: t('column.recording'), width: 'minmax(200px, 2fr)', cell: (r) => titleOf(r.recordingId) },
    {
      id: 'version',
      title: t('column.version'),
      width: '72px',
      align: 'end',
      cell: (r) => formatCount(r.projectVersion),
    },
    { id: 'state', title: t('column.state'), width: '176px', cell: (r) => <RenderMark render={r} /> },
    { id: 'started', title: t('column.started'), width: '224px', cell: (r) => formatWallTime(r.startedAt, zone) },
    { id: 'by', title: t('column.by'), width: 'minmax(96px, 1fr)', cell: (r) => r.startedBy },
  ];
  const rows = useMemo(() => props.rows.toSorted((a, b) => b.startedAt - a.startedAt), [props.rows]);
  if (rows.length === 0) return <EmptyState title={t('empty.renders')}>{t('empty.rendersHint')}</EmptyState>;
  return <VirtualTable {...props} label={t('tab.renders')} rows={rows} rowKey={key} columns={columns} />;
}

export function PackageTable(props: TableProps<Release>) {
  const { t } = useTranslation('releases');
  const { zone } = useSession().agency;
  const titleOf = useRecordingTitle();
  const columns: readonly Column<Release>[] = [
    { id: 'recording', title: t('column.recording'), width: 'minmax(160px, 2fr)', cell: (r) => titleOf(r.recordingId) },
    { id: 'requester', title: t('column.requester'), width: 'minmax(120px, 1fr)', cell: (r) => r.requester },
    { id: 'state', title: t('column.state'), width: '112px', cell: (r) => <PackageMark release={r} /> },
    {
      id: 'size',
      title: t('column.size'),
      width: '80px',
      align: 'end',
      cell: (r) => (r.status.state === 'ready' ? formatBytes(r.status.sizeBytes) : t('none')),
    },
    { id: 'created', title: t('column.created'), width: '224px', cell: (r) => formatWallTime(r.createdAt, zone) },
    { id: 'by', title: t('column.by'), width: 'minmax(96px, 1fr)', cell: (r) => r.createdBy },
  ];
  const rows = useMemo(() => props.rows.toSorted((a, b) => b.createdAt - a.createdAt), [props.rows]);
  if (rows.length === 0) return <EmptyState title={t('empty.packages')}>{t('empty.packagesHint')}</EmptyState>;
  return <VirtualTable {...props} label={t('tab.packages')} rows={rows} rowKey={key} columns={columns} />;
}
