import { useTranslation } from 'react-i18next';
import { PeoplePanel } from '#renderer/features/admin/index.ts';
import { useTitle } from '#renderer/state/index.ts';

export function PeopleScreen() {
  const { t } = useTranslation('admin');
  useTitle(t('people.title'));
  return <PeoplePanel />;
}
