import { Button } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { Size } from '#common/geometry/index.ts';
import { errorWords } from '#renderer/bridge/index.ts';
import type { Player } from '#renderer/features/player/index.ts';
import { ChooseVersion, CompareVersions } from '#renderer/features/redaction/index.ts';
import { useCommands, useNotices } from '#renderer/state/index.ts';
import { EmptyState, ErrorPanel, StateMark } from '#renderer/ui/index.ts';
import classes from './review.module.css';
import type { Comparison } from './use-comparison.ts';

/** Says that versions are compared, and leads back. */
export function ComparisonBar({ comparison }: { readonly comparison: Comparison }) {
  const { t } = useTranslation('redaction');
  const { stop } = comparison;
  useCommands(
    useMemo(
      () => [
        {
          id: 'redaction.leave-versions',
          title: t('versions.back'),
          group: t('group'),
          shortcuts: ['Escape'],
          run: stop,
        },
      ],
      [t, stop],
    ),
  );
  return (
    <div className={classes.watching}>
      <StateMark tone="attention">{t('versions.compare')}</StateMark>
      <Button variant="default" onClick={stop}>
        {t('versions.back')}
      </Button>
    </div>
  );
}

/** In the place of the picture: two versions of the frame, and what they do not have alike. */
export function ComparisonPictures({
  comparison,
  player,
  picture,
  pixelAspect,
}: {
  readonly comparison: Comparison;
  readonly player: Player;
  readonly picture: Size;
  readonly pixelAspect: number;
}) {
  const { t } = useTranslation('redaction');
  const frame = useStore(player.store, (state) => state.frame);
  const { versions, compared, marked, mark, retry } = comparison;
  switch (versions.state) {
    case 'closed':
      return null;
    case 'loading':
      return <Cover>{<StateMark tone="working">{t('versions.loading')}</StateMark>}</Cover>;
    case 'single':
      return (
        <Cover>
          <EmptyState title={t('versions.gone')} />
        </Cover>
      );
    case 'failed': {
      const words = errorWords(versions.cause);
      return <Cover>{words !== null && <ErrorPanel error={words} onRetry={retry} />}</Cover>;
    }
    case 'several':
      return (
        <CompareVersions
          first={versions.trunk}
          second={compared ?? versions.others[0]}
          source={player}
          frame={frame}
          picture={picture}
          pixelAspect={pixelAspect}
          marked={marked}
          onMark={(item) => {
            mark(item.id);
            player.goTo(item.frame);
          }}
        />
      );
  }
}

function Cover({ children }: { readonly children: React.ReactNode }) {
  return <div className={classes.cover}>{children}</div>;
}

/** Beside it: which one counts, and why. */
export function ComparisonSide({ comparison }: { readonly comparison: Comparison }) {
  const { t } = useTranslation('redaction');
  const notices = useNotices();
  const { versions, compared, compare, choose, stop } = comparison;
  if (versions.state !== 'several') return null;
  const second = compared ?? versions.others[0];
  return (
    <div className={classes.details} data-scrolls>
      <ChooseVersion
        key={second.head}
        trunk={versions.trunk}
        others={versions.others}
        compared={second}
        onCompare={compare}
        onChoose={async (chosen, reason) => {
          await choose(chosen, reason);
          notices.say('done', t('versions.chosen'));
          stop();
        }}
      />
    </div>
  );
}
