import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { MediaState, Recording } from '#common/evidence/index.ts';
import { RecordingCustody, RecordingFacts, RecordingTriggers } from '#renderer/features/library/index.ts';
import { useSession } from '#renderer/state/index.ts';
import { EmptyState, ErrorPanel, Panes, StateMark } from '#renderer/ui/index.ts';
import classes from './review.module.css';

/** A segment that has no picture yet, or never will: the layout stays, the reason stands where the picture would be. */
export function SegmentMessage({
  recording,
  media,
  segments,
}: {
  readonly recording: Recording;
  readonly media: Exclude<MediaState, { state: 'ready' }>;
  readonly segments: ReactNode;
}) {
  const { zone } = useSession().agency;
  return (
    <ReviewFrame
      picture={<Words media={media} />}
      bar={segments}
      side={
        <>
          <RecordingFacts recording={recording} zone={zone} />
          <RecordingTriggers recording={recording} zone={zone} />
          <RecordingCustody recording={recording} zone={zone} />
        </>
      }
    />
  );
}

function Words({ media }: { readonly media: Exclude<MediaState, { state: 'ready' }> }) {
  const { t } = useTranslation('review');
  switch (media.state) {
    case 'unplayable':
      return (
        <ErrorPanel
          error={{ message: t('unplayable'), subject: media.reason, nextStep: t('unplayableNext'), reference: null }}
        />
      );
    case 'making-proxy':
      return (
        <EmptyState title={t('proxy')} action={<StateMark tone="working">{t('loading')}</StateMark>}>
          {t('proxyHint', { codec: media.facts.video.codec })}
        </EmptyState>
      );
    case 'waiting':
      return <EmptyState title={t('waiting')}>{t('waitingHint')}</EmptyState>;
  }
}

/** The layout of the review without a recording in it: nothing jumps when the picture comes. */
export function ReviewFrame({
  picture,
  bar,
  side,
}: {
  readonly picture: ReactNode;
  readonly bar?: ReactNode;
  readonly side?: ReactNode;
}) {
  const { t } = useTranslation('review');
  return (
    <Panes
      id="review"
      sideLabel={t('inspector')}
      belowHeight={200}
      main={
        <div className={classes.main}>
          <div className={classes.message}>{picture}</div>
          <div className={classes.emptyBar}>{bar}</div>
        </div>
      }
      side={<div className={classes.details}>{side}</div>}
      below={<div className={classes.emptyTimeline} />}
    />
  );
}
