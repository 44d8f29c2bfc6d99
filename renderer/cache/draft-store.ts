import { Dexie, type Table } from 'dexie';
import { z } from 'zod';
import { accountIdSchema, projectIdSchema } from '#common/ids/index.ts';
import { redactionEditSchema } from '#common/redaction/index.ts';
import { type Seal, SealBrokenError } from './seal.ts';
import type { Draft, DraftStore } from './store.ts';

type StoredDraft = { projectId: string; sealed: Uint8Array };
/** A draft that did not open, as it was found. */
type StoredAside = StoredDraft & { number: number };

const draftSchema = z.object({
  projectId: projectIdSchema,
  accountId: accountIdSchema,
  baseVersion: z.number().int().nonnegative(),
  edits: z.array(redactionEditSchema),
  savedAt: z.number(),
});

function describe(name: string): Dexie {
  // Nobody can write a draft a second time: each is on the disk before it counts as kept.
  const db = new Dexie(name, { chromeTransactionDurability: 'strict' });
  db.version(1).stores({ drafts: 'projectId', aside: '++number' });
  return db;
}

/**
 * Keeps one person's drafts in IndexedDB, each sealed by itself and bound to its project. Drafts that do not open are set
 * aside when the store is opened, and come back when they open again; none is ever deleted here unasked.
 */
export async function openDraftStore(name: string, seal: Seal): Promise<DraftStore> {
  const db = describe(name);
  const drafts: Table<StoredDraft, string> = db.table('drafts');
  const aside: Table<StoredAside, number, StoredDraft> = db.table('aside');
  const place = (projectId: string): string => `${name}\ndraft\n${projectId}`;
  const open = async ({ sealed, projectId }: StoredDraft): Promise<Draft> =>
    draftSchema.parse(await seal.open(sealed, place(projectId)));
  const opens = async (stored: StoredDraft): Promise<boolean> => {
    try {
      await open(stored);
      return true;
    } catch (thrown) {
      if (thrown instanceof SealBrokenError || thrown instanceof z.ZodError) return false;
      throw thrown;
    }
  };

  const setAside = async (stored: StoredDraft): Promise<void> =>
    db.transaction('rw', drafts, aside, async () => {
      await aside.add({ projectId: stored.projectId, sealed: stored.sealed });
      await drafts.delete(stored.projectId);
    });
  const takeBack = async ({ number, projectId, sealed }: StoredAside): Promise<void> =>
    db.transaction('rw', drafts, aside, async () => {
      // A newer draft of the same project is what the person went on with.
      if ((await drafts.get(projectId)) !== undefined) return;
      await drafts.put({ projectId, sealed });
      await aside.delete(number);
    });

  await db.open();
  for (const stored of await drafts.toArray()) if (!(await opens(stored))) await setAside(stored);
  for (const stored of (await aside.toArray()).toReversed()) if (await opens(stored)) await takeBack(stored);
  let left = await aside.count();

  return {
    draft: async (projectId) => {
      const stored = await drafts.get(projectId);
      if (stored === undefined) return null;
      if (await opens(stored)) return open(stored);
      await setAside(stored);
      left++;
      return null;
    },
    putDraft: async (draft) => {
      const { projectId } = draft;
      await drafts.put({ projectId, sealed: await seal.seal(draft, place(projectId)) });
    },
    removeDraft: (projectId) => drafts.delete(projectId),
    aside: () => left,
    close: () => db.close(),
  };
}

/** Deletes a database of drafts unless something lies in it. */
export async function deleteIfEmpty(name: string): Promise<void> {
  const db = describe(name);
  await db.open();
  const left = (await db.table('drafts').count()) + (await db.table('aside').count());
  if (left === 0) await db.delete();
  else db.close();
}
