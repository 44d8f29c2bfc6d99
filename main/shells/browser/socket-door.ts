import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { longestCall } from '#common/contract/index.ts';
import type { Logger } from '#core/kernel/index.ts';
import type { Gateway } from '#gateway/index.ts';
import { originOf, refuseRequest } from './entrance.ts';

/** How long a client without any connection stays signed in: a reload takes a second, a closed tab never comes back. */
const absenceMs = 5 * 60_000;
const pingMs = 30_000;
/** A page that stopped reading is cut off; it asks for everything again when it comes back. */
const mostBuffered = 64 * 1024 * 1024;
const mostSockets = 16;

type SocketDoorOptions = {
  readonly gateway: Gateway;
  readonly logger: Logger;
  readonly authority: string;
  readonly clientOf: (cookieHeader: string | undefined) => string | null;
};

/** Calls and events over WebSocket at `/rpc`: one JSON text a message, for a page of ours with a cookie of ours. */
export function openSocketDoor({ gateway, logger, authority, clientOf }: SocketDoorOptions) {
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
      // The HTTP server has let go of this connection: an error nobody hears would end the whole station.
      stream.on('error', (error) => logger.warn('A page connection broke before it was open', { error }));
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
