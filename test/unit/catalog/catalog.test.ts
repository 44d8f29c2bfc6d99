import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { canonicalEntryText, chainStart } from '#common/audit/index.ts';
import type { MediaState } from '#common/evidence/index.ts';
import type { AccountRecord, Catalog, JobRow, Write } from '#core/catalog/index.ts';
import { newId, sha256Hex } from '#core/kernel/index.ts';
import {
  aDamagedItem,
  aProject,
  aRecording,
  aRelease,
  aRender,
  aSegment,
  handClock,
  openRaw,
  openTestCatalog,
  someSha256,
  type TempFolder,
  tempFolder,
  theStation,
} from '#test/support/catalog.ts';

let folder: TempFolder;
let catalog: Catalog;

beforeEach(async () => {
  folder = tempFolder();
  catalog = await openTestCatalog(folder.path);
});
afterEach(async () => {
  await catalog.close();
  folder.dispose();
});

function write(...writes: Write[]): Promise<unknown> {
  return catalog.commit({ actor: theStation, writes, events: [] });
}

function anAccount(changes: Partial<AccountRecord> = {}): AccountRecord {
  return {
    id: newId('account'),
    username: 'dfield',
    displayName: 'Dana Field',
    role: 'officer',
    active: true,
    password: { scheme: 'scrypt-2^17-8-1', salt: 'c2FsdA==', hash: 'aGFzaA==' },
    failures: 0,
    lockedUntil: null,
    ...changes,
  };
}

function aJob(changes: Partial<JobRow> = {}): JobRow {
  return {
    id: newId('job'),
    kind: 'offload',
    title: 'BWC-07',
    state: 'queued',
    progress: null,
    error: null,
    attempts: 0,
    createdAt: 1,
    createdBy: 'dfield',
    finishedAt: null,
    actor: theStation,
    payload: '{}',
    notBefore: null,
    ...changes,
  };
}

describe('what is put in', () => {
  it('comes out the same, by id and by evidence', async () => {
    const recording = aRecording({ segments: [aSegment(), aSegment({ index: 1 })] });
    const damaged = aDamagedItem();
    await write({ put: 'recording', value: recording }, { put: 'damaged', value: damaged });
    expect(await catalog.recordings.get(recording.id)).toEqual(recording);
    expect(await catalog.recordings.byEvidence(recording.segments[1]!.evidenceId)).toEqual(recording);
    expect(await catalog.recordings.byEvidence(newId('evidence'))).toBeNull();
    expect(await catalog.damaged.get(damaged.id)).toEqual(damaged);
    expect(await catalog.damaged.all()).toEqual([damaged]);
  });

  it('carries work from project to release', async () => {
    const recording = aRecording();
    const project = aProject(recording.id, recording.segments[0]!.evidenceId);
    const render = aRender(project);
    const release = aRelease(render);
    await write({ put: 'recording', value: recording }, { put: 'project', value: project, expectVersion: null });
    await write({ put: 'render', value: render }, { put: 'release', value: release });
    expect(await catalog.projects.byEvidence(project.evidenceId)).toEqual(project);
    expect(await catalog.renders.byProject(project.id)).toEqual([render]);
    expect(await catalog.releases.byRender(render.id)).toEqual([release]);
    expect(await catalog.releases.get(release.id)).toEqual(release);
  });

  it('keeps accounts apart by user name, whatever the case', async () => {
    const account = anAccount();
    await write({ put: 'account', value: account });
    await expect(write({ put: 'account', value: anAccount({ username: 'DFIELD' }) })).rejects.toMatchObject({
      code: 'already-exists',
    });
    await write({ put: 'account', value: { ...account, failures: 2 } });
    expect(await catalog.accounts.byUsername('DField')).toEqual({ ...account, failures: 2 });
    expect(await catalog.accounts.list()).toHaveLength(1);
  });

  it('keeps jobs in their order, finished ones apart', async () => {
    const first = aJob({ createdAt: 5 });
    const second = aJob({ createdAt: 5, state: 'paused', payload: 'not even JSON' });
    const done = aJob({ state: 'done', finishedAt: 50 });
    await write({ put: 'job', value: first }, { put: 'job', value: done }, { put: 'job', value: second });
    expect(await catalog.jobs.unfinished()).toEqual([first, second]);
    expect(await catalog.jobs.finishedSince(50)).toEqual([done]);
    expect(await catalog.jobs.finishedSince(51)).toEqual([]);
  });

  it('remembers watched folders and frame tables', async () => {
    const evidenceId = newId('evidence');
    const table = {
      timeBase: { num: 1, den: 30 },
      originTicks: 0,
      runs: [[1, 9] as [number, number]],
      frames: 10,
      lastDuration: 1,
      keyframes: [0],
    };
    await write(
      { put: 'watched-folder', location: '/b' },
      { put: 'watched-folder', location: '/a' },
      { put: 'watched-folder', location: '/a' },
      { put: 'frame-table', evidenceId, value: table },
    );
    await write({ delete: 'watched-folder', location: '/b' });
    expect(await catalog.watchedFolders.list()).toEqual(['/a']);
    expect(await catalog.frameTables.get(evidenceId)).toEqual(table);
  });
});

