import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Role } from '#common/access/index.ts';
import { type Account, type Answer, longestCall, type StationEvent } from '#common/contract/index.ts';
import type { Logger } from '#core/kernel/index.ts';
import { createGateway, type Gateway, longestSessionMs } from '#gateway/index.ts';
import { mostCallsAtOnce } from '#gateway/rpc/index.ts';
import { type HandClock, handClock } from '#test/support/catalog.ts';
import { openTransportStation, type TransportCore, type TransportStation } from '#test/support/transport-station.ts';

let station: TransportStation;
let core: TransportCore;
let gateway: Gateway;
let clock: HandClock;
let logged: { level: string; message: string; fields: unknown }[];

beforeEach(async () => {
  logged = [];
  const note = (level: string) => (message: string, fields?: unknown) => {
    logged.push({ level, message, fields });
    return 'ref-1';
  };
  const logger: Logger = { info: note('info'), warn: note('warn'), error: note('error'), close: () => undefined };
  station = await openTransportStation();
  core = station.cores()[0]!;
  clock = handClock();
  gateway = createGateway({ station, logger, clock });
});
afterEach(async () => {
  await gateway.close();
  await station.remove();
});

async function ask(client: string, method: string, params: unknown = {}): Promise<Answer> {
  return JSON.parse(await gateway.handle(client, JSON.stringify({ id: 1, method, params }))) as Answer;
}
const media = (client: string, id: string, headers: Record<string, string> = {}, method = 'GET') =>
  gateway.media(client, new Request(`http://127.0.0.1/media/${id}`, { headers, method }));

async function enter(client: string, username = 'officer'): Promise<void> {
  expect(await ask(client, 'session.practise', { username })).toMatchObject({ ok: true });
}
const openEvidence = (client: string) => ask(client, 'review.open', { evidenceId: core.evidence.id });

const department = (): TransportCore => station.cores()[1]!;

/** Sets up a department with `chief` signed in, and one more person. */
async function newcomer(role: Role): Promise<{ readonly password: string; readonly account: Account }> {
  const password = 'a long enough password';
  const admin = { username: 'chief', displayName: 'Chief', password };
  await ask('chief', 'setup.department', { name: 'Department', zone: 'UTC', admin });
  const person = { username: 'newcomer', displayName: 'New Comer', role, password };
  const created = (await ask('chief', 'people.create', person)) as { result: Account };
  return { password, account: created.result };
}

