import { CancelledError } from '#common/errors/index.ts';
import { randomBytes } from '#core/kernel/index.ts';
import { retryDelay } from '../limits.ts';
import { isStoreTrouble } from '../outcome.ts';

/** Waits; throws CancelledError on the signal. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new CancelledError());
    };
    if (signal.aborted) {
      reject(new CancelledError());
      return;
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    timer.unref();
    signal.addEventListener('abort', stop, { once: true });
  });
}

/**
 * Does what needs the store, and does it again, later each time, for as long as the store is away. `onAway` tells of each wait.
 * Throws everything that says something about the work itself, and CancelledError on the signal.
 */
export async function whenStoreIsThere<T>(
  work: () => Promise<T>,
  signal: AbortSignal,
  onAway: (error: unknown, waitMs: number) => void,
): Promise<T> {
  for (let failures = 1; ; failures++) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) throw new CancelledError();
      if (!isStoreTrouble(error)) throw error;
      const waitMs = retryDelay(failures, (randomBytes(1)[0] ?? 0) / 256);
      onAway(error, waitMs);
      await pause(waitMs, signal);
    }
  }
}
