import type { Actor, AuditEvent } from '#common/audit/index.ts';
import type { StoreLimits, StoreStatus, StoreTarget } from '#common/contract/index.ts';
import { CancelledError, ExpectedError, toWireError, type WireError } from '#common/errors/index.ts';
import type { EvidenceId } from '#common/ids/index.ts';
import type { Catalog, StoreSettings } from '#core/catalog/index.ts';
import { createThrottle, type Jobs } from '#core/jobs/index.ts';
import type { Clock, Logger, SecretStore } from '#core/kernel/index.ts';
import type { Vault } from '#core/vault/index.ts';
import { createArrivals } from './arrivals/arrivals.ts';
import { cacheInWords } from './arrivals/choose.ts';
import { originalHandler, type TakeIn, takeInAlone } from './arrivals/take-in.ts';
import type { Carrier, CarrierOpener, StoreAccess } from './carrier.ts';
import { joinStore, placeOf, probeWith, secretNames } from './connect.ts';
import { type Engine, startEngine } from './engine.ts';
import { createFeed, type Feed } from './feed/feed.ts';
import type { EntryHandler, Teller } from './feed/types.ts';
import { type StoreKeys, storeKeys } from './keys.ts';
import { checkLimits, createQuietHours } from './limits.ts';
import { outstandingIn } from './outstanding.ts';
import { createRecovery, needConfirmed } from './recovery.ts';
import { createStatusTeller, withFeed } from './status.ts';
import { type CloudDesk, noStore } from './types.ts';

/** The desk is told at most five times a second. */
const tellEveryMs = 200;
/** How long a store that is left may take to forget what was half sent. */
const partingMs = 5_000;

export type CloudOptions = {
  readonly catalog: Catalog;
  readonly vault: Vault;
  /** Keeps the store's root and the secret access key. */
  readonly secrets: SecretStore;
  /** The department's time zone, for quiet hours. */
  readonly zone: string;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly openCarrier: CarrierOpener;
  /** What other stations call this one. */
  readonly stationName: string;
  /** Take in what other stations tell, beside what the store's own rooms take in. */
  readonly handlers?: readonly EntryHandler[];
  /** Tell a store that is new to this station what it knows, beside its originals. */
  readonly tellers?: readonly Teller[];
  /** Originals that travel at once (default 2). */
  readonly lanes?: number;
  readonly jobs: Jobs;
  /** Prepares for playing what came out of the store. */
  readonly prepareLater: (evidenceIds: readonly EvidenceId[]) => Promise<void>;
};

/** The store in use, lent for a longer piece of work. */
export type Visit = {
  /** Of its own; closed when the work ends. */
  readonly carrier: Carrier;
  readonly keys: StoreKeys;
  readonly settings: StoreSettings;
  /** Also aborted when the store is left. */
  readonly signal: AbortSignal;
  /** Takes an original that no log tells of into the catalog; says in words what came of it. Throws when it cannot be taken in. */
  readonly takeIn: (name: string, actor: Actor) => Promise<string>;
};

/** The department's store, and what travels there. */
export interface Cloud extends CloudDesk {
  /** Goes on with the store that was in use. Never fails because of the store: what is wrong is in the status. */
  start(): Promise<void>;
  onStatus(listener: (status: StoreStatus) => void): () => void;
  /** Works on the store with a carrier of its own. Throws `not-ready` without a store, `key-missing` without its key. */
  visit<T>(signal: AbortSignal, work: (visit: Visit) => Promise<T>): Promise<T>;
  /** Stops sending; what is queued stays queued. */
  close(): Promise<void>;
}

