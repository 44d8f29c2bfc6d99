import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Actor } from '#common/audit/index.ts';
import type { MediaState, Recording, Segment } from '#common/evidence/index.ts';
import type { EvidenceId, RenderId } from '#common/ids/index.ts';
import type { Catalog } from '#core/catalog/index.ts';
import { createProjects, type Projects } from '#core/changes/index.ts';
import { createJobs, type Jobs } from '#core/jobs/index.ts';
import {
  newId,
  nodeProcessSpawner,
  type ProcessSpawner,
  randomBytes,
  silentLogger,
  systemClock,
} from '#core/kernel/index.ts';
import { createMedia, type Media } from '#core/media/index.ts';
import { createGuardWorker } from '#core/release/index.ts';
import { createRenders, type RenderGuard, type Renders } from '#core/render/index.ts';
import { createSealPool, openVault, type Vault } from '#core/vault/index.ts';
import { aRecording, aSegment, openTestCatalog, tempFolder } from './catalog.ts';
import { makers } from './media-files.ts';

const entry = (path: string): URL => new URL(`../../main/core/${path}`, import.meta.url);

export const officer: Actor = { kind: 'command-line', osUser: 'tester' };

/** Everything between a sealed recording and a checked render, with real worker processes. */
export type Darkroom = AsyncDisposable & {
  readonly folder: string;
  readonly catalog: Catalog;
  readonly vault: Vault;
  readonly jobs: Jobs;
  readonly media: Media;
  readonly projects: Projects;
  readonly renders: Renders;
  /** Seals a file and enters it as a recording of one segment. */
  readonly add: (path: string) => Promise<EvidenceId>;
  readonly segment: (evidenceId: EvidenceId) => Promise<Segment>;
  /** Prepares at once, not through the queue, and returns the state it led to. */
  readonly prepare: (evidenceId: EvidenceId) => Promise<MediaState>;
  readonly renderState: (renderId: RenderId) => Promise<string>;
  /** Writes a finished copy out of the vault to a plain file; its path. */
  readonly takeOut: (renderId: RenderId, path: string) => Promise<string>;
};

export type DarkroomOptions = {
  readonly spawner?: ProcessSpawner;
  readonly guard?: RenderGuard;
};

/** Opens an empty agency for films; the queue is running. Disposing closes and removes everything. */
export async function openDarkroom({ spawner = nodeProcessSpawner, guard }: DarkroomOptions = {}): Promise<Darkroom> {
  const folder = tempFolder();
  const clock = systemClock;
  const logger = silentLogger;
  const catalog = await openTestCatalog(folder.path, { clock });
  mkdirSync(join(folder.path, 'vault'));
  const pool = createSealPool({ entry: entry('vault/seal-worker.ts'), logger, threads: 1 });
  const vault = openVault({ folder: join(folder.path, 'vault'), vaultKey: randomBytes(32), sealPool: pool, clock });
  const jobs = createJobs({ catalog, clock, logger, retryDelaysMs: [50] });
  const media = createMedia({ catalog, vault, jobs, spawner, entry: entry('media/media-worker.ts'), logger, clock });
  const renders = createRenders({
    catalog,
    vault,
    jobs,
    spawner,
    entry: entry('render/render-worker.ts'),
    guard: guard ?? createGuardWorker(spawner, entry('release/guard-worker.ts'), logger),
    logger,
    clock,
  });
  await jobs.start();

  async function segment(evidenceId: EvidenceId): Promise<Segment> {
    const recording = await catalog.recordings.byEvidence(evidenceId);
    return recording!.segments.find((part) => part.evidenceId === evidenceId)!;
  }

  return {
    folder: folder.path,
    catalog,
    vault,
    jobs,
    media,
    renders,
    projects: createProjects({ catalog, pen: { clock, time: (follows) => catalog.logs.time(follows) } }),
    segment,
    add: async (path) => {
      const evidenceId = newId('evidence');
      const sealed = await vault.sealFile(evidenceId, path);
      const part = aSegment({
        evidenceId,
        fileName: basename(path),
        sha256: sealed.plaintextSha256,
        sizeBytes: sealed.plaintextSize,
      });
      const recording: Recording = aRecording({ title: basename(path), segments: [part] });
      await catalog.commit({ actor: officer, writes: [{ put: 'recording', value: recording }], events: [] });
      return evidenceId;
    },
    prepare: async (evidenceId) => {
      await media.prepare(evidenceId, { signal: new AbortController().signal, progress: () => undefined });
      return (await segment(evidenceId)).media;
    },
    renderState: async (renderId) => (await catalog.renders.get(renderId))!.status.state,
    takeOut: async (renderId, path) => {
      const reader = await vault.openReader(renderId);
      makers.copyFrom(path, await reader.read(0, reader.size));
      await reader.close();
      return path;
    },
    [Symbol.asyncDispose]: async () => {
      await jobs.stop();
      await media.close();
      await pool.close();
      await catalog.close();
      folder.dispose();
    },
  };
}
