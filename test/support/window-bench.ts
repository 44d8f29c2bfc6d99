import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { needChromium } from '#test/support/launched-station.ts';
import { scriptedNow } from './scripted-station/fixtures.ts';
import {
  type Script,
  type ScriptAdditions,
  type ScriptedStation,
  startScriptedStation,
} from './scripted-station/server.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** One browser and one scripted station at a time, for tests of what a person sees. */
export type WindowBench = {
  readonly open: (
    script: Script,
    hash?: string,
    options?: OpenOptions,
  ) => Promise<{ page: Page; station: ScriptedStation }>;
  /** What the page complained of in its console, without lost connections that a test wanted. */
  readonly complaints: string[];
  readonly closeWindow: () => Promise<void>;
  readonly close: () => Promise<void>;
};
type OpenOptions = ScriptAdditions & { readonly prepare?: (context: BrowserContext) => Promise<unknown> };

export async function startWindowBench(): Promise<WindowBench> {
  const browser: Browser = await chromium.launch({
    executablePath: needChromium(),
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
  const complaints: string[] = [];
  let station: ScriptedStation | null = null;
  let context: BrowserContext | null = null;
  const closeWindow = async (): Promise<void> => {
    await context?.close();
    await station?.close();
    context = null;
    station = null;
    complaints.length = 0;
  };
  return {
    complaints,
    closeWindow,
    open: async (script, hash = '', { prepare, ...additions } = {}) => {
      await closeWindow();
      station = await startScriptedStation(join(root, 'out/renderer'), script, additions);
      context = await browser.newContext({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
      await prepare?.(context);
      const page = await context.newPage();
      await page.clock.setFixedTime(scriptedNow);
      page.on('pageerror', (thrown) => complaints.push(String(thrown)));
      page.on('console', (message) => {
        const text = message.text();
        if (message.type() === 'error' && !text.includes('WebSocket connection')) complaints.push(text);
      });
      await page.goto(`${station.origin}/${hash}`);
      return { page, station };
    },
    close: async () => {
      await closeWindow();
      await browser.close();
    },
  };
}

/** What axe finds wrong, as short lines. */
export async function accessibilityProblems(page: Page): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 120)}`));
}
