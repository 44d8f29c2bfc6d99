import { ExpectedError, toWireError, type WireError } from '#common/errors/index.ts';
import type { Catalog } from '#core/catalog/index.ts';
import { type Clock, type Logger, randomBytes } from '#core/kernel/index.ts';
import type { Carrier } from '../carrier.ts';
import type { StoreKeys } from '../keys.ts';
import { createLane } from '../lanes.ts';
import { retryDelay } from '../limits.ts';
import { listHeads } from './heads.ts';
import { originalsTeller } from './originals.ts';
import { createOwnLog, type OwnLog } from './own-log.ts';
import { createReader, type Reader } from './reader.ts';
import { takeInKept } from './take-in.ts';
import { tellAll } from './tell-all.ts';
import { openTroubles } from './troubles.ts';
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
  /** Looks now instead of at the next time. Resolves when it has looked, however that ended. */
  poke(): Promise<void>;
  state(): FeedState;
  /** Cuts off what is under way; all of it is gone on with after the next start. */
  stop(): Promise<void>;
}

type Parts = { readonly ownLog: OwnLog; readonly reader: Reader };

export function createFeed(options: FeedOptions): Feed {
  const { catalog, keys, clock, logger, stationName, handlers, onChange } = options;
  const chance = options.chance ?? (() => (randomBytes(1)[0] ?? 0) / 256);
  const tellers = [originalsTeller(catalog, keys), ...(options.tellers ?? [])];
  const lane = createLane(options.openCarrier);
  const stopping = new AbortController();
  const { signal } = stopping;
  const call = { signal };
  let failures = 0;
  let state: FeedState = { error: null, lookedAt: null, retryAt: null };
  let nextAt = 0;
  let turning: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let parts: Parts | null = null;
  /** There may be something to tell. */
  let news = false;
  let poked = false;
  /** What went wrong with single logs in this turn. */
  let oneFailed: WireError | null = null;

  function inWords(cause: unknown, about: Record<string, unknown>): WireError {
    if (cause instanceof ExpectedError) {
      logger.warn('The logs of the store cannot be used for now', { error: cause, ...about });
      return toWireError(cause, null);
    }
    return toWireError(cause, logger.error('The logs of the store could not be looked at', { error: cause, ...about }));
  }

  /** Once: what has to be there before anything is told or read. */
  async function begin(): Promise<Parts> {
    const { storeId } = options;
    if ((await catalog.logs.state()).storeId !== storeId) {
      const write = { put: 'log-begun', storeId } as const;
      await catalog.commit({ actor: { kind: 'station' }, writes: [write], events: [] });
    }
    const troubles = await openTroubles(catalog, clock, onChange);
    const onFailure = (cause: unknown, writer: string, inARow: number): number => {
      oneFailed = inWords(cause, { writer, inARow });
      return clock.now() + retryDelay(inARow, chance());
    };
    return {
      ownLog: createOwnLog({ catalog, keys, stationName, clock, troubles }),
      reader: createReader({ catalog, keys, handlers, clock, troubles, onFailure }),
    };
  }

  /** True when there is more at once. */
  async function turn(): Promise<boolean> {
    parts ??= await begin();
    const { ownLog, reader } = parts;
    oneFailed = null;
    await tellAll(catalog, tellers, signal);
    await takeInKept({ catalog, handlers, clock }, call);
    const carrier = await lane.carrier();
    const listing = await listHeads(carrier, call);
    const { writer } = await catalog.logs.state();
    const view = {
      writers: [...listing.keys()],
      signature: listing.get(writer) ?? null,
      there: listing.has(writer),
      claims: reader.claimsOf(writer),
    };
    await ownLog.push(carrier, view, call);
    return reader.look(carrier, listing, (await catalog.logs.state()).writer, call);
  }

  async function turned(): Promise<void> {
    try {
      while (await turn()) failures = 0;
      failures = 0;
      nextAt = clock.now() + lookEveryMs * (0.75 + chance() / 2);
      state = { error: oneFailed, lookedAt: clock.now(), retryAt: null };
    } catch (cause) {
      if (signal.aborted) return;
      failures++;
      nextAt = clock.now() + retryDelay(failures, chance());
      state = { ...state, error: inWords(cause, { failures }), retryAt: nextAt };
      // A thread that broke is of no more use, and one that hangs may be.
      await lane.renew();
    } finally {
      onChange();
    }
  }

  async function beat(): Promise<void> {
    // A store that does not answer is not asked again because somebody writes much.
    const due = poked || (news && failures === 0) || clock.now() >= nextAt;
    if (!due) return;
    poked = false;
    news = false;
    await turned();
  }

  const wanted = (): boolean => poked && !signal.aborted;

  function wake(): void {
    if (turning !== null || signal.aborted) return;
    turning = beat()
      .catch((error: unknown) => void logger.error('The logs of the store could not be looked at', { error }))
      .finally(() => {
        turning = null;
      });
  }

  const unlisten = catalog.logs.onEntry(() => {
    news = true;
  });

  return {
    start: () => {
      timer ??= setInterval(wake, beatMs).unref();
      wake();
    },
    poke: async () => {
      poked = true;
      while (wanted()) {
        wake();
        await turning;
      }
      await turning;
    },
    state: () => state,
    stop: async () => {
      stopping.abort();
      unlisten();
      if (timer !== null) clearInterval(timer);
      await turning;
      await lane.renew();
    },
  };
}
