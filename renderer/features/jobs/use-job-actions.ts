import { useTranslation } from 'react-i18next';
import type { Job } from '#common/evidence/index.ts';
import { useClient, useMay, useNotices } from '#renderer/state/index.ts';
import type { ButtonAction } from '#renderer/ui/index.ts';

export type JobActions = Readonly<Record<'pause' | 'resume' | 'cancel', ButtonAction | null>>;

/** What can be done with a job now; null for what makes no sense or is not permitted. */
export function useJobActions(job: Job): JobActions {
  const { t } = useTranslation('jobs');
  const client = useClient();
  const notices = useNotices();
  const allowed = useMay('evidence.offload');
  const title = t(`kind.${job.kind}`, { title: job.title });

  const action = (verb: 'pause' | 'resume' | 'cancel', sensible: boolean): ButtonAction | null =>
    allowed && sensible
      ? {
          title: t(verb, { title }),
          shortcut: null,
          disabledBecause: null,
          run: () => {
            client.call(`jobs.${verb}`, { jobId: job.id }).then(
              () => {
                if (verb === 'cancel') notices.say('done', t('cancelled', { title }));
              },
              (thrown: unknown) => notices.sayError(thrown),
            );
          },
        }
      : null;
  const { state } = job;
  return {
    pause: action('pause', state === 'running' || state === 'queued'),
    resume: action('resume', state === 'paused' || state === 'parked'),
    cancel: action('cancel', state === 'running' || state === 'queued' || state === 'paused' || state === 'parked'),
  };
}
