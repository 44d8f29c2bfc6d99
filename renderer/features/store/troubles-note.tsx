import { IconAlertTriangle } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { StoreStatus } from '#common/contract/index.ts';
import { formatWallTime } from '#common/time/index.ts';
import { useSession } from '#renderer/state/index.ts';
import classes from './store.module.css';

/** Says what was found wrong with the logs in the store, each with the object it is about. */
export function TroublesNote({ troubles }: { readonly troubles: StoreStatus['troubles'] }) {
  const { t } = useTranslation('store');
  const { zone } = useSession().agency;
  if (troubles.length === 0) return null;
  return (
    <div className={classes.warning} role="alert">
      <IconAlertTriangle size={20} stroke={1.75} aria-hidden />
      <div>
        <strong>{t('troubles.title', { count: troubles.length })}</strong>
        <ul className={classes.troubles}>
          {troubles.map(({ object, since, words }) => (
            <li key={object}>
              {words}{' '}
              <span className={classes.dim}>
                {t('troubles.since', { at: formatWallTime(since, zone) })} ·{' '}
                <span className={classes.code}>{object}</span>
              </span>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}
