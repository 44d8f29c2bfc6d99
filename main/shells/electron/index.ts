import { homedir } from 'node:os';
import { join } from 'node:path';
import { app, type BrowserWindow, dialog, ipcMain, protocol, safeStorage } from 'electron';
import { toWireError } from '#common/errors/index.ts';
import { createLogger, defaultDataFolder, type Logger, systemClock, type WorkerEntries } from '#core/kernel/index.ts';
import type { Station, StationOptions } from '#core/station/index.ts';
import { createGateway, type Gateway, loadPage, type Page } from '#gateway/index.ts';
import { closeSession, confineContents } from './confine.ts';
import { channels, isTrustedSender, routeOf, scheme, schemePrivileges } from './guards.ts';
import { openSafeStore, type SystemCipher } from './safe-store.ts';
import { utilitySpawner } from './utility-spawner.ts';
import { createWindow, openPage, setMenu } from './window.ts';

export type ElectronShellOptions = {
  readonly entries: WorkerEntries;
  readonly assetsDir: string;
  readonly pageDir: string;
  readonly preloadFile: string;
  readonly version: string;
  readonly openStation: (options: StationOptions) => Promise<Station>;
};

/** Starts the desktop shell. Returns at once: Electron becomes ready only after its main file has been loaded. */
export function startElectronShell(options: ElectronShellOptions): void {
  const dataDir = defaultDataFolder(process.platform, process.env, homedir());
  app.enableSandbox();
  app.setPath('userData', join(dataDir, 'window'));
  protocol.registerSchemesAsPrivileged([{ scheme, privileges: schemePrivileges }]);
  app.on('web-contents-created', (_event, contents) => confineContents(contents));
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  const logger = createLogger({ file: join(dataDir, 'log', 'plainview.log'), clock: systemClock });
  process.on('uncaughtExceptionMonitor', (error) => logger.error('Plainview ends by a mistake of its own', { error }));
  app
    .whenReady()
    .then(() => run(options, dataDir, logger))
    .catch((error: unknown) => {
      const { message, nextStep } = toWireError(error);
      const reference = logger.error('The desktop shell could not start', { error });
      dialog.showErrorBox('Plainview cannot start', `${message}\n\n${nextStep ?? ''}\n\nReference ${reference}`);
      app.exit(1);
    });
}

async function run(options: ElectronShellOptions, dataDir: string, logger: Logger): Promise<void> {
  const cipher = await systemCipher();
  const page = loadPage(options.pageDir);
  setMenu();
  const window = createWindow(options.preloadFile);
  closeSession(window.webContents.session, app.isPackaged);
  const station = await options.openStation({
    dataDir,
    entries: options.entries,
    spawner: utilitySpawner,
    secretStore: (agencyFolder) => openSafeStore(agencyFolder, cipher),
    clock: systemClock,
    logger,
    version: options.version,
    assetsDir: options.assetsDir,
  });
  const gateway = createGateway({ station, logger, clock: systemClock });
  connect(window, gateway, page);
  app.on('second-instance', () => {
    if (window.isDestroyed()) return;
    if (window.isMinimized()) window.restore();
    window.focus();
  });
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    logger.error('The page stopped', { reason });
    if (reason !== 'clean-exit' && !window.isDestroyed()) window.reload();
  });
  stopInOrder(gateway, station, logger);
  await openPage(window);
}

/** Messages, events and bytes between the one window and the door. */
function connect(window: BrowserWindow, gateway: Gateway, page: Page): void {
  const contents = window.webContents;
  const windowId = contents.id;
  const clientId = `window-${windowId}`;
  ipcMain.handle(channels.call, (event, text: unknown) => {
    const { senderFrame } = event;
    const sender = {
      webContentsId: event.sender.id,
      frameUrl: senderFrame?.url ?? null,
      isMainFrame: senderFrame !== null && senderFrame === event.sender.mainFrame,
    };
    if (!isTrustedSender(sender, windowId) || typeof text !== 'string') throw new Error('Refused.');
    return gateway.handle(clientId, text);
  });
  gateway.subscribe(clientId, (event) => {
    if (!contents.isDestroyed()) contents.send(channels.event, JSON.stringify(event));
  });
  contents.session.protocol.handle(scheme, (request) => {
    const route = routeOf(request.url);
    if (route === 'media') return gateway.media(clientId, request);
    return route === 'page' ? page.answer(request) : new Response('There is nothing here.', { status: 404 });
  });
}

/** The door closes before the station behind it, and the app ends after both. */
function stopInOrder(gateway: Gateway, station: Station, logger: Logger): void {
  let stopping = false;
  app.on('window-all-closed', () => app.quit());
  app.on('before-quit', (event) => {
    event.preventDefault();
    if (stopping) return;
    stopping = true;
    gateway
      .close()
      .then(() => station.close())
      .then(() => app.exit(0))
      .catch((error: unknown) => {
        logger.error('The station did not stop cleanly', { error });
        app.exit(1);
      });
  });
}

/** Null where the system would only pretend: on Linux without a keyring the wrapping key is a published constant. */
async function systemCipher(): Promise<SystemCipher | null> {
  if (!(await safeStorage.isAsyncEncryptionAvailable())) return null;
  if (process.platform === 'linux') {
    const backend = safeStorage.getSelectedStorageBackend();
    if (backend === 'basic_text' || backend === 'unknown') return null;
  }
  const keepers: Partial<Record<NodeJS.Platform, string>> = {
    darwin: 'the keychain of this Mac',
    win32: 'Windows data protection, for this Windows account',
  };
  return {
    wrap: (text) => safeStorage.encryptStringAsync(text),
    open: async (wrapped) => (await safeStorage.decryptStringAsync(wrapped)).result,
    keeper: keepers[process.platform] ?? 'the keyring of this desktop session',
  };
}
