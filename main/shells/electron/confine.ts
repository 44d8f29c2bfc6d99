import type { Session, WebContents } from 'electron';
import { isPageUrl, mayRequest } from './guards.ts';

/** Nothing a page could ask the system for is needed, so nothing is granted. */
export function closeSession(session: Session, packaged: boolean): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer(null));
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !mayRequest(url, packaged) }));
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
