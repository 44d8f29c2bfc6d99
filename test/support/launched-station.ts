import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';

const root = fileURLToPath(new URL('../../', import.meta.url));
const browsers = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
];

/** Chromium's program, or null (said aloud) when this machine has none. */
export function chromiumProgram(): string | null {
  const found = process.env['PLAINVIEW_CHROMIUM'] ?? browsers.find((path) => existsSync(path));
  if (found !== undefined) return found;
  process.stderr.write('\nSKIPPED: no Chromium here; install it or set PLAINVIEW_CHROMIUM.\n');
  return null;
}

/** Chromium's program. Throws in words when this machine has none. */
export function needChromium(): string {
  const found = process.env['PLAINVIEW_CHROMIUM'] ?? browsers.find((path) => existsSync(path));
  if (found === undefined) throw new Error('This test drives Chromium: install it, or set PLAINVIEW_CHROMIUM.');
  return found;
}

/** Starts a browser as the tests need it: no window, nothing fetched, no sandbox for root. */
export function launchChromium(program: string): Promise<Browser> {
  const args = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  return chromium.launch({ executablePath: program, args });
}

/** The station as `npm start -- --no-open` runs it, in a process of its own. */
export type LaunchedStation = {
  /** The one-time address it printed. */
  readonly address: string;
  readonly stop: () => Promise<void>;
};

/** Starts the browser shell on a data folder and waits for its address. */
export async function launchStation(dataDir: string): Promise<LaunchedStation> {
  const child = spawn(process.execPath, ['main/main.ts', 'start', '--no-open', '--data', dataDir], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const said: string[] = [];
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const address = await new Promise<string>((resolve, reject) => {
    const listen = (chunk: Buffer): void => {
      said.push(chunk.toString());
      const found = /http:\/\/127\.0\.0\.1:\S+/.exec(said.join(''));
      if (found !== null) resolve(found[0]);
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', (chunk: Buffer) => said.push(chunk.toString()));
    child.on('exit', (code) => reject(new Error(`The station ended with ${code}:\n${said.join('')}`)));
  });
  return { address, stop: () => stop(child, ended) };
}

async function stop(child: ChildProcess, ended: Promise<void>): Promise<void> {
  if (child.exitCode === null) child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await ended;
  clearTimeout(timer);
}
