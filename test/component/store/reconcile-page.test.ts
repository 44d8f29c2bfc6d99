import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ExpectedError } from '#common/errors/index.ts';
import { comparisons, reconcileAnswers, type ScriptedComparison } from '#test/support/scripted-station/reconcile.ts';
import { storeScenes as scenes } from '#test/support/scripted-station/store-scenes.ts';
import { accessibilityProblems, startWindowBench, type WindowBench } from '#test/support/window-bench.ts';

let bench: WindowBench;
beforeAll(async () => {
  bench = await startWindowBench();
});
afterEach(() => bench.closeWindow());
afterAll(() => bench.close());

const open = (comparison: ScriptedComparison, hash = '#/store/compare') =>
  bench.open(scenes.working, hash, { answers: reconcileAnswers(comparison) });
/** A page that does not come is a failure soon. */
const soon = { timeout: 10_000 };
const state = (page: Page) => page.getByRole('region', { name: 'State of the comparison' });
const called = (station: { calls: readonly { method: string; params: unknown }[] }, method: string) =>
  station.calls.filter((call) => call.method === method).map((call) => call.params);

describe('the page of the comparison', () => {
  it('is reached from the store, says what a comparison is, and begins one', async () => {
    const { page, station } = await open(comparisons.never, '#/store');
    await page.getByRole('button', { name: 'Compare with the store' }).click();
    await page.getByRole('heading', { name: 'Not compared yet' }).waitFor(soon);
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    await page.keyboard.press('b');
    await expect
      .poll(() => called(station, 'reconcile.start'))
      .toEqual([
        { mode: 'quick', repair: false, goOn: false },
        { mode: 'thorough', repair: false, goOn: false },
      ]);
    await page.keyboard.press('Escape');
    await state(page).waitFor({ state: 'detached' });
    expect(page.url()).toMatch(/#\/store$/);
  });

  it('says when all is as it should be', async () => {
    const { page } = await open(comparisons.same);
    await state(page).getByText('All is as it should be').waitFor(soon);
    await state(page).getByText('Lists, sizes and manifests were compared 1 h ago by mreyes.').waitFor(soon);
    await page.getByText('Nothing of this sort was found.').waitFor(soon);
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('follows one that runs, with rate and time left, and stops it', async () => {
    const { page, station } = await open(comparisons.running);
    await state(page).getByText('Comparing every byte').waitFor(soon);
    await state(page).getByText('2,000 of 8,412 originals · 2.4 TB of 12.2 TB · 92.0 MB/s · 1 day left').waitFor(soon);
    await state(page).getByRole('progressbar').waitFor(soon);
    await page.keyboard.press('s');
    await expect.poll(() => called(station, 'jobs.cancel')).toHaveLength(1);
  });

  it('shows what was found by class, reads one out in full by keyboard, and repairs', async () => {
    const { page, station } = await open(comparisons.found);
    await state(page).getByText('87 originals to be looked at').waitFor(soon);
    await page.getByRole('alert').getByText('set back to an earlier state').waitFor(soon);
    const grid = page.getByRole('grid', { name: 'Findings' });
    await grid.focus();
    await page.keyboard.press('ArrowDown');
    await page.getByText('It was verified in the store and is gone from there').nth(1).waitFor(soon);
    await page.getByRole('button', { name: /Missing here/ }).click();
    await expect.poll(() => called(station, 'reconcile.findings').at(-1)).toMatchObject({ class: 'missing-here' });
    await page.getByText('All', { exact: true }).click();
    await expect.poll(() => called(station, 'reconcile.findings').at(-1)).toMatchObject({ problems: false });
    await page.keyboard.press('Escape');
    await page.goto(page.url().replace(/#.*/, '#/store/compare'));
    await page.getByRole('button', { name: 'Repair what can be repaired' }).click();
    await expect.poll(() => called(station, 'reconcile.repair')).toHaveLength(1);
  });

  it('says why one failed and goes on with it', async () => {
    const { page, station } = await open(comparisons.failed);
    await page.getByRole('alert').getByText('The store does not answer.').waitFor(soon);
    await page.getByRole('button', { name: 'Go on comparing' }).click();
    await expect.poll(() => called(station, 'reconcile.start')).toEqual([{ mode: 'quick', repair: false, goOn: true }]);
  });

  it('keeps what it shows while the station is away, and offers to ask again when it never answered', async () => {
    const { page, station } = await open(comparisons.same);
    await state(page).waitFor(soon);
    station.disconnect();
    await expect
      .poll(() => page.getByRole('button', { name: 'Compare', exact: true }).getAttribute('aria-disabled'))
      .toBe('true');
    await state(page).getByText('All is as it should be').waitFor(soon);

    const answers = {
      ...reconcileAnswers(comparisons.same),
      'reconcile.status': () => Promise.reject(new ExpectedError('tampered', 'The catalog cannot be read.')),
    };
    const failing = await bench.open(scenes.working, '#/store/compare', { answers });
    await failing.page.getByRole('alert').getByText('The catalog cannot be read.').waitFor(soon);
  });

  it.each(Object.keys(comparisons) as (keyof typeof comparisons)[])('is usable by everybody: %s', async (name) => {
    const { page } = await open(comparisons[name]);
    await (name === 'never' ? page.getByRole('heading', { name: 'Not compared yet' }) : state(page)).waitFor(soon);
    const shots = process.env['PLAINVIEW_TEST_SHOTS'];
    if (shots !== undefined) {
      for (const [width, height] of [
        [1440, 900],
        [1920, 1080],
      ] as const) {
        await page.setViewportSize({ width, height });
        await page.screenshot({ path: `${shots}/compare-${name}-${width}.png` });
      }
    }
    expect(await accessibilityProblems(page)).toEqual([]);
  });
});
