import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium, type Page } from 'playwright-core';
import { needChromium } from './launched-station.ts';

/** A browser on a profile folder of its own, which can be ended as a power cut ends it. */
export type OwnBrowser = {
  readonly page: Page;
  /** Ends every process of it at once, with nothing written that is not on the disk yet. */
  readonly kill: () => Promise<void>;
  /** Ends it as a person does. */
  readonly close: () => Promise<void>;
};

/** Starts Chromium on `profile`, a folder that stays when the browser ends, and opens `address` in it. */
export async function startOwnBrowser(profile: string, address: string): Promise<OwnBrowser> {
  const portFile = join(profile, 'DevToolsActivePort');
  rmSync(portFile, { force: true });
  const child = spawn(
    needChromium(),
    [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      '--window-size=1440,900',
      'about:blank',
    ],
    // A group of its own: the browser has a dozen processes, and all must go together.
    { detached: true, stdio: 'ignore' },
  );
  const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()));
  const killGroup = (): void => {
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
      process.kill(-child.pid, 'SIGKILL');
    }
  };
  try {
    const deadline = performance.now() + 20_000;
    while (portIn(portFile) === null) {
      if (performance.now() > deadline || child.exitCode !== null) throw new Error('The browser did not start.');
      await pause(50);
    }
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${portIn(portFile)}`);
    const context = browser.contexts()[0];
    const page = context?.pages()[0] ?? (await context?.newPage());
    if (page === undefined) throw new Error('The browser has no page.');
    await page.goto(address);
    return {
      page,
      kill: async () => {
        killGroup();
        await ended;
        await browser.close();
      },
      close: async () => {
        const session = await browser.newBrowserCDPSession();
        await session.send('Browser.close');
        await ended;
        await browser.close();
      },
    };
  } catch (thrown) {
    killGroup();
    throw thrown;
  }
}

/** The port the browser wrote; null while it has not. */
function portIn(path: string): string | null {
  try {
    return /^(\d+)\n/.exec(readFileSync(path, 'utf8'))?.[1] ?? null;
  } catch {
    return null;
  }
}
