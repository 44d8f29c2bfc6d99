import { app, BrowserWindow, Menu, type Session, type WebContents } from 'electron';
import { groundColour, isPageUrl, mayRequest, pageUrl, webPreferences } from './guards.ts';

/** Nothing a page could ask the system for is needed, so nothing is granted. */
export function closeSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer(null));
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !mayRequest(url, app.isPackaged) }));
  session.on('will-download', (event, item) => {
    if (!isPageUrl(item.getURL())) event.preventDefault();
  });
}

/** Keeps whatever shows a page on the station's own page. */
export function confineContents(contents: WebContents): void {
  const stay = (event: { preventDefault(): void; readonly url: string }): void => {
    if (!isPageUrl(event.url)) event.preventDefault();
  };
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', stay);
  contents.on('will-frame-navigate', stay);
  contents.on('will-redirect', stay);
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** The one window of the station. */
export function createWindow(preload: string): BrowserWindow {
  const window = new BrowserWindow({
    title: 'Plainview',
    width: 1440,
    height: 900,
    minWidth: 1024,
    minHeight: 640,
    show: false,
    backgroundColor: groundColour,
    autoHideMenuBar: true,
    webPreferences: { ...webPreferences, preload, devTools: !app.isPackaged },
  });
  window.once('ready-to-show', () => window.show());
  return window;
}

/** Loads the page; a page that fails to load shows nothing, so the caller says what happened. */
export function openPage(window: BrowserWindow): Promise<void> {
  return window.loadURL(pageUrl);
}

/** What the keyboard needs (copy, paste, quit, full screen) and nothing that opens anything. */
export function setMenu(): void {
  const view: Electron.MenuItemConstructorOptions = {
    label: 'View',
    submenu: [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }, { role: 'togglefullscreen' }],
  };
  const first: Electron.MenuItemConstructorOptions =
    process.platform === 'darwin' ? { role: 'appMenu' } : { label: 'File', submenu: [{ role: 'quit' }] };
  Menu.setApplicationMenu(Menu.buildFromTemplate([first, { role: 'editMenu' }, view, { role: 'windowMenu' }]));
}
