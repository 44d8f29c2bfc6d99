import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { DockPanel } from '#renderer/features/dock/index.ts';
import { JobProgress } from '#renderer/features/jobs/index.ts';
import { useDesk, useTitle } from '#renderer/state/index.ts';

export function DockScreen() {
  const { t } = useTranslation('dock');
  useTitle(t('title'));
  const renderJob = useCallback((jobId: string) => <DockJob jobId={jobId} />, []);
  return <DockPanel renderJob={renderJob} />;
}

function DockJob({ jobId }: { readonly jobId: string }) {
  const job = useDesk((desk) => desk.jobs.find((each) => each.id === jobId));
  return job === undefined ? null : <JobProgress job={job} />;
}
