import type { AuditEntry } from '#common/audit/index.ts';
import type {
  LogicalTime,
  LogPosition,
  Operation,
  OperationKind,
  OperationOf,
  SharedEntry,
  SharedKind,
  WriterId,
} from '#common/changes/index.ts';
import type { Change } from '#common/contract/index.ts';
import type {
  DamagedItem,
  OriginalId,
  Placement,
  Recording,
  RedactionProject,
  Release,
  Render,
  StoreTrouble,
} from '#common/evidence/index.ts';
import type {
  AccountId,
  DamagedId,
  EvidenceId,
  JobId,
  OperationId,
  ProjectId,
  RecordingId,
  ReleaseId,
  RenderId,
} from '#common/ids/index.ts';
import type { FrameTableWire } from '#common/time/index.ts';
import type { Clock, Logger } from '../kernel/index.ts';
import { startThread } from '../kernel/index.ts';
import type { CatalogApi } from './catalog-worker.ts';
import type { DocumentKind, DocumentOf } from './change-types.ts';
import type {
  KnownOriginal,
  PlacementRecord,
  PlacementSummary,
  StoreSettings,
  Unplaced,
  UploadRecord,
} from './cloud-types.ts';
import type { KeptEntry, LogObject, LogState, Telling, UnsentEntry } from './log-types.ts';
import { createLogicalClock, renamesWriter } from './logical-clock.ts';
import type {
  AccountRecord,
  AuditLink,
  ChainHead,
  Commit,
  Committed,
  IntegrityReport,
  JobRow,
  SourceFile,
  SourceFileKey,
} from './types.ts';

/**
 * The catalog of one agency: the truth about everything that is not bytes. Everything read from it has been checked
 * against the schemas of `common`; a stored value that does not fit them is refused with `tampered`.
 */
export interface Catalog {
  /** Names this catalog for ever: random, made with it. A replica of another epoch is worthless. */
  readonly epoch: string;

  /**
   * The one way to change anything. One transaction holds the writes, their lines in the change feed and the audit
   * entries of `events`; it is on the disk when the promise resolves.
   * Throws `stale-version`, `already-exists`, `conflict`, `not-found` as described at {@link Write}, `destination-full`
   * when the disk is full, `station-busy` when another process holds the catalog for more than ten seconds.
   */
  commit(commit: Commit): Promise<Committed>;

