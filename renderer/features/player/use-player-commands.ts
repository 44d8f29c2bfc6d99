import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import type { FrameTable } from '#common/time/index.ts';
import { type EventFlag, neighbourFlag } from '#renderer/engine/index.ts';
import { type Command, useCommands } from '#renderer/state/index.ts';
import type { Player } from './player.ts';

/** Lays the player's commands into the table while the review of a recording is shown. */
export function usePlayerCommands(
  player: Player,
  table: FrameTable,
  flags: readonly EventFlag[],
  hasSound: boolean,
): void {
  const { t } = useTranslation('player');
  // Two facts of the frame are enough for the reasons; the list must not change with every frame.
  const eventAfter = useStore(player.store, (state) => neighbourFlag(flags, state.frame, 1) !== null);
  const eventBefore = useStore(player.store, (state) => neighbourFlag(flags, state.frame, -1) !== null);
  const commands = useMemo((): readonly Command[] => {
    const group = t('group');
    const now = (): number => player.store.getState().frame;
    const jump = (direction: 1 | -1) => (): void => {
      const flag = neighbourFlag(flags, now(), direction);
      if (flag !== null) player.goTo(flag.frame);
    };
    const list: readonly Omit<Command, 'group'>[] = [
      { id: 'player.toggle', title: t('toggle'), shortcuts: ['Space'], run: player.toggle },
      // Beside J and L: K stops, and never starts what has just ended by itself.
      { id: 'player.pause', title: t('pause'), shortcuts: ['k'], run: player.pause },
      {
        id: 'player.step-forward',
        title: t('stepForward'),
        shortcuts: ['.', 'ArrowRight'],
        repeats: true,
        run: () => player.step(1),
      },
      {
        id: 'player.step-back',
        title: t('stepBack'),
        shortcuts: [',', 'ArrowLeft'],
        repeats: true,
        run: () => player.step(-1),
      },
      {
        id: 'player.far-forward',
        title: t('farForward'),
        shortcuts: ['shift+ArrowRight'],
        repeats: true,
        run: () => player.step(10),
      },
      {
        id: 'player.far-back',
        title: t('farBack'),
        shortcuts: ['shift+ArrowLeft'],
        repeats: true,
        run: () => player.step(-10),
      },
      { id: 'player.start', title: t('start'), shortcuts: ['Home'], run: () => player.goTo(0) },
      { id: 'player.end', title: t('end'), shortcuts: ['End'], run: () => player.goTo(table.pts.length - 1) },
      {
        id: 'player.faster',
        title: t('faster'),
        shortcuts: ['l'],
        run: () => (player.store.getState().playing ? player.changeSpeed(1) : player.play()),
      },
      { id: 'player.slower', title: t('slower'), shortcuts: ['j'], run: () => player.changeSpeed(-1) },
      {
        id: 'player.mute',
        title: t('toggleMute'),
        shortcuts: ['shift+m'],
        disabledBecause: hasSound ? null : t('noSoundHere'),
        run: () => player.setMuted(!player.store.getState().muted),
      },
      {
        id: 'player.next-event',
        title: t('nextEvent'),
        shortcuts: ['PageDown'],
        disabledBecause: eventAfter ? null : t('noEventAfter'),
        run: jump(1),
      },
      {
        id: 'player.previous-event',
        title: t('previousEvent'),
        shortcuts: ['PageUp'],
        disabledBecause: eventBefore ? null : t('noEventBefore'),
        run: jump(-1),
      },
    ];
    return list.map((command) => ({ ...command, group }));
  }, [t, player, table, flags, hasSound, eventAfter, eventBefore]);
  useCommands(commands);
}
