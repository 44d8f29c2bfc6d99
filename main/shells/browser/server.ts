import type { Server } from 'node:http';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { ExpectedError } from '#common/errors/index.ts';
import type { Clock, Logger } from '#core/kernel/index.ts';
import { type Gateway, loadPage, securityHeaders } from '#gateway/index.ts';
import { createEntrance, originOf, refuseRequest } from './entrance.ts';
import { openSocketDoor } from './socket-door.ts';

const loopback = '127.0.0.1';

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
  const page = loadPage(options.pageDir);
  const app = new Hono<{ Bindings: HttpBindings }>();
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  const port = await listen(server, options.port);
  const authority = `${loopback}:${port}`;
  const origin = `http://${authority}`;
  const entrance = createEntrance({ clock, cookieName: `plainview_${port}` });
  const headers = { ...securityHeaders, 'Cache-Control': 'no-store' };
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
