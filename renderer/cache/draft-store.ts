import { Dexie, type Table } from 'dexie';
import { z } from 'zod';
import { accountIdSchema, projectIdSchema } from '#common/ids/index.ts';
import { redactionEditSchema } from '#common/redaction/index.ts';
import { type Seal, SealBrokenError } from './seal.ts';
import type { DraftStore } from './store.ts';

type StoredDraft = { projectId: string; sealed: Uint8Array };
type StoredText = { id: string; sealed: Uint8Array };
/** What did not open, as it was found: a draft under its project, or a text under its id. */
type StoredAside = StoredDraft & { number: number };

const draftSchema = z.object({
  projectId: projectIdSchema,
  accountId: accountIdSchema,
  baseVersion: z.number().int().nonnegative(),
  edits: z.array(redactionEditSchema),
  savedAt: z.number(),
});
const textSchema = z.object({ text: z.string() });

function describe(name: string): Dexie {
  // Nobody can write a draft a second time: each is on the disk before it counts as kept.
  const db = new Dexie(name, { chromeTransactionDurability: 'strict' });
  db.version(1).stores({ drafts: 'projectId', aside: '++number' });
  db.version(2).stores({ drafts: 'projectId', texts: 'id', aside: '++number' });
  return db;
}

/**
 * Keeps one person's drafts and unsent texts in IndexedDB, each sealed by itself and bound to its project or place. What does not
 * open is set aside when the store is opened, and comes back when it opens again; nothing is ever deleted here unasked.
 */
export async function openDraftStore(name: string, seal: Seal): Promise<DraftStore> {
  const db = describe(name);
  const drafts: Table<StoredDraft, string> = db.table('drafts');
  const texts: Table<StoredText, string> = db.table('texts');
  const aside: Table<StoredAside, number, StoredDraft> = db.table('aside');
  const draftPlace = (projectId: string): string => `${name}\ndraft\n${projectId}`;
  const textPlace = (id: string): string => `${name}\ntext\n${id}`;
  /** What was sealed for a place; null when it does not open there. */
  const tryOpen = async <T>(sealed: Uint8Array, place: string, schema: z.ZodType<T>): Promise<T | null> => {
    try {
      return schema.parse(await seal.open(sealed, place));
    } catch (thrown) {
      if (thrown instanceof SealBrokenError || thrown instanceof z.ZodError) return null;
      throw thrown;
    }
  };
  const openDraft = ({ projectId, sealed }: StoredDraft) => tryOpen(sealed, draftPlace(projectId), draftSchema);
  const openText = ({ id, sealed }: StoredText) => tryOpen(sealed, textPlace(id), textSchema);

  const setDraftAside = (stored: StoredDraft): Promise<void> =>
    db.transaction('rw', drafts, aside, async () => {
      await aside.add({ projectId: stored.projectId, sealed: stored.sealed });
      await drafts.delete(stored.projectId);
    });
  const setTextAside = ({ id, sealed }: StoredText): Promise<void> =>
    db.transaction('rw', texts, aside, async () => {
      await aside.add({ projectId: id, sealed });
      await texts.delete(id);
    });
  const takeBack = async (stored: StoredAside): Promise<void> => {
    const { number, projectId, sealed } = stored;
    const isDraft = (await openDraft(stored)) !== null;
    if (!isDraft && (await openText({ id: projectId, sealed })) === null) return;
    await db.transaction('rw', drafts, texts, aside, async () => {
      // A newer one in the same place is what the person went on with.
      if ((await (isDraft ? drafts : texts).get(projectId)) !== undefined) return;
      await (isDraft ? drafts.put({ projectId, sealed }) : texts.put({ id: projectId, sealed }));
      await aside.delete(number);
    });
  };

  await db.open();
  for (const stored of await drafts.toArray()) if ((await openDraft(stored)) === null) await setDraftAside(stored);
  for (const stored of await texts.toArray()) if ((await openText(stored)) === null) await setTextAside(stored);
  for (const stored of (await aside.toArray()).toReversed()) await takeBack(stored);
  let left = await aside.count();

  return {
    draft: async (projectId) => {
      const stored = await drafts.get(projectId);
      const draft = stored === undefined ? null : await openDraft(stored);
      if (stored === undefined || draft !== null) return draft;
      await setDraftAside(stored);
      left++;
      return null;
    },
    putDraft: async (draft) => {
      const { projectId } = draft;
      await drafts.put({ projectId, sealed: await seal.seal(draft, draftPlace(projectId)) });
    },
    removeDraft: (projectId) => drafts.delete(projectId),
    text: async (id) => {
      const stored = await texts.get(id);
      const opened = stored === undefined ? null : await openText(stored);
      if (stored === undefined || opened !== null) return opened?.text ?? '';
      await setTextAside(stored);
      left++;
      return '';
    },
    putText: async (id, text) => {
      if (text === '') await texts.delete(id);
      else await texts.put({ id, sealed: await seal.seal({ text }, textPlace(id)) });
    },
    aside: () => left,
    close: () => db.close(),
  };
}

/** Deletes a database of drafts unless something lies in it. */
export async function deleteIfEmpty(name: string): Promise<void> {
  const db = describe(name);
  await db.open();
  const counts = await Promise.all(['drafts', 'texts', 'aside'].map((table) => db.table(table).count()));
  if (counts.every((count) => count === 0)) await db.delete();
  else db.close();
}
