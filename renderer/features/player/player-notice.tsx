import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { ErrorPanel, StateMark } from '#renderer/ui/index.ts';
import type { Player } from './player.ts';
import classes from './player-notice.module.css';

/** What is to be said over the picture: that it is being opened or waited for, or why there is none. */
export function PlayerNotice({
  player,
  onRetry,
  onMend,
  fromCloud,
}: {
  readonly player: Player;
  readonly onRetry: () => void;
  /** Has a copy made that plays; null where there is none to be made. */
  readonly onMend: (() => void) | null;
  /** Only parts of the recording are on this station; the rest is fetched as it is watched. */
  readonly fromCloud: boolean;
}) {
  const { t } = useTranslation('player');
  const phase = useStore(player.store, (state) => state.phase);
  const failure = useStore(player.store, (state) => state.failure);
  const waiting = useStore(player.store, (state) => state.waiting);
  if (phase === 'failed' && failure !== null) {
    // The picture's element does not say why nothing came; of what is fetched from the store it is nearly always the way there.
    const why = fromCloud && failure !== 'undecodable' ? 'away' : failure;
    const mend = why === 'lost' || why === 'away' ? null : onMend;
    return (
      <div className={classes.centre}>
        <ErrorPanel
          error={{
            message: t(`failure.${why}`),
            subject: null,
            nextStep: mend === null ? t(`failureNext.${why}`) : t('failureMend'),
            reference: null,
          }}
          onRetry={onRetry}
          action={mend !== null && <Button onClick={mend}>{t('mend')}</Button>}
        />
      </div>
    );
  }
  if (phase === 'ready' && !waiting) return null;
  return (
    <div className={classes.corner} role="status">
      <StateMark tone="working">{phase === 'opening' ? t('opening') : t('buffering')}</StateMark>
    </div>
  );
}
