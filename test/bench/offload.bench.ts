import { execFileSync } from 'node:child_process';
import { createCipheriv, randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openCatalog } from '#core/catalog/index.ts';
import { loadProfiles } from '#core/devices/index.ts';
import { createIngest } from '#core/ingest/index.ts';
import { createJobs } from '#core/jobs/index.ts';
import { nodeProcessSpawner, silentLogger, systemClock } from '#core/kernel/index.ts';
import { createMedia } from '#core/media/index.ts';
import { createSealPool, openVault } from '#core/vault/index.ts';
import { smallMovie } from '#test/support/card.ts';

// Verified offload of 60 files, 4 GB, against `rclone copy` followed by `rclone check` on the same tree.
// Interleaved, the order reversed on every other repetition, medians: this machine's disk has moods.

const fileCount = 60;
const totalBytes = 4_000_000_000;
const repetitions = 3;
const isRoot = process.getuid?.() === 0;

/** Copies and verifies every file of `card` into the empty folder `destination`; durable when it resolves. */
export type Offload = (card: string, destination: string) => Promise<void>;

const coreEntry = (path: string): URL => new URL(`../../main/core/${path}`, import.meta.url);

/**
 * All a station does: list the card, look at every file's structure, seal it (read, hash, encrypt, write, flush, read back,
 * compare), probe the sealed file in the media worker, and commit its catalog row and audit event. Opening the station counts.
 */
const offloadIntoStation: Offload = async (card, destination) => {
  const clock = systemClock;
  const logger = silentLogger;
  const catalog = await openCatalog({
    path: join(destination, 'catalog.db'),
    key: randomBytes(32),
    entry: coreEntry('catalog/catalog-worker.ts'),
    clock,
    logger,
  });
  const sealPool = createSealPool({ entry: coreEntry('vault/seal-worker.ts'), logger });
  const folder = join(destination, 'vault');
  mkdirSync(folder);
  const vault = openVault({ folder, vaultKey: randomBytes(32), sealPool, clock });
  const jobs = createJobs({ catalog, clock, logger });
  const entry = coreEntry('media/media-worker.ts');
  const media = createMedia({ catalog, vault, jobs, spawner: nodeProcessSpawner, entry, logger, clock });
  const ingest = createIngest({
    ...{ catalog, vault, sealPool, jobs, clock, logger },
    profiles: await loadProfiles(fileURLToPath(new URL('../../assets', import.meta.url))),
    volumes: null,
    zone: 'America/New_York',
    dataDir: destination,
    inspect: (access) => media.inspect(access),
    // Preparing posters and frame tables comes after custody and is not part of the offload.
    afterSeal: () => undefined,
  });
  const summary = await ingest.offloadPath(card, { kind: 'command-line', osUser: 'bench' });
  const recordings = await catalog.recordings.all();
  const entered = await catalog.audit.read(0, 10_000);
  await ingest.close();
  await media.close();
  await sealPool.close();
  await catalog.close();
  const segments = recordings.flatMap((recording) => recording.segments);
  const events = entered.filter(({ event }) => event.kind === 'evidence.sealed').length;
  if (summary.sealed !== fileCount || segments.length !== fileCount || events !== fileCount) {
    throw new Error(
      `${summary.sealed} of ${fileCount} files were sealed, with ${segments.length} rows and ${events} events.`,
    );
  }
  const cached = segments.filter(({ readBack }) => readBack === 'cache').length;
  if (cached > 0) process.stdout.write(`note: ${cached} files were read back through the page cache\n`);
};

const rcloneCopyAndCheck: Offload = (card, destination) => {
  rclone('copy', card, destination);
  rclone('check', card, destination);
  return Promise.resolve();
};

function rclone(command: string, from: string, to: string): void {
  execFileSync('rclone', [command, from, to], { stdio: ['ignore', 'ignore', 'pipe'] });
}

function ensureRclone(): void {
  try {
    execFileSync('rclone', ['version'], { stdio: 'ignore' });
    return;
  } catch {
    if (isRoot) execFileSync('apt-get', ['install', '-y', '-q', 'rclone'], { stdio: 'inherit' });
  }
  execFileSync('rclone', ['version'], { stdio: 'ignore' });
}

/** Movies that play, of 60 different lengths, filled up (in a box that players skip) with bytes that no disk can compress. */
function makeCard(card: string): number {
  const block = Buffer.alloc(8 * 1024 * 1024);
  const noise = createCipheriv('aes-256-ctr', randomBytes(32), randomBytes(16));
  let total = 0;
  for (let i = 0; i < fileCount; i++) {
    const spread = (i - (fileCount - 1) / 2) * 400_000;
    const size = Math.round(totalBytes / fileCount + spread) | 1;
    const descriptor = openSync(join(card, `20261120_14${String(i).padStart(2, '0')}07.mp4`), 'wx');
    const start = movieStart(size);
    writeSync(descriptor, start);
    for (let written = start.length; written < size; ) {
      written += writeSync(descriptor, noise.update(block), 0, Math.min(block.length, size - written));
    }
    closeSync(descriptor);
    total += size;
  }
  return total;
}

/** A whole small movie and the header of the box that takes the rest of `size` bytes. */
function movieStart(size: number): Uint8Array {
  const movie = smallMovie();
  const header = Buffer.alloc(8);
  header.writeUInt32BE(size - movie.length, 0);
  header.write('free', 4, 'latin1');
  return Buffer.concat([movie, header]);
}

/** Everything on disk and nothing in memory, so that each run starts from a card that was just docked. */
function settle(): void {
  execFileSync('sync');
  if (isRoot) writeFileSync('/proc/sys/vm/drop_caches', '3');
}

async function timeOnce(offload: Offload, card: string, folder: string): Promise<number> {
  mkdirSync(folder);
  settle();
  const start = performance.now();
  await offload(card, folder);
  const seconds = (performance.now() - start) / 1000;
  rmSync(folder, { recursive: true });
  return seconds;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Times `ours` against rclone. `label` names it in the BENCH line. */
export async function measureOffload(label: string, ours: Offload): Promise<string> {
  ensureRclone();
  const root = mkdtempSync(join(process.env['PLAINVIEW_BENCH_FOLDER'] ?? tmpdir(), 'plainview-bench-'));
  try {
    const card = join(root, 'card');
    mkdirSync(card);
    const bytes = makeCard(card);
    if (!isRoot)
      process.stdout.write('note: not root, so the page cache could not be dropped: the source may be warm\n');
    const times: { readonly ours: number[]; readonly rclone: number[] } = { ours: [], rclone: [] };
    const sides = [
      { name: 'ours', offload: ours },
      { name: 'rclone', offload: rcloneCopyAndCheck },
    ] as const;
    for (let repetition = 0; repetition < repetitions; repetition++) {
      for (const { name, offload } of repetition % 2 === 0 ? sides : sides.toReversed()) {
        const seconds = await timeOnce(offload, card, join(root, name));
        times[name].push(seconds);
        process.stdout.write(`${name} ${seconds.toFixed(2)} s\n`);
      }
    }
    const [oursMedian, rcloneMedian] = [median(times.ours), median(times.rclone)];
    const ratio = (oursMedian / rcloneMedian).toFixed(2);
    const seconds = `ours_s=${oursMedian.toFixed(2)} rclone_s=${rcloneMedian.toFixed(2)}`;
    return `BENCH ${label} ratio=${ratio} ${seconds} files=${fileCount} bytes=${bytes}`;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

export function run(): Promise<string> {
  return measureOffload('offload', offloadIntoStation);
}
