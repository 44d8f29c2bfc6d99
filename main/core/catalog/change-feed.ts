import type { Change, ChangeKind } from '#common/contract/index.ts';
import type { Store } from './store.ts';

type FeedRow = { readonly seq: number; readonly kind: ChangeKind; readonly id: string; readonly deleted: number };

/** Reads the present value of a thing; null when it is not there. */
export type ReadThing = (kind: ChangeKind, id: string) => Change['value'];

/** The newest number given out; 0 before the first change. The newest row never leaves the table, so it is the greatest. */
export function feedHead(store: Store): number {
  return (store.get('SELECT max(seq) AS seq FROM change_feed') as { seq: number | null } | undefined)?.seq ?? 0;
}

/** Gives a thing's change the next number. To be called inside the transaction that changes it. */
export function recordChange(store: Store, kind: ChangeKind, id: string, deleted: boolean): void {
  store.run(
    `INSERT INTO change_feed (seq, kind, id, deleted) VALUES (?, ?, ?, ?)
     ON CONFLICT (kind, id) DO UPDATE SET seq = excluded.seq, deleted = excluded.deleted`,
    feedHead(store) + 1,
    kind,
    id,
    deleted ? 1 : 0,
  );
}

/** The feed after `since`, in order, with the values as they are now. */
export function changesSince(
  store: Store,
  readThing: ReadThing,
  since: number,
  limit: number,
): { readonly changes: readonly Change[]; readonly head: number } {
  return store.reading(() => {
    const rows = store.all(
      'SELECT seq, kind, id, deleted FROM change_feed WHERE seq > ? ORDER BY seq LIMIT ?',
      since,
      limit,
    ) as readonly FeedRow[];
    const changes = rows.map(({ seq, kind, id, deleted }) => {
      const value = deleted === 1 ? null : readThing(kind, id);
      if (deleted === 0 && value === null) throw new Error(`The feed names ${kind} ${id}, which is not stored.`);
      return { seq, kind, id, value } as Change;
    });
    return { changes, head: feedHead(store) };
  });
}
