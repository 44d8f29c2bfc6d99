import { spawn } from 'node:child_process';

/** A window of an installed browser, showing the station and nothing else. */
export interface AppWindow {
  /** Resolves when the browser's process has ended, or could not be started. */
  readonly ended: Promise<void>;
  close(): void;
}

/**
 * What the browser is told. A profile of its own keeps the person's extensions, history and accounts away from evidence,
 * and makes the process end with the window.
 */
export function windowArguments(address: string, profileDir: string): readonly string[] {
  return [
    `--app=${address}`,
    `--user-data-dir=${profileDir}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-extensions',
    '--disable-sync',
    '--disable-background-networking',
    '--disable-translate',
    '--window-size=1440,900',
  ];
}

/** Opens the window. */
export function openAppWindow(browser: string, address: string, profileDir: string): AppWindow {
  const child = spawn(browser, windowArguments(address, profileDir), { stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('exit', () => resolve());
  });
  return { ended, close: () => void child.kill('SIGTERM') };
}
