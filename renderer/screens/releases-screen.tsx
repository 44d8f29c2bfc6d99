import { useTranslation } from 'react-i18next';
import { ReleasesPanel } from '#renderer/features/releases/index.ts';
import { useTitle } from '#renderer/state/index.ts';

export function ReleasesScreen() {
  const { t } = useTranslation('releases');
  useTitle(t('title'));
  return <ReleasesPanel />;
}
