import { existsSync, statSync } from 'node:fs';
import { mkdtemp, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { newId, randomBytes } from '#core/kernel/index.ts';
import { createSealPool, openVault } from '#core/vault/index.ts';
import type { CliHost } from '../host.ts';
import { plural, size } from '../words.ts';
import type { Finding } from './finding.ts';

/** A shift of several cameras. */
const comfortable = 50e9;
const least = 2e9;
/** Nobody ran this program before it was written. */
const earliest = Date.UTC(2026, 0, 1);
const latest = Date.UTC(2100, 0, 1);

export function folderExists(path: string): boolean {
  return existsSync(path);
}

/** The nearest folder above that exists: where a data folder that is still to be made would lie. */
function existing(path: string): string {
  let folder = path;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

async function inTrialFolder<T>(dataDir: string, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(existing(dataDir), '.plainview-doctor-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function checkDataFolder({ dataDir }: CliHost): Promise<Finding> {
  const name = 'data folder';
  try {
    await inTrialFolder(dataDir, (folder) => writeFile(join(folder, 'trial'), 'trial'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const nextStep = 'Give this account the right to write there, or choose another folder with --data.';
    return { name, state: 'failed', detail: `${dataDir} cannot be written: ${why}`, nextStep };
  }
  const { bavail, bsize } = await statfs(existing(dataDir));
  const free = bavail * bsize;
  const state = free < least ? 'failed' : free < comfortable ? 'attention' : 'good';
  const made = folderExists(dataDir) ? '' : ' (will be made)';
  const nextStep = state === 'good' ? null : 'Make room on this disk before the next offload.';
  return { name, state, detail: `${dataDir}${made}, ${size(free)} free`, nextStep };
}

/** Seals a small file the real way and reads it back, which also tells whether the read-back comes from the disk itself. */
export function checkCopying({ dataDir, entries, clock, logger }: CliHost): Promise<Finding> {
  return inTrialFolder(dataDir, async (folder) => {
    const sealPool = createSealPool({ entry: entries.seal, logger, threads: 1 });
    try {
      const vault = openVault({ folder, vaultKey: randomBytes(32), sealPool, clock });
      const source = join(folder, 'source');
      await writeFile(source, randomBytes(3 * 1024 * 1024));
      const { readBack } = await vault.sealFile(newId('evidence'), source);
      const direct = readBack === 'device';
      return {
        name: 'copying',
        state: direct ? 'good' : 'attention',
        detail: direct
          ? 'a trial file was sealed and read back from the disk itself'
          : 'a trial file was sealed and read back; this disk cannot be read past memory, so the record will say so',
        nextStep: null,
      };
    } finally {
      await sealPool.close();
    }
  });
}

export async function checkKeyFiles({ dataDir }: CliHost): Promise<Finding> {
  const name = 'keys';
  const files = ['department', 'training']
    .map((agency) => join(dataDir, agency, 'keys', 'keys.json'))
    .filter(existsSync);
  if (files.length === 0) return { name, state: 'good', detail: 'no key file here yet', nextStep: null };
  const uid = process.getuid?.();
  for (const file of files) {
    const { mode, uid: owner } = await stat(file);
    if (process.platform === 'win32') continue;
    if ((mode & 0o077) !== 0 || (uid !== undefined && owner !== uid)) {
      const nextStep = `chmod 600 "${file}", and think about who may have copied it.`;
      return { name, state: 'failed', detail: `${file} can be read by others`, nextStep };
    }
  }
  return {
    name,
    state: 'good',
    detail: `${plural(files.length, 'key file')}, readable by the owner alone`,
    nextStep: null,
  };
}

/** Evidence is dated by this clock. One that ran before must not have run later than now. */
export function checkClock({ clock, dataDir }: CliHost): Finding {
  const now = clock.now();
  const traces = ['department', 'training'].map((agency) => join(dataDir, agency, 'anchors.jsonl')).filter(existsSync);
  const newest = Math.max(0, ...traces.map((file) => statSync(file).mtimeMs));
  const plausible = now >= earliest && now < latest && now + 60_000 >= newest;
  return {
    name: 'clock',
    state: plausible ? 'good' : 'failed',
    detail: plausible
      ? `${new Date(now).toISOString()}, zone ${Intl.DateTimeFormat().resolvedOptions().timeZone}`
      : `${new Date(now).toISOString()} cannot be right: ${newest > now ? 'the audit log was anchored later than that' : 'far off'}`,
    nextStep: plausible ? null : 'Set the clock of this computer before anything is offloaded.',
  };
}
