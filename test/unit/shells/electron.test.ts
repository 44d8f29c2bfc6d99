import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openKeyFileStore } from '#core/kernel/index.ts';
import { closeSession, confineContents } from '#shells/electron/confine.ts';
import {
  isPageUrl,
  isTrustedSender,
  mayRequest,
  pageUrl,
  routeOf,
  schemePrivileges,
  webPreferences,
} from '#shells/electron/guards.ts';
import { openSafeStore, type SystemCipher } from '#shells/electron/safe-store.ts';
import { createBridge } from '../../../preload/bridge.ts';

const foreign = [
  'https://example.com/',
  'http://127.0.0.1/',
  'file:///etc/passwd',
  'evidence://station.example/',
  'evidence://other/',
  'evidence://user@station/',
  'evidence://station:8080/',
  'javascript:alert(1)',
  'data:text/html,hello',
  'about:blank',
  'devtools://devtools/',
  '',
  'station',
];

describe('what the window may show and ask for', () => {
  it("is the station's page", () => {
    for (const url of [pageUrl, 'evidence://station/index.html#/library', 'evidence://station/media/evd_1']) {
      expect(isPageUrl(url)).toBe(true);
    }
    for (const url of foreign) expect([url, isPageUrl(url)]).toEqual([url, false]);
  });

  it('leads to the page or the media door and nowhere else', () => {
    expect(routeOf('evidence://station/')).toBe('page');
    expect(routeOf('evidence://station/media/evd_1')).toBe('media');
    expect(routeOf('evidence://station/media/../index.html')).toBe('page');
    for (const url of foreign) expect(routeOf(url)).toBe('nowhere');
  });

  it('needs no network', () => {
    expect(mayRequest('evidence://station/assets/a.js', true)).toBe(true);
    expect(mayRequest('blob:evidence://station/1', true)).toBe(true);
    for (const url of [
      'https://example.com/',
      'ws://127.0.0.1/',
      'file:///a',
      'evidence://other/',
      'devtools://devtools/',
    ]) {
      expect([url, mayRequest(url, true)]).toEqual([url, false]);
    }
    expect(mayRequest('devtools://devtools/', false)).toBe(true);
  });

  it('is a web page and no more', () => {
    expect(webPreferences).toMatchObject({
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      webviewTag: false,
    });
    expect(schemePrivileges).toMatchObject({
      bypassCSP: false,
      secure: true,
      standard: true,
      allowServiceWorkers: false,
    });
  });
});

/** Stands in for Electron's session and contents: keeps what it is told to call, so that a test can call it. */
function recorder() {
  const handlers = new Map<string, (...args: unknown[]) => unknown>();
  const keep = (name: string) => (handler: (...args: unknown[]) => unknown) => void handlers.set(name, handler);
  const on = (name: string, handler: (...args: unknown[]) => unknown): void => void handlers.set(name, handler);
  const call = (name: string, ...args: unknown[]): unknown => {
    const handler = handlers.get(name);
    if (handler === undefined) throw new Error(`Nothing was told for ${name}.`);
    return handler(...args);
  };
  /** Whether an event with these members was stopped. */
  const stopped = (name: string, members: object = {}, ...args: unknown[]): boolean => {
    let prevented = false;
    call(name, { ...members, preventDefault: () => (prevented = true) }, ...args);
    return prevented;
  };
  return { keep, on, call, stopped };
}

describe('the session of the window', () => {
  const { keep, on, call, stopped } = recorder();
  const session = {
    setPermissionRequestHandler: keep('request'),
    setPermissionCheckHandler: keep('check'),
    setDevicePermissionHandler: keep('device'),
    setDisplayMediaRequestHandler: keep('display'),
    webRequest: { onBeforeRequest: keep('before-request') },
    on,
  };
  closeSession(session as unknown as Parameters<typeof closeSession>[0], true);

  it.each([
    'media',
    'geolocation',
    'notifications',
    'clipboard-read',
    'fullscreen',
    'openExternal',
    'hid',
    'usb',
  ])('is granted no %s, asked or checked', (permission) => {
    const answers: unknown[] = [];
    call('request', {}, permission, (granted: unknown) => answers.push(granted));
    expect([...answers, call('check', {}, permission)]).toEqual([false, false]);
  });

  it('sees no device and no screen', () => {
    const answers: unknown[] = [];
    call('display', {}, (streams: unknown) => answers.push(streams));
    expect([...answers, call('device', {})]).toEqual([null, false]);
  });

  it('reaches nothing but its own page, and downloads from nowhere else', () => {
    const outcome = (url: string): unknown => {
      const answers: unknown[] = [];
      call('before-request', { url }, (answer: unknown) => answers.push(answer));
      return answers[0];
    };
    expect(outcome(pageUrl)).toEqual({ cancel: false });
    for (const url of foreign) {
      if (!url.startsWith('data:')) expect([url, outcome(url)]).toEqual([url, { cancel: true }]);
      expect([url, stopped('will-download', {}, { getURL: () => url })]).toEqual([url, true]);
    }
    expect(stopped('will-download', {}, { getURL: () => 'evidence://station/media/rel_1' })).toBe(false);
  });
});

