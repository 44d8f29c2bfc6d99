import { useTranslation } from 'react-i18next';
import { StorePage } from '#renderer/features/store/index.ts';
import { type StorePage as Page, useTitle } from '#renderer/state/index.ts';

export function StorePageScreen({ page }: { readonly page: Page }) {
  const { t } = useTranslation('store');
  useTitle(t('title'));
  return <StorePage page={page} />;
}
