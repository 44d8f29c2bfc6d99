import { resolve } from 'node:path';
import { z } from 'zod';
import type { Actor } from '#common/audit/index.ts';
import type { Dock, DockFile } from '#common/contract/index.ts';
import { ExpectedError, type WireError } from '#common/errors/index.ts';
import type { JobProgress } from '#common/evidence/index.ts';
import type { DockId, EvidenceId, JobId } from '#common/ids/index.ts';
import type { Catalog } from '#core/catalog/index.ts';
import { type CompiledProfile, type DockPlace, type Roster, scanDock, type VolumeSource } from '#core/devices/index.ts';
import type { Jobs } from '#core/jobs/index.ts';
import { type Clock, type Logger, newId } from '#core/kernel/index.ts';
import type { SealPool, Vault } from '#core/vault/index.ts';
import { createDockRegistry, type DockEvent } from './dock-registry.ts';
import { createKeyedLock } from './keyed-lock.ts';
import { dockName, runOffload } from './offload.ts';
import { checkFolder, findPlace, nameOf, onlyFile, placeOfPath } from './places.ts';
import { createStrays } from './strays.ts';
import type { Inspect, OffloadRoom, OffloadRun, OffloadSummary } from './types.ts';
import { someFailed } from './words.ts';

export type IngestOptions = {
  readonly catalog: Catalog;
  readonly vault: Vault;
  readonly sealPool: SealPool;
  readonly jobs: Jobs;
  readonly profiles: readonly CompiledProfile[];
  /** Null for an agency that must not see real cameras. */
  readonly volumes: VolumeSource | null;
  readonly clock: Clock;
  readonly logger: Logger;
  /** IANA zone in which cameras' wall times are read. */
  readonly zone: string;
  /** Who has which camera; undefined when nobody said. */
  readonly roster?: Roster | undefined;
  /** The station's own data, which can be no source. */
  readonly dataDir: string;
  /** Media probe; null trusts the look at the file's structure. */
  readonly inspect: Inspect | null;
  /** Called after each segment is in the catalog. May be called again for one it was told of before a crash. */
  readonly afterSeal: (evidenceIds: readonly EvidenceId[]) => Promise<void> | void;
};

/** Docks and the offload from them. */
export interface Ingest {
  /** Begins to watch volumes and folders. */
  start(): Promise<void>;
  docks(): Promise<{ readonly docks: readonly Dock[]; readonly watching: readonly { readonly location: string }[] }>;
  /** Newest first. Throws `not-found`. */
  files(request: { readonly dockId: DockId; readonly offset: number; readonly limit: number }): {
    readonly files: readonly DockFile[];
    readonly total: number;
  };
  /** Looks again, also for volumes; resolves when it has. Throws `not-found`. */
  rescan(dockId: DockId): Promise<void>;
  /** Starts (or finds the running) offload of everything new. Throws `not-found`, `not-ready`. */
  startOffload(dockId: DockId, actor: Actor): Promise<JobId>;
  /** Throws `not-found`, `source-unreadable`, `invalid-request`. Watching a folder twice changes nothing. */
  watchFolder(location: string, actor: Actor): Promise<void>;
  unwatchFolder(location: string, actor: Actor): Promise<void>;
  /**
   * Offloads a folder, a drive or one file (with what lies beside it) to its end. Throws `not-found`, `not-a-recording`
   * when no profile fits, and what an offload throws; files that failed by themselves are in the summary.
   */
  offloadPath(
    path: string,
    actor: Actor,
    options?: { readonly signal?: AbortSignal; readonly onProgress?: (progress: JobProgress) => void },
  ): Promise<OffloadSummary>;
  onDockChange(listener: (event: DockEvent) => void): () => void;
  /** Stops watching. Running offloads are jobs and end with them. */
  close(): Promise<void>;
}

const payloadSchema = z.object({
  place: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('volume'),
      root: z.string(),
      label: z.string().nullable(),
      serial: z.string().nullable(),
    }),
    z.object({ kind: z.literal('folder'), root: z.string(), without: z.array(z.string()).default([]) }),
  ]),
});

