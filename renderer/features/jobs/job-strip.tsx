import { IconPlugConnectedX, IconShieldCheck } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useDesk } from '#renderer/state/index.ts';
import { StateMark, useRoughTime } from '#renderer/ui/index.ts';
import { isUnfinished, needsTheCamera, progressParts, stateWord, toneOf } from './job-words.ts';
import classes from './jobs.module.css';

/** The jobs in one line: what runs, how far, and what must not be unplugged. */
export function JobStrip() {
  const { t } = useTranslation('jobs');
  const { left } = useRoughTime();
  const jobs = useDesk((desk) => desk.jobs);
  const open = jobs.filter((job) => isUnfinished(job) || job.state === 'parked');
  const first = open.find((job) => job.state === 'running') ?? open[0];
  const docks = useDesk((desk) => desk.docks);
  // A folder on this computer cannot be unplugged; anything else that is being read can.
  const onFolders = new Set(docks.filter((dock) => dock.kind === 'folder').map((dock) => dock.jobId));
  const inUse = open.filter((job) => needsTheCamera(job) && !onFolders.has(job.id));
  if (first === undefined) {
    return (
      <span className={classes.idle} title={t('idleHint')}>
        <IconShieldCheck size={16} stroke={1.75} aria-hidden />
        {t('idle')}
      </span>
    );
  }
  const parts = progressParts(first, t, left);
  return (
    <span className={classes.strip}>
      <StateMark tone={toneOf(first)}>
        {t(`kind.${first.kind}`, { title: first.title })} · {stateWord(first, t)}
      </StateMark>
      {parts.length > 0 && <span className={classes.stripParts}>{parts.join(' · ')}</span>}
      {open.length > 1 && <span className={classes.stripParts}>{t('more', { count: open.length - 1 })}</span>}
      {inUse.length > 0 && (
        <span className={classes.unplug}>
          <IconPlugConnectedX size={16} stroke={1.75} aria-hidden />
          {t('doNotUnplug', { title: inUse.map((job) => job.title).join(', ') })}
        </span>
      )}
    </span>
  );
}
