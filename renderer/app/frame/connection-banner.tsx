import { IconPlugConnectedX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useConnection } from '#renderer/state/index.ts';
import { useNow, useRoughTime } from '#renderer/ui/index.ts';
import classes from './frame.module.css';

/** Says calmly that the core does not answer at the moment, and that nothing needs to be done about it. */
export function ConnectionBanner() {
  const { t } = useTranslation();
  const connection = useConnection();
  const { length } = useRoughTime();
  const now = useNow(1_000);
  // A blink of the line is not worth a word.
  if (connection.state !== 'lost' || now - connection.since < 1_500) return null;
  return (
    <div className={classes.banner} role="status">
      <IconPlugConnectedX size={16} stroke={1.75} aria-hidden />
      <span>{t('connection.lost', { length: length(now - connection.since) })}</span>
      <span className={classes.bannerHint}>{t('connection.lostHint')}</span>
    </div>
  );
}
