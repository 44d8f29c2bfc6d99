import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeNumberedClip } from '#test/support/numbered-clip.ts';
import { type OwnBrowser, startOwnBrowser } from '#test/support/own-browser.ts';
import { openReviewBench, type ReviewBench, settledFrame } from '#test/support/review-bench.ts';
import { busyDepartment } from '#test/support/scripted-station/scripts.ts';
import { type ScriptedStation, startScriptedStation } from '#test/support/scripted-station/server.ts';

const folder = mkdtempSync(join(tmpdir(), 'plainview-harmed-'));
const clip = { path: join(folder, 'clip.mp4'), width: 640, height: 360, sound: false };
let profile: string;
let browser: OwnBrowser | null = null;
beforeAll(() => makeNumberedClip({ ...clip, frames: 60 }));
beforeEach(() => {
  profile = mkdtempSync(join(folder, 'profile-'));
});
afterEach(async () => {
  await browser?.kill();
  browser = null;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = async (address: string): Promise<Page> => {
  browser = await startOwnBrowser(profile, address);
  return browser.page;
};

describe('a browser that is killed', () => {
  let bench: ReviewBench;
  afterEach(() => bench.close());

  const ready = async (page: Page): Promise<void> => {
    await settledFrame(page);
    await page.getByTestId('box-list').waitFor({ state: 'attached' });
  };
  const inState = (page: Page, state: string) =>
    page.locator(`[data-testid="save-state"][data-state="${state}"]`).waitFor();

  it('loses no change it called kept, however soon after', async () => {
    bench = await openReviewBench([clip]);
    const address = `${bench.station.origin}/#/recording/${bench.recording.id}`;
    const page = await start(address);
    await ready(page);
    await page.keyboard.press('n');
    await inState(page, 'saved');
    bench.station.disconnect();
    for (let n = 0; n < 3; n++) await page.keyboard.press('n');
    await page.getByText('Not saved yet – kept on this computer').waitFor();
    await browser?.kill();
    expect(bench.project().document.tracks).toHaveLength(1);

    bench.station.reconnect();
    const again = await start(address);
    await ready(again);
    await inState(again, 'saved');
    await expect.poll(() => bench.project().document.tracks.length).toBe(4);
    expect(await again.getByTestId('box-list').getByRole('button').count()).toBe(4);
  });
});

describe('a copy of the library that was harmed on the disk', () => {
  const count = 700;
  const script = busyDepartment([], count);
  const head = script.changes.length;
  let station: ScriptedStation;
  beforeEach(async () => {
    station = await startScriptedStation('out/renderer', script);
  });
  afterEach(() => station.close());

  const wholeLibrary = (page: Page) => page.locator(`[role=grid][aria-rowcount="${count + 1}"]`).waitFor();
  const pulls = (): readonly number[] =>
    station.calls.flatMap(({ method, params }) =>
      method === 'library.changes' ? [(params as { readonly since: number }).since] : [],
    );
  /** Opens the library in a browser started anew and waits until it is on the disk; from where it pulled first. */
  const openAndClose = async (): Promise<number | undefined> => {
    const before = pulls().length;
    const page = await start(`${station.origin}/#/library`);
    await wholeLibrary(page);
    await expect.poll(() => pulls().at(-1)).toBeGreaterThan(head - 500);
    await page.waitForTimeout(500);
    expect(await page.getByText('Library copy not kept').count()).toBe(0);
    expect(await page.getByText('Library not up to date').count()).toBe(0);
    await browser?.close();
    browser = null;
    return pulls()[before];
  };
  const stored = (): readonly string[] =>
    readdirSync(profile, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.parentPath.includes('IndexedDB'))
      .map((entry) => join(entry.parentPath, entry.name));

  const harms: readonly (readonly [string, () => void])[] = [
    [
      'other bytes in the middle of every file',
      () => {
        for (const path of stored()) {
          const bytes = readFileSync(path);
          bytes.fill(0x5a, Math.floor(bytes.length / 4), Math.ceil(bytes.length / 2));
          writeFileSync(path, bytes);
        }
      },
    ],
    [
      'every file cut in half',
      () => {
        for (const path of stored()) truncateSync(path, Math.floor(statSync(path).size / 2));
      },
    ],
    [
      'the largest file gone',
      () => {
        const [largest] = [...stored()].sort((one, other) => statSync(other).size - statSync(one).size);
        if (largest === undefined) throw new Error('The browser stored nothing.');
        rmSync(largest);
      },
    ],
  ];

  it.each(harms)('%s: the library is whole again, and kept again', async (_name, harm) => {
    expect(await openAndClose()).toBe(0);
    expect(stored().some((path) => existsSync(path) && statSync(path).size > 10_000)).toBe(true);
    // The copy is what the second opening starts from: otherwise harming it would prove nothing.
    expect(await openAndClose()).toBe(head);
    harm();
    await openAndClose();
    expect(await openAndClose()).toBe(head);
  });
});
