import { IconCloud, IconCloudUp, IconDeviceDesktop, type IconProps } from '@tabler/icons-react';
import type { ComponentType } from 'react';
import { useTranslation } from 'react-i18next';
import { type Placement, type PlaceWord, placeWord, type Recording } from '#common/evidence/index.ts';
import { formatWallTime } from '#common/time/index.ts';
import { useCatalog, useCatalogState } from '#renderer/state/index.ts';
import { Hint, StateMark, type Tone, useNow, useRoughTime } from '#renderer/ui/index.ts';
import classes from './library.module.css';

const looks: Readonly<Record<PlaceWord, { readonly tone: Tone; readonly icon?: ComponentType<IconProps> }>> = {
  missing: { tone: 'failed' },
  'only-here': { tone: 'waiting', icon: IconDeviceDesktop },
  queued: { tone: 'waiting' },
  uploading: { tone: 'working', icon: IconCloudUp },
  'only-in-cloud': { tone: 'waiting', icon: IconCloud },
  verified: { tone: 'verified' },
};

/** Where something is, in the fixed words with their icons. */
export function PlaceMark({ word }: { readonly word: PlaceWord }) {
  const { t } = useTranslation(['store', 'library']);
  const unknown = useStillFilling();
  // Nobody knows that something is nowhere else before everything is here.
  if (unknown && word === 'only-here') return <Hint>{t('library:none')}</Hint>;
  const { tone, icon } = looks[word];
  return (
    <StateMark tone={tone} {...(icon === undefined ? {} : { icon })}>
      {t(`place.${word}`)}
    </StateMark>
  );
}

function useStillFilling(): boolean {
  return useCatalogState().freshness.state === 'filling';
}

type Placements = ReadonlyMap<string, Placement>;

/** Where each original is, by its id. An original that is not in it is only on this station. */
export function usePlacements(): Placements {
  return useCatalog('placement').byId;
}

/** Where a whole recording is: as safe as the least safe of its segments and of the files that came with it. */
export function placeOf({ segments, sidecars }: Recording, placements: Placements): PlaceWord {
  return placeWord([
    ...segments.map(({ evidenceId }) => placements.get(evidenceId) ?? null),
    ...sidecars.map(({ sidecarId }) => placements.get(sidecarId) ?? null),
  ]);
}

/** Where one original is, with everything that is known of it: since when, how often it was tried, until when it is kept. */
export function OriginalPlace({ placement, zone }: { readonly placement: Placement | null; readonly zone: string }) {
  const { t } = useTranslation(['store', 'library']);
  const { length } = useRoughTime();
  const now = useNow(5_000);
  const unknown = useStillFilling();
  if (placement === null && unknown) return <Hint>{t('library:none')}</Hint>;
  if (placement === null) {
    return (
      <div className={classes.place}>
        <PlaceMark word="only-here" />
        <Hint>{t('placeDetail.onlyHere')}</Hint>
      </div>
    );
  }
  const { where } = placement;
  const at = (instant: number): string => formatWallTime(instant, zone);
  const lines: string[] = [];
  switch (where.state) {
    case 'missing':
      lines.push(where.reason, t('placeDetail.missing', { at: at(where.since) }));
      break;
    case 'queued':
      lines.push(t('placeDetail.queued', { at: at(where.since) }));
      if (where.error !== null) lines.push([where.error.message, where.error.nextStep].filter(Boolean).join(' '));
      if (where.attempts > 0) lines.push(t('placeDetail.attempts', { count: where.attempts }));
      if (where.notBefore !== null) {
        lines.push(
          where.notBefore <= now
            ? t('placeDetail.nextTryNow')
            : t('placeDetail.nextTry', { length: length(where.notBefore - now) }),
        );
      }
      break;
    case 'uploading':
      lines.push(t('placeDetail.uploading', { at: at(where.since) }));
      break;
    case 'only-in-cloud':
      lines.push(
        t('placeDetail.onlyInCloud', { at: at(where.at) }),
        t(`placeDetail.${where.here === true ? 'copyHere' : where.pinned === true ? 'copyWanted' : 'noCopy'}`),
      );
      if (where.here === true && where.pinned !== true) lines.push(t('placeDetail.copyMayGo'));
      break;
    case 'verified':
      lines.push(t('placeDetail.verified', { at: at(where.at) }));
      if (where.retainUntil !== null) lines.push(t('placeDetail.retained', { at: at(where.retainUntil) }));
      break;
  }
  return (
    <div className={classes.place}>
      <PlaceMark word={where.state} />
      {lines.map((line) => (
        <Hint key={line}>{line}</Hint>
      ))}
    </div>
  );
}
