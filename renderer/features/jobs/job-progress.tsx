import { IconPlayerPause, IconPlayerPlay, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Job } from '#common/evidence/index.ts';
import { ActionIconButton, ProgressBar, StateMark, Steps, useRoughTime } from '#renderer/ui/index.ts';
import { isUnfinished, progressParts, shareOf, stageOf, stagesOf, stateWord, toneOf } from './job-words.ts';
import classes from './jobs.module.css';
import { useJobActions } from './use-job-actions.ts';

/** A job's stages in the fixed words, how far it is, how fast, how long still, and what can be done with it. */
export function JobProgress({ job }: { readonly job: Job }) {
  const { t } = useTranslation('jobs');
  const { left } = useRoughTime();
  const title = t(`kind.${job.kind}`, { title: job.title });
  const stages = stagesOf(job);
  const parts = progressParts(job, t, left);
  const current = isUnfinished(job) ? (job.progress?.current ?? null) : null;
  return (
    <div className={classes.progress}>
      <div className={classes.progressHead}>
        {stages.length > 0 && isUnfinished(job) && job.state !== 'paused' ? (
          <Steps
            names={stages.map((stage) => t(`phase.${stage}`))}
            current={stageOf(job)}
            label={t('stepsOf', { title })}
          />
        ) : (
          <StateMark tone={toneOf(job)}>{stateWord(job, t)}</StateMark>
        )}
        <JobButtons job={job} />
      </div>
      {isUnfinished(job) && <ProgressBar share={shareOf(job)} label={t('progressOf', { title })} />}
      {parts.length > 0 && <p className={classes.parts}>{parts.join(' · ')}</p>}
      {current !== null && <p className={classes.current}>{current}</p>}
      {job.error !== null && job.error.family !== 'cancelled' && (
        <p className={classes.error}>
          {[job.error.message, job.error.subject, job.error.nextStep, job.error.reference]
            .filter((part) => part !== null)
            .join(' · ')}
        </p>
      )}
    </div>
  );
}

function JobButtons({ job }: { readonly job: Job }) {
  const actions = useJobActions(job);
  return (
    <span className={classes.buttons}>
      <ActionIconButton action={actions.pause} icon={<IconPlayerPause size={16} aria-hidden />} />
      <ActionIconButton action={actions.resume} icon={<IconPlayerPlay size={16} aria-hidden />} />
      <ActionIconButton action={actions.cancel} icon={<IconX size={16} aria-hidden />} />
    </span>
  );
}
