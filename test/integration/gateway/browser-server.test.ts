import { request } from 'node:http';
import { connect } from 'node:net';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { silentLogger, systemClock } from '#core/kernel/index.ts';
import { createGateway, type Gateway } from '#gateway/index.ts';
import { type BrowserServer, startBrowserServer } from '#shells/browser/index.ts';
import { enter, smallPage, socketClient } from '#test/support/contract-clients.ts';
import { chromiumProgram } from '#test/support/launched-station.ts';
import { openTransportStation, type TransportStation } from '#test/support/transport-station.ts';

let station: TransportStation;
let gateway: Gateway;
let server: BrowserServer;
let page: ReturnType<typeof smallPage>;

beforeAll(async () => {
  station = await openTransportStation();
  page = smallPage();
  gateway = createGateway({ station, logger: silentLogger, clock: systemClock });
  const options = { gateway, pageDir: page.folder, port: 0, clock: systemClock, logger: silentLogger };
  server = await startBrowserServer(options);
});
afterAll(async () => {
  await gateway.close();
  await server.close();
  page.remove();
  await station.remove();
});

type Plain = { status: number; headers: Record<string, unknown>; body: string };

/** As fetch, but with the path and headers exactly as given. */
function plain(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Plain> {
  const { port } = new URL(server.origin);
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    sent.on('error', reject).end();
  });
}

