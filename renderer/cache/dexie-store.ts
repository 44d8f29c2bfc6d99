import { Dexie, type Table } from 'dexie';
import { z } from 'zod';
import { changeSchema } from '#common/contract/index.ts';
import { accountIdSchema, projectIdSchema } from '#common/ids/index.ts';
import { redactionEditSchema } from '#common/redaction/index.ts';
import type { Codec } from './codec.ts';
import { type Draft, kinds, type Position, type ReplicaStore, type Row } from './store.ts';

/** Every database of the station's replicas begins with this. */
export const databasePrefix = 'plainview-';

type StoredRow = { id: string; seq: number; value: unknown };
type StoredDraft = { accountId: string; projectId: string; value: unknown };
type StoredMeta = { key: 'position'; epoch: string | null; seq: number };

const draftSchema = z.object({
  projectId: projectIdSchema,
  accountId: accountIdSchema,
  baseVersion: z.number().int().nonnegative(),
  edits: z.array(redactionEditSchema),
  savedAt: z.number(),
});

/** Keeps rows in IndexedDB, one database for each agency. Throws when the database cannot be opened, read or written. */
export async function openDexieStore(name: string, codec: Codec): Promise<ReplicaStore> {
  const db = new Dexie(name);
  const tables = { recording: 'id', damaged: 'id', project: 'id', render: 'id', release: 'id' };
  db.version(1).stores({ ...tables, meta: 'key', drafts: '[accountId+projectId], accountId' });
  // Only what is new: the others are as they were, and what lies in them stays.
  db.version(2).stores({ placement: 'id' });
  const meta: Table<StoredMeta, string> = db.table('meta');
  const drafts: Table<StoredDraft, [string, string]> = db.table('drafts');
  const rowsOf = (kind: string): Table<StoredRow, string> => db.table(kind);
  const everything = [...kinds, 'meta'];

  const position = async (): Promise<Position> => {
    const stored = await meta.get('position');
    return stored === undefined ? { epoch: null, seq: 0 } : { epoch: stored.epoch, seq: stored.seq };
  };
  const discloseDraft = async (stored: StoredDraft): Promise<Draft> =>
    draftSchema.parse(await codec.disclose(stored.value));

  await db.open();
  // Some browsers open a database they will not write to.
  await db.transaction('rw', meta, async () => {
    const at = await position();
    await meta.put({ key: 'position', ...at });
  });

  return {
    load: async () => {
      const stored = await db.transaction('r', everything, async () => ({
        position: await position(),
        kinds: await Promise.all(kinds.map(async (kind) => ({ kind, rows: await rowsOf(kind).toArray() }))),
      }));
      const rows: Row[] = [];
      for (const { kind, rows: found } of stored.kinds) {
        for (const { id, seq, value } of found) {
          const change = changeSchema.parse({ kind, id, seq, value: await codec.disclose(value) });
          rows.push({ kind, id, seq, value: change.value });
        }
      }
      return { position: stored.position, rows };
    },
    apply: async (changes, next) => {
      // Enclosing may take its time, and a transaction ends when nothing is asked of it: first one, then the other.
      const enclosed = await Promise.all(
        changes.map(async ({ kind, id, seq, value }) => ({
          kind,
          id,
          seq,
          value: value === null ? null : await codec.enclose(value),
        })),
      );
      await db.transaction('rw', everything, async () => {
        const held = await position();
        // Another window was further: its rows are newer than these.
        if (held.epoch === next.epoch && held.seq >= next.seq) return;
        for (const [kind, rows] of Map.groupBy(enclosed, (row) => row.kind)) {
          await rowsOf(kind).bulkDelete(rows.filter(({ value }) => value === null).map(({ id }) => id));
          await rowsOf(kind).bulkPut(
            rows.filter(({ value }) => value !== null).map(({ id, seq, value }) => ({ id, seq, value })),
          );
        }
        await meta.put({ key: 'position', epoch: next.epoch, seq: next.seq });
      });
    },
    forget: () =>
      db.transaction('rw', everything, async () => {
        for (const table of everything) await db.table(table).clear();
      }),
    draft: async (accountId, projectId) => {
      const stored = await drafts.get([accountId, projectId]);
      return stored === undefined ? null : discloseDraft(stored);
    },
    hasDrafts: async () => (await drafts.count()) > 0,
    drafts: async (accountId) =>
      Promise.all((await drafts.where('accountId').equals(accountId).toArray()).map(discloseDraft)),
    putDraft: async (draft) => {
      const { accountId, projectId } = draft;
      await drafts.put({ accountId, projectId, value: await codec.enclose(draft) });
    },
    removeDraft: (accountId, projectId) => drafts.delete([accountId, projectId]),
    close: () => db.close(),
  };
}

/** The databases of all replicas in this browser. */
export async function replicaDatabases(): Promise<readonly string[]> {
  return (await Dexie.getDatabaseNames()).filter((name) => name.startsWith(databasePrefix));
}

/** Deletes a replica's database with everything in it. */
export function deleteDatabase(name: string): Promise<void> {
  return Dexie.delete(name);
}