describe('whatever shows a page', () => {
  const { keep, on, call, stopped } = recorder();
  confineContents({ setWindowOpenHandler: keep('open'), on } as unknown as Parameters<typeof confineContents>[0]);

  it('stays where it is, opens no window and takes no page inside', () => {
    expect(call('open', { url: pageUrl })).toEqual({ action: 'deny' });
    expect(stopped('will-attach-webview')).toBe(true);
    for (const event of ['will-navigate', 'will-frame-navigate', 'will-redirect']) {
      expect(stopped(event, { url: pageUrl })).toBe(false);
      for (const url of foreign) expect([event, url, stopped(event, { url })]).toEqual([event, url, true]);
    }
  });
});

describe('who may send messages', () => {
  const own = { webContentsId: 1, frameUrl: pageUrl, isMainFrame: true };
  it.each([
    [own, true],
    [{ ...own, webContentsId: 2 }, false],
    [{ ...own, isMainFrame: false }, false],
    [{ ...own, frameUrl: null }, false],
    [{ ...own, frameUrl: 'https://example.com/' }, false],
    [{ ...own, frameUrl: 'evidence://station.example/' }, false],
  ])('%j', (sender, trusted) => {
    expect(isTrustedSender(sender, 1)).toBe(trusted);
  });
});

describe('the bridge', () => {
  it('speaks JSON under two names', async () => {
    const sent: [string, string][] = [];
    const heard: unknown[] = [];
    let tell: (text: unknown) => void = () => undefined;
    const bridge = createBridge({
      invoke: (channel, text) => {
        sent.push([channel, text]);
        return Promise.resolve('{"id":1,"ok":true,"result":{}}');
      },
      on: (channel, listener) => {
        expect(channel).toBe('plainview:event');
        tell = listener;
        return () => undefined;
      },
    });
    expect(await bridge.call({ id: 1, method: 'station.status', params: {} })).toEqual({ id: 1, ok: true, result: {} });
    expect(sent).toEqual([['plainview:call', '{"id":1,"method":"station.status","params":{}}']]);
    bridge.onEvent((event) => void heard.push(event));
    tell('{"kind":"library.head","head":1}');
    tell({ not: 'text' });
    expect(heard).toEqual([{ kind: 'library.head', head: 1 }]);
  });
});

describe('the store of keys kept by the system', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'plainview-safe-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const cipher: SystemCipher = {
    wrap: (text) => Promise.resolve(Buffer.from(`wrapped ${text.split('').reverse().join('')}`)),
    open: (wrapped) => {
      const text = wrapped.toString('utf8');
      if (!text.startsWith('wrapped ')) return Promise.reject(new Error('not ours'));
      return Promise.resolve(text.slice(8).split('').reverse().join(''));
    },
    keeper: 'a test',
  };
  const secret = new Uint8Array(32).fill(9);

  it('keeps secrets wrapped, for its owner alone, over a restart', async () => {
    const store = await openSafeStore(folder, cipher);
    expect(await store.get('vault')).toBeNull();
    await Promise.all([store.set('vault', secret), store.set('catalog', new Uint8Array([1, 2]))]);
    const again = await openSafeStore(folder, cipher);
    expect(await again.get('vault')).toEqual(secret);
    expect(await again.get('catalog')).toEqual(new Uint8Array([1, 2]));
    expect(again.describe()).toBe('a test');
    const path = join(folder, 'keys', 'system-keys.json');
    expect(statSync(path).mode & 0o077).toBe(0);
    expect(readFileSync(path, 'utf8')).not.toContain(Buffer.from(secret).toString('base64'));
  });

  it('goes on with a key file that was begun elsewhere', async () => {
    const keyFile = await openKeyFileStore({ folder: join(folder, 'keys') });
    await keyFile.set('vault', secret);
    const store = await openSafeStore(folder, cipher);
    expect(await store.get('vault')).toEqual(secret);
    await store.set('catalog', secret);
    expect(await (await openKeyFileStore({ folder: join(folder, 'keys') })).get('catalog')).toEqual(secret);
  });

  it('uses a key file where the system keeps no keys, and says so', async () => {
    const store = await openSafeStore(folder, null);
    await store.set('vault', secret);
    expect(store.describe()).toContain('key file');
    expect(await (await openSafeStore(folder, null)).get('vault')).toEqual(secret);
  });

  it('says what is wrong when keys cannot be opened', async () => {
    await (await openSafeStore(folder, cipher)).set('vault', secret);
    await expect(openSafeStore(folder, null)).rejects.toMatchObject({ code: 'key-missing' });
    const locked = await openSafeStore(folder, { ...cipher, open: () => Promise.reject(new Error('locked')) });
    await expect(locked.get('vault')).rejects.toMatchObject({ code: 'key-wrong' });
    writeFileSync(join(folder, 'keys', 'system-keys.json'), '{"format":"something else"}');
    await expect(openSafeStore(folder, cipher)).rejects.toMatchObject({ code: 'key-missing' });
  });
});
