import { Menu } from '@mantine/core';
import { IconSelector } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { formatClock } from '#common/time/index.ts';
import type { SegmentPlace } from '#renderer/engine/index.ts';
import { useCommands } from '#renderer/state/index.ts';
import classes from './segment-switch.module.css';

/** Which segment of the recording is shown. Time runs on through the segments; frames are counted in each. */
export function SegmentSwitch({
  places,
  current,
  onChoose,
}: {
  readonly places: readonly SegmentPlace[];
  readonly current: number;
  readonly onChoose: (index: number) => void;
}) {
  const { t } = useTranslation('player');
  const several = places.length > 1;
  useCommands(
    useMemo(
      () =>
        several
          ? [
              {
                id: 'player.next-segment',
                title: t('nextSegment'),
                group: t('group'),
                shortcuts: ['shift+PageDown'],
                run: () => onChoose(Math.min(places.length - 1, current + 1)),
              },
              {
                id: 'player.previous-segment',
                title: t('previousSegment'),
                group: t('group'),
                shortcuts: ['shift+PageUp'],
                run: () => onChoose(Math.max(0, current - 1)),
              },
            ]
          : [],
      [several, t, onChoose, places.length, current],
    ),
  );
  const place = places[current];
  if (place === undefined || !several) return null;
  return (
    <Menu withInitialFocusPlaceholder={false} position="top-start" transitionProps={{ duration: 0 }} withinPortal>
      <Menu.Target>
        <button type="button" className={classes.switch}>
          {t('segment', { number: place.number, of: place.of })}
          <IconSelector size={14} stroke={1.75} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown aria-label={t('chooseSegment')}>
        {places.map((each, index) => (
          <Menu.Item
            key={each.segment.evidenceId}
            data-current={index === current || undefined}
            className={classes.item}
            onClick={() => onChoose(index)}
          >
            {t('segment', { number: each.number, of: each.of })} ·{' '}
            {each.offsetUs === null ? t('segmentFromUnknown') : formatClock(each.offsetUs)} ·{' '}
            {each.facts === null ? t('segmentWaiting') : t('segmentFrames', { last: each.facts.video.frames - 1 })}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
