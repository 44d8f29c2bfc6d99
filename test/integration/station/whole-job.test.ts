import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor, AuditEvent } from '#common/audit/index.ts';
import { type Change, type ChangeKind, type MethodName, methods, type StationEvent } from '#common/contract/index.ts';
import type { Recording, Render } from '#common/evidence/index.ts';
import { readRecoverySecret } from '#common/evidence/recovery-secret.ts';
import { newId, sha256Hex } from '#core/kernel/index.ts';
import { verifyPackage } from '#core/release/index.ts';
import type { AgencyCore, Station } from '#core/station/index.ts';
import { ffmpeg, footageFolder } from '#test/support/media-files.ts';
import { eventually, jobDone, openRealStation } from '#test/support/real-station.ts';

const footage = footageFolder();

type ValueOf<K extends ChangeKind> = NonNullable<Extract<Change, { kind: K }>['value']>;

const password = 'correct horse battery';
/** The audit line of every method that promises one. */
const lineOf: { readonly [M in MethodName]?: AuditEvent['kind'] } = {
  'setup.department': 'agency.created',
  'session.signIn': 'session.signed-in',
  'session.practise': 'session.signed-in',
  'session.signOut': 'session.signed-out',
  'people.create': 'person.created',
  'people.change': 'person.changed',
  'dock.offload': 'offload.started',
  'dock.watchFolder': 'folder.watched',
  'dock.unwatchFolder': 'folder.unwatched',
  'review.open': 'evidence.viewed',
  'review.mend': 'proxy.wanted',
  'redaction.edit': 'redaction.edited',
  'render.start': 'render.started',
  'render.open': 'render.viewed',
  'release.create': 'release.created',
  'release.open': 'release.downloaded',
  'facts.set': 'facts.changed',
  'notes.add': 'note.written',
  'notes.change': 'note.written',
  'notes.remove': 'note.removed',
  'markers.add': 'marker.set',
  'markers.change': 'marker.set',
  'markers.remove': 'marker.removed',
  'reviews.add': 'review.signed',
  'redaction.branch': 'redaction.branched',
  'redaction.choose': 'redaction.chosen',
  'audit.verify': 'audit.verified',
  'store.probe': 'store.probed',
  'store.connect': 'store.connected',
  'store.recoverySecret': 'store.secret-shown',
  'store.confirmRecovery': 'store.secret-confirmed',
  'store.disconnect': 'store.disconnected',
  'store.setLimits': 'store.changed',
  'store.setRetention': 'store.changed',
  'store.pause': 'store.paused',
  'store.resume': 'store.resumed',
  'store.pin': 'recording.pinned',
  'store.unpin': 'recording.unpinned',
  'store.setCache': 'store.changed',
  'reconcile.start': 'reconcile.started',
  'reconcile.repair': 'reconcile.repair-started',
};

/** Written before anybody has an account, and where another station's recordings arrive. */
const elsewhere = new Set<string>(['agency.created', 'recording.pinned', 'recording.unpinned']);

async function all<K extends ChangeKind>(agency: AgencyCore, kind: K): Promise<readonly ValueOf<K>[]> {
  const { changes } = await agency.library.changes({ since: 0, limit: 1000 });
  return changes.flatMap((change) =>
    change.kind === kind && change.value !== null ? [change.value as ValueOf<K>] : [],
  );
}

