import { execFileSync } from 'node:child_process';
import { createCipheriv, randomBytes } from 'node:crypto';
import { closeSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId, silentLogger, systemClock } from '#core/kernel/index.ts';
import { createSealPool, openVault } from '#core/vault/index.ts';

// Verified offload of 60 files, 4 GB, against `rclone copy` followed by `rclone check` on the same tree.
// Interleaved, the order reversed on every other repetition, medians: this machine's disk has moods.

const fileCount = 60;
const totalBytes = 4_000_000_000;
const repetitions = 3;
const isRoot = process.getuid?.() === 0;

/** Copies and verifies every file of `card` into the empty folder `destination`; durable when it resolves. */
export type Offload = (card: string, destination: string) => Promise<void>;

const sealIntoVault: Offload = async (card, destination) => {
  const entry = new URL('../../main/core/vault/seal-worker.ts', import.meta.url);
  const sealPool = createSealPool({ entry, logger: silentLogger });
  const vault = openVault({ folder: destination, vaultKey: randomBytes(32), sealPool, clock: systemClock });
  const sealed = await Promise.all(
    readdirSync(card).map((name) => vault.sealFile(newId('evidence'), join(card, name))),
  );
  await sealPool.close();
  const cached = sealed.filter(({ readBack }) => readBack === 'cache').length;
  if (sealed.length !== fileCount) throw new Error(`Only ${sealed.length} of ${fileCount} files were sealed.`);
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

/** Random bytes that no disk or tool can compress, of 60 different lengths. */
function makeCard(card: string): number {
  const block = Buffer.alloc(8 * 1024 * 1024);
  const noise = createCipheriv('aes-256-ctr', randomBytes(32), randomBytes(16));
  let total = 0;
  for (let i = 0; i < fileCount; i++) {
    const spread = (i - (fileCount - 1) / 2) * 400_000;
    const size = Math.round(totalBytes / fileCount + spread) | 1;
    const descriptor = openSync(join(card, `clip-${String(i).padStart(2, '0')}.mp4`), 'wx');
    for (let written = 0; written < size; ) {
      written += writeSync(descriptor, noise.update(block), 0, Math.min(block.length, size - written));
    }
    closeSync(descriptor);
    total += size;
  }
  return total;
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
  return measureOffload('offload', sealIntoVault);
}
