import { constants } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ExpectedError } from '#common/errors/index.ts';
import { type Clock, md5Hex, systemClock } from '#core/kernel/index.ts';
import { conflict, notFound } from './errors.ts';
import { errorCodeOf, folderFailure, linkInTheWay } from './folder-errors.ts';
import { createFolderInsight } from './folder-insight.ts';
import { createFolderPlace, flushFolder, lookAt } from './folder-place.ts';
import { createFolderUploads } from './folder-uploads.ts';
import { createWalks } from './folder-walk.ts';
import type { InspectableStore } from './insight.ts';
import { checkKey, checkKeyPrefix, checkPartNumber, checkPartSize, checkRange, longestPage } from './keys.ts';
import { type Progress, patiently } from './patience.ts';
import type { KeyPage, ObjectHead, ObjectStore, PutCondition, StoreCall } from './port.ts';

export type FolderStoreOptions = {
  /** Absolute, and there already: it is never made here. */
  readonly folder: string;
  /**
   * A key that every store in use has. While it is not there the store counts as unreachable: a share that lost its mount
   * leaves an empty folder behind. Null only before the store is founded.
   */
  readonly marker: string | null;
  /** The store counts as unreachable after so long without a step. */
  readonly stallMs?: number;
  /** A change that another station began and has not ended for so long is taken for dead. */
  readonly lockMs?: number;
  readonly clock?: Clock;
};

/** Up to this size an object's ETag is the MD5 of its content; larger ones have none, nothing is decided by theirs. */
const largestWithEtag = 4 * 1024 * 1024;
const pieceSize = 1024 * 1024;
const looksAtOnce = 32;
/** Windows has no such flag; there `pathOf` alone keeps links out. */
const noLink = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW;

type Opened = { readonly file: FileHandle; readonly sizeBytes: number; readonly modifiedAt: number };