/** Waits until the pool has let go of what is not used. */
async function settled(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 10) {
    if (waited > 5000) throw new Error('It did not settle.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Turns one bit of a sealed file over, at this place of its ciphertext. */
function tamper(folder: string, id: string, position: number): void {
  const path = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.includes(id) && !entry.name.endsWith('.json'))
    .map((entry) => join(entry.parentPath, entry.name))
    .find((file) => readFileSync(file).length > core.evidence.bytes.length);
  if (path === undefined) throw new Error('The sealed file was not found.');
  const bytes = readFileSync(path);
  bytes[position] = bytes[position]! ^ 1;
  writeFileSync(path, bytes);
}

describe('calls', () => {
  it('keep the words of a bug in the log and give the reference', async () => {
    await enter('a', 'admin');
    const answer = await ask('a', 'dock.watchFolder', { location: '/srv' });
    expect(answer).toMatchObject({ ok: false, error: { family: 'bug', code: null, reference: 'ref-1' } });
    expect(JSON.stringify(answer)).not.toContain('/srv/evidence/key');
    expect(JSON.stringify(logged.map(({ fields }) => (fields as { error: Error }).error.message))).toContain(
      '/srv/evidence/key',
    );
  });

  it('give no more than the contract names', async () => {
    await enter('a');
    const answer = await openEvidence('a');
    expect(answer.ok).toBe(true);
    expect(JSON.stringify(answer)).not.toContain('surplus');
  });

  it('are refused when too long or too many', async () => {
    const long = JSON.parse(await gateway.handle('a', `"${'x'.repeat(longestCall)}"`)) as Answer;
    expect(long).toMatchObject({ id: null, ok: false, error: { code: 'too-large' } });
    const all = await Promise.all(Array.from({ length: mostCallsAtOnce + 5 }, () => ask('a', 'station.status')));
    const busy = all.filter((answer) => !answer.ok && answer.error.code === 'station-busy');
    expect(busy).toHaveLength(5);
    expect((await ask('a', 'station.status')).ok).toBe(true);
  });
});

describe('sessions', () => {
  it('end after a shift, with an event, wherever the client asks next', async () => {
    const events: StationEvent[] = [];
    gateway.subscribe('a', (event) => void events.push(event));
    await enter('a');
    await openEvidence('a');
    clock.time += longestSessionMs - 1;
    expect((await media('a', core.evidence.id, { range: 'bytes=0-9' })).status).toBe(206);
    clock.time += 1;
    expect((await media('a', core.evidence.id)).status).toBe(401);
    expect(events).toEqual([{ kind: 'session.ended', reason: expect.stringContaining('twelve hours') as string }]);
    expect(core.lines.at(-1)?.event.kind).toBe('session.signed-out');
  });

  it("are each client's own", async () => {
    await enter('a');
    await openEvidence('a');
    await enter('b');
    expect((await media('b', core.evidence.id)).status).toBe(403);
    await gateway.disconnect('a');
    expect((await media('a', core.evidence.id)).status).toBe(401);
    expect((await ask('b', 'session.current')) as { result?: unknown }).toMatchObject({
      result: { session: { account: {} } },
    });
  });

  it('lose what was opened when the role changes', async () => {
    const { password, account } = await newcomer('records');
    await ask('a', 'session.signIn', { username: 'newcomer', password });
    await ask('a', 'release.open', { releaseId: department().release.id });
    await ask('chief', 'people.change', { id: account.id, role: 'officer' });
    expect((await media('a', department().release.id)).status).toBe(403);
    expect(await ask('a', 'session.current')).toMatchObject({ result: { session: { account: { role: 'officer' } } } });
  });

  it('do not begin for an account that was closed while its password was checked', async () => {
    const { password, account } = await newcomer('officer');
    const before = { ...department().sessions };
    Object.assign(department().sessions, {
      signIn: async (username: string, given: string) => {
        const checked = await before.signIn(username, given);
        await ask('chief', 'people.change', { id: account.id, active: false });
        return checked;
      },
    });
    const answer = await ask('a', 'session.signIn', { username: 'newcomer', password });
    expect(answer).toMatchObject({ ok: false, error: { code: 'not-allowed' } });
    expect(await ask('a', 'session.current')).toMatchObject({ result: { session: null } });
  });

  it('lose what was opened when somebody else signs in at the same place', async () => {
    await enter('a');
    await openEvidence('a');
    await enter('a', 'records');
    expect((await media('a', core.evidence.id)).status).toBe(403);
    expect(core.lines.filter(({ event }) => event.kind === 'session.signed-out')).toHaveLength(1);
  });
});

describe('events', () => {
  it('reach the signed-in clients of their agency and no others', async () => {
    const seen: string[] = [];
    for (const client of ['in', 'out', 'gone'])
      gateway.subscribe(client, ({ kind }) => void seen.push(`${client} ${kind}`));
    const stop = gateway.subscribe('in', () => void seen.push('stopped'));
    stop();
    await enter('in');
    await enter('gone');
    await ask('gone', 'session.signOut');
    core.emit({ kind: 'library.head', head: 3 });
    expect(seen).toEqual(['in library.head']);
  });

  it('of a wrong shape stay inside', async () => {
    const seen: unknown[] = [];
    gateway.subscribe('a', (event) => void seen.push(event));
    await enter('a');
    core.emit({ kind: 'library.head', head: -1 });
    core.emit({ kind: 'library.head', head: 1, key: 'secret' } as StationEvent);
    expect(seen).toEqual([{ kind: 'library.head', head: 1 }]);
    expect(logged.filter(({ level }) => level === 'error')).toHaveLength(1);
  });
});

describe('refusals', () => {
  it('are written, but cannot fill the audit log', async () => {
    await enter('a');
    for (let i = 0; i < 50; i++) await ask('a', 'people.list');
    const written = core.lines.filter(({ event }) => event.kind === 'access.refused');
    expect(written).toHaveLength(20);
    expect(written.at(-1)?.event).toMatchObject({ reason: expect.stringContaining('not written') as string });
    clock.time += 10 * 60 * 1000;
    await media('a', core.evidence.id);
    expect(core.lines.at(-1)?.event).toMatchObject({ kind: 'access.refused', method: core.evidence.id });
  });
});

describe('media', () => {
  beforeEach(async () => {
    await enter('a');
    await openEvidence('a');
  });

  it('obeys If-Range and If-None-Match', async () => {
    const whole = await media('a', core.evidence.id, {}, 'HEAD');
    const tag = whole.headers.get('etag')!;
    expect((await media('a', core.evidence.id, { range: 'bytes=0-1', 'if-range': tag })).status).toBe(206);
    expect((await media('a', core.evidence.id, { range: 'bytes=0-1', 'if-range': '"other"' })).status).toBe(200);
    expect((await media('a', core.evidence.id, { 'if-none-match': tag })).status).toBe(304);
    const head = await media('a', core.evidence.id, { range: 'bytes=0-1' }, 'HEAD');
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(core.evidence.bytes.length)]);
  });

  it('gives a package once, as a download', async () => {
    await enter('a', 'records');
    await ask('a', 'release.open', { releaseId: core.release.id });
    expect((await media('a', core.release.id, {}, 'HEAD')).status).toBe(200);
    const first = await media('a', core.release.id, { range: 'bytes=0-1' });
    expect([first.status, first.headers.get('accept-ranges')]).toEqual([200, 'none']);
    expect(first.headers.get('content-disposition')).toContain(
      "filename*=UTF-8''Front%20door%20%E2%80%93%20r%C3%A9leased.zip",
    );
    expect(new Uint8Array(await first.arrayBuffer())).toEqual(core.release.bytes);
    expect((await media('a', core.release.id)).status).toBe(403);
  });

  it('reads no further than it is read, and lets go when cancelled', async () => {
    const response = await media('a', core.evidence.id);
    const reader = response.body!.getReader();
    await reader.read();
    expect(core.openReaders()).toBe(1);
    await reader.cancel();
    // Many cancelled requests, as of somebody who drags along the timeline, share one opened file.
    for (let i = 0; i < 40; i++) {
      const next = await media('a', core.evidence.id, { range: `bytes=${i * 50_000}-` });
      await next.body!.cancel();
    }
    expect(core.openReaders()).toBe(1);
    await gateway.close();
    expect(core.openReaders()).toBe(0);
  });

  it('stops in the middle when the session ends', async () => {
    const response = await media('a', core.evidence.id);
    const reader = response.body!.getReader();
    await reader.read();
    await ask('a', 'session.signOut');
    await expect(
      (async () => {
        while (!(await reader.read()).done);
      })(),
    ).rejects.toThrow('session');
  });

  it('never gives a byte of a changed segment', async () => {
    const plain = core.evidence.bytes;
    const folder = core.folder;
    tamper(folder, core.evidence.id, 1024 * 1024 + 700);
    const response = await media('a', core.evidence.id);
    expect(response.status).toBe(200);
    const got: Uint8Array[] = [];
    const reader = response.body!.getReader();
    await expect(
      (async () => {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return;
          got.push(value);
        }
      })(),
    ).rejects.toThrow('changed');
    const bytes = Buffer.concat(got);
    expect(bytes.length).toBeLessThanOrEqual(1024 * 1024);
    expect(Buffer.compare(bytes, plain.subarray(0, bytes.length))).toBe(0);
    // Asked for directly, it is an error and not a broken stream; the rest of the file still plays.
    expect((await media('a', core.evidence.id, { range: 'bytes=1100000-' })).status).toBe(500);
    const rest = await media('a', core.evidence.id, { range: 'bytes=2200000-' });
    expect(rest.status).toBe(206);
    expect(Buffer.compare(Buffer.from(await rest.arrayBuffer()), plain.subarray(2_200_000))).toBe(0);
    await settled(() => core.openReaders() <= 1);
  });
});
