import { Dexie } from 'dexie';
import { noteProblem } from '#renderer/bridge/index.ts';

/** Chromium's storage buckets: places of one origin that are harmed and deleted each by itself. */
type Buckets = {
  readonly keys: () => Promise<readonly string[]>;
  readonly open: (name: string, options: { readonly durability: 'strict' }) => Promise<Bucket>;
  readonly delete: (name: string) => Promise<void>;
};
type Bucket = { readonly indexedDB: IDBFactory };

const spare = 'plainview-spare';
let chosen: Promise<void> | null = null;

/**
 * Chooses where this window's databases lie, once: in the browser's ordinary place. When that is so harmed that the browser can
 * neither open nor delete anything in it, from then on in a spare place. Never fails.
 */
export function chooseStorage(): Promise<void> {
  chosen ??= choose().catch(noteProblem);
  return chosen;
}

async function choose(): Promise<void> {
  const { storageBuckets: buckets } = globalThis.navigator as { readonly storageBuckets?: Buckets };
  if (buckets === undefined) return;
  // Once begun, the spare place stays the one: drafts may lie in it.
  if (!(await buckets.keys()).includes(spare) && (await opens(indexedDB))) return;
  const bucket = await buckets.open(spare, { durability: 'strict' });
  if (await opens(bucket.indexedDB)) {
    Dexie.dependencies.indexedDB = bucket.indexedDB;
    return;
  }
  await buckets.delete(spare);
  Dexie.dependencies.indexedDB = (await buckets.open(spare, { durability: 'strict' })).indexedDB;
}

/** A browser that finds its storage harmed often mends it as it refuses it: the second answer counts. */
async function opens(factory: IDBFactory): Promise<boolean> {
  for (const last of [false, true]) {
    try {
      await factory.databases();
      return true;
    } catch (thrown) {
      if (last) noteProblem(thrown);
    }
  }
  return false;
}
