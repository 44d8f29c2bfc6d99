import { useTranslation } from 'react-i18next';
import { ReleasePage } from '#renderer/features/releases/index.ts';
import { useTitle } from '#renderer/state/index.ts';

export function ReleaseScreen({ renderId }: { readonly renderId: string }) {
  const { t } = useTranslation('releases');
  useTitle(t('command.release'));
  return <ReleasePage renderId={renderId} />;
}
