import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { Answer } from '#common/contract/index.ts';
import { silentLogger, systemClock } from '#core/kernel/index.ts';
import type { Station } from '#core/station/index.ts';
import { createGateway } from '#gateway/index.ts';
import { type BrowserServer, startBrowserServer } from '#shells/browser/index.ts';
import type { ContractClient, ContractHarness, MediaAnswer } from '#test/contract/suite.ts';

async function readAnswer(response: Response): Promise<MediaAnswer> {
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: new Uint8Array(await response.arrayBuffer()),
  };
}

/** The gateway itself, in this process. */
export function openDirectHarness(station: Station, remove: () => Promise<void>): ContractHarness {
  const gateway = createGateway({ station, logger: silentLogger, clock: systemClock });
  let clients = 0;
  return {
    severalClients: true,
    client: () => {
      const clientId = `client-${++clients}`;
      return Promise.resolve({
        send: async (text) => JSON.parse(await gateway.handle(clientId, text)) as Answer,
        onEvent: (listener) => void gateway.subscribe(clientId, listener),
        media: async (path, init) =>
          readAnswer(await gateway.media(clientId, new Request(`http://127.0.0.1${path}`, init))),
      });
    },
    close: async () => {
      await gateway.close();
      await remove();
    },
  };
}

/** A folder with the smallest page there is. */
export function smallPage(): { readonly folder: string; readonly remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), 'plainview-page-'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><meta charset="utf-8"><title>Plainview</title>');
  writeFileSync(join(folder, 'app.js'), 'document.title = "ran";');
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Exchanges a fresh address for its cookie. */
export async function enter(server: BrowserServer): Promise<string> {
  const response = await fetch(server.address(null), { redirect: 'manual' });
  const cookie = response.headers.get('set-cookie')?.split(';')[0];
  if (response.status !== 303 || cookie === undefined) throw new Error(`No cookie: ${response.status}`);
  return cookie;
}

/** A client over the server's WebSocket. */
export async function socketClient(
  server: BrowserServer,
  cookie: string,
): Promise<ContractClient & { close: () => void }> {
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/rpc`, {
    origin: server.origin,
    headers: { cookie },
  });
  const listeners = new Set<(event: unknown) => void>();
  const waiting: ((answer: Answer) => void)[] = [];
  socket.on('message', (data) => {
    const message = JSON.parse((data as Buffer).toString('utf8')) as Answer | { event: unknown };
    if ('event' in message) for (const listener of listeners) listener(message.event);
    // The suite asks one thing after the other, so answers come in the order of the questions.
    else waiting.shift()?.(message);
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  return {
    send: (text) =>
      new Promise((resolve) => {
        waiting.push(resolve);
        socket.send(text);
      }),
    onEvent: (listener) => void listeners.add(listener),
    media: async (path, init = {}) =>
      readAnswer(await fetch(`${server.origin}${path}`, { ...init, headers: { ...init.headers, cookie } })),
    close: () => socket.close(),
  };
}

/** The browser shell's server, over real HTTP and WebSocket. */
export async function openSocketHarness(station: Station, remove: () => Promise<void>): Promise<ContractHarness> {
  const page = smallPage();
  const gateway = createGateway({ station, logger: silentLogger, clock: systemClock });
  const options = { gateway, pageDir: page.folder, port: 0, clock: systemClock, logger: silentLogger };
  const server = await startBrowserServer(options);
  return {
    severalClients: true,
    client: async () => socketClient(server, await enter(server)),
    close: async () => {
      await gateway.close();
      await server.close();
      page.remove();
      await remove();
    },
  };
}
