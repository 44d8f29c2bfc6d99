import { hostname } from 'node:os';
import type { Agency } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import { type AccountId, type EvidenceId, sealedIdSchema } from '#common/ids/index.ts';
import { type Audit, createAudit } from '#core/audit/index.ts';
import { type Catalog, openCatalog } from '#core/catalog/index.ts';
import {
  createMarks,
  createProjects,
  type Marks,
  operationHandler,
  operationTeller,
  type Pen,
  type Projects,
  readAside,
} from '#core/changes/index.ts';
import { type Cloud, createCloud, createReconcile, type Reconcile, threadCarriers } from '#core/cloud/index.ts';
import type { CompiledProfile, Roster, VolumeSource } from '#core/devices/index.ts';
import { createIngest, type Ingest } from '#core/ingest/index.ts';
import { createJobs, type Jobs } from '#core/jobs/index.ts';
import { deriveKey } from '#core/kernel/index.ts';
import { createMedia, type Media } from '#core/media/index.ts';
import { createPeople, type People } from '#core/people/index.ts';
import { createGuardWorker, createReleases, createSigner, type Releases } from '#core/release/index.ts';
import { createRenders, type Renders } from '#core/render/index.ts';
import { openVault, type SealPool, type Vault } from '#core/vault/index.ts';
import { type AgencyPaths, agencyKeys } from './agency-folder.ts';
import type { StationOptions } from './types.ts';

/** How often the end of the audit chain is noted outside the catalog. */
const anchorEveryMs = 10 * 60 * 1000;

/** The rooms of one agency, wired and running. */
export type AgencyRooms = {
  readonly agency: Agency;
  /** In words. */
  readonly keysKeptBy: string;
  readonly catalog: Catalog;
  readonly vault: Vault;
  readonly audit: Audit;
  readonly people: People;
  readonly jobs: Jobs;
  readonly media: Media;
  readonly ingest: Ingest;
  readonly projects: Projects;
  readonly marks: Marks;
  readonly renders: Renders;
  readonly releases: Releases;
  /** The key that seals what a person's page keeps; each person has another. */
  readonly cacheKey: (accountId: AccountId) => Uint8Array;
  /** Null in training: what is practised with stays on this station. */
  readonly cloud: Cloud | null;
  /** Null in training. */
  readonly reconcile: Reconcile | null;
  /** What a crash left unfinished in the vault and was removed at the start. */
  readonly recovered: readonly string[];
  close(): Promise<void>;
};

/** What all agencies of a station share. None of it holds anybody's data. */
export type SharedRooms = {
  readonly options: StationOptions;
  readonly sealPool: SealPool;
  readonly profiles: readonly CompiledProfile[];
  /** Null for an agency that must not see real cameras. */
  readonly volumes: VolumeSource | null;
  /** Who has which camera; undefined where nobody said. */
  readonly roster?: Roster;
};

