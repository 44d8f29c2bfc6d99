import { app, BrowserWindow, Menu } from 'electron';
import { groundColour, pageUrl, webPreferences } from './guards.ts';

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
