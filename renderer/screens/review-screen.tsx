import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Recording } from '#common/evidence/index.ts';
import { formatWallTime } from '#common/time/index.ts';
import { segmentPlaces } from '#renderer/engine/index.ts';
import { SegmentSwitch } from '#renderer/features/player/index.ts';
import { useCatalog, useCatalogState, useSession, useTitle } from '#renderer/state/index.ts';
import { EmptyState } from '#renderer/ui/index.ts';
import { OpenSegment } from './review/open-segment.tsx';
import { SegmentMessage } from './review/segment-message.tsx';

/** One recording: its picture, its timeline, and what is hidden in it. */
export function ReviewScreen({ recordingId }: { readonly recordingId: string }) {
  const { t } = useTranslation('review');
  const recording = useCatalog('recording').byId.get(recordingId);
  const { freshness } = useCatalogState();
  if (recording !== undefined) return <Review key={recording.id} recording={recording} />;
  if (freshness.state === 'filling') return <EmptyState title={t('filling')}>{t('fillingHint')}</EmptyState>;
  return <EmptyState title={t('notFound')}>{t('notFoundHint')}</EmptyState>;
}

function Review({ recording }: { readonly recording: Recording }) {
  const { zone } = useSession().agency;
  useTitle(
    recording.title,
    [recording.officer, recording.device.name, formatWallTime(recording.start.at, zone)]
      .filter((part) => part !== null)
      .join(' · '),
  );
  const [index, setIndex] = useState(0);
  const places = segmentPlaces(recording);
  const place = places[Math.min(index, places.length - 1)];
  if (place === undefined) return null;
  const { media } = place.segment;
  const segments = <SegmentSwitch places={places} current={place.number - 1} onChoose={setIndex} />;
  if (media.state !== 'ready') {
    return <SegmentMessage recording={recording} media={media} segments={segments} />;
  }
  return (
    <OpenSegment
      key={place.segment.evidenceId}
      recording={recording}
      place={place}
      facts={media.facts}
      segments={segments}
    />
  );
}
