import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '#common/access/index.ts';
import {
  type Answer,
  eventSchema,
  type MethodName,
  methods,
  type ReplyOf,
  type RequestOf,
  type StationEvent,
} from '#common/contract/index.ts';
import { errorCodes } from '#common/errors/index.ts';
import { samplePassword as password, sampleParams } from '#test/support/sample-params.ts';

/** One client of a station, however its messages travel. */
export type ContractClient = {
  /** Sends this text as it is; the answer as it came. */
  readonly send: (text: string) => Promise<Answer>;
  readonly onEvent: (listener: (event: unknown) => void) => void;
  readonly media: (path: string, init?: { method?: string; headers?: Record<string, string> }) => Promise<MediaAnswer>;
};
export type MediaAnswer = {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
};
export type ContractHarness = {
  /** Another client of the same station. Where one window is all there is, the suite leaves out what needs two. */
  readonly client: () => Promise<ContractClient>;
  readonly severalClients: boolean;
  readonly close: () => Promise<void>;
};

/** What every way between page and core must do alike. The station is new: no department, the training agency ready. */
export function describeContract(name: string, open: () => Promise<ContractHarness>): void {
  describe(`contract, ${name}`, () => {
    let harness: ContractHarness | undefined;
    let first: ContractClient;
    let lastId = 0;

    beforeAll(async () => {
      harness = await open();
      first = await harness.client();
    });
    afterAll(() => harness?.close());

    const ask = (client: ContractClient, method: string, params: unknown = {}): Promise<Answer> =>
      client.send(JSON.stringify({ id: ++lastId, method, params }));

    async function call<M extends MethodName>(
      client: ContractClient,
      method: M,
      params: RequestOf<M>,
    ): Promise<ReplyOf<M>> {
      const answer = await ask(client, method, params);
      if (!answer.ok) throw new Error(`${method}: ${JSON.stringify(answer.error)}`);
      return methods[method].reply.parse(answer.result) as ReplyOf<M>;
    }

    async function refused(client: ContractClient, method: string, params: unknown = {}) {
      const answer = await ask(client, method, params);
      if (answer.ok) throw new Error(`${method} was let through: ${JSON.stringify(answer.result)}`);
      return answer.error;
    }

    async function practiseAs(client: ContractClient, role: Role) {
      const { training } = await call(client, 'station.status', {});
      const person = training.people.find((one) => one.role === role);
      if (person === undefined) throw new Error(`Nobody in the training agency has the role ${role}.`);
      return await call(client, 'session.practise', { username: person.username });
    }

    /** The first segment that can be played. A new training agency has its footage still on the cameras' cards. */
    async function firstReady(client: ContractClient) {
      for (let waited = 0; waited < 60_000; waited += 200) {
        const { changes } = await call(client, 'library.changes', { since: 0, limit: 1000 });
        for (const { kind, value } of changes) {
          if (kind !== 'recording') continue;
          for (const { evidenceId, media } of value?.segments ?? []) {
            if (media.state === 'ready') return { evidenceId, posterId: media.posterId };
          }
        }
        const { docks } = await call(client, 'dock.list', {});
        for (const dock of docks) if (dock.state === 'ready') await call(client, 'dock.offload', { dockId: dock.id });
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      throw new Error('The training agency has nothing to play.');
    }

    async function openMedia(client: ContractClient) {
      const ready = await firstReady(client);
      return { ...ready, ...(await call(client, 'review.open', { evidenceId: ready.evidenceId })) };
    }

    describe('before anybody signed in', () => {
      it('tells the first screen what it needs', async () => {
        const status = await call(first, 'station.status', {});
        expect(status.department).toBeNull();
        expect(status.training.people.length).toBeGreaterThan(3);
        expect((await call(first, 'session.current', {})).session).toBeNull();
      });

      it('refuses everything else as not signed in', async () => {
        for (const [method, { access }] of Object.entries(methods)) {
          if (access === 'anyone') continue;
          const { code } = await refused(first, method, sampleParams[method as MethodName] ?? {});
          expect([method, code]).toEqual([method, 'not-signed-in']);
        }
      });

      it('gives no media', async () => {
        const answer = await first.media('/media/evd_00000000000000000000000000');
        expect(answer.status).toBe(401);
      });
    });

    describe('what is not understood', () => {
      it.each([
        'nothing',
        '__proto__',
        'constructor',
        'toString',
        'hasOwnProperty',
        '',
      ])('unknown method %j', async (method) => {
        const error = await refused(first, method);
        expect(error).toMatchObject({ family: 'expected', code: 'invalid-request', reference: null });
      });

      it.each([
        ['not JSON', 'hello'],
        ['no object', '[]'],
        ['no method', '{"id":1}'],
        ['a negative id', '{"id":-1,"method":"station.status"}'],
        ['an id of a wrong kind', '{"id":{"a":1},"method":"station.status"}'],
      ])('a call that is %s has no id in its answer', async (_what, text) => {
        const answer = await first.send(text);
        expect(answer).toMatchObject({ id: null, ok: false, error: { code: 'invalid-request' } });
      });

      it("answers with the caller's own id", async () => {
        expect(await first.send('{"id":977,"method":"station.status","params":{}}')).toMatchObject({
          id: 977,
          ok: true,
        });
        expect(await first.send('{"id":978,"method":"none","params":{}}')).toMatchObject({ id: 978, ok: false });
      });

      it('names the field that is wrong', async () => {
        const error = await refused(first, 'setup.department', {
          name: 'Department',
          zone: 'America/New_York',
          admin: { username: 'admin', displayName: 'Admin', password: 'short' },
        });
        expect(error).toMatchObject({ code: 'invalid-request', subject: 'admin.password' });
        expect(error.message).toContain('10 characters');
      });

      it('takes no prototype from a message', async () => {
        const answer = await first.send('{"id":5,"method":"station.status","params":{"__proto__":{"polluted":true}}}');
        expect(answer.ok).toBe(true);
        expect(Reflect.get({}, 'polluted')).toBeUndefined();
      });
    });

    describe('practising', () => {
      it('knows who is signed in, and forgets at sign-out', async () => {
        const session = await practiseAs(first, 'officer');
        expect(session).toMatchObject({ agency: { kind: 'training' }, account: { role: 'officer' } });
        expect((await call(first, 'session.current', {})).session).toEqual(session);
        await call(first, 'session.signOut', {});
        expect((await call(first, 'session.current', {})).session).toBeNull();
        expect((await refused(first, 'library.changes', { since: 0, limit: 1 })).code).toBe('not-signed-in');
      });

      it('gives each person a key of their own for what the page keeps, the same every time', async () => {
        await practiseAs(first, 'officer');
        const { key } = await call(first, 'session.cacheKey', {});
        expect(Buffer.from(key, 'base64')).toHaveLength(32);
        await practiseAs(first, 'records');
        expect((await call(first, 'session.cacheKey', {})).key).not.toBe(key);
        await call(first, 'session.signOut', {});
        await practiseAs(first, 'officer');
        expect((await call(first, 'session.cacheKey', {})).key).toBe(key);
      });

      it('refuses by role, and the audit log has the refusal', async () => {
        await practiseAs(first, 'officer');
        expect(await refused(first, 'people.list')).toMatchObject({ code: 'not-allowed', subject: 'officer' });
        expect((await refused(first, 'audit.list', { before: null, limit: 1 })).code).toBe('not-allowed');
        await practiseAs(first, 'supervisor');
        const { entries } = await call(first, 'audit.list', { before: null, limit: 100 });
        const refusals = entries.flatMap(({ event, actor }) =>
          event.kind === 'access.refused' ? [{ event, actor }] : [],
        );
        expect(refusals.map(({ event }) => event.method)).toEqual(
          expect.arrayContaining(['people.list', 'audit.list']),
        );
        expect(refusals[0]?.actor).toMatchObject({ kind: 'account', role: 'officer' });
      });

      it('tells what the world did wrong with its code', async () => {
        await practiseAs(first, 'officer');
        const error = await refused(first, 'review.open', { evidenceId: 'evd_00000000000000000000000000' });
        expect(error).toMatchObject({ family: 'expected', code: 'not-found' });
        expect(errorCodes).toContain(error.code);
      });

      it('tells signed-in clients what changed', async () => {
        await practiseAs(first, 'officer');
        const events = collect(first);
        const { evidenceId } = await openMedia(first);
        const project = await call(first, 'redaction.open', { evidenceId });
        const track = {
          kind: 'put-track' as const,
          at: 0,
          track: {
            id: 'trk_00000000000000000000000000',
            name: 'Face',
            style: { kind: 'solid' as const },
            range: { first: 0, last: 0 },
            keyframes: [{ frame: 0, box: { x: 0, y: 0, width: 1, height: 1 } }],
          },
        };
        const edit = { projectId: project.id, version: project.version, edits: [track] };
        const { version } = await call(first, 'redaction.edit', edit as RequestOf<'redaction.edit'>);
        expect(version).toBe(project.version + 1);
        await events.until((event) => event.kind === 'library.head');
        expect((await refused(first, 'redaction.edit', edit)).code).toBe('stale-version');
      });
    });

    describe('the store, practising', () => {
      const changing = ['probe', 'connect', 'disconnect', 'setLimits', 'setRetention', 'pause', 'resume'];

      it('does not exist, and says so to whoever may view', async () => {
        await practiseAs(first, 'officer');
        const status = await call(first, 'store.status', {});
        expect(status).toMatchObject({ connection: null, activity: 'none', waiting: { items: 0, bytes: 0 } });
        expect(await call(first, 'store.queue', { offset: 0, limit: 10 })).toEqual({ items: [], total: 0 });
        const error = await refused(first, 'store.sendFirst', sampleParams['store.sendFirst']);
        expect([error.code, error.message]).toEqual(['store-unsupported', expect.stringContaining('no store')]);
      });

      it.each(changing)('%s is for administrators, and refused to them in words', async (name) => {
        const method = `store.${name}` as MethodName;
        await practiseAs(first, 'supervisor');
        const byRole = await refused(first, method, sampleParams[method]);
        expect(byRole).toMatchObject({ code: 'not-allowed', subject: 'supervisor' });
        await practiseAs(first, 'admin');
        const inTraining = await refused(first, method, sampleParams[method]);
        expect([inTraining.code, inTraining.nextStep]).toEqual([
          'store-unsupported',
          expect.stringContaining('department'),
        ]);
      });

      it.each([
        ['a prefix that climbs', { kind: 's3', prefix: '../x' }],
        ['a bucket of capitals', { kind: 's3', bucket: 'Evidence' }],
        ['an address that is none', { kind: 's3', endpoint: 'file:///etc' }],
        ['a folder without a name', { kind: 'folder', location: ' ' }],
      ])('%s is malformed', async (_what, wrong) => {
        await practiseAs(first, 'admin');
        const s3 = { endpoint: null, region: 'r', bucket: 'abc', prefix: '', pathStyle: true, accessKeyId: 'A' };
        const target = { ...s3, authority: null, proxy: null, ...wrong };
        const error = await refused(first, 'store.probe', { target, secretAccessKey: null });
        expect([error.code, error.subject]).toEqual(['invalid-request', expect.stringContaining('target')]);
      });
    });

    describe('media', () => {
      let whole: Uint8Array;
      let path: string;

      beforeAll(async () => {
        await practiseAs(first, 'officer');
        const opened = await openMedia(first);
        path = `/media/${opened.mediaId}`;
        const answer = await first.media(path);
        expect(answer.status).toBe(200);
        expect(answer.headers['content-type']).toBe(opened.contentType);
        whole = answer.body;
      });

      it('comes whole, unkept and as what it is', async () => {
        const answer = await first.media(path);
        expect(answer.headers).toMatchObject({
          'content-length': String(whole.length),
          'accept-ranges': 'bytes',
          'cache-control': 'no-store',
          'x-content-type-options': 'nosniff',
        });
        const sha256 = createHash('sha256').update(whole).digest('hex');
        expect(Object.values(answer.headers).join(' ')).not.toContain(sha256);
      });

      it('comes in exact parts', async () => {
        const { length } = whole;
        const middle = Math.min(1024 * 1024 - 20, Math.floor(length / 2));
        const parts: [string, number, number][] = [
          ['bytes=0-0', 0, 0],
          ['bytes=0-', 0, length - 1],
          [`bytes=${middle}-${middle + 99}`, middle, middle + 99],
          ['bytes=-1', length - 1, length - 1],
          [`bytes=-${length + 5}`, 0, length - 1],
          [`bytes=10-${length + 1000}`, 10, length - 1],
        ];
        for (const [range, from, to] of parts) {
          const answer = await first.media(path, { headers: { range } });
          expect([range, answer.status, answer.headers['content-range'], answer.headers['content-length']]).toEqual([
            range,
            206,
            `bytes ${from}-${to}/${length}`,
            String(to - from + 1),
          ]);
          expect(Buffer.compare(answer.body, whole.subarray(from, to + 1))).toBe(0);
        }
      });

      it('answers 416 beyond the end and the whole to what is no range', async () => {
        const beyond = await first.media(path, { headers: { range: `bytes=${whole.length}-` } });
        expect([beyond.status, beyond.headers['content-range']]).toEqual([416, `bytes */${whole.length}`]);
        for (const range of ['bytes=9-2', 'frames=0-1', 'bytes=-', 'bytes=0-1,4-5']) {
          expect([range, (await first.media(path, { headers: { range } })).status]).toEqual([range, 200]);
        }
      });

      it('tells its size without its bytes, and takes no other method', async () => {
        const head = await first.media(path, { method: 'HEAD' });
        expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, String(whole.length), 0]);
        expect((await first.media(path, { method: 'POST' })).status).toBe(405);
      });

      it('gives the poster to whoever may view, and nothing that was not opened', async () => {
        const { posterId } = await openMedia(first);
        if (posterId !== null)
          expect((await first.media(`/media/${posterId}`)).headers['content-type']).toBe('image/jpeg');
        expect((await first.media('/media/evd_00000000000000000000000000')).status).toBe(403);
        for (const name of ['', 'x', '..%2f..%2fetc%2fpasswd', `${path}/..`]) {
          expect([name, [401, 404].includes((await first.media(`/media/${name}`)).status)]).toEqual([name, true]);
        }
      });

      it('is gone with the session', async () => {
        await call(first, 'session.signOut', {});
        expect((await first.media(path)).status).toBe(401);
        await practiseAs(first, 'officer');
        expect((await first.media(path)).status).toBe(403);
      });
    });

    describe('a department', () => {
      it('is set up once, with its first administrator signed in', async () => {
        const session = await call(first, 'setup.department', {
          name: 'Small Town Police',
          zone: 'America/New_York',
          admin: { username: 'first.admin', displayName: 'The Chief', password },
        });
        expect(session).toMatchObject({
          agency: { kind: 'department' },
          account: { username: 'first.admin', role: 'admin' },
        });
        expect(JSON.stringify(session)).not.toContain(password);
        const again = { name: 'B', zone: 'UTC', admin: { username: 'other', displayName: 'O', password } };
        expect((await refused(first, 'setup.department', again)).code).toBe('already-exists');
      });

      it('cannot be reached from practice, nor practice from it', async () => {
        await practiseAs(first, 'admin');
        const { mediaId } = await openMedia(first);
        const people = (await call(first, 'people.list', {})).people.map(({ username }) => username);
        expect(people).not.toContain('first.admin');
        await call(first, 'session.signIn', { username: 'first.admin', password });
        expect((await call(first, 'people.list', {})).people.map(({ username }) => username)).toEqual(['first.admin']);
        expect((await first.media(`/media/${mediaId}`)).status).toBe(403);
        expect((await call(first, 'library.changes', { since: 0, limit: 10 })).changes).toEqual([]);
      });

      it('refuses a wrong password', async () => {
        expect((await refused(first, 'session.signIn', { username: 'first.admin', password: 'wrong' })).code).toBe(
          'wrong-credentials',
        );
      });

      it('ends the session of an account that is closed', async (context) => {
        if (harness?.severalClients !== true) return context.skip();
        await call(first, 'session.signIn', { username: 'first.admin', password });
        const account = await call(first, 'people.create', {
          username: 'smith',
          displayName: 'Smith',
          role: 'officer',
          password,
        });
        const second = await harness.client();
        await call(second, 'session.signIn', { username: 'smith', password });
        const events = collect(second);
        const elsewhere = collect(first);
        await call(first, 'people.change', { id: account.id, role: 'supervisor' });
        expect((await call(second, 'session.current', {})).session?.account.role).toBe('supervisor');
        await call(first, 'people.change', { id: account.id, active: false });
        await events.until((event) => event.kind === 'session.ended');
        expect((await refused(second, 'library.changes', { since: 0, limit: 1 })).code).toBe('not-signed-in');
        expect((await call(first, 'session.current', {})).session?.account.username).toBe('first.admin');
        expect(elsewhere.seen.some(({ kind }) => kind === 'session.ended')).toBe(false);
      });
    });
  });
}

function collect(client: ContractClient) {
  const seen: StationEvent[] = [];
  client.onEvent((event) => void seen.push(eventSchema.parse(event)));
  return {
    seen,
    until: async (matches: (event: StationEvent) => boolean): Promise<void> => {
      for (let waited = 0; !seen.some(matches); waited += 10) {
        if (waited > 10_000) throw new Error(`The event did not come; seen: ${JSON.stringify(seen)}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
  };
}