function upgrade(headers: Record<string, string>, path = '/rpc'): Promise<number> {
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}${path}`, { headers });
  return new Promise((resolve) => {
    socket.on('open', () => {
      socket.close();
      resolve(101);
    });
    socket.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
    socket.on('error', () => undefined);
  });
}

describe('the loopback server', () => {
  it('listens on the loopback address alone', async () => {
    expect(server.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const refused = await new Promise<boolean>((resolve) => {
      const socket = connect(Number(new URL(server.origin).port), '127.0.0.2');
      socket.on('connect', () => resolve(false)).on('error', () => resolve(true));
    });
    expect(refused).toBe(true);
  });

  it('does not even listen without a page to show', async () => {
    const listening = (): number => process.getActiveResourcesInfo().filter((name) => name === 'TCPServerWrap').length;
    const before = listening();
    const options = { gateway, pageDir: page.folder + '-none', port: 0, clock: systemClock, logger: silentLogger };
    await expect(startBrowserServer(options)).rejects.toMatchObject({ code: 'not-ready' });
    expect(listening()).toBe(before);
  });

  it('lets nobody in without the cookie, and shows a stranger nothing', async () => {
    for (const path of ['/', '/index.html', '/app.js', '/media/x', '/rpc']) {
      const answer = await plain(path);
      expect([path, answer.status]).toEqual([path, 401]);
      expect(answer.body).not.toContain('<');
    }
  });

  it('answers to its own name alone', async () => {
    const cookie = await enter(server);
    const { host } = new URL(server.origin);
    for (const name of [
      'localhost',
      'evil.example',
      host.replace('127.0.0.1', 'localhost'),
      host.replace('127.0.0.1', '127.1'),
    ]) {
      expect([name, (await plain('/', { host: name, cookie })).status]).toEqual([name, 403]);
    }
    expect((await plain('/', { host, cookie })).status).toBe(200);
    expect((await plain('/', { host, cookie, origin: 'http://evil.example' })).status).toBe(403);
    expect((await plain('/', { host, cookie, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  it('exchanges the address once, and leaves no token behind', async () => {
    const address = new URL(server.address(null));
    expect((await plain(address.pathname + address.search, {}, 'HEAD')).status).toBe(401);
    const first = await plain(address.pathname + address.search);
    expect([first.status, first.headers['location']]).toEqual([303, '/']);
    expect(first.headers['set-cookie']).toEqual([expect.stringMatching(/HttpOnly; SameSite=Strict$/)]);
    expect(first.headers['referrer-policy']).toBe('no-referrer');
    expect((await plain(address.pathname + address.search)).status).toBe(401);
  });

  it('serves the page under a strict policy, and nothing beside it', async () => {
    const cookie = await enter(server);
    const answer = await plain('/', { cookie });
    const policy = String(answer.headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("connect-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe|\*/);
    expect(answer.headers).toMatchObject({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
    for (const path of [
      '/../package.json',
      '/%2e%2e/package.json',
      '/..%2fpackage.json',
      '//etc/passwd',
      '/constructor',
      '/__proto__',
      '/.env',
    ]) {
      expect([path, (await plain(path, { cookie })).status]).toEqual([path, 404]);
    }
    expect((await plain('/', { cookie }, 'POST')).status).toBe(405);
    expect((await plain('/app.js', { cookie })).headers['content-type']).toBe('text/javascript; charset=utf-8');
  });

  it('opens its socket for its own page with its own cookie alone', async () => {
    const cookie = await enter(server);
    const origin = server.origin;
    expect(await upgrade({ cookie, origin })).toBe(101);
    expect(await upgrade({ cookie })).toBe(403);
    expect(await upgrade({ cookie, origin: 'http://evil.example' })).toBe(403);
    expect(await upgrade({ cookie, origin, host: 'evil.example' })).toBe(403);
    expect(await upgrade({ origin })).toBe(401);
    expect(await upgrade({ cookie: 'plainview_1=x', origin })).toBe(401);
    expect(await upgrade({ cookie, origin }, '/other')).toBe(404);
  });

  it('stands when a refused upgrade is cut off in the middle', async () => {
    const { host, port } = new URL(server.origin);
    for (let delay = 0; delay < 12; delay++) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => {
          socket.write(
            'GET /rpc HTTP/1.1\r\nHost: evil.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
              'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
          );
          setTimeout(() => socket.resetAndDestroy(), delay % 4);
        });
        socket.on('error', () => undefined).on('close', () => resolve());
      });
    }
    expect((await plain('/', { host })).status).toBe(401);
  });

  it('lets go of the evidence when a page goes away in the middle', async () => {
    const cookie = await enter(server);
    const client = await socketClient(server, cookie);
    await client.send('{"id":1,"method":"session.practise","params":{"username":"officer"}}');
    const core = station.cores()[0]!;
    await client.send(JSON.stringify({ id: 2, method: 'review.open', params: { evidenceId: core.evidence.id } }));
    for (let i = 0; i < 20; i++) {
      const controller = new AbortController();
      const answer = await fetch(`${server.origin}/media/${core.evidence.id}`, {
        headers: { cookie, range: `bytes=${i * 1000}-` },
        signal: controller.signal,
      });
      expect(answer.status).toBe(206);
      controller.abort();
    }
    expect(core.openReaders()).toBe(1);
    client.close();
  });
});

const browserPath = chromiumProgram();
describe.skipIf(browserPath === null)('in a real browser', () => {
  it('runs the page, talks and plays under the policy', async () => {
    const browser = await chromium.launch({ executablePath: browserPath!, args: ['--no-sandbox'] });
    try {
      const context = await browser.newContext();
      const tab = await context.newPage();
      const problems: string[] = [];
      tab.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
      const address = server.address(60_000);
      await tab.goto(address);
      expect(tab.url()).toBe(`${server.origin}/`);
      expect(await context.cookies()).toMatchObject([{ httpOnly: true, sameSite: 'Strict' }]);
      const core = station.cores()[0]!;
      const result = await tab.evaluate(
        async ({ evidenceId }) => {
          const socket = new globalThis.WebSocket(`ws://${location.host}/rpc`);
          await new Promise((resolve) => (socket.onopen = resolve));
          const ask = (method: string, params: object) =>
            new Promise<{ ok: boolean }>((resolve) => {
              socket.onmessage = (event) => resolve(JSON.parse(event.data as string) as { ok: boolean });
              socket.send(JSON.stringify({ id: 1, method, params }));
            });
          await ask('session.practise', { username: 'officer' });
          const { ok } = await ask('review.open', { evidenceId });
          const media = await fetch(`/media/${evidenceId}`, { headers: { range: 'bytes=5-9' } });
          const elsewhere = await new Promise((resolve) => {
            // The policy refuses it at once and in words; a port nobody listens on would be an error as well.
            document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective));
            new globalThis.WebSocket(`ws://${location.hostname}:9/rpc`);
          });
          const blocked = await fetch('https://example.com/')
            .then(() => 'let through')
            .catch(() => 'blocked');
          const script = document.createElement('script');
          script.textContent = 'document.title = "inline ran"';
          document.head.append(script);
          return {
            ok,
            status: media.status,
            size: (await media.arrayBuffer()).byteLength,
            blocked,
            elsewhere,
            title: document.title,
          };
        },
        { evidenceId: core.evidence.id },
      );
      expect(result).toEqual({
        ok: true,
        status: 206,
        size: 5,
        blocked: 'blocked',
        elsewhere: 'connect-src',
        title: 'Plainview',
      });
      expect(problems.some((text) => text.includes('Content Security Policy'))).toBe(true);

      const other = await browser.newContext();
      const stranger = await other.newPage();
      expect((await stranger.goto(address))?.status()).toBe(401);
    } finally {
      await browser.close();
    }
  });
});