/** Wires docks, jobs and the vault. Registers the handler of offload jobs: to be called before `jobs.start`. */
export function createIngest(options: IngestOptions): Ingest {
  const { catalog, vault, sealPool, jobs, profiles, volumes, clock, logger, zone, roster } = options;
  const room: OffloadRoom = {
    catalog,
    vault,
    sealPool,
    clock,
    logger,
    zone,
    inspect: options.inspect,
    afterSeal: options.afterSeal,
    locks: createKeyedLock(),
    strays: createStrays({ catalog, vault, logger }),
  };
  const listeners = new Set<(event: DockEvent) => void>();
  /** Cameras that were unplugged during an offload, by what they are known by, and who had asked for it. */
  const interrupted = new Map<string, Actor>();
  const unfinished = new Map<string, JobId>();
  const settings = () => ({ profiles, zone, roster, now: clock.now() });

  const registry = createDockRegistry({
    catalog,
    vault,
    volumes,
    settings,
    logger,
    emit: (event) => {
      for (const listener of listeners) listener(event);
    },
    jobAt: (place) => unfinished.get(nameOf(place)) ?? null,
    onReady: (dockId, place) => {
      const actor = interrupted.get(nameOf(place));
      if (actor === undefined) return;
      interrupted.delete(nameOf(place));
      startOffload(dockId, actor).catch((error: unknown) => {
        logger.error('An interrupted offload could not be continued.', { error, dock: place.root });
      });
    },
  });

  async function startOffload(dockId: DockId, actor: Actor): Promise<JobId> {
    const running = registry.jobOf(dockId);
    if (running !== null) return running;
    const place = registry.place(dockId);
    const dock = registry.list().find(({ id }) => id === dockId);
    if (dock?.state === 'not-a-camera' || dock?.state === 'unreadable' || dock?.state === 'gone') {
      throw new ExpectedError('not-ready', dock.problem ?? 'There is nothing here that can be offloaded.', {
        subject: place.root,
      });
    }
    const title = dock?.device?.name ?? dock?.label ?? place.root;
    const job = await jobs.enqueue({ kind: 'offload', title, payload: { place }, actor });
    unfinished.set(nameOf(place), job.id);
    registry.setJob(dockId, job.id);
    return job.id;
  }

  const endings = jobs.onChange((job) => {
    if (job.kind !== 'offload' || job.finishedAt === null) return;
    for (const [name, id] of unfinished) if (id === job.id) unfinished.delete(name);
    const dockId = registry.dockWithJob(job.id);
    if (dockId !== null) registry.setJob(dockId, null);
  });

  jobs.register('offload', {
    payload: payloadSchema,
    run: async ({ place: asked }, { job, actor, signal, progress }) => {
      const place = await findPlace(asked, volumes);
      // A job of before the last start is not known to its dock yet.
      unfinished.set(nameOf(place), job.id);
      registry.claim(place, job.id);
      const run = await prepareRun(place, { jobId: job.id, actor, signal, onProgress: progress });
      const summary = await runOffload(room, run).catch((error: unknown) => {
        if (error instanceof ExpectedError && error.code === 'source-gone') interrupted.set(nameOf(place), actor);
        throw error;
      });
      const failed = summary.items.filter(({ outcome }) => outcome === 'failed');
      const [first] = failed;
      if (first !== undefined) {
        throw new ExpectedError(
          'source-unreadable',
          someFailed(failed.length, { path: first.path, reason: first.reason ?? '' }),
          {
            subject: first.path,
            nextStep: 'Offload this camera again. If the same files fail, keep the card and have it looked at.',
          },
        );
      }
      return { events: [finishedEvent(job.id, summary)] };
    },
    ended: (_payload, { job, error }) => ({ events: [stoppedEvent(job.id, error)] }),
  });

  /** Looks at the place anew: what is on it now counts, not what was when the job was stored. */
  async function prepareRun(
    place: DockPlace,
    rest: Omit<OffloadRun, 'place' | 'scan'>,
    only?: string,
  ): Promise<OffloadRun> {
    const scan = await scanDock(place, { ...settings(), signal: rest.signal });
    if (scan.profile === null || scan.plan === null) {
      throw new ExpectedError('not-a-recording', 'There are no recordings here that Plainview knows how to read.', {
        subject: place.root,
        nextStep:
          'Check that this is the camera’s drive or an export folder. A new camera needs a profile; see assets/profiles.',
      });
    }
    const { profile, plan } =
      only === undefined
        ? { profile: scan.profile, plan: scan.plan }
        : { profile: scan.profile, plan: onlyFile(scan.plan, only) };
    return { ...rest, place, scan: { ...scan, profile, plan } };
  }

  return {
    start: async () => {
      for (const location of await catalog.watchedFolders.list()) await registry.addFolder(location);
    },
    docks: async () => {
      const watching = (await catalog.watchedFolders.list()).map((location) => ({ location }));
      // Looked at last, so that the answer is not older than an event that was sent before it.
      return { docks: registry.list(), watching };
    },
    files: ({ dockId, offset, limit }) => registry.files(dockId, offset, limit),
    rescan: async (dockId) => {
      await registry.refreshVolumes();
      await registry.rescan(dockId);
    },
    startOffload,
    watchFolder: async (location, actor) => {
      const folder = await checkFolder(location, options.dataDir);
      if ((await catalog.watchedFolders.list()).includes(folder)) return;
      await catalog.commit({
        actor,
        writes: [{ put: 'watched-folder', location: folder }],
        events: [{ kind: 'folder.watched', location: folder }],
      });
      await registry.addFolder(folder);
    },
    unwatchFolder: async (location, actor) => {
      const folder = (await catalog.watchedFolders.list()).find(
        (known) => known === location || known === resolve(location),
      );
      if (folder === undefined)
        throw new ExpectedError('not-found', 'This folder is not watched.', { subject: location });
      await catalog.commit({
        actor,
        writes: [{ delete: 'watched-folder', location: folder }],
        events: [{ kind: 'folder.unwatched', location: folder }],
      });
      registry.removeFolder(folder);
    },
    offloadPath: async (path, actor, { signal = new AbortController().signal, onProgress = () => undefined } = {}) => {
      const { place, only } = await placeOfPath(path, volumes);
      const jobId = newId('job');
      const rest = { jobId, actor, signal, onProgress };
      const run = await prepareRun(place, rest, only);
      try {
        const summary = await runOffload(room, run);
        await catalog.commit({ actor, writes: [], events: [finishedEvent(jobId, summary)] });
        return summary;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        await catalog
          .commit({ actor, writes: [], events: [{ kind: 'offload.stopped', jobId, reason }] })
          .catch((second: unknown) => {
            logger.error('The end of an offload could not be entered into the audit log.', {
              error: second,
              dock: dockName(run),
            });
          });
        throw error;
      }
    },
    onDockChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: async () => {
      endings();
      await registry.close();
    },
  };
}

function finishedEvent(jobId: JobId, { sealed, damaged, known }: OffloadSummary) {
  return { kind: 'offload.finished', jobId, sealed, damaged, known } as const;
}

function stoppedEvent(jobId: JobId, error: WireError | null) {
  return { kind: 'offload.stopped', jobId, reason: error?.message ?? 'Somebody cancelled it.' } as const;
}
