import { mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Clock, Logger } from '#core/kernel/index.ts';
import type { Station } from '#core/station/index.ts';
import { createGateway } from '#gateway/index.ts';
import { findBrowser, hasDisplay } from './find-browser.ts';
import { type AppWindow, openAppWindow } from './launch.ts';
import { type BrowserServer, startBrowserServer } from './server.ts';

export { findBrowser } from './find-browser.ts';
export { type BrowserServer, type BrowserServerOptions, startBrowserServer } from './server.ts';

export type BrowserShellOptions = {
  readonly station: Station;
  readonly dataDir: string;
  readonly pageDir: string;
  readonly port: number;
  /** Print the address instead of opening a window. */
  readonly noOpen: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Tells the person something, one line at a time. */
  readonly print: (line: string) => void;
  /** Fires when the shell is to stop. */
  readonly stop: AbortSignal;
};

/** The address in an opened window is used at once; one left lying is dead soon. */
const windowAddressMs = 60_000;
/** A window whose page said nothing for so long is closed; a reload takes a second. */
const silenceMs = 15_000;

/**
 * Serves the station on the loopback address, and opens a window on it or prints the address. Resolves when the window was
 * closed or `stop` fired, after everything it opened has been closed. The station stays open.
 */
export async function runBrowserShell(options: BrowserShellOptions): Promise<void> {
  const { station, clock, logger, print, stop } = options;
  const gateway = createGateway({ station, logger, clock });
  try {
    const server = await startBrowserServer({ gateway, pageDir: options.pageDir, port: options.port, clock, logger });
    try {
      await showAndWait(server, options);
    } finally {
      print(stop.aborted ? 'Stopping.' : 'The window was closed. Stopping.');
      await gateway.close();
      await server.close();
    }
  } catch (error) {
    await gateway.close();
    throw error;
  }
}

async function showAndWait(server: BrowserServer, options: BrowserShellOptions): Promise<void> {
  const { noOpen, dataDir, print, stop } = options;
  const browser = findBrowser(process.platform, process.env, homedir());
  if (noOpen || browser === null || !hasDisplay(process.platform, process.env)) {
    if (!noOpen && browser === null) print('No Chrome, Edge or Chromium was found on this computer.');
    printAddress(server, print);
    await fired(stop);
    return;
  }
  const profileDir = join(dataDir, 'window');
  mkdirSync(profileDir, { recursive: true, mode: 0o700 });
  const window = openAppWindow(browser, server.address(windowAddressMs), profileDir);
  print('Plainview is open in its own window. Close the window, or press Ctrl+C here, to stop.');
  try {
    const seen = await windowGone(server, window, stop);
    if (seen || stop.aborted) return;
    print('The browser window could not be opened.');
    printAddress(server, print);
    await fired(stop);
  } finally {
    window.close();
  }
}

function printAddress(server: BrowserServer, print: (line: string) => void): void {
  print('Open this address in Chrome, Edge or Chromium on this computer. It lets one browser in, once:');
  print(server.address(null));
}

function fired(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** Waits for the end of the window. True when its page had been connected at least once. */
async function windowGone(server: BrowserServer, window: AppWindow, stop: AbortSignal): Promise<boolean> {
  let seen = server.sockets() > 0;
  let timer: NodeJS.Timeout | undefined;
  const silent = new Promise<void>((resolve) => {
    server.onSockets((count) => {
      seen ||= count > 0;
      clearTimeout(timer);
      // Some systems keep the browser's process after its last window; the page's silence tells.
      if (count === 0) timer = setTimeout(resolve, silenceMs);
    });
  });
  const handedOver = window.ended.then(async () => {
    // A browser that was already running takes the window over and its second process ends: go by the page then.
    await new Promise((resolve) => setTimeout(resolve, 3000));
    if (server.sockets() > 0) await silent;
  });
  await Promise.race([silent, handedOver, fired(stop)]);
  clearTimeout(timer);
  return seen;
}
