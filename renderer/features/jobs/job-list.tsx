import { useTranslation } from 'react-i18next';
import { useDesk } from '#renderer/state/index.ts';
import { EmptyState, useNow, useRoughTime } from '#renderer/ui/index.ts';
import { JobProgress } from './job-progress.tsx';
import classes from './jobs.module.css';

/** All work under way or ended within a day, newest first. */
export function JobList() {
  const { t } = useTranslation('jobs');
  const jobs = useDesk((desk) => desk.jobs);
  const { ago } = useRoughTime();
  const now = useNow();
  if (jobs.length === 0) return <EmptyState title={t('empty')}>{t('emptyHint')}</EmptyState>;
  return (
    <ul className={classes.list}>
      {jobs.map((job) => (
        <li key={job.id} className={classes.item}>
          <div className={classes.itemHead}>
            <strong>{t(`kind.${job.kind}`, { title: job.title })}</strong>
            <span className={classes.parts}>
              {t('startedBy', { name: job.createdBy, ago: ago(now - job.createdAt) })}
              {job.attempts > 1 && ` · ${t('attempts', { count: job.attempts })}`}
            </span>
          </div>
          <JobProgress job={job} />
        </li>
      ))}
    </ul>
  );
}
