import { type FileHandle, link, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { randomBytes, sha256Hex } from '#core/kernel/index.ts';
import { conflict } from './errors.ts';
import { errorCodeOf, noHardLinks } from './folder-errors.ts';
import type { Progress } from './patience.ts';

export function newName(): string {
  return Buffer.from(randomBytes(16)).toString('hex');
}

/** One at a time for a key, on all stations that see the folder. A lock whose holder died is broken after a while. */
export function createFolderLocks(folder: () => Promise<string>, lockMs: number) {
  return async function alone<T>(
    key: string,
    progress: Progress,
    work: (stillAlone: () => Promise<void>) => Promise<T>,
  ) {
    const path = join(await folder(), sha256Hex(new TextEncoder().encode(key)).slice(0, 40));
    const token = newName();
    let seen = { token: '', since: performance.now() };
    while (!(await tryLock(path, token))) {
      progress.signal.throwIfAborted();
      const holder = await readLock(path);
      if (holder !== seen.token) seen = { token: holder, since: performance.now() };
      else if (performance.now() - seen.since > lockMs) await breakLock(path, seen.token);
      // A holder at work is no stall of the share.
      progress.moved();
      await sleep(40);
    }
    try {
      return await work(async () => {
        if ((await readLock(path)) !== token) throw conflict('Another station changed this object meanwhile.', key);
      });
    } finally {
      if ((await readLock(path)) === token) await rm(path, { force: true });
    }
  };
}

async function tryLock(path: string, token: string): Promise<boolean> {
  let file: FileHandle;
  try {
    file = await open(path, 'wx');
  } catch (error) {
    if (errorCodeOf(error) === 'EEXIST') return false;
    throw error;
  }
  try {
    await file.writeFile(token);
    return true;
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

/**
 * Takes away the lock of a holder that died, and only that: another station may have broken it a moment ago and hold one of its
 * own by now. Where that cannot be put back, its holder finds it gone before it changes anything.
 */
async function breakLock(path: string, dead: string): Promise<void> {
  const taken = `${path}-${newName()}`;
  try {
    await rename(path, taken);
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return;
    throw error;
  }
  try {
    if ((await readLock(taken)) !== dead) await link(taken, path);
  } catch (error) {
    const code = errorCodeOf(error) ?? '';
    if (code !== 'EEXIST' && !noHardLinks.has(code)) throw error;
  } finally {
    await rm(taken, { force: true });
  }
}

async function readLock(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return '';
    throw error;
  }
}
