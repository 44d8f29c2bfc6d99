import { IconLayoutGrid, IconList, IconMovie } from '@tabler/icons-react';
import { useEffect, useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Recording } from '#common/evidence/index.ts';
import {
  type Command,
  navigate,
  useAction,
  useCatalog,
  useCatalogState,
  useCommands,
  useSession,
} from '#renderer/state/index.ts';
import {
  ActionButton,
  ActionIconButton,
  EmptyState,
  formatCount,
  Hint,
  Panes,
  RowsPlaceholder,
  StateMark,
  TabBar,
  TabPanel,
} from '#renderer/ui/index.ts';
import { DamagedInspector, DamagedTable } from './damaged-tray.tsx';
import classes from './library.module.css';
import { LibraryFilters } from './library-filters.tsx';
import { libraryView, viewFor } from './library-view.ts';
import { placeOf, usePlacements } from './place.tsx';
import { RecordingGrid } from './recording-grid.tsx';
import { RecordingInspector } from './recording-inspector.tsx';
import { filterRecordings, noFilters } from './recording-search.ts';
import { RecordingTable, sortRecordings } from './recording-table.tsx';

const openRecording = (recording: Recording): void => navigate({ screen: 'recording', recordingId: recording.id });

/** The library: everything sealed here, read from the offline copy. */
export function LibraryPanel() {
  const { t } = useTranslation('library');
  const { agency } = useSession();
  useEffect(() => viewFor(agency.id), [agency.id]);
  const view = useStore(libraryView);
  const { setState } = libraryView;
  const recordings = useCatalog('recording');
  const damaged = useCatalog('damaged');
  const projects = useCatalog('project');
  const placements = usePlacements();
  const withPlaces = agency.kind === 'department';
  const { freshness } = useCatalogState();
  const searchField = useRef<HTMLInputElement>(null);
  const redacted = useMemo(
    () =>
      new Set<string>(
        projects.all
          .filter(({ document }) => document.tracks.length + document.mutes.length > 0)
          .map((project) => project.evidenceId),
      ),
    [projects],
  );
  const branched = useMemo(
    () => new Set<string>(projects.all.filter(({ branches }) => branches.length > 0).map((each) => each.evidenceId)),
    [projects],
  );
  // Originals change their place all day long: the library is sorted anew for it only while somebody filters by it.
  const filterPlacements = view.filters.place === null ? null : placements;
  const shown = useMemo(() => {
    const place = (recording: Recording) => placeOf(recording, filterPlacements ?? new Map());
    return sortRecordings(filterRecordings(recordings.all, view.filters, agency.zone, redacted, place), view.sort);
  }, [recordings, view.filters, view.sort, agency.zone, redacted, filterPlacements]);
  const selected = (view.selected === null ? undefined : recordings.byId.get(view.selected)) ?? null;
  const filtered = view.filters !== noFilters;
  useCommands(useLibraryCommands(selected, filtered, searchField, view.pictures));
  const togglePictures = useAction('library.pictures');

  const body = (): React.ReactNode => {
    if (recordings.all.length === 0 && freshness.state === 'filling') return <RowsPlaceholder label={t('loading')} />;
    if (recordings.all.length === 0) return <NothingYet />;
    if (shown.length === 0) return <NothingFound />;
    const common = {
      recordings: shown,
      redacted,
      branched,
      placements: withPlaces ? placements : null,
      zone: agency.zone,
      selected: view.selected,
      onSelect: (recording: Recording) => setState({ selected: recording.id }),
      onOpen: openRecording,
    };
    if (view.pictures) return <RecordingGrid {...common} />;
    return <RecordingTable {...common} sort={view.sort} onSort={(sort) => setState({ sort })} />;
  };

  return (
    <Panes
      id="library"
      sideLabel={t('inspector.label')}
      side={
        view.tab === 'recordings' ? (
          <RecordingInspector recording={selected} zone={agency.zone} />
        ) : (
          <DamagedInspector item={damaged.byId.get(view.selectedDamaged ?? '') ?? null} zone={agency.zone} />
        )
      }
      main={
        <>
          <TabBar
            label={t('views')}
            current={view.tab}
            onChange={(tab) => setState({ tab })}
            tabs={[
              { id: 'recordings', title: t('recordings'), count: recordings.all.length },
              { id: 'damaged', title: t('damaged'), count: damaged.all.length },
            ]}
          >
            {view.tab === 'recordings' && (
              <span className={classes.barEnd}>
                {freshness.state === 'behind' && <StateMark tone="attention">{t('behind')}</StateMark>}
                {filtered && (
                  <Hint>
                    {t('countOf', { shown: formatCount(shown.length), all: formatCount(recordings.all.length) })}
                  </Hint>
                )}
                <ActionIconButton
                  action={togglePictures}
                  icon={view.pictures ? <IconList size={20} aria-hidden /> : <IconLayoutGrid size={20} aria-hidden />}
                />
              </span>
            )}
          </TabBar>
          {view.tab === 'recordings' ? (
            <TabPanel label={t('recordings')}>
              <LibraryFilters
                recordings={recordings.all}
                filters={view.filters}
                onChange={(filters) => setState({ filters })}
                searchField={searchField}
                withPlaces={withPlaces}
              />
              {body()}
            </TabPanel>
          ) : (
            <TabPanel label={t('damaged')}>
              <DamagedTable
                items={damaged.all}
                zone={agency.zone}
                selected={view.selectedDamaged}
                onSelect={(item) => setState({ selectedDamaged: item.id })}
                withPlaces={withPlaces}
              />
            </TabPanel>
          )}
        </>
      }
    />
  );
}

function NothingYet() {
  const { t } = useTranslation('library');
  const goToDock = useAction('app.dock');
  return (
    <EmptyState
      icon={<IconMovie size={32} stroke={1.25} aria-hidden />}
      title={t('empty')}
      action={<ActionButton action={goToDock} variant="filled" label={t('emptyAction')} />}
    >
      {t('emptyHint')}
    </EmptyState>
  );
}

function NothingFound() {
  const { t } = useTranslation('library');
  const clear = useAction('library.clear');
  return (
    <EmptyState title={t('nothingFound')} action={<ActionButton action={clear} />}>
      {t('nothingFoundHint')}
    </EmptyState>
  );
}

function useLibraryCommands(
  selected: Recording | null,
  filtered: boolean,
  searchField: React.RefObject<HTMLInputElement | null>,
  pictures: boolean,
): readonly Command[] {
  const { t } = useTranslation('library');
  return useMemo(
    () => [
      {
        id: 'library.search',
        title: t('command.search'),
        group: t('group'),
        shortcuts: ['/'],
        run: () => {
          libraryView.setState({ tab: 'recordings' });
          searchField.current?.select();
        },
      },
      {
        id: 'library.open',
        title: t('command.open'),
        group: t('group'),
        shortcuts: ['Enter'],
        disabledBecause: selected === null ? t('command.nothingSelected') : null,
        run: () => {
          if (selected !== null) openRecording(selected);
        },
      },
      {
        id: 'library.clear',
        title: t('command.clear'),
        group: t('group'),
        disabledBecause: filtered ? null : t('command.nothingToClear'),
        run: () => libraryView.setState({ filters: noFilters }),
      },
      {
        id: 'library.pictures',
        title: t(pictures ? 'command.rows' : 'command.pictures'),
        group: t('group'),
        shortcuts: ['g v'],
        run: () => libraryView.setState({ pictures: !pictures }),
      },
    ],
    [t, selected, filtered, searchField, pictures],
  );
}