/** The store in a folder, which may be a network share that several stations see. */
export function openFolderStore(options: FolderStoreOptions): InspectableStore {
  const { folder, stallMs = 120_000, lockMs = 20_000, clock = systemClock } = options;
  const place = createFolderPlace(folder, options.marker, lockMs);
  const uploads = createFolderUploads(place, clock);
  const walks = createWalks(folder);

  /** Every call: patience, the folder looked at, errors in the port's words. */
  async function call<T>(given: StoreCall | undefined, work: (progress: Progress) => Promise<T>): Promise<T> {
    try {
      return await patiently({ stallMs, signal: given?.signal, place: folder }, async (progress) => {
        await place.requireStore();
        return await work(progress);
      });
    } catch (error) {
      throw folderFailure(error, folder);
    }
  }

  /** A change: looked at afterwards too, so that nothing is acknowledged which went beneath a lost mount. */
  function change<T>(given: StoreCall | undefined, work: (progress: Progress) => Promise<T>): Promise<T> {
    return call(given, async (progress) => {
      try {
        return await work(progress);
      } finally {
        walks.forget();
        await place.requireStore();
      }
    });
  }

  async function opened<T>(key: string, work: (object: Opened) => Promise<T>): Promise<T | null> {
    const path = await place.pathOf(key);
    let file: FileHandle;
    try {
      // Windows and macOS open a folder too, and a pipe would be waited for.
      if ((await lookAt(path))?.isFile() !== true) return await gone();
      file = await open(path, constants.O_RDONLY | noLink);
    } catch (error) {
      if (errorCodeOf(error) === 'ELOOP') throw linkInTheWay(path, error);
      if (errorCodeOf(error) !== 'ENOENT') throw error;
      return await gone();
    }
    try {
      const { size, mtimeMs } = await file.stat();
      return await work({ file, sizeBytes: size, modifiedAt: Math.round(mtimeMs) });
    } finally {
      await file.close();
    }
  }

  /** That something is not there may be said only of a store that is. */
  async function gone(): Promise<null> {
    await place.requireStore();
    return null;
  }

  async function read(
    object: Opened,
    start: number,
    end: number,
    key: string,
    progress: Progress,
  ): Promise<Uint8Array> {
    const bytes = new Uint8Array(end - start);
    for (let at = 0; at < bytes.byteLength; ) {
      const wanted = Math.min(pieceSize, bytes.byteLength - at);
      const { bytesRead } = await object.file.read(bytes, at, wanted, start + at);
      if (bytesRead === 0) {
        throw new ExpectedError('verification-failed', 'The object in the store ends earlier than it should.', {
          subject: key,
        });
      }
      at += bytesRead;
      progress.moved();
    }
    return bytes;
  }

  async function etagOf(object: Opened, key: string, progress: Progress): Promise<string | null> {
    if (object.sizeBytes > largestWithEtag) return null;
    return md5Hex(await read(object, 0, object.sizeBytes, key, progress));
  }

  function headOf(key: string, progress: Progress): Promise<ObjectHead | null> {
    return opened(key, async (object) => ({
      key,
      sizeBytes: object.sizeBytes,
      etag: await etagOf(object, key, progress),
      modifiedAt: object.modifiedAt,
      version: null,
      retainUntil: null,
    }));
  }

  async function settle(file: string, key: string, condition: PutCondition | undefined, progress: Progress) {
    const matches = async (etag: string) => (await opened(key, (object) => etagOf(object, key, progress))) === etag;
    if (condition === undefined) await place.settle(file, key, 'any', progress);
    else if ('ifAbsent' in condition) await place.settle(file, key, 'absent', progress);
    else await place.settle(file, key, { matches: () => matches(condition.ifMatch) }, progress);
    const head = await headOf(key, progress);
    if (head === null) throw conflict('The object was removed as soon as it was there.', key);
    return head;
  }

  const port: ObjectStore = {
    kind: 'folder',
    describe: () => `Folder ${folder}`,
    put: async (key, bytes, given) => {
      checkKey(key);
      return change(given, async (progress) => {
        const file = await place.writeNew(bytes, progress);
        try {
          return await settle(file, key, given?.condition, progress);
        } finally {
          await rm(file, { force: true });
        }
      });
    },
    head: async (key, given) => {
      checkKey(key);
      return call(given, (progress) => headOf(key, progress));
    },
    get: async (key, given) => {
      checkKey(key);
      const range = given?.range;
      if (range !== undefined) checkRange(range);
      return call(given, async (progress) => {
        const found = await opened(key, async (object) => {
          const end = Math.min(range?.end ?? object.sizeBytes, object.sizeBytes);
          const start = Math.min(range?.start ?? 0, end);
          const bytes = await read(object, start, end, key, progress);
          const whole = bytes.byteLength === object.sizeBytes && object.sizeBytes <= largestWithEtag;
          const etag = whole ? md5Hex(bytes) : await etagOf(object, key, progress);
          return { bytes, sizeBytes: object.sizeBytes, etag };
        });
        if (found === null) throw notFound(key);
        return found;
      });
    },
    list: async (prefix, given) => {
      checkKeyPrefix(prefix);
      return call(given, async (progress): Promise<KeyPage> => {
        const limit = Math.min(given?.limit ?? longestPage, longestPage);
        const { keys, more } = await walks.page(prefix, given?.after ?? '', limit);
        progress.moved();
        const objects: KeyPage['objects'][number][] = [];
        for (let at = 0; at < keys.length; at += looksAtOnce) {
          const some = keys.slice(at, at + looksAtOnce);
          const found = await Promise.all(some.map(async (key) => ({ key, file: await lookAt(place.spell(key)) })));
          for (const { key, file } of found) {
            if (file?.isFile() !== true) continue;
            objects.push({
              key,
              sizeBytes: Number(file.size),
              modifiedAt: Math.round(Number(file.mtimeMs)),
              etag: null,
            });
          }
          progress.moved();
        }
        await place.requireStore();
        return { objects, next: more ? (keys.at(-1) ?? null) : null };
      });
    },
    remove: async (key, given) => {
      checkKey(key);
      await change(given, async (progress) => {
        const path = await place.pathOf(key);
        if ((await lookAt(path))?.isFile() !== true) return;
        await place.alone(key, progress, () => rm(path, { force: true }));
        await flushFolder(dirname(path));
        await place.removeEmptyFolders(key);
      });
    },
    beginUpload: async (key, partSize, given) => {
      checkKey(key);
      checkPartSize(partSize);
      return change(given, () => uploads.begin(key, partSize));
    },
    putPart: async (key, upload, part, given) => {
      checkKey(key);
      checkPartNumber(part.number);
      return change(given, (progress) => uploads.putPart(key, upload, part.number, part.bytes, progress));
    },
    listParts: async (key, upload, given) => {
      checkKey(key);
      return call(given, () => uploads.list(key, upload));
    },
    completeUpload: async (key, upload, parts, given) => {
      checkKey(key);
      return change(given, async (progress) => {
        const { data, folder: made } = await uploads.assemble(key, upload, parts);
        progress.moved();
        const head = await settle(data, key, given?.condition, progress);
        await uploads.discard(made);
        return head;
      });
    },
    abortUpload: async (key, upload, given) => {
      checkKey(key);
      await change(given, () => uploads.abort(upload));
    },
    listUploads: async (prefix, given) => {
      checkKeyPrefix(prefix);
      return call(given, () => uploads.listAll(prefix));
    },
    retain: (key) => {
      checkKey(key);
      const error = new ExpectedError('store-unsupported', 'A folder cannot refuse deletion for a time.', {
        subject: key,
        nextStep: 'Use a store with Object Lock, or protect the folder by the rights of its file server.',
      });
      return Promise.reject(error);
    },
    close: () => place.tidy(),
  };
  return { ...port, ...createFolderInsight(folder, port, call) };
}
