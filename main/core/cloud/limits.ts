import type { StoreLimits } from '#common/contract/index.ts';
import { CancelledError, ExpectedError } from '#common/errors/index.ts';
import type { Clock } from '#core/kernel/index.ts';

const minuteMs = 60_000;
const minutesOfDay = 24 * 60;

/** Whether the department wants quiet now, by the clock on its wall: on the days the clocks change too. */
export interface QuietHours {
  isQuiet(limits: StoreLimits, at: number): boolean;
  /** The next time (ms UTC, whole minutes) at which quiet begins or ends; null when it never does. */
  nextChange(limits: StoreLimits, at: number): number | null;
}

export function createQuietHours(zone: string): QuietHours {
  const wall = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });

  function isQuiet({ quiet }: StoreLimits, at: number): boolean {
    if (quiet === null) return false;
    const now = minuteOf(wall.format(at));
    const from = minuteOf(quiet.from);
    const until = minuteOf(quiet.until);
    return from < until ? now >= from && now < until : now >= from || now < until;
  }

  return {
    isQuiet,
    nextChange: (limits, at) => {
      if (limits.quiet === null) return null;
      const present = isQuiet(limits, at);
      const first = Math.floor(at / minuteMs) + 1;
      // Two days: a day may have 25 hours, and an hour that is left out may hide a change.
      for (let minute = first; minute <= first + 2 * minutesOfDay; minute++) {
        if (isQuiet(limits, minute * minuteMs) !== present) return minute * minuteMs;
      }
      return null;
    },
  };
}

function minuteOf(text: string): number {
  const [hours, minutes] = text.split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}

/** Throws `invalid-request` for limits that mean nothing. */
export function checkLimits({ quiet }: StoreLimits): void {
  if (quiet === null || quiet.from !== quiet.until) return;
  throw new ExpectedError('invalid-request', 'The quiet hours begin when they end.', {
    subject: quiet.from,
    nextStep: 'Give two different times, or pause the uploading instead.',
  });
}

/** How long a wait may go on without looking whether the limit was changed. */
const lookEveryMs = 250;
/** What may be sent at once after a silence, in seconds of the limit. */
const burstSeconds = 1;

/**
 * A bucket that fills at the limit and that everything really sent is taken from. What was sent may overdraw it, and then
 * nothing is sent until it has filled again: over any stretch of time the limit is exceeded by no more than the last part.
 */
export interface Bandwidth {
  /** Resolves when something may be sent. Throws CancelledError on the signal. */
  ready(signal: AbortSignal): Promise<void>;
  sent(bytes: number): void;
}

export function createBandwidth(clock: Clock, limit: () => number | null): Bandwidth {
  let balance = 0;
  let at = clock.now();

  function fill(rate: number): void {
    const now = clock.now();
    // A clock that was set back gives nothing and takes nothing.
    balance = Math.min(rate * burstSeconds, balance + (Math.max(0, now - at) * rate) / 1000);
    at = now;
  }

  return {
    ready: async (signal) => {
      for (;;) {
        if (signal.aborted) throw new CancelledError();
        const rate = limit();
        if (rate === null) {
          balance = 0;
          at = clock.now();
          return;
        }
        fill(rate);
        if (balance >= 0) return;
        await pause(Math.min(lookEveryMs, Math.ceil((-balance / rate) * 1000)), signal);
      }
    },
    sent: (bytes) => {
      if (limit() !== null) balance -= bytes;
    },
  };
}

/** Waits; resolves early on the signal. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}

const firstDelayMs = 5_000;
const longestDelayMs = 15 * minuteMs;

/**
 * How long to wait after so many failures in a row (from 1): twice as long each time, and by chance between half and all of
 * it, so that stations that lost the store together do not come back together. `chance` in [0, 1).
 */
export function retryDelay(failures: number, chance: number): number {
  const full = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(30, Math.max(0, failures - 1)));
  return Math.round(full * (0.5 + chance / 2));
}
