import type { OperationKind } from '#common/changes/index.ts';
import { serveWorker } from '../kernel/index.ts';
import { accountByUsername, getAccount, listAccounts } from './accounts.ts';
import { keptOriginals, waitingSidecars } from './arrivals.ts';
import { chainHead, pageEntries, readEntries, readLinks } from './audit-entries.ts';
import { changesSince, feedHead } from './change-feed.ts';
import type { DocumentKind } from './change-types.ts';
import { commit, readThing, type TimedCommit } from './commit.ts';
import { openStore, type StoreOptions } from './database.ts';
import { getDocument } from './documents.ts';
import { checkIntegrity } from './integrity.ts';
import { getJob, jobsFinishedSince, unfinishedJobs } from './jobs.ts';
import {
  ensureWriter,
  keptEntries,
  logClock,
  logHash,
  logObjects,
  logObjectWith,
  logPositions,
  logState,
  storeTroubles,
  tellingOf,
  unsentEntries,
} from './logs.ts';
import { knownOperations, operationsAside, operationsOf, pageOperations } from './operations.ts';
import { countOriginals, knownOriginals, originalIds } from './originals.ts';
import {
  duePlacements,
  getPlacementRecord,
  placementQueue,
  placementSummary,
  unplacedOriginals,
  verifiedOriginals,
} from './placements.ts';
import { allProjects, getProject, projectByEvidence, saveOfVersion } from './projects.ts';
import { allDamaged, allRecordings, getDamaged, getRecording, recordingByEvidence } from './recordings.ts';
import { findSourceFiles, getFrameTable, listWatchedFolders, sourceFileBySha256 } from './sources.ts';
import type { Store } from './store.ts';
import type { SourceFileKey } from './types.ts';
import { allUploads, getStoreSettings, getUpload } from './uploads.ts';
import { allReleases, allRenders, getRelease, getRender, releasesByRender, rendersByProject } from './work.ts';

let opened: Store | null = null;

function store(): Store {
  if (opened === null) throw new Error('The catalog worker was asked before it was opened.');
  return opened;
}

const api = {
  open: (options: StoreOptions) => {
    if (opened !== null) throw new Error('The catalog worker is open already.');
    opened = openStore(options);
    const row = opened.get('SELECT epoch FROM catalog_identity') as { epoch: string } | undefined;
    if (row === undefined) throw new Error('The catalog has no identity.');
    ensureWriter(opened);
    return { epoch: row.epoch };
  },
  commit: (params: TimedCommit) => commit(store(), params),

  'recordings.get': (id: string) => getRecording(store(), id),
  'recordings.byEvidence': (id: string) => recordingByEvidence(store(), id),
  'recordings.all': () => allRecordings(store()),
  'damaged.get': (id: string) => getDamaged(store(), id),
  'damaged.all': () => allDamaged(store()),
  'projects.get': (id: string) => getProject(store(), id),
  'projects.byEvidence': (id: string) => projectByEvidence(store(), id),
  'projects.all': () => allProjects(store()),
  'projects.saveOf': (params: { readonly id: string; readonly version: number }) =>
    saveOfVersion(store(), params.id, params.version),
  'documents.get': (params: { readonly kind: DocumentKind; readonly id: string }) =>
    getDocument(store(), params.kind, params.id),
  'operations.of': (params: { readonly kind: OperationKind; readonly document: string }) =>
    operationsOf(store(), params.kind, params.document),
  'operations.known': (ids: readonly string[]) => knownOperations(store(), ids),
  'operations.page': (params: { readonly after: number; readonly limit: number }) =>
    pageOperations(store(), params.after, params.limit),
  'operations.aside': () => operationsAside(store()),
  'renders.get': (id: string) => getRender(store(), id),
  'renders.byProject': (id: string) => rendersByProject(store(), id),
  'renders.all': () => allRenders(store()),
  'releases.get': (id: string) => getRelease(store(), id),
  'releases.byRender': (id: string) => releasesByRender(store(), id),
  'releases.all': () => allReleases(store()),
  'accounts.list': () => listAccounts(store()),
  'accounts.get': (id: string) => getAccount(store(), id),
  'accounts.byUsername': (username: string) => accountByUsername(store(), username),
  'jobs.unfinished': () => unfinishedJobs(store()),
  'jobs.finishedSince': (instant: number) => jobsFinishedSince(store(), instant),
  'jobs.get': (id: string) => getJob(store(), id),
  'sourceFiles.find': (keys: readonly SourceFileKey[]) => findSourceFiles(store(), keys),
  'sourceFiles.bySha256': (sha256: string) => sourceFileBySha256(store(), sha256),
  'frameTables.get': (id: string) => getFrameTable(store(), id),
  'watchedFolders.list': () => listWatchedFolders(store()),
  'audit.head': () => chainHead(store()),
  'audit.page': (params: { readonly before: number | null; readonly limit: number }) =>
    pageEntries(store(), params.before, params.limit),
  'audit.read': (params: { readonly after: number; readonly limit: number }) =>
    readEntries(store(), params.after, params.limit),
  'audit.links': (params: { readonly after: number; readonly limit: number }) =>
    readLinks(store(), params.after, params.limit),
  'changes.since': (params: { readonly since: number; readonly limit: number }) =>
    changesSince(store(), (kind, id) => readThing(store(), kind, id), params.since, params.limit),
  'changes.head': () => feedHead(store()),
  'placements.get': (id: string) => getPlacementRecord(store(), id),
  'placements.due': (params: { readonly now: number; readonly limit: number }) =>
    duePlacements(store(), params.now, params.limit),
  'placements.queue': (params: { readonly offset: number; readonly limit: number }) =>
    placementQueue(store(), params.offset, params.limit),
  'placements.summary': () => placementSummary(store()),
  'placements.verified': (params: { readonly after: string | null; readonly limit: number }) =>
    verifiedOriginals(store(), params.after, params.limit),
  'placements.unplaced': (limit: number) => unplacedOriginals(store(), limit),
  'originals.count': () => countOriginals(store()),
  'originals.ids': (params: { readonly after: string; readonly limit: number }) =>
    originalIds(store(), params.after, params.limit),
  'originals.known': (ids: readonly string[]) => knownOriginals(store(), ids),
  'arrivals.waitingSidecars': (recordingId: string) => waitingSidecars(store(), recordingId),
  'arrivals.kept': () => keptOriginals(store()),
  'uploads.get': (id: string) => getUpload(store(), id),
  'uploads.all': () => allUploads(store()),
  'storeSettings.get': () => getStoreSettings(store()),
  'logs.clock': () => logClock(store()),
  'logs.state': () => logState(store()),
  'logs.unsent': (limit: number) => unsentEntries(store(), limit),
  'logs.objects': (params: { readonly after: number; readonly limit: number }) =>
    logObjects(store(), params.after, params.limit),
  'logs.positions': () => logPositions(store()),
  'logs.hash': (params: { readonly writer: string; readonly seq: number }) =>
    logHash(store(), params.writer, params.seq),
  'logs.objectWith': (hash: string) => logObjectWith(store(), hash),
  'logs.kept': (params: { readonly kind: string; readonly limit: number }) =>
    keptEntries(store(), params.kind, params.limit),
  'logs.telling': (kind: string) => tellingOf(store(), kind),
  'logs.troubles': () => storeTroubles(store()),
  integrity: () => checkIntegrity(store()),
};

/** What the catalog's thread answers. */
export type CatalogApi = typeof api;

serveWorker(api, { onClose: () => opened?.close() });
