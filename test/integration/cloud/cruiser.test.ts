import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Actor } from '#common/audit/index.ts';
import type { Recording } from '#common/evidence/index.ts';
import { newId, sha256Hex, silentLogger, systemClock } from '#core/kernel/index.ts';
import type { AgencyCore, Station } from '#core/station/index.ts';
import { createGateway, type Gateway } from '#gateway/index.ts';
import { footageFolder } from '#test/support/media-files.ts';
import { eventually, jobDone, openRealStation } from '#test/support/real-station.ts';

const footage = footageFolder();
const program = fileURLToPath(new URL('../../../build/bin/plainview.mjs', import.meta.url));
const password = 'correct horse battery';
/** An arrival is in the library within this time. */
const withinMs = 60_000;

type Outcome = { readonly code: number | null; readonly out: string; readonly err: string };
type Told = {
  readonly ok: boolean;
  readonly sealed?: number;
  readonly known?: number;
  readonly error?: { readonly code: string; readonly message: string };
  readonly store?: { readonly verified: number; readonly left: number; readonly told: boolean };
};

describe.runIf(footage !== null)('a cruiser’s computer and the station', { timeout: 300_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'cruiser-'));
  const [share, card, cruiser, target, secret] = ['share', 'card', 'cruiser', 'store.json', 'secret.txt'].map((name) =>
    join(folder, name),
  ) as [string, string, string, string, string];
  const running = new Set<ChildProcess>();
  const files = {
    'DoeJane_202611201841_V300123-0.mp4': 'people-walking.mp4',
    'DoeJane_202611201902_V300123-0.mp4': 'face-turning.mp4',
    'DoeJane_202611201915_V300123-0.mp4': 'faces-walking.mp4',
  };
  let station: Station;
  let core: AgencyCore;
  let admin: Actor;
  let gateway: Gateway;
  let toldAt: number;

  beforeAll(async () => {
    for (const path of [share, card]) mkdirSync(path);
    for (const [name, source] of Object.entries(files)) cpSync(join(footage ?? '', source), join(card, name));
    station = await openRealStation(join(folder, 'station'));
    const made = await station.createDepartment(
      { name: 'Example PD', zone: 'America/New_York', admin: { username: 'rfeld', displayName: 'R. Feld', password } },
      { kind: 'station' },
    );
    ({ core } = made);
    admin = { kind: 'account', accountId: made.account.id, username: 'rfeld', role: 'admin' };
    const store = { kind: 'folder', location: share } as const;
    const { recoverySecret } = await core.store.connect(
      { target: store, secretAccessKey: null, recoverySecret: null },
      admin,
    );
    writeFileSync(target, JSON.stringify(store));
    writeFileSync(secret, `${recoverySecret}\n`);
    gateway = createGateway({ station, logger: silentLogger, clock: systemClock });
  }, 120_000);
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL');
    await gateway.close();
    await station.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function plainview(
    args: readonly string[],
    env: Record<string, string> = {},
    killAfterMs?: number,
  ): Promise<Outcome> {
    const child = spawn(process.execPath, [program, ...args], {
      env: { ...process.env, PLAINVIEW_DATA: cruiser, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    running.add(child);
    let [out, err] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    // The program runs in a process of its own below the one that was started: both are killed.
    const timer =
      killAfterMs === undefined ? null : setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), killAfterMs);
    return new Promise((resolve) =>
      child.on('close', (code) => {
        if (timer !== null) clearTimeout(timer);
        running.delete(child);
        resolve({ code, out, err });
      }),
    );
  }
  const json = ({ out }: Outcome) => JSON.parse(out) as Told;
  const withSecret = { PLAINVIEW_RECOVERY_SECRET_FILE: secret };

  async function recordings(): Promise<readonly Recording[]> {
    const { changes } = await core.library.changes({ since: 0, limit: 1000 });
    return changes.flatMap((change) => (change.kind === 'recording' && change.value !== null ? [change.value] : []));
  }

  it('says what is missing, in words and by its exit code', async () => {
    const early = await plainview(['offload', card, '--to-store', '--store', target, '--json']);
    expect(early.code).toBe(3);
    const setup = ['setup', '--name', 'Cruiser 4', '--username', 'modem', '--zone', 'America/New_York', '--json'];
    expect((await plainview(setup, { PLAINVIEW_PASSWORD: password })).code).toBe(0);
    const offload = ['offload', card, '--to-store', '--json'];
    const nowhere = await plainview(offload);
    expect([nowhere.code, json(nowhere).error?.code]).toEqual([1, 'not-ready']);
    const bare = await plainview([...offload, '--store', target]);
    expect([bare.code, json(bare).error?.code]).toEqual([1, 'key-missing']);
    writeFileSync(join(folder, 'odd.json'), '{"kind":"folder","location":7}');
    const odd = await plainview([...offload, '--store', join(folder, 'odd.json')], withSecret);
    expect([odd.code, json(odd).error?.message]).toEqual([2, expect.stringContaining('"location"')]);
    const wrong = await plainview([...offload, '--store', target], { PLAINVIEW_RECOVERY_SECRET: 'not it at all' });
    expect([wrong.code, json(wrong).error?.code]).toEqual([1, 'key-wrong']);
    expect(await recordings()).toEqual([]);
  });

  it('is killed again and again, goes on, and ends with 0 only when the store has everything', async () => {
    const offload = ['offload', card, '--to-store', '--store', target, '--json'];
    let cuts = 0;
    for (const afterMs of [2_500, 4_000, 6_000]) {
      const cut = await plainview(offload, withSecret, afterMs);
      if (cut.code === null) cuts++;
    }
    const done = await plainview(offload, withSecret);
    toldAt = performance.now();
    expect([done.code, done.code === 0 ? '' : done.out + done.err]).toEqual([0, '']);
    expect(json(done)).toMatchObject({ ok: true, store: { verified: 3, left: 0, told: true } });
    console.log(`cuts=${cuts}`);
    expect(cuts).toBeGreaterThan(0);
    const log = join(cruiser, 'log', 'plainview.log');
    const words = readFileSync(secret, 'utf8').trim();
    expect(existsSync(log) ? readFileSync(log, 'utf8') : '').not.toContain(words);
  });

  it('is seen at the station within a minute, with frames and picture, without its bytes', async () => {
    const arrived = await eventually(
      async () => {
        const all = await recordings();
        return all.length === 3 ? all : null;
      },
      'the recordings to arrive',
      withinMs,
    );
    console.log(`arrived_after_ms=${Math.round(performance.now() - toldAt)}`);
    expect(arrived.flatMap(({ segments }) => segments.map(({ fileName }) => fileName)).sort()).toEqual(
      Object.keys(files).sort(),
    );
    const { entries } = await core.audit.list({ before: null, limit: 500 });
    expect(entries.filter(({ event }) => event.kind === 'original.arrived')).toHaveLength(3);
    const status = await core.store.status();
    expect(status).toMatchObject({ error: null, troubles: [], cache: { onlyInCloud: { items: 3 }, keptBytes: 0 } });
    expect(status.verified.items).toBe(0);
  });

  const first = async (): Promise<Recording['segments'][number]> => {
    const found = (await recordings())
      .flatMap(({ segments }) => segments)
      .find(({ fileName }) => fileName.includes('1841'));
    if (found === undefined) throw new Error('It did not arrive.');
    return found;
  };

  it('is played by ranges through the media door', async () => {
    const segment = await eventually(async () => {
      const found = await first();
      return found.media.state === 'ready' ? found : null;
    }, 'the recording to be ready');
    const original = readFileSync(join(footage ?? '', 'people-walking.mp4'));
    const signedIn = await gateway.handle(
      'page',
      JSON.stringify({ id: 1, method: 'session.signIn', params: { username: 'rfeld', password } }),
    );
    expect(JSON.parse(signedIn)).toMatchObject({ ok: true });
    const opened = await gateway.handle(
      'page',
      JSON.stringify({ id: 2, method: 'review.open', params: { evidenceId: segment.evidenceId } }),
    );
    const { result: value } = JSON.parse(opened) as { result: { mediaId: string; frames: { frames: number } } };
    expect(value.frames.frames).toBeGreaterThan(100);
    const get = (id: string, range?: string) =>
      gateway.media(
        'page',
        new Request(`http://x/media/${id}`, { headers: range === undefined ? {} : { Range: range } }),
      );
    const part = await get(value.mediaId, 'bytes=2000000-2000999');
    expect([part.status, part.headers.get('Content-Range')]).toEqual([206, `bytes 2000000-2000999/${original.length}`]);
    expect(Buffer.from(await part.arrayBuffer()).equals(original.subarray(2_000_000, 2_001_000))).toBe(true);
    const whole = await get(value.mediaId);
    expect(sha256Hex(Buffer.from(await whole.arrayBuffer()))).toBe(sha256Hex(original));
    expect(segment.media.state === 'ready' && segment.media.posterId).toBeTruthy();
    const poster = await get(segment.media.state === 'ready' ? (segment.media.posterId ?? '') : '');
    expect([poster.status, poster.headers.get('Content-Type')]).toEqual([200, 'image/jpeg']);
  });

  it('says in words what cannot be shown while the store is away, and shows it when it is back', async () => {
    const all = (await recordings()).flatMap(({ segments }) => segments);
    const segment = all.find(({ fileName }) => fileName.includes('1902'));
    const fetched = (await first()).evidenceId;
    if (segment === undefined) throw new Error('It did not arrive.');
    const open = async (evidenceId: string): Promise<Response> => {
      await gateway.handle('page', JSON.stringify({ id: 3, method: 'review.open', params: { evidenceId } }));
      return gateway.media('page', new Request(`http://x/media/${evidenceId}`, { headers: { Range: 'bytes=0-99' } }));
    };
    renameSync(share, `${share}-away`);
    const away = await open(segment.evidenceId);
    expect([away.status, await away.text()]).toEqual([503, expect.stringContaining('is only in the cloud')]);
    expect((await open(fetched)).status).toBe(206);
    renameSync(`${share}-away`, share);
    expect((await open(segment.evidenceId)).status).toBe(206);
  });

  it('is redacted and rendered at the station', async () => {
    const { evidenceId } = await first();
    const { frames } = await core.review.open(evidenceId, admin);
    const project = await core.redaction.open(evidenceId, admin);
    const track = {
      id: newId('track'),
      name: 'Face',
      style: { kind: 'solid' },
      range: { first: 0, last: frames.frames - 1 },
      keyframes: [{ frame: 0, box: { x: 100, y: 80, width: 200, height: 200 } }],
    } as const;
    const { version } = await core.redaction.edit(
      {
        projectId: project.id,
        version: project.version,
        edits: [{ kind: 'put-track', at: 0, track: { ...track, keyframes: [...track.keyframes] } }],
      },
      admin,
    );
    const { render, jobId } = await core.renders.start({ projectId: project.id, version }, admin);
    await jobDone(core, jobId, 180_000);
    const { changes } = await core.library.changes({ since: 0, limit: 1000 });
    const found = changes.find(({ kind, id }) => kind === 'render' && id === render.id);
    expect(found?.value).toMatchObject({ status: { state: 'passed' } });
  });

  it('is kept at the station when somebody wants it, which is in the log', async () => {
    const recording = (await recordings()).find(({ segments }) => segments[0]?.fileName.includes('1915'));
    if (recording === undefined) throw new Error('It did not arrive.');
    await core.store.pin({ recordingId: recording.id }, admin);
    await eventually(async () => {
      const { cache } = await core.store.status();
      const { jobs } = await core.jobs.list();
      return cache?.pinned.items === 1 && jobs.some(({ kind, state }) => kind === 'fetch' && state === 'done')
        ? true
        : null;
    }, 'the copy');
    await core.store.unpin({ recordingId: recording.id }, admin);
    await core.store.setCache({ bytes: 64 * 1024 * 1024, days: 7 }, admin);
    const { entries } = await core.audit.list({ before: null, limit: 500 });
    const kinds = entries.map(({ event }) => event.kind);
    expect(kinds).toEqual(expect.arrayContaining(['recording.pinned', 'recording.unpinned', 'store.changed']));
    expect(await core.audit.verify(admin)).toMatchObject({ intact: true });
  });
});