  readonly recordings: {
    get(id: RecordingId): Promise<Recording | null>;
    byEvidence(id: EvidenceId): Promise<Recording | null>;
    /** Every recording, newest start first. */
    all(): Promise<readonly Recording[]>;
  };
  readonly damaged: {
    get(id: DamagedId): Promise<DamagedItem | null>;
    /** Newest first. */
    all(): Promise<readonly DamagedItem[]>;
  };
  readonly projects: {
    get(id: ProjectId): Promise<RedactionProject | null>;
    byEvidence(id: EvidenceId): Promise<RedactionProject | null>;
    all(): Promise<readonly RedactionProject[]>;
    /** The save that a version of a project was; null for versions before the first save, and for those that never were. */
    saveOf(id: ProjectId, version: number): Promise<OperationId | null>;
  };
  /** What people said of recordings, as it stands; null when nothing was said or it was removed. */
  readonly documents: {
    get<K extends DocumentKind>(kind: K, id: string): Promise<DocumentOf[K] | null>;
  };
  /** Everything that was ever said or drawn. Only grows. */
  readonly operations: {
    /** Everything that was done to one document, in the order in which it counts. */
    of<K extends OperationKind>(kind: K, document: OperationOf<K>['document']): Promise<readonly OperationOf<K>[]>;
    /** Those of the ids that are here. */
    known(ids: readonly OperationId[]): Promise<readonly OperationId[]>;
    /** At most `limit` after `after`, in the order in which they came here. */
    page(after: number, limit: number): Promise<readonly { readonly number: number; readonly operation: Operation }[]>;
    /** Those of a newer program, which could not be read when they came. */
    aside(): Promise<readonly SharedEntry[]>;
  };
  readonly renders: {
    get(id: RenderId): Promise<Render | null>;
    /** Newest first. */
    byProject(id: ProjectId): Promise<readonly Render[]>;
    all(): Promise<readonly Render[]>;
  };
  readonly releases: {
    get(id: ReleaseId): Promise<Release | null>;
    /** Newest first. */
    byRender(id: RenderId): Promise<readonly Release[]>;
    all(): Promise<readonly Release[]>;
  };
  readonly accounts: {
    /** By user name. */
    list(): Promise<readonly AccountRecord[]>;
    get(id: AccountId): Promise<AccountRecord | null>;
    /** Upper and lower case are the same. */
    byUsername(username: string): Promise<AccountRecord | null>;
  };
  readonly jobs: {
    /** Queued, running, paused and parked, oldest first. */
    unfinished(): Promise<readonly JobRow[]>;
    /** Done, failed and cancelled since the given time (ms UTC), newest first. */
    finishedSince(instant: number): Promise<readonly JobRow[]>;
    get(id: JobId): Promise<JobRow | null>;
  };
  readonly sourceFiles: {
    /** The file last read from that place with that size and date, or null. */
    find(key: SourceFileKey): Promise<SourceFile | null>;
    /** All files that were ever read from there with that size and date, newest first; answers in the order of the questions. */
    findMany(keys: readonly SourceFileKey[]): Promise<readonly (readonly SourceFile[])[]>;
    /** The file that was last sealed or seen with that content, wherever it came from, or null. */
    bySha256(sha256: string): Promise<SourceFile | null>;
  };
  readonly frameTables: {
    get(id: EvidenceId): Promise<FrameTableWire | null>;
  };
  readonly watchedFolders: {
    list(): Promise<readonly string[]>;
  };
  readonly placements: {
    get(id: OriginalId): Promise<PlacementRecord | null>;
    /** Queued and not waiting at `now` (ms UTC), in the order in which they are to be sent. */
    due(now: number, limit: number): Promise<readonly PlacementRecord[]>;
    /** Uploading, queued and missing, in the order in which they will be sent; and how many there are. */
    queue(offset: number, limit: number): Promise<{ readonly items: readonly Placement[]; readonly total: number }>;
    summary(): Promise<PlacementSummary>;
    /** Verified in the cloud, by id, after `after`. */
    verified(after: string | null, limit: number): Promise<readonly OriginalId[]>;
    /** Originals without a placement, oldest first. */
    unplaced(limit: number): Promise<readonly Unplaced[]>;
  };
  /** Every original the catalog knows: from a camera, of a recording, in the damaged tray, or placed. */
  readonly originals: {
    count(): Promise<number>;
    /** At most `limit` ids after `after` (empty: from the first), in their order. */
    ids(after: string, limit: number): Promise<readonly OriginalId[]>;
    /** Null for an id that the catalog does not have; answers in the order of the questions. */
    known(ids: readonly OriginalId[]): Promise<readonly (KnownOriginal | null)[]>;
  };
  /** What other writers put into the store. */
  readonly arrivals: {
    /** Sidecars that came before anything else of their recording. */
    waitingSidecars(recordingId: RecordingId): Promise<readonly OriginalId[]>;
    /** Originals that only the store holds, of which a full copy is here or wanted. */
    kept(): Promise<readonly Placement[]>;
  };
  /** The ledger of what is on its way into the store in parts. */
  readonly uploads: {
    get(id: OriginalId): Promise<UploadRecord | null>;
    /** Oldest first. */
    all(): Promise<readonly UploadRecord[]>;
  };
  readonly storeSettings: {
    /** Null while no store is in use. */
    get(): Promise<StoreSettings | null>;
  };
  /** What this station tells others through the store's logs, and how far it has read theirs. */
  readonly logs: {
    /**
     * The next logical time of this station, later than all it gave out or has seen. `follows`: the time of what is changed, which
     * it is later than in any case. Never given twice, also after a crash, as long as it is committed with what it stands in.
     */
    time(follows?: LogicalTime): LogicalTime;
    /** Tells of every commit of this process that had something for the other stations. Returns what ends the telling. */
    onEntry(listener: () => void): () => void;
    state(): Promise<LogState>;
    /** In no object of the log yet, oldest first. */
    unsent(limit: number): Promise<readonly UnsentEntry[]>;
    /** This station's objects after `after`, oldest first, as far as they are kept. */
    objects(after: number, limit: number): Promise<readonly LogObject[]>;
    /** How far the logs of others were taken in. */
    positions(): Promise<readonly { readonly writer: WriterId; readonly position: LogPosition }[]>;
    /** The hash of an object of another that was taken in; null when it was not. */
    hash(writer: WriterId, seq: number): Promise<string | null>;
    /** Which object that was taken in has this hash; null for none. */
    objectWith(hash: string): Promise<{ readonly writer: WriterId; readonly seq: number } | null>;
    /** Entries of a kind that waited for somebody who understands them, in the order of each writer. */
    kept(kind: string, limit: number): Promise<readonly KeptEntry[]>;
    telling(kind: SharedKind): Promise<Telling>;
    /** Oldest first. */
    troubles(): Promise<readonly StoreTrouble[]>;
  };
  /** The stored audit chain; satisfies the port that `audit` asks for. */
  readonly audit: {
    head(): Promise<ChainHead>;
    /** At most `limit` entries older than `before` (null: from the newest), newest first. */
    page(before: number | null, limit: number): Promise<readonly AuditEntry[]>;
    /** At most `limit` entries after `after`, oldest first. */
    read(after: number, limit: number): Promise<readonly AuditEntry[]>;
    /** The same as links for checking the chain; never throws for what an entry holds. */
    links(after: number, limit: number): Promise<readonly AuditLink[]>;
  };
  readonly changes: {
    /** The newest change of each thing that changed after `since`, in order, at most `limit`; and the feed's head. */
    since(since: number, limit: number): Promise<{ readonly changes: readonly Change[]; readonly head: number }>;
    head(): Promise<number>;
  };

