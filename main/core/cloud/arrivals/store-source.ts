import { ExpectedError } from '#common/errors/index.ts';
import type { SealedId } from '#common/ids/index.ts';
import type { Logger } from '#core/kernel/index.ts';
import type { CacheSource } from '#core/vault/index.ts';
import type { Carrier } from '../carrier.ts';
import { mediaKey, type StoreKeys } from '../keys.ts';
import { createLanes } from '../lanes.ts';

/** Reads what lies in the store, in a thread of its own that is started when it is first needed. */
export interface StoreSource extends CacheSource {
  /** A small object; null when it is not there. */
  getSmall(key: string, call: { readonly signal: AbortSignal }): Promise<Uint8Array | null>;
  /** Bytes of the sealed file as the store has it now; null when it has none. */
  sizeOf(sealedId: SealedId, call: { readonly signal: AbortSignal }): Promise<number | null>;
  close(): Promise<void>;
}

/** `onForged` and `onFull` are told as the vault tells them. */
export function createStoreSource(options: {
  readonly keys: StoreKeys;
  readonly openCarrier: () => Promise<Carrier>;
  readonly logger: Logger;
  readonly onForged: (sealedId: SealedId, object: string, error: ExpectedError) => void;
  readonly onFull: () => void;
}): StoreSource {
  const { keys, logger, onForged, onFull } = options;
  const [lane] = createLanes(1, options.openCarrier);
  if (lane === undefined) throw new Error('There is no lane to read through.');
  const closing = new AbortController();
  const keyOf = (sealedId: SealedId): string => mediaKey(keys.nameOf(sealedId));

  async function ask<T>(
    signal: AbortSignal,
    question: (carrier: Carrier, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const either = AbortSignal.any([signal, closing.signal]);
    const carrier = await lane?.carrier();
    if (carrier === undefined) throw new Error('There is no lane to read through.');
    try {
      return await question(carrier, either);
    } catch (error) {
      if (error instanceof ExpectedError && error.code === 'worker-crashed') await lane?.renew();
      throw error;
    }
  }

  return {
    read: (sealedId, { start, end }, { signal }) =>
      ask(signal, (carrier, either) => carrier.getRange({ key: keyOf(sealedId), start, end }, { signal: either })),
    getSmall: (key, { signal }) => ask(signal, (carrier, either) => carrier.getSmall(key, { signal: either })),
    sizeOf: async (sealedId, { signal }) => {
      const head = await ask(signal, (carrier, either) => carrier.head(keyOf(sealedId), { signal: either }));
      return head?.sizeBytes ?? null;
    },
    onNotKept: (sealedId, error) => logger.warn('A segment from the store could not be kept', { sealedId, error }),
    onForged: (sealedId, error) => onForged(sealedId, keyOf(sealedId), error),
    onFull,
    close: async () => {
      closing.abort();
      await lane.renew();
    },
  };
}
