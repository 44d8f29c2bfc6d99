import { ExpectedError, toWireError, type WireError } from '#common/errors/index.ts';
import type { OriginalId } from '#common/evidence/index.ts';
import type { Catalog, Commit, PlacementRecord, StoreSettings } from '#core/catalog/index.ts';
import { type Clock, type Logger, randomBytes } from '#core/kernel/index.ts';
import type { Vault } from '#core/vault/index.ts';
import type { Carrier } from './carrier.ts';
import type { StoreKeys } from './keys.ts';
import { createLanes, type Lane } from './lanes.ts';
import { createBandwidth, createQuietHours, retryDelay } from './limits.ts';
import { placeOriginals } from './outbox.ts';
import { failed, interrupted, sent, started } from './outcome.ts';
import { type Sending, type SendProgress, type Sent, sendOriginal } from './send-original.ts';
import { isCancelled, isStoreTrouble } from './trouble.ts';

/** How often it is looked whether something is due: the clock may be set and the computer may sleep, so no timer runs for long. */
const lookEveryMs = 500;
const dayMs = 24 * 60 * 60 * 1000;

/** What is on its way now. */
export type Travelling = SendProgress & { readonly id: OriginalId; readonly name: string; readonly sizeBytes: number };

/** How the engine stands, without what the catalog knows. */
export type EngineState = {
  readonly quiet: boolean;
  readonly error: WireError | null;
  readonly lastContactAt: number | null;
  /** When the store is tried again after it failed. */
  readonly retryAt: number | null;
  readonly travelling: readonly Travelling[];
  /** Bytes that really went out since the engine started. */
  readonly sentBytes: number;
};

export type EngineOptions = {
  readonly catalog: Catalog;
  readonly vault: Vault;
  readonly keys: StoreKeys;
  readonly openCarrier: () => Promise<Carrier>;
  /** Read anew each time: they may change while something travels. */
  readonly settings: () => StoreSettings;
  /** The department's time zone. */
  readonly zone: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly lanes?: number;
  /** In [0, 1); spreads the retries. */
  readonly chance?: () => number;
  readonly onChange: () => void;
};

/** Sends what is queued, as long as it may. */
export interface Engine {
  state(): EngineState;
  /** Something changed: settings, the queue, or somebody wants it now. `now` also tries a store that just failed. */
  wake(options?: { readonly now: boolean }): void;
  /** Cuts off what travels, leaves it queued, lets go of everything. */
  stop(): Promise<void>;
}

type Flight = { readonly controller: AbortController; readonly done: Promise<unknown>; travelling: Travelling };