  /** Tells of every commit of this process that moved the feed. Returns what ends the telling. */
  onHead(listener: (head: number) => void): () => void;
  /** SQLite's own checks of pages, indexes and references; slow on a large catalog. */
  integrity(): Promise<IntegrityReport>;
  close(): Promise<void>;
}

/** Where the catalog lies and how it is opened. `key` is 32 raw bytes; `entry` leads to `catalog-worker`. */
export type CatalogOptions = {
  readonly path: string;
  readonly key: Uint8Array;
  readonly entry: URL;
  readonly clock: Clock;
  readonly logger: Logger;
  /** False refuses with `not-found` instead of making a new catalog. */
  readonly create?: boolean;
};

/**
 * Opens the catalog in its own thread, making or migrating it first.
 * Throws `key-wrong` when the key does not open it, `tampered` when it is damaged, `not-ready` when a newer Plainview
 * wrote it, `not-found` when it must exist and does not.
 */
export async function openCatalog(options: CatalogOptions): Promise<Catalog> {
  const { path, key, entry, clock, logger, create = true } = options;
  if (key.length !== 32) throw new Error(`A catalog key has 32 bytes, not ${key.length}.`);
  const worker = startThread<CatalogApi>(entry, { name: 'catalog', logger });
  let epoch: string;
  try {
    ({ epoch } = await worker.call('open', { path, key, create, now: clock.now() }));
  } catch (error) {
    await worker.close();
    throw error;
  }
  const headListeners = new Set<(head: number) => void>();
  const entryListeners = new Set<() => void>();
  let knownHead = await worker.call('changes.head', undefined);
  const times = createLogicalClock(await worker.call('logs.clock', undefined), clock);

  return {
    epoch,
    commit: async (commit) => {
      times.seen(commit.writes);
      const unstored = times.unstored();
      const committed = await worker.call('commit', { ...commit, at: clock.now(), clock: unstored });
      times.stored(unstored);
      if (commit.writes.some((write) => 'put' in write && write.put === 'shared-entry')) {
        for (const listener of entryListeners) listener();
      }
      if (commit.writes.some(renamesWriter)) times.rename((await worker.call('logs.clock', undefined)).writer);
      if (committed.head > knownHead) {
        knownHead = committed.head;
        for (const listener of headListeners) listener(committed.head);
      }
      return committed;
    },
    recordings: {
      get: (id) => worker.call('recordings.get', id),
      byEvidence: (id) => worker.call('recordings.byEvidence', id),
      all: () => worker.call('recordings.all', undefined),
    },
    damaged: {
      get: (id) => worker.call('damaged.get', id),
      all: () => worker.call('damaged.all', undefined),
    },
    projects: {
      get: (id) => worker.call('projects.get', id),
      byEvidence: (id) => worker.call('projects.byEvidence', id),
      all: () => worker.call('projects.all', undefined),
      saveOf: (id, version) => worker.call('projects.saveOf', { id, version }),
    },
    documents: {
      get: async <K extends DocumentKind>(kind: K, id: string) =>
        (await worker.call('documents.get', { kind, id })) as DocumentOf[K] | null,
    },
    operations: {
      of: async <K extends OperationKind>(kind: K, document: OperationOf<K>['document']) =>
        (await worker.call('operations.of', { kind, document })) as readonly OperationOf<K>[],
      known: async (ids) => (await worker.call('operations.known', ids)) as readonly OperationId[],
      page: (after, limit) => worker.call('operations.page', { after, limit }),
      aside: () => worker.call('operations.aside', undefined),
    },
    renders: {
      get: (id) => worker.call('renders.get', id),
      byProject: (id) => worker.call('renders.byProject', id),
      all: () => worker.call('renders.all', undefined),
    },
    releases: {
      get: (id) => worker.call('releases.get', id),
      byRender: (id) => worker.call('releases.byRender', id),
      all: () => worker.call('releases.all', undefined),
    },
    accounts: {
      list: () => worker.call('accounts.list', undefined),
      get: (id) => worker.call('accounts.get', id),
      byUsername: (username) => worker.call('accounts.byUsername', username),
    },
    jobs: {
      unfinished: () => worker.call('jobs.unfinished', undefined),
      finishedSince: (instant) => worker.call('jobs.finishedSince', instant),
      get: (id) => worker.call('jobs.get', id),
    },
    sourceFiles: {
      find: async (key) => (await worker.call('sourceFiles.find', [key]))[0]?.[0] ?? null,
      findMany: (keys) => worker.call('sourceFiles.find', keys),
      bySha256: (sha256) => worker.call('sourceFiles.bySha256', sha256),
    },
    frameTables: { get: (id) => worker.call('frameTables.get', id) },
    watchedFolders: { list: () => worker.call('watchedFolders.list', undefined) },
    placements: {
      get: (id) => worker.call('placements.get', id),
      due: (now, limit) => worker.call('placements.due', { now, limit }),
      queue: (offset, limit) => worker.call('placements.queue', { offset, limit }),
      summary: () => worker.call('placements.summary', undefined),
      verified: (after, limit) => worker.call('placements.verified', { after, limit }),
      unplaced: (limit) => worker.call('placements.unplaced', limit),
    },
    originals: {
      count: () => worker.call('originals.count', undefined),
      ids: (after, limit) => worker.call('originals.ids', { after, limit }),
      known: (ids) => worker.call('originals.known', ids),
    },
    arrivals: {
      waitingSidecars: (recordingId) => worker.call('arrivals.waitingSidecars', recordingId),
      kept: () => worker.call('arrivals.kept', undefined),
    },
    uploads: {
      get: (id) => worker.call('uploads.get', id),
      all: () => worker.call('uploads.all', undefined),
    },
    storeSettings: { get: () => worker.call('storeSettings.get', undefined) },
    logs: {
      time: (follows) => times.next(follows ?? null),
      onEntry: (listener) => {
        entryListeners.add(listener);
        return () => entryListeners.delete(listener);
      },
      state: () => worker.call('logs.state', undefined),
      unsent: (limit) => worker.call('logs.unsent', limit),
      objects: (after, limit) => worker.call('logs.objects', { after, limit }),
      positions: () => worker.call('logs.positions', undefined),
      hash: (writer, seq) => worker.call('logs.hash', { writer, seq }),
      objectWith: (hash) => worker.call('logs.objectWith', hash),
      kept: (kind, limit) => worker.call('logs.kept', { kind, limit }),
      telling: (kind) => worker.call('logs.telling', kind),
      troubles: () => worker.call('logs.troubles', undefined),
    },
    audit: {
      head: () => worker.call('audit.head', undefined),
      page: (before, limit) => worker.call('audit.page', { before, limit }),
      read: (after, limit) => worker.call('audit.read', { after, limit }),
      links: (after, limit) => worker.call('audit.links', { after, limit }),
    },
    changes: {
      since: (since, limit) => worker.call('changes.since', { since, limit }),
      head: () => worker.call('changes.head', undefined),
    },
    onHead: (listener) => {
      headListeners.add(listener);
      return () => headListeners.delete(listener);
    },
    integrity: () => worker.call('integrity', undefined),
    close: () => worker.close(),
  };
}
