import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Actor, AuditEvent } from '#common/audit/index.ts';
import type { EvidenceId } from '#common/ids/index.ts';
import { type Catalog, openCatalog } from '#core/catalog/index.ts';
import { loadProfiles, type VolumeSource } from '#core/devices/index.ts';
import { createIngest, type Ingest, type Inspect } from '#core/ingest/index.ts';
import { createJobs, type Jobs } from '#core/jobs/index.ts';
import { silentLogger } from '#core/kernel/index.ts';
import { createSealPool, openSealedReader, openVault, type SealPool, type Vault } from '#core/vault/index.ts';
import { assetsDir } from '#test/support/profiles.ts';

const entry = (path: string): URL => new URL(`../../../main/core/${path}`, import.meta.url);
export const officer: Actor = { kind: 'command-line', osUser: 'officer' };
/** A day after the cards of these tests were written. */
export const today = Date.UTC(2026, 10, 21, 12);

/** FFmpeg's own opinion of a sealed file, through a temporary plain copy (only tests may make one). */
export const ffprobe: Inspect = async (access, fileName) => {
  const folder = mkdtempSync(join(tmpdir(), 'plainview-probe-'));
  const reader = await openSealedReader(access);
  try {
    const path = join(folder, `probe${/\.[a-z0-9]+$/i.exec(fileName)?.[0] ?? ''}`);
    writeFileSync(path, await reader.read(0, reader.size));
    const { stdout } = await promisify(execFile)('ffprobe', [
      '-v',
      'error',
      '-select_streams',
      'v',
      '-show_entries',
      'stream=codec_name',
      '-of',
      'csv=p=0',
      path,
    ]);
    if (stdout.trim() === '') return { kind: 'damaged', reason: 'FFmpeg finds no pictures in this file.' };
    return { kind: 'ok' };
  } catch {
    return { kind: 'damaged', reason: 'FFmpeg cannot open this file.' };
  } finally {
    await reader.close();
    rmSync(folder, { recursive: true });
  }
};

/** A station's evidence side in a temporary folder: real catalog, vault, seal threads and jobs. */
export type IngestBench = AsyncDisposable & {
  readonly folder: string;
  readonly card: string;
  readonly catalog: Catalog;
  readonly vault: Vault;
  readonly pool: SealPool;
  readonly jobs: Jobs;
  readonly ingest: Ingest;
  readonly prepared: EvidenceId[];
  /** Every audit event of these kinds so far, oldest first. */
  events<K extends AuditEvent['kind']>(...kinds: readonly K[]): Promise<readonly Extract<AuditEvent, { kind: K }>[]>;
  /** Closes everything as a crash would leave it on the disk, and opens it again. */
  restart(): Promise<IngestBench>;
};

export type BenchOptions = {
  readonly folder?: string;
  readonly vaultFolder?: string;
  readonly volumes?: VolumeSource | null;
  readonly inspect?: Inspect | null;
  readonly threads?: number;
  readonly now?: () => number;
};

const key = new Uint8Array(32).fill(9);

export async function openBench(options: BenchOptions = {}): Promise<IngestBench> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'plainview-ingest-'));
  const card = join(folder, 'card');
  const dataDir = join(folder, 'data');
  const vaultFolder = options.vaultFolder ?? join(dataDir, 'vault');
  for (const path of [card, dataDir, vaultFolder]) mkdirSync(path, { recursive: true });
  const clock = { now: options.now ?? (() => today) };
  const catalog = await openCatalog({
    path: join(dataDir, 'catalog.db'),
    key,
    entry: entry('catalog/catalog-worker.ts'),
    clock,
    logger: silentLogger,
  });
  const pool = createSealPool({
    entry: entry('vault/seal-worker.ts'),
    logger: silentLogger,
    threads: options.threads ?? 2,
  });
  const vault = openVault({ folder: vaultFolder, vaultKey: key, sealPool: pool, clock });
  await vault.recoverPartials();
  const jobs = createJobs({ catalog, clock, logger: silentLogger, concurrency: { offload: 3 } });
  const prepared: EvidenceId[] = [];
  const ingest = createIngest({
    catalog,
    vault,
    sealPool: pool,
    jobs,
    profiles: await loadProfiles(assetsDir),
    volumes: options.volumes ?? null,
    clock,
    logger: silentLogger,
    zone: 'America/New_York',
    dataDir,
    inspect: options.inspect === undefined ? ffprobe : options.inspect,
    afterSeal: (ids) => {
      prepared.push(...ids);
    },
  });
  await jobs.start();
  await ingest.start();

  async function close(): Promise<void> {
    await jobs.stop();
    await ingest.close();
    await pool.close();
    await catalog.close();
  }

  return {
    folder,
    card,
    catalog,
    vault,
    pool,
    jobs,
    ingest,
    prepared,
    events: async (...kinds) => {
      const entries = await catalog.audit.read(0, 100_000);
      return entries.map(({ event }) => event).filter((event) => kinds.some((kind) => kind === event.kind)) as never;
    },
    restart: async () => {
      await close();
      return openBench({ ...options, folder });
    },
    [Symbol.asyncDispose]: async () => {
      await close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
