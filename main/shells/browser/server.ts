import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { type WebSocket, WebSocketServer } from 'ws';
import { longestCall } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import type { Clock, Logger } from '#core/kernel/index.ts';
import { type Gateway, loadPage, securityHeaders } from '#gateway/index.ts';
import { createEntrance, refuseRequest } from './entrance.ts';

const loopback = '127.0.0.1';
/** How long a client without any connection stays signed in: a reload takes a second, a closed tab never comes back. */
const absenceMs = 5 * 60_000;
const pingMs = 30_000;
/** A page that stopped reading is cut off; it asks for everything again when it comes back. */
const mostBuffered = 64 * 1024 * 1024;
const mostSockets = 16;

/** The loopback server of the browser shell. */
export interface BrowserServer {
  /** `http://127.0.0.1:port` */
  readonly origin: string;
  /** An address that lets one browser in, once. With null it stays good until used, else for so many milliseconds. */
  address(livesMs: number | null): string;
  /** Open WebSockets now. */
  sockets(): number;
  /** Called after the number of open WebSockets changed. */
  onSockets(listener: (count: number) => void): void;
  close(): Promise<void>;
}

export type BrowserServerOptions = {
  readonly gateway: Gateway;
  /** The folder with the built page. */
  readonly pageDir: string;
  /** 0: any free one. */
  readonly port: number;
  readonly clock: Clock;
  readonly logger: Logger;
};

/** Listens on the loopback address alone. Throws `not-ready` without a built page, `conflict` when the port is taken. */
export async function startBrowserServer(options: BrowserServerOptions): Promise<BrowserServer> {
  const { gateway, clock, logger } = options;
  const app = new Hono<{ Bindings: HttpBindings }>();
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  const port = await listen(server, options.port);
  const authority = `${loopback}:${port}`;
  const origin = `http://${authority}`;
  const socketAddress = `ws://${authority}`;
  const page = loadPage(options.pageDir, [socketAddress]);
  const entrance = createEntrance({ clock, cookieName: `plainview_${port}` });
  const headers = { ...securityHeaders([socketAddress]), 'Cache-Control': 'no-store' };
  const plain = (status: number, text: string): Response =>
    new Response(text, { status, headers: { ...headers, 'Content-Type': 'text/plain; charset=utf-8' } });

  app.use(async (c, next) => {
    const refusal = refuseRequest(originOf(c.env.incoming), authority);
    if (refusal === null) {
      await next();
      return undefined;
    }
    logger.warn('A request from elsewhere was refused', {
      refusal,
      host: c.req.header('host'),
      from: c.req.header('origin'),
    });
    return plain(403, refusal);
  });
  app.get('/open', (c) => {
    // A look without taking (HEAD) must not use the token up.
    const exchanged = c.req.method === 'GET' ? entrance.exchange(c.req.query('token') ?? '') : null;
    if (exchanged !== null) {
      return new Response(null, {
        status: 303,
        headers: { ...headers, Location: '/', 'Set-Cookie': exchanged.cookie },
      });
    }
    if (entrance.clientOf(c.req.header('cookie')) !== null) {
      return new Response(null, { status: 303, headers: { ...headers, Location: '/' } });
    }
    logger.warn('An address that is used up or unknown was opened');
    return plain(401, 'This address has been used or is too old. Start Plainview again for a new one.');
  });
  app.all('*', async (c) => {
    const clientId = entrance.clientOf(c.req.header('cookie'));
    if (clientId === null) return plain(401, 'Open Plainview with the address it printed when it started.');
    if (c.req.path.startsWith('/media/')) return await gateway.media(clientId, c.req.raw);
    return page.answer(c.req.raw);
  });
  app.onError((error) =>
    plain(500, `Something went wrong. Reference ${logger.error('The page server failed', { error })}.`),
  );

  const door = openSocketDoor({ gateway, logger, authority, clientOf: (header) => entrance.clientOf(header) });
  server.on('upgrade', door.upgrade);

  return {
    origin,
    address: (livesMs) => `${origin}/open?token=${entrance.mint(livesMs)}`,
    sockets: door.count,
    onSockets: door.onCount,
    close: async () => {
      door.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

function originOf(request: IncomingMessage): Parameters<typeof refuseRequest>[0] {
  const { host, origin, 'sec-fetch-site': fetchSite } = request.headers;
  return { host, origin, fetchSite: typeof fetchSite === 'string' ? fetchSite : undefined };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') reject(error);
      else {
        reject(
          new ExpectedError('conflict', `Port ${port} cannot be used on this computer.`, {
            subject: String(port),
            nextStep: 'Choose another with --port, or leave it out for any free one.',
            cause: error,
          }),
        );
      }
    });
    server.listen(port, loopback, () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new Error('The server has no port.'));
      else resolve(address.port);
    });
  });
}

