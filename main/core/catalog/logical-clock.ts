import {
  type ClockState,
  type LogicalTime,
  laterState,
  nextTime,
  sawTime,
  type WriterId,
} from '#common/changes/index.ts';
import type { Clock } from '../kernel/index.ts';
import type { Write } from './types.ts';

/** The logical clock of a station. What it gave out and saw is stored with the next commit. */
export interface LogicalClock {
  next(follows: LogicalTime | null): LogicalTime;
  /** Takes in the times of others that a commit brings. */
  seen(writes: readonly Write[]): void;
  /** What is to be stored with the next commit; null when it is stored already. */
  unstored(): ClockState | null;
  stored(state: ClockState | null): void;
  rename(writer: WriterId): void;
}

export function createLogicalClock(
  stored: { readonly writer: WriterId; readonly clock: ClockState },
  clock: Clock,
): LogicalClock {
  let { writer, clock: state } = stored;
  let onDisk = state;
  return {
    next: (follows) => {
      const given = nextTime(state, writer, clock.now(), follows);
      state = given.state;
      return given.time;
    },
    seen: (writes) => {
      for (const write of writes) {
        if (!('put' in write && write.put === 'log-read') || write.time === null) continue;
        state = laterState(state, sawTime(state, clock.now(), write.time).state);
      }
    },
    unstored: () => (state.latest === onDisk.latest && state.strayed === onDisk.strayed ? null : state),
    stored: (now) => {
      if (now !== null) onDisk = laterState(onDisk, now);
    },
    rename: (name) => {
      writer = name;
    },
  };
}

/** After these a station has another name in the logs. */
export function renamesWriter(write: Write): boolean {
  return 'put' in write && (write.put === 'log-begun' || write.put === 'log-forked');
}
