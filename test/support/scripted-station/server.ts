import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import {
  type Answer,
  type Change,
  callSchema,
  type Dock,
  eventSchema,
  isMethodName,
  type MethodName,
  methods,
  type ParsedRequestOf,
  type ReplyOf,
  type Session,
  type StationEvent,
  type StoreStatus,
} from '#common/contract/index.ts';
import { ExpectedError, toWireError } from '#common/errors/index.ts';
import type { Job } from '#common/evidence/index.ts';
import { loadPage } from '#gateway/page/index.ts';
import { serveRange } from '../serve-range.ts';
import * as fixtures from './fixtures.ts';
import { storeAnswers } from './store.ts';

const { scriptedNow } = fixtures;

/** What a scripted station shows. Everything it says passes through the contract's schemas, as the real door's does. */
export type Script = {
  readonly department: boolean;
  /** Who is signed in from the start; null for the first screen. */
  readonly session: Session | null;
  readonly changes: readonly Change[];
  readonly docks: readonly Dock[];
  readonly jobs: readonly Job[];
  readonly watching: readonly string[];
  readonly auditLength: number;
  readonly filesOnDock: number;
  readonly posters: readonly Uint8Array[];
  /** How the traffic with the store stands. */
  readonly store: StoreStatus;
  /** Stations with another secret give other keys for what the page keeps. */
  readonly cacheSecret?: string;
};

export type ScriptedStation = {
  readonly origin: string;
  readonly say: (event: StationEvent) => void;
  /** Adds changes to the feed and tells of them. */
  readonly change: (changes: readonly Change[]) => void;
  /** Cuts every connection; new ones are refused until `reconnect`. */
  readonly disconnect: () => void;
  readonly reconnect: () => void;
  readonly calls: readonly { readonly method: string; readonly params: unknown }[];
  readonly close: () => Promise<void>;
};

type Answerer = (params: unknown) => unknown;
type Answers = { readonly [M in MethodName]?: (params: ParsedRequestOf<M>) => ReplyOf<M> | Promise<ReplyOf<M>> };

/** What a test adds: answers of its own, and media files by the id in their address (served by ranges). */
export type ScriptAdditions = {
  readonly answers?: Answers;
  readonly mediaFile?: (id: string) => string | null;
};

