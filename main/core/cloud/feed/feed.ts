import { toWireError, type WireError } from '#common/errors/index.ts';
import type { Catalog } from '#core/catalog/index.ts';
import { type Clock, type Logger, randomBytes } from '#core/kernel/index.ts';
import type { Carrier } from '../carrier.ts';
import type { StoreKeys } from '../keys.ts';
import { retryDelay } from '../limits.ts';
import { originalsTeller } from './originals.ts';
import { tellAll } from './tell-all.ts';
import type { EntryHandler, Teller } from './types.ts';

/** How often the store is asked whether anybody told something; by chance a little more or less, so that stations spread. */
const lookEveryMs = 10_000;
/** The clock may be set and the computer may sleep, so no timer runs for long. */
const beatMs = 500;

export type FeedOptions = {
  readonly catalog: Catalog;
  readonly keys: StoreKeys;
  /** Names the store: another one begins another log. */
  readonly storeId: string;
  /** What other stations call this one. */
  readonly stationName: string;
  readonly openCarrier: () => Promise<Carrier>;
  /** At most one for each kind; what nobody takes in is kept until somebody does. */
  readonly handlers: readonly EntryHandler[];
  /** Those of `original` come with the feed. */
  readonly tellers?: readonly Teller[];
  readonly clock: Clock;
  readonly logger: Logger;
  /** In [0, 1); spreads looks and retries. */
  readonly chance?: () => number;
  /** Something of the state or of the stored troubles changed. */
  readonly onChange: () => void;
};

/** How the feed stands; what is wrong with single objects is in the catalog. */
export type FeedState = {
  /** Why nothing can be told or read at all; null after a success. */
  readonly error: WireError | null;
  /** When everything was looked at last. */
  readonly lookedAt: number | null;
  readonly retryAt: number | null;
};

/** Tells other stations what this one did, through the store's logs, and takes in what they tell. */
export interface Feed {
  start(): void;
  /** Looks now instead of at the next time. */
  poke(): void;
  state(): FeedState;
  /** Cuts off what is under way; all of it is gone on with after the next start. */
  stop(): Promise<void>;
}

export function createFeed(options: FeedOptions): Feed {
  const { catalog, clock, logger, onChange } = options;
  const chance = options.chance ?? (() => (randomBytes(1)[0] ?? 0) / 256);
  const tellers = [originalsTeller(catalog, options.keys), ...(options.tellers ?? [])];
  const stopping = new AbortController();
  const { signal } = stopping;
  let failures = 0;
  let state: FeedState = { error: null, lookedAt: null, retryAt: null };
  let nextAt = 0;
  let turning: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;

  async function turn(): Promise<void> {
    const { storeId } = await catalog.logs.state();
    if (storeId !== options.storeId) {
      const write = { put: 'log-begun', storeId: options.storeId } as const;
      await catalog.commit({ actor: { kind: 'station' }, writes: [write], events: [] });
    }
    await tellAll(catalog, tellers, signal);
  }

  function beat(): void {
    if (turning !== null || signal.aborted || clock.now() < nextAt) return;
    turning = turn()
      .then(
        () => {
          failures = 0;
          nextAt = clock.now() + lookEveryMs * (0.75 + chance() / 2);
          state = { error: null, lookedAt: clock.now(), retryAt: null };
        },
        (cause: unknown) => {
          if (signal.aborted) return;
          failures++;
          nextAt = clock.now() + retryDelay(failures, chance());
          const reference = logger.error('The logs of the store could not be looked at', { error: cause, failures });
          state = { ...state, error: toWireError(cause, reference), retryAt: nextAt };
        },
      )
      .finally(() => {
        turning = null;
        onChange();
      });
  }

  return {
    start: () => {
      timer ??= setInterval(beat, beatMs).unref();
      beat();
    },
    poke: () => {
      nextAt = 0;
      beat();
    },
    state: () => state,
    stop: async () => {
      stopping.abort();
      if (timer !== null) clearInterval(timer);
      await turning;
    },
  };
}
