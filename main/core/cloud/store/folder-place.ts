import { link, lstat, mkdir, open, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ExpectedError } from '#common/errors/index.ts';
import { safeComponents, syncFolder } from '#core/kernel/index.ts';
import { conflict } from './errors.ts';
import { errorCodeOf, linkInTheWay, noHardLinks } from './folder-errors.ts';
import { createFolderLocks, newName } from './folder-locks.ts';
import type { Progress } from './patience.ts';

/** Holds what is not an object yet. No key can name it: keys have no tilde. */
export const hiddenFolder = '.plainview~';
const missing = new Set(['ENOENT', 'ENOTDIR']);
/** File systems of other machines that cannot flush a folder say so like this; they do it when they like, or at once. */
const noFolderFlush = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EACCES', 'EPERM', 'EISDIR', 'EBADF']);
const pieceSize = 1024 * 1024;

/** Capital letters are written as `~` and the small one: half of all disks and shares take `A` and `a` for the same name. */
export function toFileName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `~${letter.toLowerCase()}`);
}

/** The part of a key that a file's name stands for; null when it is none of ours. */
export function fromFileName(fileName: string): string | null {
  if (!/^(?:[a-z0-9._-]|~[a-z])+$/.test(fileName)) return null;
  return fileName.replace(/~([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

export async function flushFolder(path: string): Promise<void> {
  try {
    await syncFolder(path);
  } catch (error) {
    if (!noFolderFlush.has(errorCodeOf(error) ?? '')) throw error;
  }
}

/** Makes one folder, never what is above it: that may be a disk which is not connected. */
async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (errorCodeOf(error) === 'EEXIST') return;
    throw error;
  }
  await flushFolder(dirname(path));
}

/** What lies at a path itself, links not followed; null when nothing does. */
export async function lookAt(path: string): Promise<Awaited<ReturnType<typeof lstat>> | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (missing.has(errorCodeOf(error) ?? '')) return null;
    throw error;
  }
}

/** The store's folder on the disk: where keys lie in it, and how a finished file takes its place. */
export type FolderPlace = ReturnType<typeof createFolderPlace>;

/**
 * `marker`: the key that every store in use has, null before it is founded. A lock that nobody has touched for `lockMs` is
 * one whose holder died.
 */
