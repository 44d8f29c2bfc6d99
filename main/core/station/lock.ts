import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedError } from '#common/errors/index.ts';

/** Held as long as this process works with the data folder. */
export type StationLock = { release(): Promise<void> };

const attempts = 3;

/**
 * Takes the data folder for this process: two stations on one folder would run the same jobs twice. A lock whose process is
 * gone is taken over. Throws `station-busy`.
 */
export async function takeLock(dataDir: string): Promise<StationLock> {
  const path = join(dataDir, 'station.lock');
  for (let attempt = 0; attempt < attempts; attempt++) {
    try {
      await using file = await open(path, 'wx', 0o600);
      await file.writeFile(`${process.pid}\n`);
      return { release: () => rm(path, { force: true }) };
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
    const holder = await readHolder(path);
    if (holder !== null && isRunning(holder)) throw busy(path, holder);
    await rm(path, { force: true });
  }
  throw busy(path, null);
}

async function readHolder(path: string): Promise<number | null> {
  try {
    const pid = Number.parseInt(await readFile(path, 'utf8'), 10);
    return Number.isSafeInteger(pid) && pid > 0 ? pid : null;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, as somebody else.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function busy(path: string, pid: number | null): ExpectedError {
  return new ExpectedError('station-busy', 'Another Plainview is working with this data folder.', {
    subject: pid === null ? path : `process ${pid}`,
    nextStep: 'Use that one, or close it first. Its window may be on another desktop.',
  });
}
