import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { storeScenes as scenes } from '#test/support/scripted-station/store-scenes.ts';
import { accessibilityProblems, startWindowBench, type WindowBench } from '#test/support/window-bench.ts';

let bench: WindowBench;
beforeAll(async () => {
  bench = await startWindowBench();
});
afterEach(() => bench.closeWindow());
afterAll(() => bench.close());

const called = (station: { calls: readonly { method: string; params: unknown }[] }, method: string) =>
  station.calls.filter((call) => call.method === method).map((call) => call.params);
const inCloud = (page: Page) => page.getByRole('row').filter({ hasText: 'Only in the cloud' }).first();

describe('a recording that is only in the cloud', () => {
  it('says so, and is kept on this station on request, by button and by key', async () => {
    const { page, station } = await bench.open(scenes.working, '#/library');
    await inCloud(page).click();
    const details = page.getByRole('complementary');
    await details.getByText('It is fetched as it is watched').waitFor();
    await details.getByRole('button', { name: 'Keep on this station' }).click();
    await page.getByText('It stays on this station.').first().waitFor();
    await inCloud(page).click();
    await page.keyboard.press('k');
    await expect.poll(() => called(station, 'store.pin')).toHaveLength(2);
    expect(await accessibilityProblems(page)).toEqual([]);
    const folder = process.env['PLAINVIEW_PICTURES'];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/keep-here.png` });
    await page.getByRole('row').filter({ hasText: 'Verified in the cloud' }).first().click();
    await details.getByText('Read back from the store').first().waitFor();
    expect(await details.getByRole('button', { name: 'Keep on this station' }).count()).toBe(0);
  });
});

describe('what is kept from the cloud', () => {
  it('is said on the store’s page and limited in size and days', async () => {
    const { page, station } = await bench.open(scenes.working, '#/store');
    const folder = process.env['PLAINVIEW_PICTURES'];
    await page.getByText('310 MB of that kept here, at most 50.0 GB').waitFor();
    if (folder !== undefined) await page.screenshot({ path: `${folder}/store-cache.png` });
    await page.goto(page.url().replace(/#.*/, '#/store/cache'));
    await page.getByRole('textbox', { name: 'At most, in GB' }).fill('a lot');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Write a number of at least 0.07').waitFor();
    expect(called(station, 'store.setCache')).toEqual([]);
    await page.getByRole('textbox', { name: 'At most, in GB' }).fill('12,5');
    await page.getByRole('textbox', { name: 'Days unopened' }).fill('');
    if (folder !== undefined) await page.screenshot({ path: `${folder}/cache-page.png` });
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => called(station, 'store.setCache')).toEqual([{ bytes: 12_500_000_000, days: null }]);
  });
});
