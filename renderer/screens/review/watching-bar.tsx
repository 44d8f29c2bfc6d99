import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useCommands } from '#renderer/state/index.ts';
import { StateMark } from '#renderer/ui/index.ts';
import classes from './review.module.css';

/** Says that the picture is the finished copy and not the original, and leads back. */
export function WatchingBar({ onBack }: { readonly onBack: () => void }) {
  const { t } = useTranslation('review');
  useCommands(
    useMemo(
      () => [{ id: 'review.back', title: t('back'), group: t('watching'), shortcuts: ['Escape'], run: onBack }],
      [t, onBack],
    ),
  );
  return (
    <div className={classes.watching}>
      <StateMark tone="verified">
        {t('watching')} · {t('watchingHint')}
      </StateMark>
      <Button variant="default" onClick={onBack}>
        {t('back')}
      </Button>
    </div>
  );
}
