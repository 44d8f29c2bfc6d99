import { describe, expect, it } from 'vitest';
import { createEntrance, refuseRequest } from '#shells/browser/entrance.ts';
import { browserCandidates, findBrowser, hasDisplay } from '#shells/browser/find-browser.ts';
import { windowArguments } from '#shells/browser/launch.ts';
import { handClock } from '#test/support/catalog.ts';

describe('the entrance', () => {
  const cookieName = 'plainview_8100';

  it('lets a token in once', () => {
    const entrance = createEntrance({ clock: handClock(), cookieName });
    const token = entrance.mint(null);
    expect(entrance.exchange('x')).toBeNull();
    expect(entrance.exchange('')).toBeNull();
    const first = entrance.exchange(token);
    expect(first?.cookie).toMatch(/^plainview_8100=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(entrance.exchange(token)).toBeNull();
  });

  it('forgets an opened address after its time, a printed one never', () => {
    const clock = handClock();
    const entrance = createEntrance({ clock, cookieName });
    const [opened, printed] = [entrance.mint(60_000), entrance.mint(null)];
    clock.time += 60_000;
    expect(entrance.exchange(opened)).toBeNull();
    clock.time += 24 * 3_600_000;
    expect(entrance.exchange(printed)).not.toBeNull();
  });

  it('knows clients by their cookie alone, among others', () => {
    const entrance = createEntrance({ clock: handClock(), cookieName });
    const [one, two] = [entrance.exchange(entrance.mint(null))!, entrance.exchange(entrance.mint(null))!];
    expect(one.clientId).not.toBe(two.clientId);
    const pair = one.cookie.split(';')[0]!;
    expect(entrance.clientOf(`a=b; ${pair}; c=d`)).toBe(one.clientId);
    expect(entrance.clientOf(pair.toUpperCase())).toBeNull();
    expect(entrance.clientOf(`${pair}x`)).toBeNull();
    expect(entrance.clientOf(`x${pair}`)).toBeNull();
    for (const nothing of [null, undefined, '', ';;;', 'plainview_8100', 'plainview_8100=']) {
      expect(entrance.clientOf(nothing)).toBeNull();
    }
  });
});

describe('refuseRequest', () => {
  const authority = '127.0.0.1:8100';
  const none = { host: authority, origin: undefined, fetchSite: undefined };
  it.each([
    [none, true],
    [{ ...none, origin: 'http://127.0.0.1:8100', fetchSite: 'same-origin' }, true],
    [{ ...none, fetchSite: 'none' }, true],
    [{ ...none, host: undefined }, false],
    [{ ...none, host: 'localhost:8100' }, false],
    [{ ...none, host: 'evil.example:8100' }, false],
    [{ ...none, host: '127.0.0.1' }, false],
    [{ ...none, host: '127.0.0.1:8101' }, false],
    [{ ...none, origin: 'null' }, false],
    [{ ...none, origin: 'http://127.0.0.1:8101' }, false],
    [{ ...none, origin: 'https://127.0.0.1:8100' }, false],
    [{ ...none, origin: 'http://127.0.0.1:8100.evil.example' }, false],
    [{ ...none, fetchSite: 'cross-site' }, false],
    [{ ...none, fetchSite: 'same-site' }, false],
  ])('%j', (request, allowed) => {
    expect(refuseRequest(request, authority) === null).toBe(allowed);
  });
});

describe('finding a browser', () => {
  it('looks where each system keeps them, the chosen one first', () => {
    const windows = browserCandidates('win32', { PROGRAMFILES: 'C:\\P', LOCALAPPDATA: 'C:\\L' }, 'C:\\Users\\a');
    expect(windows).toHaveLength(6);
    expect(windows[0]).toMatch(/Google.*chrome\.exe$/);
    expect(windows.some((path) => path.endsWith('msedge.exe'))).toBe(true);
    const mac = browserCandidates('darwin', {}, '/Users/a');
    expect(mac).toContain('/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge');
    expect(mac).toContain('/Users/a/Applications/Google Chrome.app/Contents/MacOS/Google Chrome');
    const linux = browserCandidates('linux', { PATH: '/a:/b', PLAINVIEW_BROWSER: '/opt/chrome' }, '/home/a');
    expect(linux.slice(0, 3)).toEqual(['/opt/chrome', '/a/google-chrome-stable', '/b/google-chrome-stable']);
    expect(linux).toContain('/b/chromium');
  });

  it('finds only what can be run', () => {
    expect(findBrowser('linux', { PATH: '/nowhere' }, '/')).toBeNull();
    expect(findBrowser('linux', { PLAINVIEW_BROWSER: import.meta.dirname, PATH: '' }, '/')).toBeNull();
    expect(findBrowser('linux', { PLAINVIEW_BROWSER: import.meta.filename, PATH: '' }, '/')).toBeNull();
    expect(findBrowser('linux', { PLAINVIEW_BROWSER: process.execPath, PATH: '' }, '/')).toBe(process.execPath);
  });

  it('knows whether a window can be shown', () => {
    expect(hasDisplay('linux', {})).toBe(false);
    expect(hasDisplay('linux', { DISPLAY: '' })).toBe(false);
    expect(hasDisplay('linux', { DISPLAY: ':0' })).toBe(true);
    expect(hasDisplay('linux', { WAYLAND_DISPLAY: 'wayland-0' })).toBe(true);
    expect(hasDisplay('darwin', {})).toBe(true);
  });

  it('opens it as an app with a profile of its own and its sandbox on', () => {
    const args = windowArguments('http://127.0.0.1:1/open?token=t', '/data/window');
    expect(args).toContain('--app=http://127.0.0.1:1/open?token=t');
    expect(args).toContain('--user-data-dir=/data/window');
    expect(args.join(' ')).not.toMatch(/no-sandbox|remote-debugging|disable-web-security/);
  });
});