describe('a recording that several write to', () => {
  const unplayable: MediaState = { state: 'unplayable', reason: 'no picture' };

  it('loses neither an added segment nor the state of another', async () => {
    const recording = aRecording();
    const first = recording.segments[0]!.evidenceId;
    await write({ put: 'recording', value: recording });
    const second = aSegment({ index: 1 });
    await Promise.all([
      write({ put: 'segment-media', evidenceId: first, media: unplayable }),
      write({ put: 'recording-part', recordingId: recording.id, segments: [second], sidecars: [], triggers: [] }),
    ]);
    const stored = await catalog.recordings.byEvidence(second.evidenceId);
    expect(stored?.segments.map((segment) => segment.media.state)).toEqual(['unplayable', 'waiting']);
  });

  it('must be there', async () => {
    const media = write({ put: 'segment-media', evidenceId: newId('evidence'), media: unplayable });
    await expect(media).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a commit', () => {
  it('happens wholly or not at all', async () => {
    const recording = aRecording();
    const events = [{ kind: 'folder.watched', location: '/x' } as const];
    const spoiled = catalog.commit({
      actor: theStation,
      writes: [
        { put: 'recording', value: recording },
        { put: 'recording', value: { ...recording, title: 4 as never } },
      ],
      events,
    });
    await expect(spoiled).rejects.toThrow();
    expect(await catalog.recordings.all()).toEqual([]);
    expect(await catalog.changes.head()).toBe(0);
    expect(await catalog.audit.head()).toEqual({ seq: 0, hash: chainStart });
  });

  it('refuses a change made on an old version', async () => {
    const recording = aRecording();
    const project = aProject(recording.id, recording.segments[0]!.evidenceId);
    await write({ put: 'recording', value: recording }, { put: 'project', value: project, expectVersion: null });
    await write({ put: 'project', value: { ...project, version: 1 }, expectVersion: 0 });
    for (const expectVersion of [0, null, 2]) {
      const late = write({ put: 'project', value: { ...project, version: 2 }, expectVersion });
      await expect(late).rejects.toMatchObject({ code: 'stale-version' });
    }
    const twin = write({ put: 'project', value: aProject(recording.id, project.evidenceId), expectVersion: null });
    await expect(twin).rejects.toMatchObject({ code: 'already-exists' });
  });

  it('does not take away what something else is made from', async () => {
    const recording = aRecording();
    const project = aProject(recording.id, recording.segments[0]!.evidenceId);
    await write({ put: 'recording', value: recording }, { put: 'project', value: project });
    await expect(write({ delete: 'recording', id: recording.id })).rejects.toMatchObject({ code: 'conflict' });
    expect(await catalog.recordings.get(recording.id)).toEqual(recording);
  });

  it('tells how far the feed went', async () => {
    const heads: number[] = [];
    const end = catalog.onHead((head) => heads.push(head));
    await write({ put: 'recording', value: aRecording() }, { put: 'damaged', value: aDamagedItem() });
    await write({ put: 'watched-folder', location: '/no-change-of-the-feed' });
    end();
    await write({ put: 'damaged', value: aDamagedItem() });
    expect(heads).toEqual([2]);
    expect(await catalog.changes.head()).toBe(3);
  });

  it('chains its events with the time it was given', async () => {
    const actor = { kind: 'command-line', osUser: 'dispatch' } as const;
    const { entries } = await catalog.commit({
      actor,
      writes: [],
      events: [{ kind: 'folder.watched', location: '/ü' }, { kind: 'station.stopped' }],
    });
    const [first, second] = entries;
    expect(first).toMatchObject({ seq: 1, at: handClock().time, actor, previous: chainStart });
    expect(second).toMatchObject({ seq: 2, previous: first!.hash });
    expect(sha256Hex(Buffer.from(canonicalEntryText(second!), 'utf8'))).toBe(second!.hash);
    expect(await catalog.audit.page(null, 10)).toEqual([second, first]);
    expect(await catalog.audit.page(2, 10)).toEqual([first]);
    expect(await catalog.audit.read(1, 10)).toEqual([second]);
  });
});

describe('source files', () => {
  const key = { deviceId: 'BWC-07', sourcePath: 'a/clip.mp4', sizeBytes: 10, modifiedMs: 1000.75 };

  it('are found by place, size and date, and by content', async () => {
    const file = { ...key, sha256: someSha256(), sealedId: newId('evidence') };
    const copy = { ...file, deviceId: 'BWC-08', sealedId: file.sealedId };
    await write({ put: 'source-file', value: file }, { put: 'source-file', value: copy });
    await write({ put: 'source-file', value: file });
    expect(await catalog.sourceFiles.find(key)).toEqual({ ...file, modifiedMs: 1000 });
    expect(await catalog.sourceFiles.bySha256(file.sha256)).toMatchObject({ deviceId: 'BWC-08' });
    expect(await catalog.sourceFiles.bySha256(someSha256())).toBeNull();
    for (const other of [{ sizeBytes: 11 }, { modifiedMs: 2000 }, { sourcePath: 'b/clip.mp4' }, { deviceId: 'x' }]) {
      expect(await catalog.sourceFiles.find({ ...key, ...other })).toBeNull();
    }
  });

  it('keep two contents that came under the same name, size and date', async () => {
    const first = { ...key, sha256: someSha256(), sealedId: newId('evidence') };
    const second = { ...key, sha256: someSha256(), sealedId: newId('evidence') };
    await write({ put: 'source-file', value: first });
    await write({ put: 'source-file', value: second });
    expect(await catalog.sourceFiles.find(key)).toMatchObject({ sha256: second.sha256 });
    expect(await catalog.sourceFiles.bySha256(first.sha256)).toMatchObject({ sealedId: first.sealedId });
  });
});

describe('the file on the disk', () => {
  it('is still there after closing, with the same name, and nothing beside it', async () => {
    const recording = aRecording();
    await write({ put: 'recording', value: recording });
    await catalog.close();
    expect(readdirSync(folder.path)).toEqual(['catalog.db']);
    const { epoch } = catalog;
    catalog = await openTestCatalog(folder.path, { create: false });
    expect(catalog.epoch).toBe(epoch);
    expect(await catalog.recordings.all()).toEqual([recording]);
  });

  it('shows nothing of what it holds', async () => {
    await write({ put: 'recording', value: aRecording({ officer: 'Quartermain' }) });
    const log = readFileSync(join(folder.path, 'catalog.db-wal'));
    await catalog.close();
    const bytes = Buffer.concat([log, readFileSync(join(folder.path, 'catalog.db'))]);
    for (const word of ['Quartermain', 'SQLite format', 'CREATE TABLE', 'recordings']) {
      expect(bytes.includes(word)).toBe(false);
    }
  });

  it('does not open with another key', async () => {
    await catalog.close();
    const opening = openTestCatalog(folder.path, { key: new Uint8Array(32).fill(8) });
    await expect(opening).rejects.toMatchObject({ code: 'key-wrong' });
    catalog = await openTestCatalog(folder.path);
  });

  it('is not taken for a new one when it was cut to nothing', async () => {
    await catalog.close();
    truncateSync(join(folder.path, 'catalog.db'));
    await expect(openTestCatalog(folder.path)).rejects.toMatchObject({ code: 'tampered' });
  });

  it('is not read where a page was changed', async () => {
    for (let i = 0; i < 50; i++) await write({ put: 'recording', value: aRecording() });
    await catalog.close();
    const path = join(folder.path, 'catalog.db');
    const bytes = readFileSync(path);
    // Every page but the first, which says whether the key fits.
    for (let offset = 4096 + 100; offset < bytes.length; offset += 4096) bytes[offset]! ^= 1;
    writeFileSync(path, bytes);
    const reading = openTestCatalog(folder.path).then(async (opened) => {
      catalog = opened;
      return await opened.recordings.all();
    });
    await expect(reading).rejects.toMatchObject({ code: 'tampered' });
  });

  it('must exist when it is not to be made', async () => {
    const empty = tempFolder();
    await expect(openTestCatalog(empty.path, { create: false })).rejects.toMatchObject({ code: 'not-found' });
    expect(readdirSync(empty.path)).toEqual([]);
    empty.dispose();
  });

  it('is refused when a newer Plainview wrote it', async () => {
    await catalog.close();
    const raw = openRaw(folder.path);
    raw.prepare('INSERT INTO schema_migrations VALUES (999, ?, 0)').run('later');
    raw.close();
    await expect(openTestCatalog(folder.path)).rejects.toMatchObject({ code: 'not-ready' });
  });

  it('gives back no body that is not what was put in', async () => {
    const recording = aRecording();
    await write({ put: 'recording', value: recording });
    const raw = openRaw(folder.path);
    raw.prepare('UPDATE recordings SET body = json_remove(body, ?)').run('$.title');
    raw.close();
    const reading = catalog.recordings.get(recording.id);
    await expect(reading).rejects.toMatchObject({ code: 'tampered', subject: recording.id });
  });

  it('is checked by SQLite itself', async () => {
    expect(await catalog.integrity()).toEqual({ intact: true, problems: [] });
    const raw = openRaw(folder.path);
    raw.pragma('foreign_keys = OFF');
    raw.prepare('INSERT INTO renders VALUES (?, ?, 0, ?)').run('rnd_x', 'red_missing', '{}');
    raw.close();
    expect(await catalog.integrity()).toEqual({
      intact: false,
      problems: ['A row of renders names something missing in projects.'],
    });
  });

  it('waits for another process that is writing', async () => {
    const raw = openRaw(folder.path);
    raw.exec('BEGIN IMMEDIATE');
    const writing = write({ put: 'damaged', value: aDamagedItem() });
    await new Promise((resolve) => setTimeout(resolve, 300));
    raw.exec('COMMIT');
    raw.close();
    await writing;
    expect(await catalog.damaged.all()).toHaveLength(1);
  });
});
