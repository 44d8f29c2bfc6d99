import { useCallback } from 'react';
import { useTranslation } from 'react-i18next';
import { OriginalPlace, PlaceMark } from '#renderer/features/library/index.ts';
import { type PlaceView, StorePanel } from '#renderer/features/store/index.ts';
import { useSession, useTitle } from '#renderer/state/index.ts';

export function StoreScreen() {
  const { t } = useTranslation('store');
  const { zone } = useSession().agency;
  useTitle(t('title'));
  const renderPlace: PlaceView = useCallback(
    (item, how) =>
      how === 'mark' ? <PlaceMark word={item.where.state} /> : <OriginalPlace placement={item} zone={zone} />,
    [zone],
  );
  return <StorePanel renderPlace={renderPlace} />;
}
