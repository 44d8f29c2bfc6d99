import { ActionIcon, Menu, Slider, Tooltip } from '@mantine/core';
import {
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerSkipBack,
  IconPlayerSkipForward,
  IconPlayerTrackNext,
  IconPlayerTrackPrev,
  IconVolume,
  IconVolumeOff,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { FrameTable } from '#common/time/index.ts';
import { hasSoundAt, speeds } from '#renderer/engine/index.ts';
import { useAction } from '#renderer/state/index.ts';
import { ActionIconButton } from '#renderer/ui/index.ts';
import type { Player } from './player.ts';
import { TimeReadout, type WallClock } from './time-readout.tsx';
import classes from './transport-bar.module.css';

/** Playing, stepping, speed and sound, with the time at the left. `segments` stands beside the time. */
export function TransportBar({
  player,
  table,
  offsetUs,
  wall,
  hasSound,
  segments,
}: {
  readonly player: Player;
  readonly table: FrameTable;
  readonly offsetUs: number;
  readonly wall: WallClock;
  readonly hasSound: boolean;
  readonly segments?: ReactNode;
}) {
  const { t } = useTranslation('player');
  const playing = useStore(player.store, (state) => state.playing);
  const previousEvent = useAction('player.previous-event');
  const stepBack = useAction('player.step-back');
  const toggle = useAction('player.toggle');
  const stepForward = useAction('player.step-forward');
  const nextEvent = useAction('player.next-event');
  return (
    <div className={classes.bar} role="group" aria-label={t('controls')}>
      <div className={classes.left}>
        <TimeReadout player={player} table={table} offsetUs={offsetUs} wall={wall} />
        {segments}
      </div>
      <div className={classes.middle}>
        <ActionIconButton action={previousEvent} icon={<IconPlayerTrackPrev size={18} stroke={1.75} />} />
        <ActionIconButton action={stepBack} icon={<IconPlayerSkipBack size={18} stroke={1.75} />} />
        <ActionIconButton
          tone="accent"
          action={toggle === null ? null : { ...toggle, title: playing ? t('pause') : t('play') }}
          icon={playing ? <IconPlayerPauseFilled size={22} /> : <IconPlayerPlayFilled size={22} />}
        />
        <ActionIconButton action={stepForward} icon={<IconPlayerSkipForward size={18} stroke={1.75} />} />
        <ActionIconButton action={nextEvent} icon={<IconPlayerTrackNext size={18} stroke={1.75} />} />
      </div>
      <div className={classes.right}>
        <SpeedMenu player={player} />
        <Sound player={player} hasSound={hasSound} />
      </div>
    </div>
  );
}

function SpeedMenu({ player }: { readonly player: Player }) {
  const { t } = useTranslation('player');
  const speed = useStore(player.store, (state) => state.speed);
  return (
    <Menu withInitialFocusPlaceholder={false} position="top-end" transitionProps={{ duration: 0 }} withinPortal>
      <Menu.Target>
        <button type="button" className={classes.speed} aria-label={t('speedNow', { speed })}>
          {speed}×
        </button>
      </Menu.Target>
      <Menu.Dropdown aria-label={t('speed')}>
        {speeds.map((each) => (
          <Menu.Item
            key={each}
            className={classes.speedItem}
            data-current={each === speed || undefined}
            onClick={() => player.setSpeed(each)}
          >
            {each}×{hasSoundAt(each) ? '' : ` – ${t('speedSilent')}`}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Sound({ player, hasSound }: { readonly player: Player; readonly hasSound: boolean }) {
  const { t } = useTranslation('player');
  const muted = useStore(player.store, (state) => state.muted);
  const volume = useStore(player.store, (state) => state.volume);
  const action = useAction('player.mute');
  if (!hasSound) {
    return (
      <Tooltip label={t('noSoundHere')}>
        <ActionIcon aria-label={t('noSoundHere')} aria-disabled data-disabled>
          <IconVolumeOff size={18} stroke={1.75} />
        </ActionIcon>
      </Tooltip>
    );
  }
  return (
    <>
      <ActionIconButton
        action={action === null ? null : { ...action, title: muted ? t('unmute') : t('mute') }}
        icon={muted ? <IconVolumeOff size={18} stroke={1.75} /> : <IconVolume size={18} stroke={1.75} />}
      />
      <Slider
        className={classes.volume}
        size={4}
        thumbSize={14}
        min={0}
        max={100}
        step={5}
        label={null}
        thumbLabel={t('volume')}
        value={muted ? 0 : Math.round(volume * 100)}
        onChange={(value) => player.setVolume(value / 100)}
      />
    </>
  );
}
