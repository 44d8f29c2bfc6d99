import type { DesktopChannels } from '#common/contract/index.ts';

/** The page and the evidence have one origin of their own, which no web site can have. */
export const scheme = 'evidence';
const pageOrigin = `${scheme}://station`;
export const pageUrl = `${pageOrigin}/`;

export const channels: DesktopChannels = { call: 'plainview:call', event: 'plainview:event' };

/** What the scheme may do: as a web origin would, with streaming, and past no security policy. */
export const schemePrivileges = {
  standard: true,
  secure: true,
  supportFetchAPI: true,
  stream: true,
  corsEnabled: false,
  bypassCSP: false,
  allowServiceWorkers: false,
} as const;

/** The window's first colour is the page's ground: nothing flashes in a dim room. */
export const groundColour = '#0b0d10';

/** The page is a web page and no more: no Node, its own world, the system's sandbox. */
export const webPreferences = {
  contextIsolation: true,
  sandbox: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  webviewTag: false,
  navigateOnDragDrop: false,
  spellcheck: false,
  backgroundThrottling: false,
} as const;

function parse(url: string): URL | null {
  return URL.canParse(url) ? new URL(url) : null;
}

/** True for an address of the station's own page. Compared by parts: a prefix would let `evidence://station.example` in. */
export function isPageUrl(url: string): boolean {
  const parsed = parse(url);
  return parsed?.protocol === `${scheme}:` && parsed.host === 'station' && parsed.username === '' && parsed.port === '';
}

/** Where a request under the scheme leads. */
export function routeOf(url: string): 'media' | 'page' | 'nowhere' {
  if (!isPageUrl(url)) return 'nowhere';
  return new URL(url).pathname.startsWith('/media/') ? 'media' : 'page';
}

/** What is known of who sent a message. */
export type Sender = {
  readonly webContentsId: number;
  /** Null when the frame is gone already. */
  readonly frameUrl: string | null;
  readonly isMainFrame: boolean;
};

/** True when a message comes from the station's own page in the station's own window. */
export function isTrustedSender(sender: Sender, windowContentsId: number): boolean {
  const { webContentsId, frameUrl, isMainFrame } = sender;
  return webContentsId === windowContentsId && isMainFrame && frameUrl !== null && isPageUrl(frameUrl);
}

/** Requests a page makes that are let out of the window: only its own. The station's page needs no network. */
export function mayRequest(url: string, packaged: boolean): boolean {
  const protocol = parse(url)?.protocol;
  if (protocol === `${scheme}:`) return isPageUrl(url);
  return protocol === 'blob:' || protocol === 'data:' || (protocol === 'devtools:' && !packaged);
}
