import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type DamagedItem, placeWord } from '#common/evidence/index.ts';
import { formatWallTime } from '#common/time/index.ts';
import {
  CodeText,
  type Column,
  EmptyState,
  Facts,
  formatBytes,
  Hint,
  StateMark,
  VirtualTable,
} from '#renderer/ui/index.ts';
import { OriginalPlace, PlaceMark, usePlacements } from './place.tsx';

/** Files that cannot be played, each with the reason. */
export function DamagedTable(props: {
  readonly items: readonly DamagedItem[];
  readonly zone: string;
  readonly selected: string | null;
  readonly onSelect: (item: DamagedItem) => void;
  readonly withPlaces: boolean;
}) {
  const { t } = useTranslation(['library', 'store']);
  const { zone, withPlaces } = props;
  const placements = usePlacements();
  const rows = useMemo(() => props.items.toSorted((a, b) => b.keptAt - a.keptAt), [props.items]);
  const columns = useMemo(
    (): readonly Column<DamagedItem>[] => [
      { id: 'file', title: t('column.file'), width: 'minmax(160px, 1fr)', cell: (item) => item.fileName },
      {
        id: 'reason',
        title: t('column.reason'),
        width: 'minmax(240px, 3fr)',
        cell: (item) => <StateMark tone="attention">{item.reason}</StateMark>,
      },
      { id: 'device', title: t('column.device'), width: 'minmax(80px, 1fr)', cell: (item) => item.device.name },
      { id: 'size', title: t('column.size'), width: '80px', align: 'end', cell: (item) => formatBytes(item.sizeBytes) },
      { id: 'kept', title: t('column.kept'), width: '216px', cell: (item) => formatWallTime(item.keptAt, zone) },
      ...(withPlaces
        ? [
            {
              id: 'place',
              title: t('store:place.label'),
              width: '152px',
              cell: (item: DamagedItem) => <PlaceMark word={placeWord([placements.get(item.id) ?? null])} />,
            },
          ]
        : []),
    ],
    [t, zone, withPlaces, placements],
  );
  if (rows.length === 0) return <EmptyState title={t('damagedEmpty')}>{t('damagedEmptyHint')}</EmptyState>;
  return (
    <VirtualTable
      label={t('damaged')}
      rows={rows}
      rowKey={(item) => item.id}
      columns={columns}
      selected={props.selected}
      onSelect={props.onSelect}
    />
  );
}

/** One damaged file: what it is, why it is here, and that it was kept as found. */
export function DamagedInspector({ item, zone }: { readonly item: DamagedItem | null; readonly zone: string }) {
  const { t } = useTranslation(['library', 'store']);
  const placements = usePlacements();
  if (item === null) return <EmptyState title={t('inspector.select')}>{t('damagedEmptyHint')}</EmptyState>;
  return (
    <>
      <h2>{item.fileName}</h2>
      <StateMark tone="attention">{t('damaged')}</StateMark>
      <p>{item.reason}</p>
      <Hint>{t('inspector.keptHint')}</Hint>
      <Facts
        facts={[
          { name: t('inspector.device'), value: item.device.name },
          { name: t('inspector.profile'), value: item.profileId },
          { name: t('inspector.path'), value: item.sourcePath },
          { name: t('inspector.size'), value: formatBytes(item.sizeBytes) },
          { name: t('inspector.kept'), value: formatWallTime(item.keptAt, zone) },
          {
            name: t('store:place.label'),
            value: <OriginalPlace placement={placements.get(item.id) ?? null} zone={zone} />,
          },
          { name: t('inspector.hash'), value: <CodeText text={item.sha256} name={t('inspector.hash')} /> },
        ]}
      />
    </>
  );
}