export function createFolderPlace(root: string, marker: string | null, lockMs: number) {
  const alone = createFolderLocks(() => hidden('locks'), lockMs);

  /** Throws `store-unreachable` unless the folder is there and is the store: an empty mount point must never be filled. */
  async function requireStore(): Promise<void> {
    // The person may have named a link; below it there are none.
    if ((await lookAt(join(root, '.')))?.isDirectory() !== true) {
      throw new ExpectedError('store-unreachable', 'The folder of the store is not there.', {
        subject: root,
        nextStep: 'Connect the disk or network share. Plainview never makes this folder itself.',
      });
    }
    if (marker === null || (await lookAt(spell(marker)))?.isFile() === true) return;
    throw new ExpectedError('store-unreachable', 'The folder is there, but the store is not in it.', {
      subject: root,
      nextStep: 'Connect the disk or network share: what is seen now is probably the empty folder beneath it.',
    });
  }

  function spell(key: string): string {
    return join(root, ...safeComponents(key).map(toFileName));
  }

  /** Where a key lies. Throws `store-refused` when a link is in the way; what does not exist yet is not looked at. */
  async function pathOf(key: string): Promise<string> {
    let path = root;
    for (const name of safeComponents(key)) {
      path = join(path, toFileName(name));
      if ((await lookAt(path))?.isSymbolicLink() === true) throw linkInTheWay(path);
    }
    return path;
  }

  /** Makes the folders above a key. Throws `store-conflict` when an object has the name of one. */
  async function makeFoldersFor(key: string): Promise<void> {
    let path = root;
    for (const name of safeComponents(key).slice(0, -1)) {
      path = join(path, toFileName(name));
      await makeOne(path);
      const found = await lookAt(path);
      if (found?.isSymbolicLink() === true) throw linkInTheWay(path);
      if (found?.isFile() === true) throw conflict('An object lies where this one needs a folder.', key);
    }
  }

  /** Takes away folders above a key that have become empty. */
  async function removeEmptyFolders(key: string): Promise<void> {
    const names = safeComponents(key).slice(0, -1).map(toFileName);
    for (; names.length > 0; names.pop()) {
      try {
        await rmdir(join(root, ...names));
      } catch (error) {
        // Not empty, or somebody else's turn: an empty folder harms nobody.
        if (errorCodeOf(error) === null) throw error;
        return;
      }
    }
  }

  /** A folder of ours beside the objects. */
  async function hidden(name: 'new' | 'uploads' | 'locks'): Promise<string> {
    const path = join(root, hiddenFolder, name);
    await makeOne(join(root, hiddenFolder));
    await makeOne(path);
    for (const folder of [dirname(path), path]) {
      if ((await lookAt(folder))?.isSymbolicLink() === true) throw linkInTheWay(folder);
    }
    return path;
  }

  /** Writes a file that is not an object yet, flushed. Whoever asked removes it. */
  async function writeNew(bytes: Uint8Array, progress: Progress): Promise<string> {
    const path = join(await hidden('new'), newName());
    try {
      await using file = await open(path, 'wx');
      for (let at = 0; at < bytes.byteLength; at += pieceSize) {
        await file.writeFile(bytes.subarray(at, at + pieceSize));
        progress.moved();
      }
      await file.sync();
      progress.moved();
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    return path;
  }

  /** Gives a finished file its key. `matches` is asked about what is there now, while nobody else may change it. */
  async function settle(
    file: string,
    key: string,
    condition: 'absent' | 'any' | { readonly matches: (path: string) => Promise<boolean> },
    progress: Progress,
  ): Promise<string> {
    const path = await pathOf(key);
    for (let attempt = 1; ; attempt++) {
      await makeFoldersFor(key);
      try {
        if (condition === 'absent') await settleOnce(file, path, key, progress);
        else {
          await alone(key, progress, async (stillAlone) => {
            if (condition !== 'any' && !(await condition.matches(path))) throw notAsRead(key);
            await stillAlone();
            await rename(file, path);
          });
        }
        break;
      } catch (error) {
        // A folder that had become empty was taken away between making it and using it.
        if (errorCodeOf(error) === 'ENOENT' && attempt < 3 && (await lookAt(file)) !== null) continue;
        const blocked = errorCodeOf(error) === 'EISDIR' || errorCodeOf(error) === 'ENOTEMPTY';
        throw blocked ? conflict('Other objects lie below this key.', key) : error;
      }
    }
    await flushFolder(dirname(path));
    return path;
  }

  /** A link never replaces anything, whoever else writes. Where there are none, the lock has to do. */
  async function settleOnce(file: string, path: string, key: string, progress: Progress): Promise<void> {
    try {
      await link(file, path);
    } catch (error) {
      const code = errorCodeOf(error) ?? '';
      if (code === 'EEXIST') {
        // A share may carry out a request twice when its first answer was lost.
        const [mine, there] = [await lookAt(file), await lookAt(path)];
        if (mine !== null && there !== null && mine.nlink === 2 && mine.ino === there.ino) return;
        throw alreadyThere(key);
      }
      if (!noHardLinks.has(code)) throw error;
      await alone(key, progress, async (stillAlone) => {
        if ((await lookAt(path)) !== null) throw alreadyThere(key);
        await stillAlone();
        await rename(file, path);
      });
    }
    await rm(file, { force: true });
  }

  /** Takes away our own folders as far as they are empty. */
  async function tidy(): Promise<void> {
    for (const name of ['new/', 'uploads/', 'locks/', '']) {
      try {
        await rmdir(join(root, hiddenFolder, name));
      } catch (error) {
        if (errorCodeOf(error) === null) throw error;
      }
    }
  }

  return { requireStore, spell, pathOf, removeEmptyFolders, hidden, writeNew, alone, settle, tidy };
}

function alreadyThere(key: string): ExpectedError {
  return conflict('The store has an object of this name already; it was not touched.', key);
}

function notAsRead(key: string): ExpectedError {
  return conflict('The object in the store is no longer the one that was read; it was not touched.', key);
}
