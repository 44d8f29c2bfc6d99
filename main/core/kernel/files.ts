import { mkdirSync, statSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { randomBytes } from './random.ts';

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
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'EEXIST' && statSync(path).isDirectory()) return;
    const parent = dirname(path);
    if (code !== 'ENOENT' || parent === path || statSync(parent, { throwIfNoEntry: false }) !== undefined) throw error;
    makeFolder(parent);
    mkdirSync(path, { mode: 0o700 });
  }
}