export function startEngine(options: EngineOptions): Engine {
  const { catalog, settings, clock, logger, onChange } = options;
  const chance = options.chance ?? (() => (randomBytes(1)[0] ?? 0) / 256);
  const lanes = createLanes(options.lanes ?? 2, options.openCarrier);
  const quietHours = createQuietHours(options.zone);
  const bandwidth = createBandwidth(clock, () => settings().limits.bytesPerSecond);
  const flights = new Map<OriginalId, Flight>();
  const unlocked: Sending['unlocked'] = new Map();
  /** Commits that failed and must be made before anything else is: an original must not stay "uploading" for ever. */
  const owed: Commit[] = [];
  const stopping = new AbortController();
  let failures = 0;
  let error: WireError | null = null;
  let retryAt: number | null = null;
  let lastContactAt: number | null = null;
  let sentBytes = 0;
  let nextDueAt: number | null = 0;
  /** Set when the catalog moved; looked at on the next beat, so that a thousand commits make one look. */
  let moved = false;
  let placing = true;
  let filling: Promise<void> | null = null;
  let again = false;

  const quiet = (): boolean => quietHours.isQuiet(settings().limits, clock.now());
  const wanted = (): boolean => again && !stopping.signal.aborted;
  const mayNotSend = (): boolean => stopping.signal.aborted || settings().paused || quiet();

  /** Commits how something ended; what cannot be committed now is owed. */
  async function settle(work: Commit): Promise<void> {
    try {
      await catalog.commit(work);
    } catch (cause) {
      owed.push(work);
      trouble(cause);
    }
  }

  function contact(bytes: number): void {
    lastContactAt = clock.now();
    sentBytes += bytes;
    failures = 0;
    error = null;
    retryAt = null;
    onChange();
  }

  function trouble(cause: unknown): void {
    failures++;
    retryAt = clock.now() + retryDelay(failures, chance());
    error = toWireError(
      cause,
      cause instanceof ExpectedError ? null : logger.error('Sending failed', { error: cause }),
    );
    if (cause instanceof ExpectedError) logger.warn('The store cannot be used for now', { error: cause, failures });
    onChange();
  }

  function retention(): number | null {
    const { retentionDays, objectLock } = settings();
    return retentionDays !== null && objectLock ? clock.now() + retentionDays * dayMs : null;
  }

  async function fly(lane: Lane, record: PlacementRecord, flight: Flight): Promise<void> {
    const { signal } = flight.controller;
    const { where } = record.placement;
    const before = where.state === 'queued' ? where.attempts : 0;
    const attempt = () => ({ record, before, now: clock.now(), chance: chance() });
    try {
      await catalog.commit(started(attempt()));
      const carrier = await lane.carrier();
      const outcome = await sendOriginal(
        record,
        { ...options, bandwidth, now: () => clock.now(), retainUntil: retention, onContact: contact, unlocked },
        carrier,
        {
          signal,
          onProgress: (progress) => {
            flight.travelling = { ...flight.travelling, ...progress };
            onChange();
          },
        },
      );
      await settle(sent(attempt(), outcome, catalog.logs.time()));
      if (outcome.kind === 'mismatch') await clearAway(carrier, outcome, signal);
    } catch (cause) {
      if (isStoreTrouble(cause)) {
        await settle(interrupted(attempt()));
        trouble(cause);
        if (cause instanceof ExpectedError && cause.code === 'worker-crashed') await lane.renew();
      } else if (isCancelled(cause) || signal.aborted) {
        await settle(interrupted(attempt()));
      } else {
        const expected = cause instanceof ExpectedError;
        const reference = logger.error('An original could not be sent', { error: cause, id: record.placement.id });
        await settle(failed(attempt(), toWireError(cause, expected ? null : reference)));
      }
    }
  }

  /** What is wrong in the store is put over next time; that it cannot be removed now is no reason to stop. */
  async function clearAway(
    carrier: Carrier,
    { object, reason }: Extract<Sent, { kind: 'mismatch' }>,
    signal: AbortSignal,
  ): Promise<void> {
    logger.warn('The store gave back something else', { object, reason });
    try {
      if (!(await carrier.remove(object, { signal }))) logger.warn('The store holds it back', { object });
    } catch (cause) {
      if (isStoreTrouble(cause)) trouble(cause);
      else if (!isCancelled(cause))
        logger.error('What is wrong in the store was not removed', { error: cause, object });
    }
  }

  function start(lane: Lane, record: PlacementRecord): void {
    const { id, name, sizeBytes } = record.placement;
    const done = Promise.withResolvers<undefined>();
    const flight: Flight = {
      controller: new AbortController(),
      done: done.promise,
      travelling: { id, name, sizeBytes, phase: 'Uploading', sentBytes: 0 },
    };
    flights.set(id, flight);
    lane.busy = true;
    void fly(lane, record, flight).finally(() => {
      flights.delete(id);
      lane.busy = false;
      done.resolve(undefined);
      onChange();
      fill();
    });
  }

  async function fillOnce(): Promise<void> {
    for (let work = owed[0]; work !== undefined; work = owed[0]) {
      await catalog.commit(work);
      owed.shift();
    }
    if (placing) {
      placing = false;
      if ((await placeOriginals(catalog, () => clock.now(), stopping.signal)) > 0) onChange();
    }
    while (!mayNotSend()) {
      // After a failure one goes first; the others follow when the store has answered.
      const width = failures > 0 ? 1 : lanes.length;
      if (flights.size >= width || (retryAt !== null && clock.now() < retryAt)) return;
      const lane = lanes.find(({ busy }) => !busy);
      if (lane === undefined) return;
      const due = await catalog.placements.due(clock.now(), flights.size + 1);
      const next = due.find(({ placement }) => !flights.has(placement.id));
      if (next === undefined) {
        nextDueAt = (await catalog.placements.summary()).nextAt;
        return;
      }
      // Asked again: the answer took its time.
      if (mayNotSend()) return;
      start(lane, next);
      onChange();
    }
  }

  /** Gives every free lane something to do; calls during one are remembered. */
  function fill(): void {
    again = true;
    filling ??= (async () => {
      while (wanted()) {
        again = false;
        try {
          await fillOnce();
        } catch (cause) {
          if (!stopping.signal.aborted) trouble(cause);
        }
      }
      filling = null;
    })();
  }

  function cutOff(): void {
    for (const { controller } of flights.values()) controller.abort();
  }

  let wasQuiet = quiet();
  const timer = setInterval(() => {
    const now = clock.now();
    const isQuiet = quiet();
    if (isQuiet !== wasQuiet) {
      wasQuiet = isQuiet;
      if (isQuiet) cutOff();
      onChange();
      fill();
    } else if (moved) {
      moved = false;
      placing = true;
      fill();
    } else if ((retryAt !== null && now >= retryAt) || (nextDueAt !== null && now >= nextDueAt)) {
      if (flights.size < lanes.length) fill();
    }
  }, lookEveryMs);
  timer.unref();

  const unlisten = catalog.onHead(() => {
    moved = true;
  });
  fill();

  return {
    state: () => ({
      quiet: wasQuiet,
      error,
      lastContactAt,
      retryAt,
      travelling: [...flights.values()].map(({ travelling }) => travelling),
      sentBytes,
    }),
    wake: ({ now } = { now: false }) => {
      wasQuiet = quiet();
      if (mayNotSend()) cutOff();
      if (now && retryAt !== null) retryAt = clock.now();
      nextDueAt = 0;
      fill();
      onChange();
    },
    stop: async () => {
      stopping.abort();
      clearInterval(timer);
      unlisten();
      cutOff();
      await filling;
      // What was started while the last look was under way.
      cutOff();
      await Promise.all([...flights.values()].map(({ done }) => done));
      await Promise.all(lanes.map((lane) => lane.renew()));
    },
  };
}
