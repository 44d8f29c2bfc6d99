import type { Change, ChangeKind } from '#common/contract/index.ts';
import type { AccountId } from '#common/ids/index.ts';
import { draftsName, rowsName } from './databases.ts';
import { openDraftStore } from './draft-store.ts';
import { type Drafts, keepDrafts } from './drafts.ts';
import { openRowStore } from './row-store.ts';
import { keepRows, type RowStoreOpener } from './rows.ts';
import type { Seal } from './seal.ts';
import { chooseStorage } from './storage.ts';
import { kinds, nowhere, type Position, type Row, type ValueOf } from './store.ts';

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
  readonly snapshot: <K extends ChangeKind>(kind: K) => Snapshot<ValueOf<K>>;
  /** Resolves when everything that was stored is here; before that, it has no position to pull from. Never rejects. */
  readonly whole: Promise<void>;
  readonly position: () => Position;
  readonly durability: () => Durability;
  readonly freshness: () => Freshness;
  /** How many of the person's drafts do not open with the key of this session. They are kept as they are. */
  readonly draftsAside: () => number;
  /** Tells after every change of rows, durability, freshness or drafts set aside. */
  readonly subscribe: (listener: () => void) => () => void;
  /** Takes a page of changes in that ends at `position`. Older changes than the ones held are ignored. */
  readonly apply: (changes: readonly Change[], position: Position) => Promise<void>;
  /** Starts over for another catalog; drafts stay. */
  readonly forget: () => Promise<void>;
  readonly setFreshness: (freshness: Freshness) => void;
  readonly drafts: Drafts;
  /** Forgets every row at once, and the key when the drafts under way are written. */
  readonly close: () => Promise<void>;
};

/** So many rows of the first screen are worth showing before the others are opened. */
const firstRows = 60;

/**
 * Opens a person's replica; resolves as soon as the first rows can be shown. What cannot be opened, was sealed with another key
 * or is harmed is thrown away and pulled again; where nothing can be stored at all, memory takes over. Nothing is ever written
 * unsealed. Never fails.
 */
export async function openReplica(
  accountId: AccountId,
  seal: Seal,
  options: { readonly open?: RowStoreOpener } = {},
): Promise<Replica> {
  await chooseStorage();
  const listeners = new Set<() => void>();
  const tell = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const stored = keepRows(rowsName(accountId), seal, options.open ?? openRowStore, tell);
  const drafts = keepDrafts(accountId, openDraftStore(draftsName(accountId), seal), tell);
  let position = nowhere;
  let freshness: Freshness = { state: 'filling', done: 0, head: 0 };
  const rows = new Map<ChangeKind, Map<string, Row>>(kinds.map((kind) => [kind, new Map()]));
  const snapshots = new Map<ChangeKind, Snapshot<unknown>>();
  const dropRows = (): void => {
    for (const table of rows.values()) table.clear();
    snapshots.clear();
    position = nowhere;
  };
  const allRows = (): readonly Row[] => [...rows.values()].flatMap((table) => [...table.values()]);

  const first = Promise.withResolvers<null>();
  const whole = (async () => {
    position = await stored.read((kind, page) => {
      for (const row of page) rows.get(kind)?.set(row.id, row);
      if ((rows.get('recording')?.size ?? 0) >= firstRows) first.resolve(null);
    }, dropRows);
    snapshots.clear();
    first.resolve(null);
    tell();
  })();
  await first.promise;

  return {
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
    whole,
    position: () => position,
    durability: () => (stored.stored() && drafts.stored() ? 'stored' : 'memory'),
    freshness: () => freshness,
    draftsAside: drafts.aside,
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
      const before = position;
      position = next;
      tell();
      await stored.add(changes, before, next, allRows);
    },
    forget: async () => {
      dropRows();
      freshness = { state: 'filling', done: 0, head: 0 };
      tell();
      await stored.clear();
    },
    setFreshness: (next) => {
      freshness = next;
      tell();
    },
    drafts,
    close: async () => {
      listeners.clear();
      stored.close();
      dropRows();
      await drafts.close();
      seal.forget();
    },
  };
}
