import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  chromiumProgram,
  type LaunchedStation,
  launchChromium,
  launchStation,
} from '#test/support/launched-station.ts';
import { footageFolder } from '#test/support/media-files.ts';
import { accessibilityProblems } from '#test/support/window-bench.ts';
import { drawBox, goTo, offloadFolder, openRecording, setUpDepartment } from './journey.ts';

const footage = footageFolder();
const chromium = chromiumProgram();
const pictures = process.env['PLAINVIEW_PICTURES'] ?? '';

describe.runIf(footage !== null && chromium !== null)('a department and its store, in a real browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'store-e2e-'));
  const [share, card, away] = [join(folder, 'share'), join(folder, 'card'), join(folder, 'share-away')];
  let station: LaunchedStation;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    for (const path of [share, card]) mkdirSync(path);
    dock('face-turning.mp4', 'DoeJane_202611201841_V300123-0.mp4');
    station = await launchStation(join(folder, 'data'));
    browser = await launchChromium(chromium ?? '');
    page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await page.goto(station.address);
    await setUpDepartment(page);
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await station.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  function dock(from: string, name: string): void {
    copyFileSync(join(footage ?? '', from), join(card, name));
  }
  const state = () => page.getByRole('region', { name: 'State of the store' });
  const bar = () => page.getByRole('banner');
  const placeOf = (title: RegExp) => page.getByRole('row').filter({ hasText: title });
  async function look(name: string): Promise<void> {
    expect([name, await accessibilityProblems(page)]).toEqual([name, []]);
    if (pictures === '') return;
    for (const [width, height] of [
      [1440, 900],
      [1920, 1080],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.waitForTimeout(300);
      await page.screenshot({ path: join(pictures, `${name}-${width}.png`) });
    }
    await page.setViewportSize({ width: 1440, height: 900 });
  }

  it('tries a folder, founds a store in it, and lets nobody on without the recovery secret on paper', async () => {
    await bar().getByText('Only on this station').waitFor();
    await goTo(page, 'store');
    await page.getByRole('button', { name: 'Set up a store' }).click();
    await page.getByRole('textbox', { name: 'Folder' }).fill(join(folder, 'not-there'));
    await page.getByRole('button', { name: 'Try this store' }).click();
    await page.getByText('This store cannot be used as it is').waitFor();
    await page.getByText(/^12 things were not tried after that/).waitFor();
    await look('store-not-there');
    await page.getByRole('textbox', { name: 'Folder' }).fill(share);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('This store can be used').waitFor({ timeout: 30_000 });
    await look('store-probed');
    await page.getByRole('button', { name: 'Use this store' }).click();
    await page.getByRole('heading', { name: 'Recovery secret' }).waitFor();
    const groups = await page.getByRole('listitem').locator('code').allInnerTexts();
    expect(groups).toHaveLength(13);
    await look('store-secret');
    for (const field of await page.getByRole('textbox', { name: /^Group \d+$/ }).all()) {
      const label = await field.evaluate((element: HTMLInputElement) => element.labels?.[0]?.textContent ?? '');
      await field.fill(groups[Number(label.replace(/\D/g, '')) - 1] ?? '');
    }
    await page.getByRole('button', { name: 'It is printed and kept' }).click();
    await state().getByText('Ready').waitFor();
    // The store is sealed: the secret stands nowhere in it.
    expect(readdirSync(share)).toContain('plainview-store.json');
  });

  it('sends what is offloaded, in the fixed words, at the rate that is allowed', async () => {
    await limitRate('0.02');
    await offloadFolder(page, card);
    await goTo(page, 'library');
    await placeOf(/18:41/).getByText('Uploading').waitFor({ timeout: 30_000 });
    await bar()
      .getByText(/^Uploading/)
      .waitFor();
    await goTo(page, 'store');
    await page
      .getByRole('region', { name: 'On its way' })
      .getByText(/kB\/s|MB\/s|Rate not known yet/)
      .waitFor();
    await look('store-uploading');
    await limitRate('');
    await goTo(page, 'library');
    await placeOf(/18:41/).getByText('Verified in the cloud').waitFor({ timeout: 60_000 });
    await bar().getByText('Verified in the cloud').waitFor();
    await look('store-library');
  });

  it('goes on with everything else while the store is gone, and says so calmly', async () => {
    renameSync(share, away);
    dock('people-walking.mp4', 'DoeJane_202611201902_V300123-0.mp4');
    await offloadFolder(page, card);
    await goTo(page, 'library');
    await placeOf(/19:02/).getByText('Queued').waitFor({ timeout: 30_000 });
    await bar()
      .getByText(/^Store not reachable/)
      .waitFor({ timeout: 30_000 });
    // Reviewing and redacting wait for nothing.
    await openRecording(page, /19:02/);
    await drawBox(page, 768, { x: 100, y: 100, width: 60, height: 60 });
    await page.locator('[data-testid="save-state"][data-state="saved"]').waitFor();
    await goTo(page, 'store');
    await state()
      .getByText(/^Not reachable since/)
      .waitFor();
    await state()
      .getByText(/waits? here, sealed and safe/)
      .waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await look('store-gone');
    expect(existsSync(share)).toBe(false);
  });

  it('drains by itself when the store is back', async () => {
    renameSync(away, share);
    await page.getByRole('row').nth(1).click();
    await page.keyboard.press('f');
    await state().getByText('Everything sent is verified in the cloud').waitFor({ timeout: 60_000 });
    await goTo(page, 'library');
    await placeOf(/19:02/).getByText('Verified in the cloud').waitFor();
    await look('store-back');
    expect(problems).toEqual([]);
  });

  /** In megabytes a second; empty for as fast as it goes. */
  async function limitRate(megabytes: string): Promise<void> {
    await goTo(page, 'store/limits');
    await page.getByLabel('At most, in MB each second').fill(megabytes);
    await page.getByRole('button', { name: 'Save limits' }).click();
    // The form closes once they are saved.
    await page.getByRole('button', { name: 'Save limits' }).waitFor({ state: 'detached' });
    await state().waitFor();
  }
});
