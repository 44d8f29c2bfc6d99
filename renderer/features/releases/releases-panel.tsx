import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { RedactionProject, Release, Render } from '#common/evidence/index.ts';
import { mediaUrl } from '#renderer/bridge/index.ts';
import { type Command, navigate, useCatalog, useCatalogState, useClient, useCommands } from '#renderer/state/index.ts';
import { EmptyState, Panes, RowsPlaceholder, TabBar, TabPanel } from '#renderer/ui/index.ts';
import { PackageInspector, ProjectInspector, RenderInspector } from './inspectors.tsx';
import classes from './releases.module.css';
import { releasesView, selectRow, showTab } from './releases-view.ts';
import { PackageTable, ProjectTable, RenderTable } from './tables.tsx';

type Selection = {
  readonly project: RedactionProject | null;
  readonly render: Render | null;
  readonly release: Release | null;
};
type Watching = { readonly renderId: string; readonly mediaId: string } | null;

/** Redactions, their renders with the machine's verdict, and the packages that were released. */
export function ReleasesPanel() {
  const { t } = useTranslation('releases');
  const view = useStore(releasesView);
  const projects = useCatalog('project');
  const renders = useCatalog('render');
  const releases = useCatalog('release');
  const { freshness } = useCatalogState();
  const [watching, setWatching] = useState<Watching>(null);
  const { tab, selected } = view;
  const selection: Selection = {
    project: (tab === 'projects' && projects.byId.get(selected.projects ?? '')) || null,
    render: (tab === 'renders' && renders.byId.get(selected.renders ?? '')) || null,
    release: (tab === 'packages' && releases.byId.get(selected.packages ?? '')) || null,
  };
  useCommands(useReleaseCommands(selection, watching, setWatching));
  const shown = watching !== null && watching.renderId === selection.render?.id ? watching : null;
  const empty = projects.all.length + renders.all.length + releases.all.length === 0;
  return (
    <Panes
      id="releases"
      sideWidth={384}
      sideLabel={t('verdict.title')}
      side={<Inspector selection={selection} watching={shown !== null} />}
      main={
        <>
          <TabBar
            label={t('views')}
            current={tab}
            onChange={(next) => showTab(next)}
            tabs={[
              { id: 'projects', title: t('tab.projects'), count: projects.all.length },
              { id: 'renders', title: t('tab.renders'), count: renders.all.length },
              { id: 'packages', title: t('tab.packages'), count: releases.all.length },
            ]}
          />
          <TabPanel label={t(`tab.${tab}`)}>
            {shown !== null && (
              // The finished file has no speech track of its own to caption; what is said stays as it was recorded.
              <video
                className={classes.watch}
                src={mediaUrl(shown.mediaId)}
                controls
                autoPlay
                aria-label={t('watching')}
              />
            )}
            {empty && freshness.state === 'filling' ? (
              <RowsPlaceholder label={t('loading')} />
            ) : tab === 'projects' ? (
              <ProjectTable
                rows={projects.all}
                selected={selected.projects}
                onSelect={(row) => selectRow(tab, row.id)}
                onOpen={(row) => navigate({ screen: 'recording', recordingId: row.recordingId })}
              />
            ) : tab === 'renders' ? (
              <RenderTable
                rows={renders.all}
                selected={selected.renders}
                onSelect={(row) => selectRow(tab, row.id)}
                onOpen={(row) => navigate({ screen: 'recording', recordingId: row.recordingId })}
              />
            ) : (
              <PackageTable
                rows={releases.all}
                selected={selected.packages}
                onSelect={(row) => selectRow(tab, row.id)}
                onOpen={(row) => navigate({ screen: 'recording', recordingId: row.recordingId })}
              />
            )}
          </TabPanel>
        </>
      }
    />
  );
}

function Inspector({ selection, watching }: { readonly selection: Selection; readonly watching: boolean }) {
  const { t } = useTranslation('releases');
  if (selection.project !== null) return <ProjectInspector project={selection.project} />;
  if (selection.render !== null) return <RenderInspector render={selection.render} watching={watching} />;
  if (selection.release !== null) return <PackageInspector release={selection.release} />;
  return <EmptyState title={t('empty.select')}>{t('empty.selectHint')}</EmptyState>;
}

function useReleaseCommands(
  selection: Selection,
  watching: Watching,
  setWatching: (watching: Watching) => void,
): readonly Command[] {
  const { t } = useTranslation('releases');
  const client = useClient();
  const { project, render, release } = selection;
  return useMemo(() => {
    const any = project ?? render ?? release;
    const passed = render?.status.state === 'passed';
    const isWatched = render !== null && watching?.renderId === render.id;
    const group = t('group');
    const notPassed = passed ? null : t('command.notPassed');
    return [
      {
        id: 'releases.open',
        title: t('command.open'),
        group,
        disabledBecause: any === null ? t('command.nothingSelected') : null,
        run: () => {
          if (any !== null) navigate({ screen: 'recording', recordingId: any.recordingId });
        },
      },
      {
        id: 'releases.watch',
        title: t(isWatched ? 'command.stopWatching' : 'command.watch'),
        group,
        permission: 'evidence.view',
        disabledBecause: notPassed,
        run: async () => {
          if (render === null) return;
          if (isWatched) setWatching(null);
          else setWatching({ renderId: render.id, ...(await client.call('render.open', { renderId: render.id })) });
        },
      },
      {
        id: 'releases.release',
        title: t('command.release'),
        group,
        permission: 'release.create',
        disabledBecause: notPassed,
        run: () => {
          if (render !== null) navigate({ screen: 'release', renderId: render.id });
        },
      },
      {
        id: 'releases.download',
        title: t('command.download'),
        group,
        permission: 'release.download',
        disabledBecause: release?.status.state === 'ready' ? null : t('command.notReady'),
        run: async () => {
          if (release === null) return;
          const { mediaId, fileName } = await client.call('release.open', { releaseId: release.id });
          download(mediaUrl(mediaId), fileName);
        },
      },
    ] satisfies readonly Command[];
  }, [t, client, project, render, release, watching, setWatching]);
}

function download(address: string, fileName: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
}

/** Opens the packages with this one selected. */
export function showPackage(releaseId: string): void {
  showTab('packages', releaseId);
  navigate({ screen: 'releases' });
}
