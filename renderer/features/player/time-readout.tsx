import { Button, Popover, TextInput, Tooltip } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { type SubmitEvent, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { type FrameTable, formatRecordingTime, formatWallTime, frameTimeMicroseconds } from '#common/time/index.ts';
import { parseGoTo } from '#renderer/engine/index.ts';
import { useCommands } from '#renderer/state/index.ts';
import type { Player } from './player.ts';
import classes from './time-readout.module.css';

/** The wall time of a segment's frame 0 and how far it can be trusted. */
export type WallClock = {
  readonly startMs: number;
  readonly zone: string;
  readonly precision: 'second' | 'minute';
  readonly doubt: string | null;
};

/** Recording time with its frame, wall time below; pressing it asks where to go. */
export function TimeReadout({
  player,
  table,
  offsetUs,
  wall,
}: {
  readonly player: Player;
  readonly table: FrameTable;
  readonly offsetUs: number;
  readonly wall: WallClock;
}) {
  const { t } = useTranslation('player');
  const frame = useStore(player.store, (state) => state.frame);
  const settled = useStore(player.store, (state) => state.settled);
  const [open, setOpen] = useState(false);
  const us = frame < table.pts.length ? frameTimeMicroseconds(table, frame) : 0;
  useCommands(
    useMemo(
      () => [{ id: 'player.go-to', title: t('goTo'), group: t('group'), shortcuts: ['t'], run: () => setOpen(true) }],
      [t],
    ),
  );
  return (
    <div className={classes.readout}>
      <Popover
        opened={open}
        onChange={setOpen}
        position="top-start"
        trapFocus
        returnFocus
        transitionProps={{ duration: 0 }}
      >
        <Popover.Target>
          <button
            type="button"
            className={classes.time}
            aria-label={`${formatRecordingTime(us + offsetUs, frame)}. ${t('goTo')}`}
            data-testid="timecode"
            data-frame={frame}
            data-settled={settled}
            onClick={() => setOpen((before) => !before)}
          >
            {formatRecordingTime(us + offsetUs, frame)}
          </button>
        </Popover.Target>
        <Popover.Dropdown aria-label={t('goTo')}>
          <GoTo
            onGo={(text) => {
              const found = parseGoTo(text, table, offsetUs);
              if (found === null) return false;
              player.goTo(found);
              setOpen(false);
              return true;
            }}
          />
        </Popover.Dropdown>
      </Popover>
      <WallTime wall={wall} us={us} />
    </div>
  );
}

function WallTime({ wall, us }: { readonly wall: WallClock; readonly us: number }) {
  const { t } = useTranslation('player');
  const { startMs, zone } = wall;
  const second = Math.floor((startMs + us / 1000) / 1000);
  const text = useMemo(() => formatWallTime(second * 1000, zone), [second, zone]);
  const minute = wall.precision === 'minute' ? t('minutePrecision') : null;
  const why = wall.doubt === null ? minute : t('clockDoubted', { reason: wall.doubt });
  if (why === null) return <span className={classes.wall}>{text}</span>;
  return (
    <Tooltip label={why}>
      <span className={classes.wall} data-doubted={wall.doubt !== null || undefined}>
        {wall.doubt !== null && <IconAlertTriangle size={14} stroke={1.75} aria-hidden />}
        {wall.precision === 'minute' ? '≈ ' : ''}
        {text}
        <span className={classes.hidden}> {why}</span>
      </span>
    </Tooltip>
  );
}

function GoTo({ onGo }: { readonly onGo: (text: string) => boolean }) {
  const { t } = useTranslation('player');
  const [text, setText] = useState('');
  const [outside, setOutside] = useState(false);
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    setOutside(!onGo(text));
  };
  return (
    <form className={classes.goTo} onSubmit={submit}>
      <TextInput
        label={t('goToField')}
        placeholder={t('goToHint')}
        value={text}
        error={outside ? t('goToOutside') : null}
        data-autofocus
        onChange={(event) => {
          setText(event.currentTarget.value);
          setOutside(false);
        }}
      />
      <Button type="submit" variant="filled">
        {t('goToGo')}
      </Button>
    </form>
  );
}