type SocketDoorOptions = {
  readonly gateway: Gateway;
  readonly logger: Logger;
  readonly authority: string;
  readonly clientOf: (cookieHeader: string | undefined) => string | null;
};

/** Calls and events over WebSocket at `/rpc`: one JSON text a message, for a page of ours with a cookie of ours. */
function openSocketDoor({ gateway, logger, authority, clientOf }: SocketDoorOptions) {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: longestCall, perMessageDeflate: false });
  const open = new Map<WebSocket, { readonly clientId: string; alive: boolean }>();
  const absences = new Map<string, NodeJS.Timeout>();
  const countListeners: ((count: number) => void)[] = [];

  function of(clientId: string): number {
    let count = 0;
    for (const entry of open.values()) if (entry.clientId === clientId) count++;
    return count;
  }

  function changed(): void {
    for (const listener of countListeners) listener(open.size);
  }

  const pings = setInterval(() => {
    for (const [socket, entry] of open) {
      if (!entry.alive) socket.terminate();
      entry.alive = false;
      socket.ping();
    }
  }, pingMs);
  pings.unref();

  function leave(clientId: string): void {
    if (of(clientId) > 0) return;
    const timer = setTimeout(() => {
      absences.delete(clientId);
      gateway.disconnect(clientId).catch((error: unknown) => {
        logger.error('A client that left could not be signed out', { error });
      });
    }, absenceMs);
    absences.set(clientId, timer.unref());
  }

  function serve(socket: WebSocket, clientId: string): void {
    const entry = { clientId, alive: true };
    open.set(socket, entry);
    logger.info('The page is connected', { clientId });
    clearTimeout(absences.get(clientId));
    absences.delete(clientId);
    const send = (text: string): void => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > mostBuffered) socket.terminate();
      else socket.send(text);
    };
    const stop = gateway.subscribe(clientId, (event) => send(JSON.stringify({ event })));
    socket.on('pong', () => {
      entry.alive = true;
    });
    socket.on('message', (data, isBinary) => {
      entry.alive = true;
      // With the default binary type a text message arrives as one Buffer.
      if (isBinary || !Buffer.isBuffer(data)) socket.close(1003, 'Text only.');
      else void gateway.handle(clientId, data.toString('utf8')).then(send);
    });
    socket.on('error', (error) => logger.warn('A page connection broke', { error }));
    socket.on('close', () => {
      stop();
      open.delete(socket);
      leave(clientId);
      changed();
    });
    changed();
  }

  return {
    upgrade: (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
      const origin = originOf(request);
      const clientId = clientOf(request.headers.cookie);
      const foreign = refuseRequest(origin, authority) ?? (origin.origin === undefined ? 'No origin.' : null);
      let status: string | null = null;
      if (foreign !== null) status = '403 Forbidden';
      else if (request.url !== '/rpc') status = '404 Not Found';
      else if (clientId === null) status = '401 Unauthorized';
      else if (of(clientId) >= mostSockets) status = '429 Too Many Requests';
      if (status !== null || clientId === null) {
        stream.end(`HTTP/1.1 ${status ?? '401 Unauthorized'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
        return;
      }
      sockets.handleUpgrade(request, stream, head, (socket) => serve(socket, clientId));
    },
    count: () => open.size,
    onCount: (listener: (count: number) => void): void => void countListeners.push(listener),
    close: (): void => {
      clearInterval(pings);
      for (const timer of absences.values()) clearTimeout(timer);
      for (const socket of open.keys()) socket.close(1001, 'The station is stopping.');
      sockets.close();
    },
  };
}
