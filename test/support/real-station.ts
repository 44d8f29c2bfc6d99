import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Job } from '#common/evidence/index.ts';
import type { JobId } from '#common/ids/index.ts';
import {
  nodeProcessSpawner,
  openKeyFileStore,
  silentLogger,
  systemClock,
  type WorkerEntries,
} from '#core/kernel/index.ts';
import { type AgencyCore, openStation, type Station } from '#core/station/index.ts';

const core = (path: string): URL => new URL(`../../main/core/${path}`, import.meta.url);

/** The workers as they run from source. */
export const sourceEntries: WorkerEntries = {
  catalog: core('catalog/catalog-worker.ts'),
  seal: core('vault/seal-worker.ts'),
  media: core('media/media-worker.ts'),
  render: core('render/render-worker.ts'),
  guard: core('release/guard-worker.ts'),
  cloud: core('cloud/cloud-worker.ts'),
};

/** A whole station on a folder of its own, with everything real. The caller closes it. */
export function openRealStation(dataDir: string, entries: WorkerEntries = sourceEntries): Promise<Station> {
  const assetsDir = process.env['PLAINVIEW_TEST_ASSETS'] ?? fileURLToPath(new URL('../../assets', import.meta.url));
  if (!existsSync(join(assetsDir, 'training'))) throw new Error(`There is no training agency in ${assetsDir}.`);
  return openStation({
    dataDir,
    entries,
    spawner: nodeProcessSpawner,
    secretStore: (folder) => openKeyFileStore({ folder: join(folder, 'keys') }),
    clock: systemClock,
    logger: silentLogger,
    version: '0.0.0-test',
    assetsDir,
  });
}

/** Waits until a job has ended; fails when it did not end well. */
export async function jobDone(agency: AgencyCore, jobId: JobId, timeoutMs = 60_000): Promise<Job> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const job = (await agency.jobs.list()).jobs.find(({ id }) => id === jobId);
    if (job?.state === 'done') return job;
    if (job !== undefined && !['queued', 'running'].includes(job.state)) {
      throw new Error(`${job.title} ended ${job.state}: ${job.error?.message ?? ''}`);
    }
    if (Date.now() > deadline) throw new Error(`${job?.title ?? jobId} is still ${job?.state ?? 'unknown'}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Waits until something can be seen. */
export async function eventually<T>(
  look: () => Promise<T | null | undefined>,
  what: string,
  timeoutMs = 60_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== null && seen !== undefined) return seen;
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