/** Opens one agency. `prepare` runs before jobs and docks start, for what a new agency needs. The caller closes it. */
export async function openAgency(
  agency: Agency,
  paths: AgencyPaths,
  shared: SharedRooms,
  prepare: (rooms: { readonly people: People; readonly catalog: Catalog }) => Promise<void>,
): Promise<AgencyRooms> {
  const { options, sealPool, profiles, volumes, roster } = shared;
  const { clock, logger, entries, spawner } = options;
  await using undo = new AsyncDisposableStack();
  const secrets = await options.secretStore(paths.folder);
  const keys = await agencyKeys(paths, secrets);
  const catalog = await openCatalog({ path: paths.catalog, key: keys.catalog, entry: entries.catalog, clock, logger });
  undo.defer(() => catalog.close());
  const vault = openVault({ folder: paths.vault, vaultKey: keys.vault, sealPool, clock });
  const recovered = await vault.recoverPartials();
  if (recovered.length > 0) logger.warn('Unfinished objects of an interrupted run were removed.', { recovered });
  const people = createPeople({ catalog, clock });
  await prepare({ people, catalog });

  const audit = createAudit({
    journal: catalog.audit,
    record: (commit) => catalog.commit(commit),
    anchorFile: paths.anchors,
    anchorKey: keys.anchor,
    clock,
    logger,
  });
  const jobs = createJobs({ catalog, clock, logger, concurrency: { offload: 4 } });
  const media = createMedia({ catalog, vault, jobs, spawner, entry: entries.media, logger, clock });
  undo.defer(() => media.close());
  const worker = createGuardWorker(spawner, entries.guard, logger);
  const ingest = createIngest({
    catalog,
    vault,
    sealPool,
    jobs,
    profiles,
    volumes,
    clock,
    logger,
    zone: agency.zone,
    roster,
    dataDir: options.dataDir,
    inspect: (access) => media.inspect(access),
    afterSeal: (evidenceIds) => media.prepareLater(evidenceIds),
  });
  undo.defer(() => ingest.close());
  const pen: Pen = { clock, time: (follows) => catalog.logs.time(follows) };
  const projects = createProjects({ catalog, pen });
  await projects.adopt();
  await readAside(catalog);
  const renders = createRenders({ catalog, vault, jobs, spawner, entry: entries.render, guard: worker, logger, clock });
  const releases = createReleases({
    catalog,
    vault,
    jobs,
    worker,
    signer: createSigner(keys.signing),
    agency: { name: agency.name, training: agency.kind === 'training' },
    clock,
  });

  await catalog.commit({
    actor: { kind: 'station' },
    writes: [],
    events: [{ kind: 'station.started', version: options.version }],
  });
  audit.start(anchorEveryMs);
  undo.defer(async () => {
    await catalog.commit({ actor: { kind: 'station' }, writes: [], events: [{ kind: 'station.stopped' }] });
    await audit.stop();
  });
  const openCarrier = threadCarriers({ entry: entries.cloud, logger });
  const { zone } = agency;
  const stationName = hostname();
  const prepareLater = (evidenceIds: readonly EvidenceId[]): Promise<void> => media.prepareLater(evidenceIds);
  const cloud =
    agency.kind === 'training'
      ? null
      : createCloud({
          catalog,
          vault,
          secrets,
          zone,
          stationName,
          clock,
          logger,
          openCarrier,
          jobs,
          prepareLater,
          handlers: [operationHandler(catalog)],
          tellers: [operationTeller(catalog)],
        });
  undo.defer(async () => cloud?.close());
  // A comparison that goes on needs the store: it is there before the jobs begin and after they have stopped.
  await cloud?.start();
  const key = deriveKey(keys.cache, 'plainview comparison v1');
  const { folder } = paths;
  const reconcile = cloud === null ? null : createReconcile({ catalog, vault, jobs, cloud, clock, folder, key });
  await jobs.start();
  undo.defer(() => jobs.stop());
  await media.prepareLater(await unprepared(catalog, vault));
  await ingest.start();
  const closing = undo.move();
  return {
    agency,
    keysKeptBy: secrets.describe(),
    catalog,
    vault,
    audit,
    people,
    jobs,
    media,
    ingest,
    projects,
    marks: createMarks({ catalog, pen }),
    renders,
    releases,
    cacheKey: (accountId) => deriveKey(keys.cache, `plainview page cache v1 ${accountId}`),
    cloud,
    reconcile,
    recovered,
    close: () => closing.disposeAsync(),
  };
}

/** The id of something sealed, from outside. Throws `not-found` for anything else. */
export function sealedId(text: string): ReturnType<typeof sealedIdSchema.parse> {
  const parsed = sealedIdSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new ExpectedError('not-found', 'There is nothing under this name.');
}

/** Sealed segments nobody is preparing: a crash came between the seal and the job that follows it. */
async function unprepared(catalog: Catalog, vault: Vault): Promise<readonly EvidenceId[]> {
  const jobs = (await catalog.jobs.unfinished()).filter((job) => job.kind === 'prepare');
  const waiting = (await catalog.recordings.all())
    .flatMap((recording) => recording.segments)
    .filter(({ media }) => media.state === 'waiting' || media.state === 'making-proxy')
    .map(({ evidenceId }) => evidenceId)
    .filter((evidenceId) => !jobs.some((job) => job.payload.includes(evidenceId)));
  // What is only in the store is fetched first, and waits until the store is there.
  const here = await Promise.all(waiting.map((evidenceId) => vault.has(evidenceId)));
  return waiting.filter((_, index) => here[index] === true);
}