export function createCloud(options: CloudOptions): Cloud {
  const { catalog, secrets, clock, logger, openCarrier } = options;
  const quietHours = createQuietHours(options.zone);
  const teller = createStatusTeller(clock, quietHours);
  const listeners = new Set<(status: StoreStatus) => void>();
  const arrivals = createArrivals({ ...options, onChange: () => tell.call() });
  let settings: StoreSettings | null = null;
  let engine: Engine | null = null;
  let feed: Feed | null = null;
  /** Why nothing is sent though a store is in use: its key is missing. */
  let fault: WireError | null = null;
  let turn: Promise<unknown> = Promise.resolve();
  let closed = false;
  /** Whoever works on the store at length; ended when it is left. */
  const visits = new Set<AbortController>();
  /** Of the store in use. */
  let takeIn: TakeIn | null = null;
  const recovery = createRecovery(secrets);
  const closing = new AbortController();
  /** What is tried now; a newer trial takes its place. */
  let trying: AbortController | null = null;

  async function status(): Promise<StoreStatus> {
    const summary = await catalog.placements.summary();
    const idle = { quiet: false, error: fault, lastContactAt: null, retryAt: null, travelling: [], sentBytes: 0 };
    if (settings === null) return noStore;
    const known = {
      troubles: [...(await catalog.logs.troubles())],
      kept: await arrivals.cacheState(),
      unconfirmed: recovery.unconfirmed(),
    };
    return teller.tell(settings, summary, withFeed(engine?.state() ?? idle, feed), known);
  }

  const tell = createThrottle(tellEveryMs, () => {
    if (listeners.size === 0 || closed) return;
    status().then(
      (now) => {
        for (const listener of listeners) listener(now);
      },
      (error: unknown) => {
        if (!closed) logger.error('The state of the store could not be told', { error });
      },
    );
  });

  /** What changes the connection happens one after the other. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  }

  function inUse(): StoreSettings {
    if (settings !== null) return settings;
    throw new ExpectedError('not-ready', 'The department uses no store.', { nextStep: 'Set one up first.' });
  }

  async function change(next: StoreSettings, event: AuditEvent, actor: Actor): Promise<void> {
    await catalog.commit({ actor, writes: [{ put: 'store-settings', value: next }], events: [event] });
    settings = next;
    engine?.wake();
    tell.call();
  }

  /** `given` null: the secret that is kept. */
  async function accessTo(target: StoreTarget, given: string | null, inUse: boolean): Promise<StoreAccess> {
    if (target.kind === 'folder') return { target, secretAccessKey: null, inUse };
    const kept = given === null ? await secrets.get(secretNames.accessKey) : null;
    const secretAccessKey = given ?? (kept === null ? '' : new TextDecoder().decode(kept));
    if (secretAccessKey !== '') return { target, secretAccessKey, inUse };
    throw new ExpectedError('invalid-request', 'The secret access key is missing.', {
      subject: 'secretAccessKey',
      nextStep: 'Type the secret that belongs to the access key.',
    });
  }

  /** A carrier for a few questions; gone afterwards. */
  async function asking<T>(access: StoreAccess, work: (carrier: Carrier) => Promise<T>): Promise<T> {
    const carrier = await openCarrier(access);
    try {
      return await work(carrier);
    } finally {
      await carrier.close();
    }
  }

  function keyMissing(): ExpectedError {
    return new ExpectedError('key-missing', "The store's key is not where this station keeps its keys.", {
      subject: secrets.describe(),
      nextStep: 'Disconnect the store, then connect it again with its recovery secret.',
    });
  }

  async function startSending(): Promise<void> {
    const { target, storeId } = inUse();
    const root = await secrets.get(secretNames.root);
    if (root === null || root.length === 0) {
      const missing = keyMissing();
      fault = toWireError(missing);
      logger.warn('Nothing can be sent to the store', { error: missing });
      return;
    }
    fault = null;
    const keys = storeKeys(root);
    const open = async (): Promise<Carrier> => openCarrier(await accessTo(target, null, true));
    const onChange = (): void => tell.call();
    takeIn = arrivals.connect({ keys, openCarrier: open, limits: () => settings?.cache });
    const handlers = [originalHandler(takeIn), ...(options.handlers ?? [])];
    engine = startEngine({ ...options, keys, openCarrier: open, settings: inUse, onChange });
    feed = createFeed({ ...options, handlers, keys, storeId, openCarrier: open, onChange });
    feed.start();
  }

  async function stopSending(): Promise<void> {
    await Promise.all([engine?.stop(), feed?.stop()]);
    engine = null;
    feed = null;
    takeIn = null;
    await arrivals.disconnect();
  }

  async function leave(uploads: Awaited<ReturnType<Catalog['uploads']['all']>>): Promise<void> {
    const { target } = inUse();
    const signal = AbortSignal.timeout(partingMs);
    try {
      await asking(await accessTo(target, null, true), async (carrier) => {
        for (const { object, upload } of uploads) await carrier.abortUpload(object, upload, { signal });
      });
    } catch (error) {
      // The store forgets them by its own rules; nothing of the evidence hangs on it.
      logger.warn('Unfinished uploads were left in the store', { error, uploads: uploads.length });
    }
  }

  return {
    start: () =>
      inTurn(async () => {
        settings = await catalog.storeSettings.get();
        if (settings === null) return;
        await recovery.load(settings.storeId);
        const writes = [{ put: 'nothing-uploading', at: clock.now() }] as const;
        await catalog.commit({ actor: { kind: 'station' }, writes, events: [] });
        await startSending();
      }),
    status,
    // Not in turn: it changes nothing here, and a store that does not answer must hold up nothing.
    probe: async (input, actor) => {
      trying?.abort();
      const mine = new AbortController();
      trying = mine;
      const signal = AbortSignal.any([mine.signal, closing.signal]);
      try {
        const access = await accessTo(input.target, input.secretAccessKey, false);
        const report = await asking(access, (carrier) => probeWith(carrier, secrets, { signal }));
        const event = { kind: 'store.probed', place: placeOf(input.target), usable: report.usable } as const;
        await catalog.commit({ actor, writes: [], events: [event] });
        return report;
      } finally {
        if (trying === mine) trying = null;
      }
    },
    connect: (input, actor) =>
      inTurn(async () => {
        if (settings !== null) {
          throw new ExpectedError('already-exists', 'The department uses a store already.', {
            subject: placeOf(settings.target),
            nextStep: 'Disconnect it first. What is in it stays there.',
          });
        }
        const { target } = input;
        const access = await accessTo(target, input.secretAccessKey, false);
        const { signal } = closing;
        const { joined, report } = await asking(access, async (carrier) => {
          const tried = await probeWith(carrier, secrets, { signal });
          const bad = tried.checks.find(({ outcome }) => outcome === 'bad');
          if (!tried.usable) {
            throw new ExpectedError('store-unsupported', bad?.words ?? 'This store cannot be used.', {
              subject: placeOf(target),
              nextStep: 'Try it again on this page: the list says what is missing.',
            });
          }
          const { holds } = tried;
          const store = await joinStore(carrier, secrets, { holds, recoverySecret: input.recoverySecret }, { signal });
          return { joined: store, report: tried };
        });
        await secrets.set(secretNames.root, joined.root);
        if (access.secretAccessKey !== null) {
          await secrets.set(secretNames.accessKey, new TextEncoder().encode(access.secretAccessKey));
        }
        const lock = report.checks.find(({ name }) => name === 'object-lock');
        const next: StoreSettings = {
          target,
          storeId: joined.storeId,
          connectedAt: clock.now(),
          limits: { bytesPerSecond: null, quiet: null },
          retentionDays: null,
          objectLock: lock?.outcome === 'good',
          paused: false,
        };
        // Who typed the secret has it on paper. What was founded stays marked until somebody shows that.
        if (joined.recoverySecret === null) await secrets.set(secretNames.founding, new Uint8Array(0));
        await recovery.load(joined.storeId);
        await change(next, { kind: 'store.connected', place: placeOf(target), founded: joined.founded }, actor);
        await startSending();
        tell.call();
        return { recoverySecret: joined.recoverySecret };
      }),
    recoverySecret: (actor) =>
      inTurn(async () => {
        const place = placeOf(inUse().target);
        const recoverySecret = await recovery.show();
        const event = { kind: 'store.secret-shown', place } as const;
        await catalog.commit({ actor, writes: [], events: [event] });
        return { recoverySecret };
      }),
    confirmRecovery: ({ groups }, actor) =>
      inTurn(async () => {
        const place = placeOf(inUse().target);
        await recovery.check(groups);
        const event = { kind: 'store.secret-confirmed', place } as const;
        await catalog.commit({ actor, writes: [], events: [event] });
        await recovery.confirmed();
        tell.call();
      }),
    disconnect: ({ reason }, actor) =>
      inTurn(async () => {
        const place = placeOf(inUse().target);
        needConfirmed(recovery, place);
        for (const visit of visits) visit.abort(new CancelledError('The store was disconnected.'));
        await stopSending();
        await leave(await catalog.uploads.all());
        const event = { kind: 'store.disconnected', place, reason } as const;
        await catalog.commit({ actor, writes: [{ delete: 'store' }], events: [event] });
        settings = null;
        fault = null;
        await recovery.load(null);
        await secrets.set(secretNames.accessKey, new Uint8Array(0));
        tell.call();
      }),
    setLimits: (limits, actor) =>
      inTurn(async () => {
        checkLimits(limits);
        await change({ ...inUse(), limits }, { kind: 'store.changed', change: limitsInWords(limits) }, actor);
      }),
    setRetention: ({ days }, actor) =>
      inTurn(async () => {
        const now = inUse();
        if (days !== null && !now.objectLock) {
          throw new ExpectedError('store-unsupported', 'This store cannot refuse deletion: it has no Object Lock.', {
            subject: placeOf(now.target),
            nextStep: 'Use a bucket that was made with Object Lock.',
          });
        }
        const words = days === null ? 'Deletion is not refused any more' : `Deletion is refused for ${days} days`;
        await change({ ...now, retentionDays: days }, { kind: 'store.changed', change: words }, actor);
      }),
    pause: (actor) =>
      inTurn(async () => {
        if (!inUse().paused) await change({ ...inUse(), paused: true }, { kind: 'store.paused' }, actor);
      }),
    resume: (actor) =>
      inTurn(async () => {
        if (inUse().paused) await change({ ...inUse(), paused: false }, { kind: 'store.resumed' }, actor);
      }),
    pin: ({ recordingId }, actor) => {
      inUse();
      return arrivals.pin(recordingId, actor);
    },
    unpin: ({ recordingId }, actor) => arrivals.unpin(recordingId, actor),
    setCache: (cache, actor) =>
      inTurn(async () => {
        await change({ ...inUse(), cache }, { kind: 'store.changed', change: cacheInWords(cache) }, actor);
        arrivals.tidy();
      }),
    outstanding: () => outstandingIn(catalog, inUse().storeId),
    queue: async ({ offset, limit }) => {
      const { items, total } = await catalog.placements.queue(offset, limit);
      return { items: [...items], total };
    },
    sendFirst: async ({ ids }) => {
      inUse();
      const writes = [{ put: 'send-first', ids, at: clock.now() }] as const;
      await catalog.commit({ actor: { kind: 'station' }, writes, events: [] });
      engine?.wake({ now: true });
    },
    visit: async (given, work) => {
      const lent = inUse();
      const root = await secrets.get(secretNames.root);
      if (root === null || root.length === 0) throw keyMissing();
      const ending = new AbortController();
      const signal = AbortSignal.any([given, ending.signal]);
      visits.add(ending);
      try {
        return await asking(await accessTo(lent.target, null, true), (carrier) =>
          work({
            carrier,
            keys: storeKeys(root),
            settings: lent,
            signal,
            takeIn: (name, actor) => takeInAlone(catalog, takeIn, name, { actor, signal }),
          }),
        );
      } finally {
        visits.delete(ending);
      }
    },
    onStatus: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      closed = true;
      closing.abort();
      tell.cancel();
      await turn;
      await stopSending();
      tell.cancel();
    },
  };
}

function limitsInWords({ bytesPerSecond, quiet }: StoreLimits): string {
  const speed = bytesPerSecond === null ? 'No limit of speed' : `At most ${bytesPerSecond} bytes a second`;
  return quiet === null ? `${speed}, no quiet hours` : `${speed}, quiet from ${quiet.from} until ${quiet.until}`;
}