describe.runIf(footage !== null)('the whole job, without a window', () => {
  const folder = mkdtempSync(join(tmpdir(), 'whole-job-'));
  const card = join(folder, 'card');
  let station: Station;
  let department: AgencyCore;
  let admin: Actor;
  let hashes: Record<string, string>;

  const sources = {
    'DoeJane_202611201841_V300123-0.mp4': 'people-walking.mp4',
    'DoeJane_202611201902_V300123-0.mp4': 'faces-walking.mp4',
    'DoeJane_202611201915_V300123-0.mp4': 'sound.mp4',
  };

  beforeAll(async () => {
    mkdirSync(card);
    ffmpeg(
      '-i',
      `${footage}/face-turning.mp4`,
      '-f',
      'lavfi',
      '-i',
      'sine=frequency=440:sample_rate=48000',
      '-shortest',
      '-c:v',
      'copy',
      '-c:a',
      'aac',
      join(folder, 'sound.mp4'),
    );
    for (const [name, from] of Object.entries(sources)) {
      copyFileSync(from === 'sound.mp4' ? join(folder, from) : join(footage ?? '', from), join(card, name));
    }
    hashes = Object.fromEntries(Object.keys(sources).map((name) => [name, sha256Hex(readFileSync(join(card, name)))]));
    station = await openRealStation(join(folder, 'data'));
    const made = await station.createDepartment(
      {
        name: 'Example PD',
        zone: 'America/New_York',
        admin: { username: 'rfeld', displayName: 'R. Feld', password },
      },
      { kind: 'station' },
    );
    department = made.core;
    admin = { kind: 'account', accountId: made.account.id, username: 'rfeld', role: 'admin' };
  }, 120_000);
  afterAll(async () => {
    await station.close();
    rmSync(folder, { recursive: true });
  });

  let recording: Recording;
  /** The department's store is a share of another computer; away is where it is while the network is down. */
  const share = join(folder, 'share');
  const away = join(folder, 'away');
  const target = { kind: 'folder', location: share } as const;

  it('takes a store into use before the day begins, and the network goes down', async () => {
    mkdirSync(share);
    const report = await department.store.probe({ target, secretAccessKey: null }, admin);
    expect(report).toMatchObject({ usable: true, holds: 'nothing' });
    const made = await department.store.connect({ target, secretAccessKey: null, recoverySecret: null }, admin);
    // The window died over it: it is shown again until two groups of the paper were typed back.
    const { recoverySecret } = await department.store.recoverySecret(admin);
    expect(recoverySecret).toBe(made.recoverySecret);
    const groups = readRecoverySecret(recoverySecret).groups.map(({ text }, index) => ({ number: index + 1, text }));
    await department.store.confirmRecovery({ groups: groups.slice(3, 5) }, admin);
    await expect(department.store.recoverySecret(admin)).rejects.toMatchObject({ code: 'not-found' });
    await department.store.setLimits({ bytesPerSecond: 50_000_000, quiet: null }, admin);
    await department.store.pause(admin);
    await department.store.resume(admin);
    renameSync(share, away);
  });

  it('offloads, verifies and seals a docked camera', async () => {
    await department.docks.watchFolder(card, admin);
    const dock = await eventually(async () => {
      const { docks } = await department.docks.list();
      return docks.find((one) => one.state === 'ready');
    }, 'the dock');
    expect(dock.counts).toMatchObject({ fresh: 3, damaged: 0 });
    await jobDone(department, await department.docks.offload(dock.id, admin));
    const recordings = await all(department, 'recording');
    expect(recordings).toHaveLength(3);
    for (const one of recordings) {
      for (const segment of one.segments) expect(segment.sha256).toBe(hashes[segment.fileName]);
    }
  });

  it('prepares what it sealed', async () => {
    recording = await eventually(async () => {
      const recordings = await all(department, 'recording');
      const ready = recordings.filter((one) => one.segments.every((segment) => segment.media.state === 'ready'));
      return ready.length === 3 ? ready.find((one) => one.segments[0]?.fileName.includes('1915')) : null;
    }, 'prepared recordings');
    expect(recording.officer).not.toBeNull();
  });

  it('makes a playable copy of what a browser could not decode after all', async () => {
    const [other] = (await all(department, 'recording')).filter((one) => one.id !== recording.id);
    const evidenceId = other!.segments[0]!.evidenceId;
    await department.review.mend(evidenceId, admin);
    await expect(department.review.open(evidenceId, admin)).rejects.toMatchObject({ code: 'not-ready' });
    const media = await eventually(async () => {
      const again = (await all(department, 'recording')).find((one) => one.id === other!.id);
      const found = again?.segments[0]?.media;
      return found?.state === 'ready' ? found : null;
    }, 'the copy');
    expect(media.facts.undecodableFrames).toBe(0);
    expect(await department.review.open(evidenceId, admin)).toMatchObject({ mediaId: media.proxyId });
    await expect(department.review.mend(evidenceId, admin)).rejects.toMatchObject({ code: 'conflict' });
  });

  let render: Render;

  it('redacts, renders and passes the machine check', async () => {
    const evidenceId = recording.segments[0]?.evidenceId;
    if (evidenceId === undefined) throw new Error('no segment');
    const { frames } = await department.review.open(evidenceId, admin);
    const project = await department.redaction.open(evidenceId, admin);
    const { version } = await department.redaction.edit(
      {
        projectId: project.id,
        version: project.version,
        edits: [
          {
            kind: 'put-track',
            at: 0,
            track: {
              id: newId('track'),
              name: 'Face',
              style: { kind: 'solid' },
              range: { first: 0, last: frames.frames - 1 },
              keyframes: [
                { frame: 0, box: { x: 300, y: 80, width: 300, height: 380 } },
                { frame: frames.frames - 1, box: { x: 350, y: 90, width: 300, height: 380 } },
              ],
            },
          },
          { kind: 'put-mute', at: 0, mute: { id: newId('mute'), name: 'Name', range: { first: 5, last: 20 } } },
        ],
      },
      admin,
    );
    const started = await department.renders.start({ projectId: project.id, version }, admin);
    await jobDone(department, started.jobId, 120_000);
    const found = (await all(department, 'render')).find((one) => one.id === started.render.id);
    if (found === undefined) throw new Error('no render');
    render = found;
    expect(render.status).toMatchObject({ state: 'passed', verdict: { passed: true, frames: frames.frames } });
  });

  it('releases a package that verifies with standard tools', async () => {
    await expect(
      department.releases.create(
        { renderId: render.id, requester: 'The Post', reason: 'Request 12', confirmation: 'wrong' },
        admin,
      ),
    ).rejects.toThrow('confirmation');
    const { release, jobId } = await department.releases.create(
      { renderId: render.id, requester: 'The Post', reason: 'Request 12', confirmation: recording.title },
      admin,
    );
    await jobDone(department, jobId);
    const { mediaId } = await department.releases.open(release.id, admin);
    const { reader } = await department.media.open(mediaId);
    const zip = join(folder, 'release.zip');
    writeFileSync(zip, await reader.read(0, reader.size));
    await reader.close();
    const report = await verifyPackage(zip);
    expect(report.checks.filter((check) => !check.passed)).toEqual([]);
    const out = join(folder, 'out');
    execFileSync('unzip', ['-q', zip, '-d', out]);
    execFileSync(
      'bash',
      [
        '-c',
        'ssh-keygen -Y verify -f allowed_signers -I release@plainview -n plainview-release -s manifest.json.sig < manifest.json',
      ],
      { cwd: out },
    );
    const probe = execFileSync(
      'bash',
      ['-c', 'ffprobe -v error -show_entries stream=codec_name,nb_frames -of csv=p=0 video/*.mp4'],
      { cwd: out, encoding: 'utf8' },
    );
    expect(probe).toContain('h264');
    expect(probe).toContain('aac');
  });

  it('keeps what people say of a recording, and every version of a redaction', async () => {
    const { id: recordingId, segments } = recording;
    const evidenceId = segments[0]!.evidenceId;
    await department.marks.setFacts({ recordingId, fields: { category: 'Traffic stop', caseNumber: '26-118' } }, admin);
    const note = await department.marks.addNote({ recordingId, text: 'A bystander speaks.' }, admin);
    await department.marks.changeNote({ noteId: note.id, text: 'Two bystanders speak.' }, admin);
    await department.marks.removeNote({ noteId: note.id }, admin);
    const place = { recordingId, evidenceId, frame: 5 };
    const marker = await department.marks.addMarker({ ...place, type: 'statement', note: null }, admin);
    await department.marks.changeMarker({ markerId: marker.id, note: 'The name is said' }, admin);
    const other = await department.marks.addMarker({ ...place, frame: 6, type: 'moment', note: null }, admin);
    await department.marks.removeMarker({ markerId: other.id }, admin);
    await department.marks.addReview({ recordingId, outcome: 'in-order', text: null }, admin);
    expect(await all(department, 'facts')).toMatchObject([{ id: recordingId, category: 'Traffic stop' }]);
    expect(await all(department, 'note')).toEqual([]);
    expect(await all(department, 'marker')).toMatchObject([{ id: marker.id, frame: 5, note: 'The name is said' }]);
    expect(await all(department, 'review')).toMatchObject([{ recordingId, madeBy: { name: 'rfeld' } }]);

    const project = await department.redaction.open(evidenceId, admin);
    const { id: projectId, version } = project;
    const remove = { kind: 'remove-mute' as const, id: project.document.mutes[0]!.id };
    await department.redaction.branch(
      {
        projectId,
        version: 0,
        edits: [{ kind: 'put-mute', at: 0, mute: { id: newId('mute'), name: 'Other', range: { first: 1, last: 2 } } }],
      },
      admin,
    );
    const asking = { renderId: render.id, requester: 'The Post', reason: 'Request 13', confirmation: recording.title };
    await expect(department.releases.create(asking, admin)).rejects.toMatchObject({
      code: 'conflict',
      message: 'There is another version of this redaction, by rfeld, that nobody has decided on.',
    });
    const { trunk, branches } = await department.redaction.branches(projectId);
    const heads = [trunk!.head, ...branches.map(({ head }) => head)];
    expect(
      await department.redaction.choose({ projectId, heads, chosen: trunk!.head, reason: 'The same' }, admin),
    ).toEqual({ version });
    // What was chosen is what was rendered, so the copy is still right; after another change it is not.
    await jobDone(department, (await department.releases.create(asking, admin)).jobId);
    await department.redaction.edit({ projectId, version, edits: [remove] }, admin);
    await expect(department.releases.create(asking, admin)).rejects.toMatchObject({
      code: 'stale-version',
      nextStep: `This copy is of version ${version}, the redaction is at version ${version + 1}. Render it again, and release that copy.`,
    });
  });

  it('did all of that with the store down, and said so', async () => {
    const status = await department.store.status();
    expect(status).toMatchObject({ activity: 'waiting', error: { code: 'store-unreachable' }, verified: { items: 0 } });
    expect(status.waiting.items).toBe(3);
    const { items } = await department.store.queue({ offset: 0, limit: 10 });
    // A store that is gone is nobody's fault: no original is blamed for it.
    expect(items.map(({ where }) => where)).toEqual(
      items.map(() => expect.objectContaining({ state: 'queued', error: null }) as unknown),
    );
    // Nothing was made where the share should be.
    expect(existsSync(share)).toBe(false);
  });

  it('sends everything once the store is back, byte for byte, and nothing but originals', async () => {
    renameSync(away, share);
    await department.store.sendFirst({ ids: recording.segments.map(({ evidenceId }) => evidenceId) });
    await eventually(async () => {
      const { waiting, verified } = await department.store.status();
      return waiting.items === 0 && verified.items === 3 ? true : null;
    }, 'the store to have everything');
    const names = readdirSync(join(share, 'media'));
    expect(names).toHaveLength(3);
    expect(readdirSync(join(share, 'manifests')).sort()).toEqual(names.sort());
    const { entries } = await department.audit.list({ before: null, limit: 500 });
    const stored = entries.flatMap(({ event }) => (event.kind === 'original.stored' ? [event] : []));
    expect(stored).toHaveLength(3);
    for (const { object, ciphertextSha256 } of stored) {
      expect(sha256Hex(readFileSync(join(share, object)))).toBe(ciphertextSha256);
    }
  });

  it('writes the line that the contract promises, with who did it', async () => {
    await department.sessions.signedOut(await department.sessions.signIn('rfeld', password));
    const officer = await department.people.create(
      { username: 'jdoe', displayName: 'Jane Doe', role: 'officer', password },
      admin,
    );
    await department.people.change({ id: officer.id, active: false }, admin);
    await department.renders.open(render.id, admin);
    await department.docks.unwatchFolder(card, admin);
    await department.docks.watchFolder(card, admin);
    const [lost = ''] = readdirSync(join(share, 'manifests'));
    rmSync(join(share, 'manifests', lost));
    const compared = await department.reconcile.start({ mode: 'quick', repair: false, goOn: false }, admin);
    expect((await department.jobs.finished(compared.id)).state).toBe('done');
    await department.jobs.finished((await department.reconcile.repair(admin)).id);
    expect(readdirSync(join(share, 'manifests'))).toContain(lost);
    await department.store.disconnect({ reason: 'Another store is to be used.' }, admin);
    await department.audit.verify(admin);
    const practising = await station.training.sessions.practise('dana.whitlock');
    const own = await department.audit.list({ before: null, limit: 500 });
    const made = await station.training.audit.list({ before: null, limit: 10 });
    const written = new Set(
      [...own.entries, ...made.entries].flatMap(({ actor, event }) => (actor.kind === 'account' ? [event.kind] : [])),
    );
    expect(made.entries[0]).toMatchObject({ event: { kind: 'session.signed-in', accountId: practising.id } });
    expect(Object.entries(methods).flatMap(([name, { audit }]) => (audit === 'core' ? [name] : []))).toEqual(
      Object.keys(lineOf),
    );
    expect(Object.values(lineOf).filter((kind) => !elsewhere.has(kind) && !written.has(kind))).toEqual([]);
  });

  it('left the camera as it was, and a log that holds', async () => {
    for (const [name, hash] of Object.entries(hashes)) expect(sha256Hex(readFileSync(join(card, name)))).toBe(hash);
    const report = await department.audit.verify(admin);
    expect(report).toMatchObject({ intact: true, brokenAt: null });
    const { entries } = await department.audit.list({ before: null, limit: 500 });
    const kinds = new Set(entries.map((entry) => entry.event.kind));
    for (const kind of [
      'agency.created',
      'evidence.sealed',
      'evidence.viewed',
      'redaction.edited',
      'render.started',
      'render.passed',
      'release.created',
      'release.downloaded',
    ]) {
      expect(kinds).toContain(kind);
    }
  });

  it('is all there after a restart, and knows the camera again', async () => {
    await station.close();
    station = await openRealStation(join(folder, 'data'));
    if (station.department === null) throw new Error('the department is gone');
    department = station.department;
    expect(await all(department, 'recording')).toHaveLength(3);
    const dock = await eventually(async () => {
      const { docks } = await department.docks.list();
      return docks.find((one) => one.state === 'nothing-new');
    }, 'the known dock');
    expect(dock.counts).toMatchObject({ fresh: 0, known: 3 });
  });

  it('keeps the training agency apart', async () => {
    expect(await all(station.training, 'recording')).toEqual([]);
    const told: StationEvent[] = [];
    const stopListening = station.training.onEvent((event) => told.push(event));
    const { docks, watching } = await station.training.docks.list();
    expect(docks.length).toBeGreaterThan(3);
    await station.training.docks.rescan(docks[0]!.id);
    stopListening();
    expect(told.some(({ kind }) => kind === 'dock.changed')).toBe(true);
    // Where the program lies on this computer is no business of a page.
    expect(JSON.stringify([docks, watching, told])).not.toMatch(/assets[/\\]+training/);
    await expect(station.training.docks.watchFolder(card, admin)).rejects.toThrow('made-up');
    await expect(station.training.media.open(recording.segments[0]?.evidenceId ?? '')).rejects.toThrow();
  });

  it('lets nobody open the same folder twice', () => {
    const script = `import('${new URL('../../support/real-station.ts', import.meta.url).pathname}').then((m) => m.openRealStation(process.argv[1])).then(() => process.exit(1), (e) => { console.log(e.message); process.exit(0); })`;
    const said = execFileSync(process.execPath, ['--input-type=module', '-e', script, join(folder, 'data')], {
      encoding: 'utf8',
    });
    expect(said).toContain('Another Plainview');
  });
});
