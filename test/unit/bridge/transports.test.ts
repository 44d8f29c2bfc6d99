import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws';
import type { Call } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import {
  type Connection,
  ConnectionLostError,
  createClient,
  createElectronTransport,
  createWebSocketTransport,
  errorWords,
  mediaUrl,
  type Transport,
} from '#renderer/bridge/index.ts';
import { id } from '#test/support/scripted-station/fixtures.ts';

const timing = { firstRetry: 20, longestRetry: 100, heartbeat: 60, patience: 60 };
const closers: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

type Peer = {
  readonly url: string;
  readonly sockets: ServerSocket[];
  readonly received: Call[];
  /** What the peer does with a call; nothing by default. */
  onCall: (call: Call, socket: ServerSocket) => void;
  readonly stop: () => Promise<void>;
};

async function listen(port = 0): Promise<Peer> {
  const server = new WebSocketServer({ host: '127.0.0.1', port });
  await new Promise((resolve) => server.on('listening', resolve));
  const peer: Peer = {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/rpc`,
    sockets: [],
    received: [],
    onCall: () => undefined,
    stop: async () => {
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  server.on('connection', (socket) => {
    peer.sockets.push(socket);
    socket.on('message', (data: Buffer) => {
      const call = JSON.parse(data.toString()) as Call;
      if (call.id === 0) socket.send(JSON.stringify({ id: 0, ok: true, result: { session: null } }));
      else {
        peer.received.push(call);
        peer.onCall(call, socket);
      }
    });
  });
  closers.push(peer.stop);
  return peer;
}

function connect(url: string): Transport {
  const transport = createWebSocketTransport(url, timing);
  closers.push(transport.close);
  return transport;
}

const answer = (socket: ServerSocket, call: Call, result: unknown): void =>
  socket.send(JSON.stringify({ id: call.id, ok: true, result }));

function until(transport: Transport, state: Connection['state']): Promise<void> {
  if (transport.connection().state === state) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = transport.onConnection((connection) => {
      if (connection.state !== state) return;
      stop();
      resolve();
    });
  });
}

describe('the WebSocket transport', () => {
  it('joins answers to calls in any order, and carries events', async () => {
    const peer = await listen();
    const calls: Call[] = [];
    peer.onCall = (call, socket) => {
      calls.push(call);
      if (calls.length < 2) return;
      socket.send(JSON.stringify({ event: { kind: 'library.head', head: 4 } }));
      for (const each of calls.toReversed()) answer(socket, each, { at: each.id });
    };
    const client = createClient(connect(peer.url));
    const events: unknown[] = [];
    client.onEvent((event) => events.push(event));
    const [first, second] = await Promise.all([
      client.call('audit.lastAnchor', {}),
      client.call('audit.lastAnchor', {}),
    ]);
    expect(second.at).toBe((first.at ?? 0) + 1);
    expect(events).toEqual([{ kind: 'library.head', head: 4 }]);
  });

  it('sends calls made before it was open, once it is', async () => {
    const peer = await listen();
    peer.onCall = (call, socket) => answer(socket, call, {});
    const transport = connect(peer.url);
    expect(transport.connection().state).toBe('connecting');
    await transport.exchange({ id: 1, method: 'session.signOut', params: {} }, false);
    expect(peer.received).toHaveLength(1);
  });

  it('sends repeatable calls again after a lost connection, and fails the others', async () => {
    const peer = await listen();
    const transport = connect(peer.url);
    await until(transport, 'open');
    const reading = transport.exchange({ id: 1, method: 'jobs.list', params: {} }, true);
    const writing = transport.exchange({ id: 2, method: 'release.create', params: {} }, false);
    const failed = expect(writing).rejects.toBeInstanceOf(ConnectionLostError);
    await expect.poll(() => peer.received.length).toBe(2);
    peer.onCall = (call, socket) => answer(socket, call, { jobs: [] });
    peer.sockets[0]?.terminate();
    await failed;
    expect(await reading).toMatchObject({ id: 1, ok: true });
    expect(peer.received.map((call) => call.id)).toEqual([1, 2, 1]);
  });

  it('refuses calls that change something while the connection is lost, at once', async () => {
    const peer = await listen();
    const transport = connect(peer.url);
    await until(transport, 'open');
    await peer.stop();
    await until(transport, 'lost');
    await expect(transport.exchange({ id: 1, method: 'dock.offload', params: {} }, false)).rejects.toBeInstanceOf(
      ConnectionLostError,
    );
  });

  it('comes back by itself when the station was started again, counting its attempts', async () => {
    const peer = await listen();
    const { port } = new URL(peer.url);
    const transport = connect(peer.url);
    await until(transport, 'open');
    await peer.stop();
    await until(transport, 'lost');
    await expect
      .poll(() => {
        const connection = transport.connection();
        return connection.state === 'lost' ? connection.attempts : 0;
      })
      .toBeGreaterThan(2);
    const again = await listen(Number(port));
    await until(transport, 'open');
    again.onCall = (call, socket) => answer(socket, call, { at: 1 });
    expect(await transport.exchange({ id: 1, method: 'audit.lastAnchor', params: {} }, true)).toMatchObject({
      ok: true,
    });
  });

  it('notices a peer that is gone without a word', async () => {
    // Accepts the connection, says yes to the upgrade, and is silent ever after.
    const silent = await listenSilently();
    const transport = connect(silent.url);
    await until(transport, 'open');
    await until(transport, 'lost');
    expect(transport.connection().state).toBe('lost');
  });

  it('is closed for good when it is closed', async () => {
    const peer = await listen();
    const transport = connect(peer.url);
    await until(transport, 'open');
    const waiting = transport.exchange({ id: 1, method: 'jobs.list', params: {} }, true);
    transport.close();
    await expect(waiting).rejects.toBeInstanceOf(ConnectionLostError);
    await expect(transport.exchange({ id: 2, method: 'jobs.list', params: {} }, true)).rejects.toBeInstanceOf(
      ConnectionLostError,
    );
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(peer.sockets).toHaveLength(1);
  });

  it('does not send what the station would refuse unread', async () => {
    const peer = await listen();
    const transport = connect(peer.url);
    await until(transport, 'open');
    const params = { text: 'x'.repeat(4 * 1024 * 1024) };
    await expect(transport.exchange({ id: 1, method: 'redaction.edit', params }, false)).rejects.toMatchObject({
      code: 'too-large',
    });
    expect(peer.received).toHaveLength(0);
  });
});

describe('the client', () => {
  const transportOf = (reply: unknown): Transport => ({
    exchange: () => Promise.resolve(reply),
    onEvent: () => () => undefined,
    connection: () => ({ state: 'open' }),
    onConnection: () => () => undefined,
    close: () => undefined,
  });

  it('throws what the core said, with its code and its words', async () => {
    const error = {
      family: 'expected' as const,
      code: 'stale-version' as const,
      message: 'Somebody else was faster.',
      subject: 'red_1',
      nextStep: 'Reload.',
      reference: null,
    };
    const client = createClient(transportOf({ id: 1, ok: false, error }));
    const thrown = await client.call('jobs.list', {}).catch((caught: unknown) => caught);
    expect(thrown).toBeInstanceOf(ExpectedError);
    expect(thrown).toMatchObject({ code: 'stale-version', nextStep: 'Reload.' });
    expect(errorWords(thrown)).toEqual(error);
  });

  it('keeps the reference of a bug, and never shows a cancellation as a failure', async () => {
    const bug = {
      family: 'bug' as const,
      code: null,
      message: 'Something went wrong inside Plainview.',
      subject: null,
      nextStep: null,
      reference: 'r-77',
    };
    const thrown = await createClient(transportOf({ id: 1, ok: false, error: bug }))
      .call('jobs.list', {})
      .catch((caught: unknown) => caught);
    expect(errorWords(thrown)?.reference).toBe('r-77');
    const cancelled = await createClient(transportOf({ id: 1, ok: false, error: { ...bug, family: 'cancelled' } }))
      .call('jobs.list', {})
      .catch((caught: unknown) => caught);
    expect(errorWords(cancelled)).toBeNull();
  });

  it('refuses a reply that is not what the contract promises', async () => {
    const client = createClient(transportOf({ id: 1, ok: true, result: { jobs: 'many' } }));
    await expect(client.call('jobs.list', {})).rejects.toThrow();
  });
});

describe('the Electron transport', () => {
  it('carries calls and events over the bridge and takes its listener away again', async () => {
    let listener: ((event: unknown) => void) | null = null;
    const transport = createElectronTransport({
      call: (call) => Promise.resolve({ id: call.id, ok: true, result: { at: 12 } }),
      onEvent: (added) => {
        listener = added;
        return () => {
          listener = null;
        };
      },
    });
    const client = createClient(transport);
    const events: unknown[] = [];
    client.onEvent((event) => events.push(event));
    expect(await client.call('audit.lastAnchor', {})).toEqual({ at: 12 });
    (listener as ((event: unknown) => void) | null)?.({ kind: 'audit.anchored', at: 5 });
    expect(events).toEqual([{ kind: 'audit.anchored', at: 5 }]);
    client.close();
    expect(listener).toBeNull();
  });
});

describe('media addresses', () => {
  it('are made from sealed ids only', () => {
    const poster = id('poster', '1');
    expect(mediaUrl(poster)).toBe(`/media/${poster}`);
    for (const wrong of ['', '../secret', 'evd_1', `${poster}/../x`, `https://example.org/${poster}`]) {
      expect(() => mediaUrl(wrong)).toThrow();
    }
  });
});

async function listenSilently(): Promise<{ readonly url: string }> {
  const sockets = new Set<Socket>();
  const { createHash } = await import('node:crypto');
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    let head = '';
    socket.on('data', (data) => {
      if (head.includes('\r\n\r\n')) return;
      head += data.toString('latin1');
      const key = /sec-websocket-key: (\S+)/i.exec(head)?.[1];
      if (key === undefined || !head.includes('\r\n\r\n')) return;
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
    });
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/rpc` };
}
