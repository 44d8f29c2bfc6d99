import { IconDownload, IconExternalLink, IconEye, IconEyeOff, IconPackageExport } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { RedactionProject, Release, Render } from '#common/evidence/index.ts';
import type { RedactionDocument } from '#common/redaction/index.ts';
import { formatWallTime } from '#common/time/index.ts';
import { useAction, useSession } from '#renderer/state/index.ts';
import {
  ActionButton,
  CodeText,
  ErrorPanel,
  Facts,
  formatBytes,
  formatCount,
  Hint,
  Section,
  Stack,
} from '#renderer/ui/index.ts';
import { PackageMark, RenderMark } from './release-words.tsx';
import classes from './releases.module.css';
import { useRecordingTitle } from './tables.tsx';
import { VerdictView } from './verdict-view.tsx';

export function ProjectInspector({ project }: { readonly project: RedactionProject }) {
  const { t } = useTranslation('releases');
  const { zone } = useSession().agency;
  const titleOf = useRecordingTitle();
  const open = useAction('releases.open');
  return (
    <>
      <Stack gap={8}>
        <h2>{titleOf(project.recordingId)}</h2>
        <ActionButton action={open} variant="filled" icon={<IconExternalLink size={16} aria-hidden />} fullWidth />
      </Stack>
      <Facts
        facts={[
          { name: t('column.version'), value: formatCount(project.version) },
          {
            name: t('column.changed'),
            value: t('facts.startedBy', { at: formatWallTime(project.changedAt, zone), name: project.changedBy }),
          },
        ]}
      />
      <DocumentLists document={project.document} />
    </>
  );
}

/** What a redaction hides: masks and muted parts, with their frames. */
export function DocumentLists({ document }: { readonly document: RedactionDocument }) {
  const { t } = useTranslation('releases');
  return (
    <>
      {document.tracks.length > 0 && (
        <Section title={t('facts.masks')}>
          <ul className={classes.items}>
            {document.tracks.map((track) => (
              <li key={track.id}>
                <span>{track.name}</span>
                <Hint>
                  {t(`style.${track.style.kind}`)} · {t('frames', track.range)}
                </Hint>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {document.mutes.length > 0 && (
        <Section title={t('facts.mutes')}>
          <ul className={classes.items}>
            {document.mutes.map((mute) => (
              <li key={mute.id}>
                <span>{mute.name}</span>
                <Hint>{t('frames', mute.range)}</Hint>
              </li>
            ))}
          </ul>
        </Section>
      )}
    </>
  );
}

export function RenderInspector({ render, watching }: { readonly render: Render; readonly watching: boolean }) {
  const { t } = useTranslation('releases');
  const { zone } = useSession().agency;
  const titleOf = useRecordingTitle();
  const watch = useAction('releases.watch');
  const release = useAction('releases.release');
  const { status } = render;
  const verdict = status.state === 'passed' || status.state === 'failed' ? status.verdict : null;
  const error = status.state === 'failed' ? status.error : null;
  return (
    <>
      <Stack gap={8}>
        <h2>{titleOf(render.recordingId)}</h2>
        <RenderMark render={render} />
        {status.state === 'passed' && (
          <>
            <ActionButton
              action={watch}
              icon={watching ? <IconEyeOff size={16} aria-hidden /> : <IconEye size={16} aria-hidden />}
              fullWidth
            />
            <ActionButton
              action={release}
              variant="filled"
              icon={<IconPackageExport size={16} aria-hidden />}
              fullWidth
            />
          </>
        )}
      </Stack>
      {error !== null && <ErrorPanel error={error} />}
      {verdict !== null && (
        <Section title={t('verdict.title')}>
          <VerdictView verdict={verdict} zone={zone} />
        </Section>
      )}
      <Facts
        facts={[
          { name: t('facts.version'), value: formatCount(render.projectVersion) },
          {
            name: t('facts.started'),
            value: t('facts.startedBy', { at: formatWallTime(render.startedAt, zone), name: render.startedBy }),
          },
        ]}
      />
      <DocumentLists document={render.document} />
    </>
  );
}

export function PackageInspector({ release }: { readonly release: Release }) {
  const { t } = useTranslation('releases');
  const { zone } = useSession().agency;
  const titleOf = useRecordingTitle();
  const download = useAction('releases.download');
  const { status } = release;
  return (
    <>
      <Stack gap={8}>
        <h2>{titleOf(release.recordingId)}</h2>
        <PackageMark release={release} />
        {status.state === 'ready' && (
          <ActionButton action={download} variant="filled" icon={<IconDownload size={16} aria-hidden />} fullWidth />
        )}
      </Stack>
      {status.state === 'failed' && <ErrorPanel error={status.error} />}
      <Facts
        facts={[
          { name: t('facts.requester'), value: release.requester },
          { name: t('facts.reason'), value: release.reason },
          {
            name: t('column.created'),
            value: t('facts.startedBy', { at: formatWallTime(release.createdAt, zone), name: release.createdBy }),
          },
          status.state === 'ready' ? { name: t('facts.fileName'), value: status.fileName } : null,
          status.state === 'ready' ? { name: t('verdict.size'), value: formatBytes(status.sizeBytes) } : null,
          status.state === 'ready'
            ? { name: t('verdict.hash'), value: <CodeText text={status.sha256} name={t('verdict.hash')} /> }
            : null,
        ]}
      />
    </>
  );
}
