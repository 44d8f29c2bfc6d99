import { useTranslation } from 'react-i18next';
import { AuditPanel } from '#renderer/features/admin/index.ts';
import { useTitle } from '#renderer/state/index.ts';

export function AuditScreen() {
  const { t } = useTranslation('admin');
  useTitle(t('audit.title'));
  return <AuditPanel />;
}
