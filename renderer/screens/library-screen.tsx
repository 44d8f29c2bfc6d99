import { useTranslation } from 'react-i18next';
import { LibraryPanel } from '#renderer/features/library/index.ts';
import { useTitle } from '#renderer/state/index.ts';

export function LibraryScreen() {
  const { t } = useTranslation('library');
  useTitle(t('title'));
  return <LibraryPanel />;
}
