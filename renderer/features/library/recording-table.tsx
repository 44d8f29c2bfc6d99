import { useMediaQuery } from '@mantine/hooks';
import type { TFunction } from 'i18next';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { type Placement, type Recording, recordingDurationUs } from '#common/evidence/index.ts';
import { formatDuration, formatWallTime } from '#common/time/index.ts';
import { type Column, type Sort, VirtualTable } from '#renderer/ui/index.ts';
import { PlaceMark, placeOf } from './place.tsx';
import { Poster } from './poster.tsx';
import { recordingState } from './recording-search.ts';
import { Marks, MediaMark, triggerWords } from './words.tsx';

/** Recordings as rows. */
export function RecordingTable(props: {
  readonly recordings: readonly Recording[];
  readonly redacted: ReadonlySet<string>;
  readonly branched: ReadonlySet<string>;
  /** Where the originals are; null where there never is a store. */
  readonly placements: ReadonlyMap<string, Placement> | null;
  readonly zone: string;
  readonly selected: string | null;
  readonly sort: Sort;
  readonly onSelect: (recording: Recording) => void;
  readonly onOpen: (recording: Recording) => void;
  readonly onSort: (sort: Sort) => void;
}) {
  const { t } = useTranslation(['library', 'store']);
  const { redacted, branched, placements, zone } = props;
  // Where the place needs the room, triggers are read in the inspector.
  const wide = useMediaQuery('(min-width: 1560px)', false, { getInitialValueInEffect: false });
  const withTriggers = wide || placements === null;
  const columns = useMemo(
    (): readonly Column<Recording>[] => [
      {
        id: 'picture',
        title: t('column.picture'),
        width: '48px',
        cell: (recording) => <Poster recording={recording} size="row" />,
      },
      {
        id: 'start',
        title: t('column.start'),
        width: '200px',
        sortable: true,
        cell: (recording) => formatWallTime(recording.start.at, zone),
      },
      {
        id: 'title',
        title: t('column.title'),
        width: 'minmax(120px, 2fr)',
        sortable: true,
        cell: (recording) => recording.title,
      },
      {
        id: 'officer',
        title: t('column.officer'),
        width: 'minmax(80px, 1fr)',
        sortable: true,
        cell: (recording) => recording.officer ?? t('none'),
      },
      {
        id: 'device',
        title: t('column.device'),
        width: 'minmax(64px, 1fr)',
        sortable: true,
        cell: (recording) => recording.device.name,
      },
      {
        id: 'length',
        title: t('column.length'),
        width: '80px',
        align: 'end',
        sortable: true,
        cell: (recording) => lengthText(recording) ?? t('none'),
      },
      ...(withTriggers ? [triggersColumn(t)] : []),
      {
        id: 'marks',
        title: t('column.marks'),
        width: '60px',
        cell: (recording) => <Marks recording={recording} redacted={redacted} branched={branched} />,
      },
      {
        id: 'state',
        title: t('column.state'),
        width: '128px',
        cell: (recording) => <MediaMark state={recordingState(recording)} />,
      },
      ...(placements === null ? [] : [placeColumn(t('store:place.label'), placements)]),
    ],
    [t, redacted, branched, placements, zone, withTriggers],
  );
  return (
    <VirtualTable
      label={t('recordings')}
      rows={props.recordings}
      rowKey={recordingKey}
      columns={columns}
      selected={props.selected}
      onSelect={props.onSelect}
      onOpen={props.onOpen}
      sort={props.sort}
      onSort={props.onSort}
    />
  );
}

function triggersColumn(t: TFunction<'library'>): Column<Recording> {
  return {
    id: 'triggers',
    title: t('column.triggers'),
    width: 'minmax(80px, 1fr)',
    cell: (recording) => triggerWords(recording, t) || t('none'),
  };
}

function placeColumn(title: string, placements: ReadonlyMap<string, Placement>): Column<Recording> {
  return {
    id: 'place',
    title,
    width: '152px',
    cell: (recording) => <PlaceMark word={placeOf(recording, placements)} />,
  };
}

const recordingKey = (recording: Recording): string => recording.id;

/** The length for people; null while no segment's is known. */
export function lengthText(recording: Recording): string | null {
  const length = recordingDurationUs(recording);
  return length === 0 ? null : formatDuration(length);
}

/** Rows in the order of a column. Equal ones stay in order of start. */
export function sortRecordings(recordings: readonly Recording[], sort: Sort): readonly Recording[] {
  const by = comparisons[sort.column];
  if (by === undefined) return recordings;
  const sign = sort.direction === 'up' ? 1 : -1;
  return recordings.toSorted((a, b) => sign * by(a, b));
}

const comparisons: Readonly<Record<string, (a: Recording, b: Recording) => number>> = {
  start: (a, b) => a.start.at - b.start.at,
  title: (a, b) => a.title.localeCompare(b.title, 'en', { numeric: true }),
  officer: (a, b) => (a.officer ?? '').localeCompare(b.officer ?? ''),
  device: (a, b) => a.device.name.localeCompare(b.device.name, 'en', { numeric: true }),
  length: (a, b) => recordingDurationUs(a) - recordingDurationUs(b),
};
