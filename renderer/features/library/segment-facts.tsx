import { useTranslation } from 'react-i18next';
import type { MediaFacts, Segment } from '#common/evidence/index.ts';
import { formatWallTime } from '#common/time/index.ts';
import { CodeText, Facts, formatBytes, Hint, StateMark } from '#renderer/ui/index.ts';
import { OriginalPlace, usePlacements } from './place.tsx';

/** One original file: what is in it, and how it was sealed. */
export function SegmentFacts({ segment, zone }: { readonly segment: Segment; readonly zone: string }) {
  const { t } = useTranslation(['library', 'store']);
  const placement = usePlacements().get(segment.evidenceId) ?? null;
  const { media } = segment;
  const facts = media.state === 'ready' || media.state === 'making-proxy' ? media.facts : null;
  const undecodable = facts?.undecodableFrames ?? 0;
  return (
    <Facts
      facts={[
        { name: t('inspector.file'), value: segment.fileName },
        { name: t('inspector.path'), value: segment.sourcePath },
        { name: t('inspector.size'), value: formatBytes(segment.sizeBytes) },
        facts === null
          ? null
          : {
              name: t('inspector.picture'),
              value: t(facts.video.variableRate ? 'inspector.pictureVariable' : 'inspector.pictureFacts', {
                width: facts.video.width,
                height: facts.video.height,
                codec: facts.video.codec.toUpperCase(),
                rate: Number(facts.video.framesPerSecond.toFixed(2)),
              }),
            },
        facts === null
          ? null
          : { name: t('inspector.sound'), value: facts.audio?.codec.toUpperCase() ?? t('inspector.noSound') },
        hasMore(facts) ? { name: t('inspector.alsoInside'), value: <MoreTracks facts={facts} /> } : null,
        undecodable === 0
          ? null
          : {
              name: t('inspector.undecodable'),
              value: (
                <>
                  <StateMark tone="attention">{t('inspector.undecodableFrames', { count: undecodable })}</StateMark>
                  <Hint>{t('inspector.undecodableHint')}</Hint>
                </>
              ),
            },
        media.state === 'ready' && media.proxyId !== null
          ? { name: t('inspector.proxy'), value: t('inspector.proxyMade') }
          : null,
        media.state === 'unplayable' ? { name: t('inspector.reason'), value: media.reason } : null,
        {
          name: t('inspector.sealed'),
          value: <StateMark tone="verified">{formatWallTime(segment.sealedAt, zone)}</StateMark>,
        },
        { name: t('store:place.label'), value: <OriginalPlace placement={placement} zone={zone} /> },
        { name: t('inspector.readBack'), value: t(`inspector.readBackFrom.${segment.readBack}`) },
        { name: t('inspector.hash'), value: <CodeText text={segment.sha256} name={t('inspector.hash')} /> },
        {
          name: t('inspector.evidenceId'),
          value: <CodeText text={segment.evidenceId} name={t('inspector.evidenceId')} />,
        },
      ]}
    />
  );
}

function hasMore(facts: MediaFacts | null): facts is MediaFacts {
  return (facts?.tracks?.pictures ?? 1) > 1 || (facts?.tracks?.sounds ?? 1) > 1;
}

/** What else the file holds: nobody sees or hears it here. */
function MoreTracks({ facts }: { readonly facts: MediaFacts }) {
  const { t } = useTranslation('library');
  const { pictures = 1, sounds = 1 } = facts.tracks ?? {};
  const parts = [
    pictures > 1 ? t('inspector.morePictures', { count: pictures - 1 }) : null,
    sounds > 1 ? t('inspector.moreSounds', { count: sounds - 1 }) : null,
  ];
  return (
    <>
      <StateMark tone="attention">{parts.filter((part) => part !== null).join(', ')}</StateMark>
      <Hint>{t('inspector.onlyOneShown')}</Hint>
    </>
  );
}
