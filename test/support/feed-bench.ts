import { cpSync } from 'node:fs';
import type { AuditEvent } from '#common/audit/index.ts';
import { type LogPosition, logStart, type SharedEntry, type WriterId } from '#common/changes/index.ts';
import type { Catalog } from '#core/catalog/index.ts';
import { createCarrier } from '#core/cloud/carrier.ts';
import { createFeed, type Feed, type FeedOptions } from '#core/cloud/feed/feed.ts';
import {
  checkpointKey,
  checkpointLength,
  headKey,
  joinCheckpoint,
  logKey,
  sealHead,
  sealLogObject,
} from '#core/cloud/feed/log-format.ts';
import type { EntryHandler } from '#core/cloud/feed/types.ts';
import { storeKeys } from '#core/cloud/keys.ts';
import type { ObjectStore } from '#core/cloud/store/port.ts';
import { silentLogger } from '#core/kernel/index.ts';
import { type HandClock, handClock, openTestCatalog, tempFolder, theStation } from './catalog.ts';
import type { MemoryStore } from './memory-store.ts';

export const feedKeys = storeKeys(new Uint8Array(32).fill(9));
export const feedStoreId = '00112233445566778899aabbccddeeff';

/** What is taken in leaves a trace in the catalog, so that it is seen whether it was done once and with what else. */
export function tracing(kind: SharedEntry['kind'] = 'operation'): EntryHandler & { readonly seen: string[] } {
  const seen: string[] = [];
  return {
    kind,
    seen,
    apply: (entry, { writer, seq }) => {
      const text = JSON.stringify(entry.body);
      seen.push(text);
      return Promise.resolve({
        writes: [{ put: 'watched-folder', location: text }],
        events: [{ kind: 'store.changed', change: `${writer} ${seq} ${text}` }],
      });
    },
  };
}

function operation(at: string, body: string): SharedEntry {
  return { kind: 'operation', at, body };
}

/** A station that has nothing but a catalog and a feed. */
export type FeedStation = AsyncDisposable & {
  readonly folder: string;
  readonly clock: HandClock;
  catalog: Catalog;
  feed: Feed;
  readonly handler: ReturnType<typeof tracing>;
  /** Tells something, as a commit of the station does. */
  readonly say: (...bodies: readonly string[]) => Promise<void>;
  /** Goes down and comes up again, with other options if need be. */
  readonly restart: (changes?: Partial<FeedOptions>) => Promise<void>;
  readonly stop: () => Promise<void>;
  /** What was taken in of others, as it stands in the catalog. */
  readonly taken: () => Promise<readonly string[]>;
  readonly writer: () => Promise<WriterId>;
  readonly events: <K extends AuditEvent['kind']>(kind: K) => Promise<readonly Extract<AuditEvent, { kind: K }>[]>;
  readonly troubles: () => Promise<readonly string[]>;
};

export async function openFeedStation(
  store: ObjectStore,
  options: { readonly name: string; readonly copyOf?: string; readonly clock?: HandClock } & Partial<FeedOptions>,
): Promise<FeedStation> {
  const temp = tempFolder();
  const { name, copyOf, clock = handClock(), ...given } = options;
  if (copyOf !== undefined) cpSync(copyOf, temp.path, { recursive: true });
  const handler = tracing();
  // Whoever closes a station does not close the store of all.
  const shared: ObjectStore = { ...store, close: () => Promise.resolve() };

  const open = async (changes: Partial<FeedOptions>): Promise<Pick<FeedStation, 'catalog' | 'feed'>> => {
    const catalog = await openTestCatalog(temp.path, { clock });
    const feed = createFeed({
      catalog,
      keys: feedKeys,
      storeId: feedStoreId,
      stationName: name,
      openCarrier: () => Promise.resolve(createCarrier(shared, () => Promise.reject(new Error('Nobody probes here.')))),
      handlers: [handler],
      clock,
      logger: silentLogger,
      chance: () => 0.5,
      onChange: () => undefined,
      ...given,
      ...changes,
    });
    return { catalog, feed };
  };
  const stop = async (): Promise<void> => {
    await station.feed.stop();
    await station.catalog.close();
  };
  const station: FeedStation = {
    folder: temp.path,
    clock,
    handler,
    ...(await open({})),
    say: async (...bodies) => {
      const writes = bodies.map(
        (body) => ({ put: 'shared-entry', value: operation(station.catalog.logs.time(), body) }) as const,
      );
      await station.catalog.commit({ actor: theStation, writes, events: [] });
    },
    restart: async (changes = {}) => {
      await stop();
      Object.assign(station, await open(changes));
    },
    stop,
    taken: () => station.catalog.watchedFolders.list(),
    writer: async () => (await station.catalog.logs.state()).writer,
    events: async (kind) => {
      const entries = await station.catalog.audit.read(0, 10_000);
      return entries.flatMap(({ event }) => (event.kind === kind ? [event as never] : []));
    },
    troubles: async () => (await station.catalog.logs.troubles()).map(({ kind, object }) => `${kind} ${object}`),
    [Symbol.asyncDispose]: async () => {
      await stop();
      temp.dispose();
    },
  };
  return station;
}

/** A log as another station writes it: one entry for each object, never cut off. */
export type WrittenLog = {
  readonly append: (bodies: readonly string[], seen?: Readonly<Record<WriterId, LogPosition>>) => void;
  readonly end: () => LogPosition;
  /** Goes on from here in its own way. */
  readonly branch: () => WrittenLog;
};

export function logOf(
  store: MemoryStore,
  writer: WriterId,
  name = 'Annex',
  start: { readonly position: LogPosition; readonly since: readonly Uint8Array[] } = { position: logStart, since: [] },
): WrittenLog {
  let { position } = start;
  let since = [...start.since];
  const put = (key: string, bytes: Uint8Array): void =>
    void store.objects.set(key, { bytes, modifiedAt: 0, retainUntil: null });
  return {
    end: () => position,
    branch: () => logOf(store, writer, name, { position, since }),
    append: (bodies, seen = {}) => {
      for (const body of bodies) {
        const at = `${(Date.UTC(2026, 10, 20) + position.seq).toString(16).padStart(12, '0')}0000-${writer}`;
        const { seq, hash, sealed } = sealLogObject(feedKeys.objectKey, writer, position, [operation(at, body)]);
        put(logKey(writer, seq), sealed);
        position = { seq, hash };
        since.push(sealed);
        if (since.length < checkpointLength) continue;
        put(checkpointKey(writer, seq / checkpointLength), joinCheckpoint(since));
        since = [];
      }
      put(headKey(writer), sealHead(feedKeys.objectKey, { writer, ...position, name, at: 1, seen }));
    },
  };
}
