import type { ClockState } from '#common/changes/index.ts';
import type { Change, ChangeKind } from '#common/contract/index.ts';
import { assertNever, ExpectedError } from '#common/errors/index.ts';
import { putAccount } from './accounts.ts';
import { putArrival, setKeptHere } from './arrivals.ts';
import { appendEntries } from './audit-entries.ts';
import { feedHead, recordChange } from './change-feed.ts';
import { isSqlite } from './database.ts';
import { getDocument } from './documents.ts';
import { putJob } from './jobs.ts';
import { forgetReading, putLog, removeLog } from './log-writes.ts';
import { putLogClock } from './logs.ts';
import { putAside, takeFromAside } from './operations.ts';
import { forgetPlacements, getPlacement, putPlacement, queueInterrupted, sendFirst } from './placements.ts';
import { getProject, putProject } from './projects.ts';
import { addToRecording, getDamaged, getRecording, putDamaged, putRecording, setSegmentMedia } from './recordings.ts';
import { putFrameTable, putSourceFile } from './sources.ts';
import type { Store } from './store.ts';
import type { Commit, Committed, Write } from './types.ts';
import { createUnbuilt, type Unbuilt } from './unbuilt.ts';
import {
  forgetStoreSettings,
  forgetUploads,
  putStoreSettings,
  putUpload,
  putUploadPart,
  removeUpload,
} from './uploads.ts';
import { getRelease, getRender, putRelease, putRender } from './work.ts';

/** A commit with the time its audit entries carry, ms UTC, and the logical clock when it moved since the last one. */
export type TimedCommit = Commit & { readonly at: number; readonly clock: ClockState | null };

/** Does all of a commit or nothing of it. */
export function commit(store: Store, { actor, writes, events, at, clock }: TimedCommit): Committed {
  return store.writing(() => {
    if (clock !== null) putLogClock(store, clock);
    const unbuilt = createUnbuilt(store);
    for (const write of writes) {
      if ('put' in write) put(store, write, unbuilt);
      else remove(store, write);
    }
    unbuilt.build();
    const entries = appendEntries(store, at, actor, events);
    return { head: feedHead(store), entries };
  });
}

function put(store: Store, write: Extract<Write, { put: string }>, unbuilt: Unbuilt): void {
  switch (write.put) {
    case 'recording':
      putRecording(store, write.value);
      unbuilt.arrived(write.value.segments);
      return;
    case 'recording-part':
      addToRecording(store, write);
      unbuilt.arrived(write.segments);
      return;
    case 'segment-media':
      setSegmentMedia(store, write.evidenceId, write.media);
      return;
    case 'damaged':
      putDamaged(store, write.value);
      return;
    case 'project':
      putProject(store, write.value, write.expectVersion);
      return;
    case 'operation':
      unbuilt.add(write);
      return;
    case 'operation-aside':
      putAside(store, write.value);
      return;
    case 'render':
      putRender(store, write.value);
      return;
    case 'release':
      putRelease(store, write.value);
      return;
    case 'account':
      putAccount(store, write.value);
      return;
    case 'job':
      putJob(store, write.value);
      return;
    case 'source-file':
      putSourceFile(store, write.value);
      return;
    case 'frame-table':
      putFrameTable(store, write.evidenceId, write.value);
      return;
    case 'watched-folder':
      store.run('INSERT INTO watched_folders VALUES (?) ON CONFLICT DO NOTHING', write.location);
      return;
    case 'placement':
      putPlacement(store, write.value);
      return;
    case 'send-first':
      sendFirst(store, write.ids, write.at);
      return;
    case 'arrival':
      putArrival(store, write.value);
      return;
    case 'kept-here':
      setKeptHere(store, write);
      return;
    case 'nothing-uploading':
      queueInterrupted(store, write.at);
      return;
    case 'upload':
      putUpload(store, write.value);
      return;
    case 'upload-part':
      putUploadPart(store, write.id, write.value);
      return;
    case 'store-settings':
      putStoreSettings(store, write.value);
      return;
    case 'shared-entry':
    case 'log-begun':
    case 'log-object':
    case 'log-acknowledged':
    case 'log-checkpointed':
    case 'log-forked':
    case 'log-read':
    case 'kept-entry':
    case 'telling':
    case 'store-trouble':
      putLog(store, write);
      return;
    default:
      return assertNever(write);
  }
}

const tables: Readonly<Record<Extract<Write, { delete: ChangeKind }>['delete'], string>> = {
  recording: 'recordings',
  damaged: 'damaged_items',
  project: 'projects',
  render: 'renders',
  release: 'releases',
  placement: 'placements',
};

function remove(store: Store, write: Extract<Write, { delete: string }>): void {
  if (write.delete === 'watched-folder') {
    store.run('DELETE FROM watched_folders WHERE location = ?', write.location);
    return;
  }
  if (write.delete === 'operation-aside') {
    takeFromAside(store, write.value);
    return;
  }
  if (write.delete === 'upload') {
    removeUpload(store, write.id);
    return;
  }
  if (write.delete === 'store') {
    forgetStoreSettings(store);
    forgetPlacements(store);
    forgetUploads(store);
    forgetReading(store);
    return;
  }
  if (write.delete === 'kept-entry' || write.delete === 'store-trouble') {
    removeLog(store, write);
    return;
  }
  try {
    const removed = store.run(`DELETE FROM ${tables[write.delete]} WHERE id = ?`, write.id);
    if (removed > 0) recordChange(store, write.delete, write.id, true);
  } catch (error) {
    if (!isSqlite(error, 'SQLITE_CONSTRAINT_FOREIGNKEY')) throw error;
    throw new ExpectedError('conflict', `This ${write.delete} is still needed by something made from it.`, {
      subject: write.id,
      cause: error,
    });
  }
}

/** The present value of a thing of the change feed. */
export function readThing(store: Store, kind: ChangeKind, id: string): Change['value'] {
  switch (kind) {
    case 'recording':
      return getRecording(store, id) as Change['value'];
    case 'damaged':
      return getDamaged(store, id);
    case 'project':
      return getProject(store, id);
    case 'render':
      return getRender(store, id);
    case 'release':
      return getRelease(store, id);
    case 'placement':
      return getPlacement(store, id);
    case 'facts':
    case 'note':
    case 'marker':
    case 'review':
      return getDocument(store, kind, id);
    default:
      return assertNever(kind);
  }
}
