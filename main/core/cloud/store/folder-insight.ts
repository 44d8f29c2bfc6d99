import { readdir, stat } from 'node:fs/promises';
import { ExpectedError } from '#common/errors/index.ts';
import { fromFileName, hiddenFolder } from './folder-place.ts';
import type { StoreInsight } from './insight.ts';
import type { ObjectStore, StoreCall } from './port.ts';

/** What file systems and desktops put into every folder or disk by themselves. */
const putByTheSystem = new Set([
  '.ds_store',
  '.fseventsd',
  '.spotlight-v100',
  '.temporaryitems',
  '.trashes',
  '$recycle.bin',
  'desktop.ini',
  'lost+found',
  'system volume information',
  'thumbs.db',
]);

function isPutByTheSystem(name: string): boolean {
  return putByTheSystem.has(name.toLowerCase()) || /^\.(?:Trash-\d+|snapshots?|nfs[0-9a-f]+)$/.test(name);
}

const writableByEverybody = 0o002;
/** In such a folder everybody may write, but only the owner of a file may remove it. */
const sticky = 0o1000;

type Ask = <T>(given: StoreCall | undefined, work: () => Promise<T>) => Promise<T>;

/** What a folder can tell of itself: it has no versions and locks nothing. */
export function createFolderInsight(
  folder: string,
  port: Pick<ObjectStore, 'put' | 'head' | 'list' | 'remove' | 'listUploads' | 'abortUpload'>,
  ask: Ask,
): StoreInsight {
  return {
    clockSkew: () => null,
    versioning: () => Promise.resolve('off'),
    objectLock: () => Promise.resolve({ state: 'off' }),
    tryDelete: async (key, given) => {
      await port.remove(key, given);
      return 'deleted';
    },
    putWithWrongMd5: () => Promise.resolve('untried'),
    putIf: async (key, bytes, condition, given) => {
      try {
        await port.put(key, bytes, { ...given, condition });
        return 'accepted';
      } catch (error) {
        if (error instanceof ExpectedError && error.code === 'store-conflict') return 'refused';
        throw error;
      }
    },
    excess: (given) =>
      ask(given, async () => {
        // Windows keeps its rights elsewhere; what it tells here says nothing.
        if (process.platform === 'win32') return [];
        const { mode } = await stat(folder);
        return (mode & writableByEverybody) !== 0 && (mode & sticky) === 0 ? ['everybody-writes'] : [];
      }),
    holdsMoreThan: (prefix, given) =>
      ask(given, async () => {
        const first = prefix.split('/', 1)[0] ?? '';
        const names = await readdir(folder);
        return names.some((name) => name !== hiddenFolder && !isPutByTheSystem(name) && fromFileName(name) !== first);
      }),
    erase: async (prefix, given) => {
      const before = given?.before ?? Number.POSITIVE_INFINITY;
      const call: StoreCall = given?.signal === undefined ? {} : { signal: given.signal };
      for (const { key, upload, begunAt } of await port.listUploads(prefix, call)) {
        if (begunAt < before) await port.abortUpload(key, upload, call);
      }
      let remaining = 0;
      for (let after: string | null = ''; after !== null; ) {
        const page = await port.list(prefix, { ...call, ...(after === '' ? {} : { after }) });
        for (const { key, modifiedAt } of page.objects) {
          if (modifiedAt >= before) continue;
          try {
            await port.remove(key, call);
          } catch (error) {
            if (!(error instanceof ExpectedError && error.code === 'store-refused')) throw error;
            remaining++;
          }
        }
        after = page.next;
      }
      return { remaining };
    },
  };
}