/** Serves the built page from `pageFolder` and answers it from the script. Loopback only. */
export async function startScriptedStation(
  pageFolder: string,
  script: Script,
  additions: ScriptAdditions = {},
): Promise<ScriptedStation> {
  let session = script.session;
  let feed = [...script.changes];
  let away = false;
  const docks = new Map(script.docks.map((dock) => [dock.id, dock]));
  const jobs = new Map(script.jobs.map((job) => [job.id, job]));
  const people = [...fixtures.people];
  let watching = [...script.watching];
  const log = fixtures.auditLog(script.auditLength);
  const calls: { method: string; params: unknown }[] = [];
  const sockets = new Set<WebSocket>();

  const say = (event: StationEvent): void => {
    const text = JSON.stringify({ event: eventSchema.parse(event) });
    for (const socket of sockets) socket.send(text);
  };
  const change = (more: readonly Change[]): void => {
    const head = feed.at(-1)?.seq ?? 0;
    feed = [...feed, ...more.map((each, index) => ({ ...each, seq: head + index + 1 }))];
    say({ kind: 'library.head', head: head + more.length });
  };
  const find = <T>(value: T | undefined, what: string): T => {
    if (value === undefined) throw new ExpectedError('not-found', `There is no such ${what}.`);
    return value;
  };

  const placements = () =>
    feed.flatMap((each) => (each.kind === 'placement' && each.value !== null ? [each.value] : []));

  const answers: Answers = {
    ...storeAnswers(script.store, placements, (status) => say({ kind: 'store.changed', status })),
    'station.status': () => ({
      version: '0.1.0',
      department: script.department ? { name: 'Millbrook Police Department' } : null,
      training: {
        name: 'Cedar Falls Training Agency',
        people: fixtures.people.filter((person) => person.active),
      },
      keysKeptBy: 'a file only your account on this computer can read',
    }),
    'session.current': () => ({ session }),
    'session.signIn': ({ username, password }) => {
      const person = people.find((each) => each.username === username);
      if (person === undefined || password !== 'correct horse') {
        throw new ExpectedError('wrong-credentials', 'The user name or the password is wrong.', {
          nextStep: 'Try again. After five wrong passwords the account waits for a while.',
        });
      }
      session = fixtures.sessionOf(person, 'department');
      return session;
    },
    'session.practise': ({ username }) => {
      const person = find(
        people.find((each) => each.username === username),
        'person',
      );
      session = fixtures.sessionOf(person, 'training');
      return session;
    },
    'setup.department': ({ admin }) => {
      const { username, displayName } = admin;
      session = fixtures.sessionOf(fixtures.account(username, displayName, 'admin'), 'department');
      return session;
    },
    'session.cacheKey': () => ({
      key: Buffer.from(fixtures.sha(`${script.cacheSecret ?? ''}${session?.account.id}`), 'hex').toString('base64'),
    }),
    'session.signOut': () => {
      session = null;
      return {};
    },
    'people.list': () => ({ people }),
    'people.create': ({ username, displayName, role }) => {
      if (people.some((person) => person.username === username)) {
        throw new ExpectedError('already-exists', 'This user name is taken.', { subject: username });
      }
      const created = fixtures.account(username, displayName, role);
      people.push(created);
      return created;
    },
    'people.change': ({ id, ...wanted }) => {
      const index = people.findIndex((person) => person.id === id);
      const before = find(people[index], 'person');
      const { displayName = before.displayName, role = before.role, active = before.active } = wanted;
      const changed = { ...before, displayName, role, active };
      people[index] = changed;
      return changed;
    },
    'dock.list': () => ({ docks: [...docks.values()], watching: watching.map((location) => ({ location })) }),
    'dock.files': ({ offset, limit }) => ({
      files: Array.from({ length: Math.max(0, Math.min(limit, script.filesOnDock - offset)) }, (_, index) =>
        fixtures.dockFile(offset + index),
      ),
      total: script.filesOnDock,
    }),
    'dock.rescan': () => ({}),
    'dock.offload': ({ dockId }) => {
      const dock = find(docks.get(dockId), 'dock');
      const job = fixtures.job(`new-${dock.label}`, {
        title: dock.label,
        progress: {
          phase: 'Copying',
          items: { done: 0, total: dock.counts.fresh },
          bytes: { done: 0, total: dock.freshBytes },
          rate: null,
          remainingMs: null,
          current: null,
        },
      });
      jobs.set(job.id, job);
      docks.set(dock.id, { ...dock, state: 'offloading', jobId: job.id });
      say({ kind: 'job.changed', job });
      say({ kind: 'dock.changed', dock: { ...dock, state: 'offloading', jobId: job.id } });
      return { jobId: job.id };
    },
    'dock.watchFolder': ({ location }) => {
      if (location === '/') {
        throw new ExpectedError('unsafe-path', 'The whole computer cannot be watched.', {
          subject: '/',
          nextStep: 'Choose the folder the recordings arrive in.',
        });
      }
      watching.push(location);
      return {};
    },
    'dock.unwatchFolder': ({ location }) => {
      watching = watching.filter((each) => each !== location);
      return {};
    },
    'library.changes': ({ since, limit }) => ({
      epoch: 'scripted',
      changes: feed.filter((each) => each.seq > since).slice(0, limit),
      head: feed.at(-1)?.seq ?? 0,
    }),
    'jobs.list': () => ({ jobs: [...jobs.values()] }),
    'jobs.pause': ({ jobId }) => changeJob(jobId, 'paused'),
    'jobs.resume': ({ jobId }) => changeJob(jobId, 'running'),
    'jobs.cancel': ({ jobId }) => changeJob(jobId, 'cancelled'),
    'audit.list': ({ before, limit }) => ({
      entries: log
        .filter((entry) => before === null || entry.seq < before)
        .toReversed()
        .slice(0, limit),
      head: log.length,
    }),
    'audit.verify': () => ({
      intact: true,
      entries: log.length,
      head: log.at(-1)?.hash ?? null,
      brokenAt: null,
      reason: null,
      anchors: 31,
      lastAnchorAt: scriptedNow - 4 * 60_000,
    }),
    'audit.lastAnchor': () => ({ at: scriptedNow - 4 * 60_000 }),
    'release.create': ({ renderId, requester, reason, confirmation }) => {
      const render = feed.findLast((each) => each.id === renderId);
      if (render?.kind !== 'render' || render.value === null) throw new ExpectedError('not-found', 'No such render.');
      if (confirmation === '') throw new ExpectedError('invalid-request', 'The confirmation is missing.');
      const release = {
        ...fixtures.release(9, render.value, { state: 'building' }),
        requester,
        reason,
        createdAt: scriptedNow,
      };
      change([{ seq: 1, kind: 'release', id: release.id, value: release }]);
      return { release, jobId: fixtures.id('job', 'release') };
    },
  };

  const changeJob = (jobId: Job['id'], state: Job['state']): Record<string, never> => {
    const job = { ...find(jobs.get(jobId), 'job'), state };
    jobs.set(jobId, job);
    say({ kind: 'job.changed', job });
    return {};
  };

  const answer = async (text: string): Promise<Answer> => {
    const call = callSchema.parse(JSON.parse(text));
    try {
      if (!isMethodName(call.method)) throw new Error(`No method ${call.method}.`);
      const declared = methods[call.method];
      const params = declared.request.parse(call.params);
      calls.push({ method: call.method, params });
      if (declared.access !== 'anyone' && session === null) {
        throw new ExpectedError('not-signed-in', 'Nobody is signed in here.');
      }
      const given = (additions.answers?.[call.method] ?? answers[call.method]) as Answerer | undefined;
      if (given === undefined) throw new ExpectedError('not-found', 'The script has no answer to this.');
      return { id: call.id, ok: true, result: declared.reply.parse(await given(params)) };
    } catch (thrown) {
      if (!(thrown instanceof ExpectedError)) console.error(call.method, thrown);
      return { id: call.id, ok: false, error: toWireError(thrown, 'ref-scripted') };
    }
  };

  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const file = additions.mediaFile?.(path.slice('/media/'.length)) ?? null;
    if (file !== null) {
      serveRange(file, request, response);
      return;
    }
    if (path.startsWith('/media/')) {
      const index = script.posters.findIndex((_, n) => path.endsWith(fixtures.id('poster', String(n))));
      const poster = script.posters[index];
      if (poster === undefined) response.writeHead(404).end();
      else response.writeHead(200, { 'Content-Type': 'image/jpeg' }).end(poster);
      return;
    }
    const answered = page.answer(new Request(`http://localhost${path}`));
    void answered.arrayBuffer().then((bytes) => {
      response.writeHead(answered.status, Object.fromEntries(answered.headers)).end(new Uint8Array(bytes));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const page = loadPage(pageFolder);
  const socketServer = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (away) {
      socket.destroy();
      return;
    }
    socketServer.handleUpgrade(request, socket, head, (opened) => {
      sockets.add(opened);
      opened.on('close', () => sockets.delete(opened));
      opened.on('message', (data: Buffer) => {
        void answer(data.toString('utf8')).then((given) => opened.send(JSON.stringify(given)));
      });
    });
  });

  return {
    origin: `http://127.0.0.1:${port}`,
    say,
    change,
    disconnect: () => {
      away = true;
      for (const socket of sockets) socket.terminate();
    },
    reconnect: () => {
      away = false;
    },
    calls,
    close: async () => {
      for (const socket of sockets) socket.terminate();
      socketServer.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
