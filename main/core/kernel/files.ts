import { constants, mkdirSync, statSync } from 'node:fs';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { randomBytes } from './random.ts';
import { systemCode } from './system-code.ts';

/** Windows has neither; without O_NONBLOCK, opening a pipe would wait for its writer for ever. */
const careful = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** Linux alone has it; the types promise it everywhere. */
const noAccessTime: number = process.platform === 'linux' ? constants.O_NOATIME : 0;

/**
 * Opens a file of somebody else's for reading and leaves no trace of it where the system lets us: reading a card must not
 * even write the date of last access on it. Links are refused (ELOOP), pipes do not block. `flags` are added to these.
 */
export async function openUntouched(path: string, flags = 0): Promise<FileHandle> {
  const wanted = constants.O_RDONLY | careful | flags;
  if (noAccessTime === 0) return open(path, wanted);
  try {
    return await open(path, wanted | noAccessTime);
  } catch (error) {
    // Only the owner of a file may ask for this.
    if (systemCode(error) !== 'EPERM') throw error;
    return open(path, wanted);
  }
}

/**
 * Makes renames and removals in a folder survive a power cut. Windows has no such call for folders and orders its
 * journal itself, so nothing is done there.
 */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  await using folder = await open(path, 'r');
  await folder.sync();
}

/**
 * Writes a small file so that a reader sees either the old or the new bytes, never a part, even after a power cut.
 * `mode` is the POSIX permission of the new file (default 0o600). Errors of the file system are thrown as they are.
 */
export async function writeFileAtomic(
  path: string,
  bytes: Uint8Array | string,
  options: { readonly mode?: number } = {},
): Promise<void> {
  const folder = dirname(path);
  const unique = Buffer.from(randomBytes(6)).toString('hex');
  const temporary = join(folder, `.${basename(path)}.${unique}.tmp`);
  try {
    {
      await using file = await open(temporary, 'wx', options.mode ?? 0o600);
      await file.writeFile(bytes);
      await file.sync();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/**
 * Makes a private folder (mode 0o700) and whatever is missing above it; an existing one is left as it is. Blocking, for
 * starts. Node's own recursive mkdir never ends where the system answers ENOENT to the last step (below /proc), so the
 * steps are taken here. Errors of the file system are thrown as they are.
 */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const code = systemCode(error);
    if (code === 'EEXIST' && statSync(path).isDirectory()) return;
    const parent = dirname(path);
    if (code !== 'ENOENT' || parent === path || statSync(parent, { throwIfNoEntry: false }) !== undefined) throw error;
    makeFolder(parent);
    mkdirSync(path, { mode: 0o700 });
  }
}
