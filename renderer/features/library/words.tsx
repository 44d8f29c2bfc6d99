import { Tooltip } from '@mantine/core';
import { IconBrush, IconClockExclamation, IconGitBranch, IconLock } from '@tabler/icons-react';
import type { TFunction } from 'i18next';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Recording } from '#common/evidence/index.ts';
import { StateMark, type Tone } from '#renderer/ui/index.ts';
import classes from './library.module.css';
import { hasRedaction, type RecordingState, triggerKinds } from './recording-search.ts';

const tones: Readonly<Record<RecordingState, Tone>> = {
  ready: 'verified',
  waiting: 'waiting',
  'making-proxy': 'working',
  unplayable: 'failed',
};

/** The media state of a recording, as icon and word. */
export function MediaMark({ state }: { readonly state: RecordingState }) {
  const { t } = useTranslation('library');
  return <StateMark tone={tones[state]}>{t(`media.${state}`)}</StateMark>;
}

const knownTriggers = ['button', 'holster', 'light-bar', 'door', 'dispatch', 'pre-event'] as const;

/** The field's word for a kind of trigger; a vendor's own kind as it stands. */
export function triggerWord(kind: string, t: TFunction<'library'>): string {
  const known = knownTriggers.find((each) => each === kind);
  return known === undefined ? kind.replaceAll('-', ' ') : t(`trigger.${known}`);
}

export function triggerWords(recording: Recording, t: TFunction<'library'>): string {
  return triggerKinds(recording)
    .map((kind) => triggerWord(kind, t))
    .join(', ');
}

/** Small marks: protected on the camera, has a redaction or several versions of one, clock doubted. Each with its words. */
export function Marks({
  recording,
  redacted,
  branched,
}: {
  readonly recording: Recording;
  readonly redacted: ReadonlySet<string>;
  /** Evidence ids whose redaction has versions that wait to be compared. */
  readonly branched: ReadonlySet<string>;
}) {
  const { t } = useTranslation('library');
  const several = hasRedaction(recording, branched);
  return (
    <span className={classes.marks}>
      {recording.protectedOnCamera && (
        <Mark label={t('mark.protected')} tone="restricted">
          <IconLock size={16} stroke={1.75} aria-hidden />
        </Mark>
      )}
      {several && (
        <Mark label={t('mark.branched')} tone="attention">
          <IconGitBranch size={16} stroke={1.75} aria-hidden />
        </Mark>
      )}
      {!several && hasRedaction(recording, redacted) && (
        <Mark label={t('mark.redacted')} tone="plain">
          <IconBrush size={16} stroke={1.75} aria-hidden />
        </Mark>
      )}
      {recording.start.doubt !== null && (
        <Mark label={t('mark.doubt')} tone="attention">
          <IconClockExclamation size={16} stroke={1.75} aria-hidden />
        </Mark>
      )}
    </span>
  );
}

function Mark({
  label,
  tone,
  children,
}: {
  readonly label: string;
  readonly tone: 'restricted' | 'attention' | 'plain';
  readonly children: ReactNode;
}) {
  return (
    <Tooltip label={label}>
      <span role="img" aria-label={label} className={classes.markIcon} data-tone={tone}>
        {children}
      </span>
    </Tooltip>
  );
}
