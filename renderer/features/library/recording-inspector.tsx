import { IconExternalLink } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Recording } from '#common/evidence/index.ts';
import { formatDuration, formatWallTime } from '#common/time/index.ts';
import { useAction, useCatalog } from '#renderer/state/index.ts';
import {
  ActionButton,
  CodeText,
  EmptyState,
  Facts,
  formatBytes,
  Hint,
  Section,
  StateMark,
} from '#renderer/ui/index.ts';
import { KeepHere } from './keep-here.tsx';
import classes from './library.module.css';
import { OriginalPlace, usePlacements } from './place.tsx';
import { Poster } from './poster.tsx';
import { recordingState } from './recording-search.ts';
import { lengthText } from './recording-table.tsx';
import { SegmentFacts } from './segment-facts.tsx';
import { MediaMark, triggerWord } from './words.tsx';

/** Everything known of one recording: when, who, what started it, and how it was sealed. */
export function RecordingInspector({
  recording,
  zone,
}: {
  readonly recording: Recording | null;
  readonly zone: string;
}) {
  const { t } = useTranslation('library');
  const open = useAction('library.open');
  if (recording === null) return <EmptyState title={t('inspector.select')}>{t('inspector.selectHint')}</EmptyState>;
  return (
    <>
      <div className={classes.inspectorHead}>
        <Poster recording={recording} size="side" />
        <h2>{recording.title}</h2>
        <MediaMark state={recordingState(recording)} />
        <ActionButton action={open} variant="filled" icon={<IconExternalLink size={16} aria-hidden />} fullWidth />
        <KeepHere recording={recording} />
      </div>
      <RecordingFacts recording={recording} zone={zone} />
      <RecordingTriggers recording={recording} zone={zone} />
      <RecordingCustody recording={recording} zone={zone} />
    </>
  );
}

/** When and by whom a recording was made. */
export function RecordingFacts({ recording, zone }: { readonly recording: Recording; readonly zone: string }) {
  const { t } = useTranslation('library');
  const { start, preEvent } = recording;
  const said = useCatalog('facts').byId.get(recording.id);
  const length = lengthText(recording);
  return (
    <Facts
      facts={[
        {
          name: t('inspector.start'),
          value: (
            <>
              <div>{formatWallTime(start.at, zone)}</div>
              <Hint>
                {t(`inspector.startFrom.${start.from}`)}
                {start.precision === 'minute' && `, ${t('inspector.toTheMinute')}`}
              </Hint>
              {start.doubt !== null && <StateMark tone="attention">{t('mark.doubt')}</StateMark>}
              {start.doubt !== null && <Hint>{start.doubt}</Hint>}
            </>
          ),
        },
        length === null ? null : { name: t('inspector.length'), value: length },
        { name: t('inspector.officer'), value: recording.officer ?? t('none') },
        { name: t('inspector.device'), value: recording.device.name },
        { name: t('inspector.profile'), value: recording.profileId },
        ...(['category', 'caseNumber', 'callNumber'] as const).map((name) => {
          const value = said?.[name] ?? null;
          return value === null ? null : { name: t(`inspector.${name}`), value };
        }),
        preEvent === null
          ? null
          : {
              name: t('inspector.preEvent'),
              value: t(preEvent.silent ? 'inspector.preEventSilent' : 'inspector.preEventSound', {
                length: formatDuration(preEvent.microseconds),
              }),
            },
        recording.protectedOnCamera
          ? { name: t('column.marks'), value: <StateMark tone="restricted">{t('mark.protected')}</StateMark> }
          : null,
      ]}
    />
  );
}

/** What started a recording, and what happened during it. */
export function RecordingTriggers({ recording, zone }: { readonly recording: Recording; readonly zone: string }) {
  const { t } = useTranslation('library');
  return (
    <Section title={t('inspector.triggers')}>
      {recording.triggers.length === 0 ? (
        <Hint>{t('inspector.noTriggers')}</Hint>
      ) : (
        <ul className={classes.triggers}>
          {recording.triggers.map((event) => (
            <li key={`${event.time}/${event.kind}/${event.source}`}>
              <span>{triggerWord(event.kind, t)}</span>
              <span className={classes.dim}>{event.source}</span>
              <span className={classes.dim}>{formatWallTime(Date.parse(event.time), zone).split(', ')[1]}</span>
            </li>
          ))}
        </ul>
      )}
    </Section>
  );
}

/** How a recording's files were sealed: hashes, times, read-back. */
export function RecordingCustody({ recording, zone }: { readonly recording: Recording; readonly zone: string }) {
  const { t } = useTranslation(['library', 'store']);
  const { segments, sidecars } = recording;
  const placements = usePlacements();
  return (
    <>
      <Section title={t('inspector.custody')}>
        <Facts
          facts={[
            {
              name: t('inspector.offloaded'),
              value: t('inspector.offloadedBy', {
                at: formatWallTime(recording.offloadedAt, zone),
                name: recording.offloadedBy,
              }),
            },
          ]}
        />
      </Section>
      {segments.map((segment, index) => (
        <Section
          key={segment.evidenceId}
          title={
            segments.length === 1
              ? t('inspector.original')
              : t('inspector.segment', { number: index + 1, total: segments.length })
          }
        >
          <SegmentFacts segment={segment} zone={zone} />
        </Section>
      ))}
      {sidecars.length > 0 && (
        <Section title={t('inspector.sidecars')}>
          {sidecars.map((sidecar) => (
            <Facts
              key={sidecar.sidecarId}
              facts={[
                { name: t('inspector.file'), value: sidecar.fileName },
                { name: t('inspector.size'), value: formatBytes(sidecar.sizeBytes) },
                { name: t('inspector.hash'), value: <CodeText text={sidecar.sha256} name={t('inspector.hash')} /> },
                {
                  name: t('store:place.label'),
                  value: <OriginalPlace placement={placements.get(sidecar.sidecarId) ?? null} zone={zone} />,
                },
              ]}
            />
          ))}
        </Section>
      )}
    </>
  );
}
