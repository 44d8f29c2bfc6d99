import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import type { Actor } from '#common/audit/index.ts';
import type { DamagedItem, Recording, RedactionProject, Release, Render, Segment } from '#common/evidence/index.ts';
import type { EvidenceId, RecordingId } from '#common/ids/index.ts';
import { type Catalog, openCatalog } from '#core/catalog/index.ts';
import { type Clock, newId, silentLogger } from '#core/kernel/index.ts';

export const catalogEntry = new URL('../../main/core/catalog/catalog-worker.ts', import.meta.url);
export const catalogKey = new Uint8Array(32).fill(7);
export const theStation: Actor = { kind: 'station' };

/** A clock that stands until it is moved. */
export type HandClock = Clock & { time: number };

export function handClock(time = Date.UTC(2026, 10, 23, 12)): HandClock {
  const clock = { time, now: () => clock.time };
  return clock;
}

/** A folder of its own that is gone after `dispose`. */
export type TempFolder = { readonly path: string; readonly dispose: () => void };

export function tempFolder(): TempFolder {
  const path = mkdtempSync(join(tmpdir(), 'plainview-test-'));
  return { path, dispose: () => rmSync(path, { recursive: true, force: true }) };
}

export function openTestCatalog(
  folder: string,
  options: { readonly clock?: Clock; readonly key?: Uint8Array; readonly create?: boolean } = {},
): Promise<Catalog> {
  return openCatalog({
    path: join(folder, 'catalog.db'),
    key: options.key ?? catalogKey,
    entry: catalogEntry,
    clock: options.clock ?? handClock(),
    logger: silentLogger,
    create: options.create ?? true,
  });
}

/** A second connection beside the catalog's own, for looking at and tampering with what is really stored. */
export function openRaw(folder: string, key: Uint8Array = catalogKey): Database.Database {
  const database = new Database(join(folder, 'catalog.db'), { timeout: 5000, fileMustExist: true });
  database.pragma(`cipher = 'sqlcipher'`);
  database.pragma('legacy = 4');
  database.pragma(`key = "x'${Buffer.from(key).toString('hex')}'"`);
  return database;
}

let counter = 0;

/** 64 hexadecimal digits that differ every time. */
export function someSha256(): string {
  counter += 1;
  return counter.toString(16).padStart(64, '0');
}

export function aSegment(changes: Partial<Segment> = {}): Segment {
  return {
    evidenceId: newId('evidence'),
    index: 0,
    fileName: 'clip.mp4',
    sourcePath: 'DCIM/100MEDIA/clip.mp4',
    sha256: someSha256(),
    sizeBytes: 1000,
    sealedAt: Date.UTC(2026, 10, 23, 12),
    readBack: 'device',
    media: { state: 'waiting' },
    ...changes,
  };
}

export function aRecording(changes: Partial<Recording> = {}): Recording {
  return {
    id: newId('recording'),
    title: 'Front door',
    device: { id: 'BWC-07', name: 'Body camera 07' },
    profileId: 'generic-dcim',
    officer: 'Dana Field',
    start: { at: Date.UTC(2026, 10, 22, 21), precision: 'second', from: 'file-name', doubt: null },
    protectedOnCamera: false,
    preEvent: null,
    segments: [aSegment()],
    sidecars: [],
    triggers: [],
    offloadedAt: Date.UTC(2026, 10, 23, 12),
    offloadedBy: 'dfield',
    ...changes,
  };
}

export function aDamagedItem(changes: Partial<DamagedItem> = {}): DamagedItem {
  return {
    id: newId('damaged'),
    fileName: 'broken.mp4',
    sourcePath: 'DCIM/broken.mp4',
    device: { id: 'BWC-07', name: 'Body camera 07' },
    profileId: 'generic-dcim',
    sizeBytes: 0,
    sha256: someSha256(),
    reason: 'The file is empty.',
    keptAt: Date.UTC(2026, 10, 23, 12),
    ...changes,
  };
}

export function aProject(recordingId: RecordingId, evidenceId: EvidenceId): RedactionProject {
  return {
    id: newId('project'),
    evidenceId,
    recordingId,
    version: 0,
    document: { tracks: [], mutes: [] },
    head: null,
    branches: [],
    changedAt: 0,
    changedBy: 'dfield',
  };
}

export function aRender(project: RedactionProject, startedAt = 0): Render {
  return {
    id: newId('render'),
    projectId: project.id,
    evidenceId: project.evidenceId,
    recordingId: project.recordingId,
    projectVersion: project.version,
    operation: project.head,
    document: project.document,
    status: { state: 'queued' },
    startedAt,
    startedBy: 'dfield',
  };
}

export function aRelease(render: Render): Release {
  return {
    id: newId('release'),
    renderId: render.id,
    recordingId: render.recordingId,
    requester: 'The Gazette',
    reason: 'Request 2026-118',
    status: { state: 'building' },
    createdAt: 0,
    createdBy: 'records',
  };
}
