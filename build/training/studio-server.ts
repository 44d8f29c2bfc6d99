import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { stripTypeScriptTypes } from 'node:module';
import { basename } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';

const scenesFolder = new URL('./studio/', import.meta.url);
const page = '<!doctype html><meta charset="utf-8"><script type="module" src="/studio.ts"></script>';

/** Where a drawn frame goes until the next one. */
type Inbox = { take: (frame: Buffer) => void };

/** Draws scenes with WebGL in Chromium (software is enough) and hands them over as JPEG pictures. */
export class Studio implements AsyncDisposable {
  readonly #server: Server;
  readonly #browser: Browser;
  readonly #page: Page;
  readonly #inbox: Inbox;

  private constructor(server: Server, browser: Browser, tab: Page, inbox: Inbox) {
    this.#server = server;
    this.#browser = browser;
    this.#page = tab;
    this.#inbox = inbox;
  }

  static async start(chromiumPath: string): Promise<Studio> {
    const inbox: Inbox = { take: () => undefined };
    const server = createServer((request, response) => {
      answer(request, inbox).then(
        ({ type, body }) => response.writeHead(200, { 'content-type': type }).end(body),
        (error: unknown) => response.writeHead(500).end(String(error)),
      );
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const browser = await chromium.launch({
      executablePath: chromiumPath,
      // Mesa's llvmpipe draws these scenes several times faster than Chromium's own software renderer.
      env: { ...process.env, LIBGL_ALWAYS_SOFTWARE: '1', EGL_PLATFORM: 'surfaceless', GALLIUM_DRIVER: 'llvmpipe' },
      args: [
        '--use-gl=angle',
        '--use-angle=gl-egl',
        '--ozone-platform=headless',
        '--enable-unsafe-swiftshader',
        '--ignore-gpu-blocklist',
      ],
    });
    const tab = await browser.newPage();
    tab.setDefaultTimeout(0);
    tab.on('pageerror', (error) => process.stderr.write(`${String(error)}\n`));
    await tab.goto(`http://127.0.0.1:${port}/`);
    await tab.waitForFunction('typeof shootFrame === "function"');
    return new Studio(server, browser, tab, inbox);
  }

  async open(scene: string, width: number, height: number): Promise<void> {
    await this.#page.evaluate(`openScene(${JSON.stringify(scene)}, ${width}, ${height})`);
  }

  /** The scene at `time` seconds of its own clock; `index` seeds the grain. */
  async shoot(time: number, index: number): Promise<Buffer> {
    const frames: Buffer[] = [];
    this.#inbox.take = (frame) => frames.push(frame);
    await this.#page.evaluate(`shootFrame(${time}, ${index})`);
    const [frame] = frames;
    if (frame === undefined) throw new Error('The studio drew no frame.');
    return frame;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    await new Promise((done) => this.#server.close(done));
  }
}

async function answer(request: IncomingMessage, inbox: Inbox): Promise<{ type: string; body: string }> {
  if (request.method === 'POST') {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    inbox.take(Buffer.concat(parts));
    return { type: 'text/plain', body: 'ok' };
  }
  const name = basename(request.url ?? '/');
  if (!name.endsWith('.ts')) return { type: 'text/html', body: name === '' ? page : '' };
  const source = await readFile(new URL(name, scenesFolder), 'utf8');
  return { type: 'text/javascript', body: stripTypeScriptTypes(source) };
}
