import { setTimeout as wait } from 'node:timers/promises';
import { ExpectedError } from '#common/errors/index.ts';
import type { Carrier } from '../carrier.ts';
import { isStoreTrouble } from '../outcome.ts';

/** How long a comparison waits for a store that went away, before it gives up and keeps what it has. */
export const usualWaitsMs: readonly number[] = [1_000, 5_000, 15_000, 30_000, 60_000];

type Asking = Pick<Carrier, 'list' | 'listUploads' | 'head' | 'readBack' | 'examine'>;

/**
 * Asks again when the store could not be reached: nothing of it changes anything, so it may be asked twice. `onTrouble` gets the error
 * while it waits and null when the store answers again. A carrier that broke is of no more use and is not asked again.
 */
export function patientCarrier(
  carrier: Carrier,
  {
    waitsMs,
    signal,
    onTrouble,
  }: {
    readonly waitsMs: readonly number[];
    readonly signal: AbortSignal;
    readonly onTrouble: (error: ExpectedError | null) => void;
  },
): Carrier {
  async function patiently<T>(ask: () => Promise<T>): Promise<T> {
    for (const delay of waitsMs) {
      try {
        return await ask();
      } catch (error) {
        if (!(error instanceof ExpectedError) || !isStoreTrouble(error) || error.code === 'worker-crashed') throw error;
        onTrouble(error);
        await wait(delay, null, { signal });
        onTrouble(null);
      }
    }
    return ask();
  }
  const patient: Asking = {
    list: (params, call) => patiently(() => carrier.list(params, call)),
    listUploads: (prefix, call) => patiently(() => carrier.listUploads(prefix, call)),
    head: (key, call) => patiently(() => carrier.head(key, call)),
    readBack: (expected, call) => patiently(() => carrier.readBack(expected, call)),
    examine: (params, call) => patiently(() => carrier.examine(params, call)),
  };
  return { ...carrier, ...patient };
}
