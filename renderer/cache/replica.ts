import type { Change, ChangeKind } from '#common/contract/index.ts';
import type { AgencyId } from '#common/ids/index.ts';
import { noteProblem } from '#renderer/bridge/index.ts';
import { type Codec, plainCodec } from './codec.ts';
import { databasePrefix, deleteDatabase, openDexieStore, replicaDatabases } from './dexie-store.ts';
import { createMemoryStore } from './memory-store.ts';
import { type Draft, kinds, type Position, type ReplicaStore, type Row, type ValueOf } from './store.ts';

/** All things of one kind. The same object as long as nothing of the kind changed. */
export type Snapshot<T> = { readonly all: readonly T[]; readonly byId: ReadonlyMap<string, T> };

/** `stored`: survives a restart of the window. `memory`: this browser keeps nothing; all is well until the window closes. */
export type Durability = 'stored' | 'memory';

/** How far the copy is: being filled for the first time, as new as the catalog, or not told of changes for the moment. */
export type Freshness =
  | { readonly state: 'filling'; readonly done: number; readonly head: number }
  | { readonly state: 'current' }
  | { readonly state: 'behind'; readonly cause: unknown };

/**
 * The copy of one agency's catalog in this window, for reading without asking the core. It can be thrown away at any time;
 * only drafts are a person's own.
 */
export type Replica = {
  readonly agencyId: AgencyId;
  readonly snapshot: <K extends ChangeKind>(kind: K) => Snapshot<ValueOf<K>>;
  readonly position: () => Position;
  readonly durability: () => Durability;
  readonly freshness: () => Freshness;
  /** Tells after every change of rows, durability or freshness. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Takes a page of changes in that ends at `position`. Older changes than the ones held are ignored. */
  readonly apply: (changes: readonly Change[], position: Position) => Promise<void>;
  /** Starts over for another catalog; drafts stay. */
  readonly forget: () => Promise<void>;
  readonly setFreshness: (freshness: Freshness) => void;
  readonly drafts: Pick<ReplicaStore, 'draft' | 'drafts' | 'putDraft' | 'removeDraft'>;
  readonly close: () => void;
};

/** Where the stored form comes from; tests give stores that fail. */
export type StoreOpener = (name: string, codec: Codec) => Promise<ReplicaStore>;

/**
 * Opens an agency's replica. A database that cannot be opened is deleted and made anew; rows that cannot be read are
 * forgotten and pulled again; where nothing can be stored at all, memory takes over. Never fails.
 */
export async function openReplica(
  agencyId: AgencyId,
  options: { readonly codec?: Codec; readonly open?: StoreOpener } = {},
): Promise<Replica> {
  const { codec = plainCodec, open = openDexieStore } = options;
  const name = databasePrefix + agencyId;
  const stored = await openStored(() => open(name, codec), name);
  let store = stored?.store ?? createMemoryStore();
  let durability: Durability = stored === null ? 'memory' : 'stored';
  let position = stored?.position ?? { epoch: null, seq: 0 };
  let freshness: Freshness = { state: 'filling', done: position.seq, head: 0 };
  const rows = new Map<ChangeKind, Map<string, Row>>(kinds.map((kind) => [kind, new Map()]));
  for (const row of stored?.rows ?? []) rows.get(row.kind)?.set(row.id, row);
  const snapshots = new Map<ChangeKind, Snapshot<unknown>>();
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of [...listeners]) listener();
  };

  /** The disk filled up or was taken away: what is shown stays right, and the person is told that it will not be kept. */
  const onStore = async <T>(work: (target: ReplicaStore) => Promise<T>): Promise<T> => {
    try {
      return await work(store);
    } catch (thrown) {
      if (durability === 'memory') throw thrown;
      noteProblem(thrown);
      store.close();
      store = createMemoryStore();
      durability = 'memory';
      tell();
      return work(store);
    }
  };

  return {
    agencyId,
    snapshot: <K extends ChangeKind>(kind: K) => {
      let snapshot = snapshots.get(kind);
      if (snapshot === undefined) {
        const byId = new Map([...(rows.get(kind)?.values() ?? [])].map((row) => [row.id, row.value]));
        snapshot = { byId, all: [...byId.values()] };
        snapshots.set(kind, snapshot);
      }
      // Rows enter only through the contract's schemas, filed under their kind.
      return snapshot as Snapshot<ValueOf<K>>;
    },
    position: () => position,
    durability: () => durability,
    freshness: () => freshness,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    apply: async (changes, next) => {
      for (const { kind, id, seq, value } of changes) {
        const table = rows.get(kind);
        if (table === undefined || (table.get(id)?.seq ?? 0) >= seq) continue;
        if (value === null) table.delete(id);
        else table.set(id, { kind, id, seq, value });
        snapshots.delete(kind);
      }
      position = next;
      tell();
      await onStore((target) => target.apply(changes, next));
    },
    forget: async () => {
      for (const table of rows.values()) table.clear();
      snapshots.clear();
      position = { epoch: null, seq: 0 };
      freshness = { state: 'filling', done: 0, head: 0 };
      tell();
      await onStore((target) => target.forget());
    },
    setFreshness: (next) => {
      freshness = next;
      tell();
    },
    drafts: {
      draft: (accountId, projectId) => onStore((target) => target.draft(accountId, projectId)),
      drafts: (accountId) => onStore((target) => target.drafts(accountId)),
      putDraft: (draft: Draft) => onStore((target) => target.putDraft(draft)),
      removeDraft: (accountId, projectId) => onStore((target) => target.removeDraft(accountId, projectId)),
    },
    close: () => {
      listeners.clear();
      store.close();
    },
  };
}

type Stored = { readonly store: ReplicaStore; readonly position: Position; readonly rows: readonly Row[] };

async function openStored(open: () => Promise<ReplicaStore>, name: string): Promise<Stored | null> {
  try {
    return await openAndLoad(open);
  } catch (first) {
    noteProblem(first);
    try {
      await deleteDatabase(name);
      return await openAndLoad(open);
    } catch (second) {
      noteProblem(second);
      return null;
    }
  }
}

async function openAndLoad(open: () => Promise<ReplicaStore>): Promise<Stored> {
  const store = await open();
  try {
    return { store, ...(await store.load()) };
  } catch (thrown) {
    // The rows are of another version or harmed. They can be had again; drafts cannot.
    noteProblem(thrown);
    try {
      await store.forget();
      return { store, ...(await store.load()) };
    } catch (again) {
      store.close();
      throw again;
    }
  }
}

/**
 * Removes what replicas left in this browser, for when nobody is signed in. Drafts that were never acknowledged are kept for
 * the person who made them; a database without any is deleted.
 */
export async function clearReplicas(codec: Codec = plainCodec): Promise<void> {
  for (const name of await replicaDatabases()) {
    try {
      const store = await openDexieStore(name, codec);
      const kept = await store.hasDrafts();
      await store.forget();
      store.close();
      if (!kept) await deleteDatabase(name);
    } catch (thrown) {
      noteProblem(thrown);
      await deleteDatabase(name);
    }
  }
}
