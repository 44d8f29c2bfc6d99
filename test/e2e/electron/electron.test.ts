import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasElectron, openElectron, type RunningApp } from '#test/support/electron-app.ts';

describe.skipIf(!hasElectron('the desktop shell'))("the desktop shell (needs Electron's binary)", () => {
  let running: RunningApp | undefined;
  beforeAll(async () => {
    running = await openElectron();
  });
  afterAll(() => running?.close());
  const shell = (): RunningApp => {
    if (running === undefined) throw new Error('The app did not start.');
    return running;
  };

  it('shows its own page in one window, on a dark ground', async () => {
    expect(shell().page.url()).toMatch(/^evidence:\/\/station\//);
    const colour = await shell().app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows().map((one) => one.getBackgroundColor()),
    );
    expect(colour.map((one) => one.toLowerCase())).toEqual(['#0b0d10']);
  });

  it('gives the page nothing but its bridge', async () => {
    const seen = await shell().page.evaluate(() => ({
      names: ['require', 'process', 'module', 'Buffer', 'electron'].filter((name) => name in globalThis),
      bridge: Object.keys(Reflect.get(globalThis, 'plainview') as object).sort(),
    }));
    expect(seen).toEqual({ names: [], bridge: ['call', 'onEvent'] });
  });

  it('goes nowhere, opens nothing and is granted nothing', async () => {
    const before = shell().page.url();
    const result = await shell().page.evaluate(async () => {
      const opened = window.open('https://example.com/');
      location.href = 'https://example.com/';
      await new Promise((resolve) => setTimeout(resolve, 300));
      const fetched = await fetch('https://example.com/')
        .then(() => true)
        .catch(() => false);
      const notification = await Notification.requestPermission();
      const { state } = await navigator.permissions.query({ name: 'geolocation' });
      return { opened: opened !== null, fetched, notification, state };
    });
    expect(result).toEqual({ opened: false, fetched: false, notification: 'denied', state: 'denied' });
    expect(shell().page.url()).toBe(before);
    expect(shell().app.windows()).toHaveLength(1);
  });
});
