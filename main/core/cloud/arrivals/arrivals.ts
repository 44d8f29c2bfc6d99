import type { StoreCacheLimits, StoreStatus } from '#common/contract/index.ts';
import { originalIdSchema } from '#common/evidence/index.ts';
import type { EvidenceId } from '#common/ids/index.ts';
import type { Catalog } from '#core/catalog/index.ts';
import type { Jobs } from '#core/jobs/index.ts';
import type { Clock, Logger } from '#core/kernel/index.ts';
import type { Vault } from '#core/vault/index.ts';
import type { Carrier } from '../carrier.ts';
import type { StoreKeys } from '../keys.ts';
import { isCancelled } from '../outcome.ts';
import { usualCache } from './choose.ts';
import { evictOnce } from './evict.ts';
import { whenStoreIsThere } from './patient.ts';
import { createPins, type Pins } from './pins.ts';
import { createStoreSource, type StoreSource } from './store-source.ts';
import { createTakeIn, type TakeIn } from './take-in.ts';

/** How often it is looked whether something was not opened for too long. */
const tidyEveryMs = 10 * 60 * 1000;

export type ArrivalsOptions = {
  readonly catalog: Catalog;
  readonly vault: Vault;
  readonly jobs: Jobs;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Prepares for playing what is all here by now. */
  readonly prepareLater: (evidenceIds: readonly EvidenceId[]) => Promise<void>;
  readonly onChange: () => void;
};

/** What others put into the store: taken in, shown through the vault's cache, kept and let go. */
export interface Arrivals extends Pins {
  /** The store is in use: the vault reads from it. */
  connect(store: {
    readonly keys: StoreKeys;
    readonly openCarrier: () => Promise<Carrier>;
    readonly limits: () => StoreCacheLimits | undefined;
  }): TakeIn;
  disconnect(): Promise<void>;
  /** The limits changed, or room is wanted. */
  tidy(): void;
  cacheState(): Promise<Omit<NonNullable<StoreStatus['cache']>, 'limits' | 'onlyInCloud'>>;
}

/** One connection's worth of work. */
type Connected = {
  readonly source: StoreSource;
  readonly stopping: AbortController;
  readonly timer: NodeJS.Timeout;
  readonly limits: () => StoreCacheLimits;
  readonly keys: StoreKeys;
};

/** Registers the `fetch` jobs. Nothing else happens before `connect`. */
export function createArrivals(options: ArrivalsOptions): Arrivals {
  const { catalog, vault, jobs, clock, logger, prepareLater, onChange } = options;
  let connected: Connected | null = null;
  let tidying: Promise<void> | null = null;
  let tidyAgain = false;
  /** Segments whose frames nobody told of, to be fetched and prepared here. */
  const unprepared: EvidenceId[] = [];
  let preparing: Promise<void> | null = null;
  /** Originals whose forged segments were told already. */
  const named = new Set<string>();

  function changed(): void {
    tidy();
    onChange();
  }
  const pins = createPins({ catalog, vault, jobs, clock, onChange: changed });

  async function tidyOnce({ source, stopping, limits, keys }: Connected): Promise<void> {
    try {
      const gone = await evictOnce({ catalog, vault, keys, source, limits, clock, logger }, stopping.signal);
      if (gone > 0) onChange();
    } catch (error) {
      if (!isCancelled(error)) logger.error('What is kept from the store could not be tidied', { error });
    }
  }

  function tidy(): void {
    tidyAgain = true;
    tidying ??= (async () => {
      while (tidyAgain && connected !== null && !connected.stopping.signal.aborted) {
        tidyAgain = false;
        await tidyOnce(connected);
      }
      tidying = null;
    })();
  }

  function onForged(sealedId: string, object: string, error: Error): void {
    if (named.has(sealedId)) return;
    named.add(sealedId);
    logger.warn('The store gave something that is not what was sealed', { object, error });
    const id = originalIdSchema.safeParse(sealedId);
    if (!id.success) return;
    const reason = 'The store gave something else than was sealed. It was neither shown nor kept.';
    const event = { kind: 'original.missing', id: id.data, object, reason } as const;
    catalog.commit({ actor: { kind: 'station' }, writes: [], events: [event] }).catch((cause: unknown) => {
      named.delete(sealedId);
      logger.error('A forged original could not be noted', { error: cause, object });
    });
  }

  /** One after the other, in the background: whoever opens something meanwhile comes first in the store's own lane. */
  async function prepareAll(signal: AbortSignal): Promise<void> {
    for (let id = unprepared[0]; id !== undefined; id = unprepared[0]) {
      const evidenceId = id;
      try {
        await whenStoreIsThere(
          () => vault.cache.fetch(evidenceId, { signal }),
          signal,
          (error) => logger.info('A recording is prepared when the store is back', { error, evidenceId }),
        );
        await prepareLater([evidenceId]);
      } catch (error) {
        if (signal.aborted) return;
        logger.error('A recording from the store cannot be prepared', { error, evidenceId });
      }
      unprepared.shift();
    }
  }

  function prepareSoon(): void {
    if (connected === null || connected.stopping.signal.aborted) return;
    preparing ??= prepareAll(connected.stopping.signal).finally(() => {
      preparing = null;
    });
  }

  /** After a start: what arrived and was never prepared. */
  async function findUnprepared(): Promise<void> {
    for (const { segments } of await catalog.recordings.all()) {
      for (const { evidenceId, media } of segments) {
        if (media.state !== 'waiting' || unprepared.includes(evidenceId)) continue;
        const where = (await catalog.placements.get(evidenceId))?.placement.where;
        if (where?.state === 'only-in-cloud') unprepared.push(evidenceId);
      }
    }
    prepareSoon();
  }

  return {
    ...pins,
    connect: ({ keys, openCarrier, limits: asked }) => {
      if (connected !== null) throw new Error('Arrivals are connected already.');
      const limits = (): StoreCacheLimits => asked() ?? usualCache;
      const source = createStoreSource({ keys, openCarrier, logger, onForged, onFull: tidy });
      const timer = setInterval(tidy, tidyEveryMs);
      timer.unref();
      const stopping = new AbortController();
      connected = { source, stopping, timer, limits, keys };
      vault.cache.connect(source);
      tidy();
      findUnprepared().catch((error: unknown) => {
        if (!stopping.signal.aborted) logger.error('What arrived unprepared could not be looked for', { error });
      });
      return createTakeIn({
        catalog,
        vault,
        keys,
        getSmall: (key, call) => source.getSmall(key, call),
        now: () => clock.now(),
        onUnprepared: (evidenceId) => {
          if (!unprepared.includes(evidenceId)) unprepared.push(evidenceId);
          prepareSoon();
        },
      });
    },
    disconnect: async () => {
      if (connected === null) return;
      const { source, stopping, timer } = connected;
      connected = null;
      clearInterval(timer);
      stopping.abort();
      vault.cache.connect(null);
      await source.close();
      await tidying;
      await preparing;
      unprepared.length = 0;
    },
    tidy,
    cacheState: async () => {
      const kept = await catalog.arrivals.kept();
      const pinned = kept.filter(({ where }) => where.state === 'only-in-cloud' && where.pinned === true);
      return {
        keptBytes: await vault.cache.keptBytes(),
        pinned: { items: pinned.length, bytes: pinned.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) },
      };
    },
  };
}
