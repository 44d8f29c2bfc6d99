import { useTranslation } from 'react-i18next';
import { RecordingCustody, RecordingFacts } from '#renderer/features/library/index.ts';
import { useCatalog, useSession, useTitle } from '#renderer/state/index.ts';
import { EmptyState, Page } from '#renderer/ui/index.ts';

/** One recording. */
export function ReviewScreen({ recordingId }: { readonly recordingId: string }) {
  const { t } = useTranslation();
  const { zone } = useSession().agency;
  const recording = useCatalog('recording').byId.get(recordingId);
  useTitle(recording?.title ?? '');
  if (recording === undefined) return <EmptyState title={t('notFound.title')}>{t('notFound.hint')}</EmptyState>;
  return (
    <Page title={recording.title}>
      <RecordingFacts recording={recording} zone={zone} />
      <RecordingCustody recording={recording} zone={zone} />
    </Page>
  );
}
