import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  createLogger,
  defaultDataFolder,
  type Logger,
  nodeProcessSpawner,
  openKeyFileStore,
  systemClock,
  type WorkerEntries,
} from '#core/kernel/index.ts';
import type { Station } from '#core/station/index.ts';
import {
  askSecret,
  type CliHost,
  exitCodeOf,
  exitCodes,
  type Invocation,
  parseCommand,
  reportFailure,
  runCli,
} from '#shells/cli/index.ts';

/** Bundled, this file is out/main/main.js and the workers lie beside it; else everything runs from source. */
const bundled = import.meta.url.endsWith('.js');
const beside = (path: string): URL => new URL(path, import.meta.url);
const root = fileURLToPath(beside(bundled ? '../../' : '../'));
/** In an installed app the program is one archive, and the assets lie beside it as ordinary files. */
const assetsDir = join(root, root.includes('app.asar') ? '../assets' : 'assets');
const entries: WorkerEntries = bundled
  ? {
      catalog: beside('./catalog.js'),
      seal: beside('./seal.js'),
      media: beside('./media.js'),
      render: beside('./render.js'),
      guard: beside('./guard.js'),
      cloud: beside('./cloud.js'),
    }
  : {
      catalog: beside('./core/catalog/catalog-worker.ts'),
      seal: beside('./core/vault/seal-worker.ts'),
      media: beside('./core/media/media-worker.ts'),
      render: beside('./core/render/render-worker.ts'),
      guard: beside('./core/release/guard-worker.ts'),
      cloud: beside('./core/cloud/cloud-worker.ts'),
    };

function readVersion(): string {
  const described: unknown = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  if (typeof described === 'object' && described !== null && 'version' in described) return String(described.version);
  throw new Error('package.json names no version.');
}

const output = (text: string): void => void process.stdout.write(text);
const errorOutput = (text: string): void => void process.stderr.write(text);

/** One request to end can arrive twice: from the terminal, and passed on by the process that started this one. */
const oneRequestMs = 1000;

/** Fires on the first Ctrl+C or request to end; a second one ends the process at once, as it does without us. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  let since = 0;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (!controller.signal.aborted) since = performance.now();
      else if (performance.now() - since > oneRequestMs) process.exit(exitCodes.interrupted);
      controller.abort();
    });
  }
  return controller.signal;
}

/** The log of the data folder; where it cannot be made, problems go to the terminal. */
function openLog(file: string | null): Logger {
  try {
    return createLogger({ clock: systemClock, ...(file === null ? {} : { file }) });
  } catch (error) {
    errorOutput(`The log cannot be written, so problems are shown here: ${String(error)}\n`);
    return createLogger({ clock: systemClock });
  }
}

/** Asks for the passphrase of a locked key file once, however many key files there are. */
function passphraseSource(): () => Promise<string | null> {
  let asked: Promise<string | null> | null = null;
  return () => {
    const given = process.env['PLAINVIEW_PASSPHRASE'];
    if (given !== undefined && given !== '') return Promise.resolve(given);
    if (!process.stdin.isTTY) return Promise.resolve(null);
    asked ??= askSecret({ errorOutput, standardInput: process.stdin }, 'Passphrase of the key file: ');
    return asked;
  };
}

async function runFromTerminal(): Promise<number> {
  let invocation: Invocation;
  try {
    invocation = parseCommand(process.argv.slice(2));
  } catch (thrown) {
    reportFailure(
      { logger: createLogger({ clock: systemClock }), output, errorOutput },
      thrown,
      process.argv.includes('--json'),
    );
    return exitCodeOf(thrown);
  }
  const { command, json } = invocation;
  const dataDir = resolve(invocation.dataDir ?? defaultDataFolder(process.platform, process.env, homedir()));
  const stop = stopSignal();
  const version = readVersion();
  // Only work with a station may leave traces in its folder.
  const keepsLog =
    command.kind !== 'verify' && command.kind !== 'help' && command.kind !== 'version' && command.kind !== 'doctor';
  const logger = openLog(keepsLog ? join(dataDir, 'log', 'plainview.log') : null);
  process.on('uncaughtExceptionMonitor', (error) => logger.error('Plainview ends by a mistake of its own', { error }));
  const passphrase = passphraseSource();
  const open = async (): Promise<Station> => {
    const { openStation } = await import('#core/station/index.ts');
    return await openStation({
      dataDir,
      entries,
      spawner: nodeProcessSpawner,
      secretStore: (agencyFolder) => openKeyFileStore({ folder: join(agencyFolder, 'keys'), passphrase }),
      clock: systemClock,
      logger,
      version,
      assetsDir,
    });
  };
  const host: CliHost = {
    version,
    dataDir,
    entries,
    clock: systemClock,
    logger,
    environment: process.env,
    openStation: open,
    passphrase,
    findBrowser: async () => {
      const { findBrowser } = await import('#shells/browser/index.ts');
      return findBrowser(process.platform, process.env, homedir());
    },
    output,
    errorOutput,
    standardInput: process.stdin,
    interactive: process.stderr.isTTY,
    stop,
  };
  try {
    if (command.kind !== 'start') return await runCli(host, command, json);
    const { runBrowserShell } = await import('#shells/browser/index.ts');
    const station = await open();
    try {
      const print = (line: string): void => output(`${line}\n`);
      const shell = { pageDir: join(root, 'out', 'renderer'), port: command.port, noOpen: command.noOpen };
      await runBrowserShell({ station, dataDir, ...shell, clock: systemClock, logger, print, stop });
    } finally {
      await station.close();
    }
    return exitCodes.ok;
  } catch (thrown) {
    reportFailure(host, thrown, json);
    return exitCodeOf(thrown);
  } finally {
    logger.close();
  }
}

if (!('electron' in process.versions)) {
  process.exitCode = await runFromTerminal();
} else {
  const { startElectronShell } = await import('#shells/electron/index.ts');
  const { openStation } = await import('#core/station/index.ts');
  // Not awaited: Electron becomes ready only after this file has been loaded.
  startElectronShell({
    entries,
    assetsDir,
    pageDir: join(root, 'out', 'renderer'),
    preloadFile: join(root, 'out', 'preload', 'preload.cjs'),
    version: readVersion(),
    openStation,
  });
}
