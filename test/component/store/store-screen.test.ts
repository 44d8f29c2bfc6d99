import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ExpectedError } from '#common/errors/index.ts';
import { scriptedNow } from '#test/support/scripted-station/fixtures.ts';
import { storeScenes as scenes } from '#test/support/scripted-station/store-scenes.ts';
import { startWindowBench, type WindowBench } from '#test/support/window-bench.ts';

let bench: WindowBench;
beforeAll(async () => {
  bench = await startWindowBench();
});
afterEach(() => bench.closeWindow());
afterAll(() => bench.close());

const row = (page: Page, n: number) => page.getByRole('row').nth(n);
const state = (page: Page) => page.getByRole('region', { name: 'State of the store' });
const called = (station: { calls: readonly { method: string; params: unknown }[] }, method: string) =>
  station.calls.filter((call) => call.method === method).map((call) => call.params);
const never = () => new Promise<never>(() => undefined);

describe('the store in words', () => {
  it('says what a store is for where there is none, and offers the next step to those who may take it', async () => {
    const { page } = await bench.open(scenes.notSetUp, '#/library');
    await page.getByRole('banner').getByText('Only on this station').click();
    await page.getByRole('heading', { name: 'No store is set up' }).waitFor();
    await page.getByText('whoever runs the store sees opaque names, sizes and times').waitFor();
    await page.getByRole('button', { name: 'Set up a store' }).click();
    await page.getByRole('heading', { name: 'Set up a store' }).waitFor();

    const officer = await bench.open(scenes.notSetUpForOfficer, '#/store');
    await officer.page.getByText('An administrator can set one up.').waitFor();
    expect(await officer.page.getByRole('button', { name: 'Set up a store' }).count()).toBe(0);
    await officer.page.goto(officer.page.url().replace(/#.*/, '#/store/set-up'));
    await officer.page.getByText('Your role does not open this').waitFor();
  });

  it('is not there in the training agency, and says why', async () => {
    const { page, station } = await bench.open(scenes.training, '#/library');
    await row(page, 3).waitFor();
    expect(await page.getByRole('link', { name: 'Store' }).count()).toBe(0);
    expect(await page.getByRole('columnheader', { name: 'Place' }).count()).toBe(0);
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    expect(page.url()).toContain('#/library');
    await page.goto(page.url().replace(/#.*/, '#/store'));
    await page.getByText('The training agency has no store').waitFor();
    expect(called(station, 'store.queue')).toEqual([]);
  });

  it('follows an upload in the fixed words, with rate and an honest time left', async () => {
    const { page, station } = await bench.open(scenes.working, '#/dock');
    const strip = page.getByRole('contentinfo');
    await strip.getByText('Uploading BWC-04_20261123_3_0.mp4').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await state(page).getByText('Uploading', { exact: true }).waitFor();
    const way = page.getByRole('region', { name: 'On its way' });
    await way.getByText('21.3 MB of 51.9 MB').waitFor();
    await way.getByText('3.9 MB/s · 2 min left').waitFor();
    const stage = (word: string) => way.getByRole('listitem').filter({ hasText: word }).last();
    expect(await stage('Uploading').getAttribute('aria-current')).toBe('step');
    const { store } = scenes.working;
    const current = store.current.map((item) => ({ ...item, phase: 'Checking' as const, sentBytes: item.sizeBytes }));
    station.say({ kind: 'store.changed', status: { ...store, current, remainingMs: null, rate: null } });
    await expect.poll(() => stage('Reading back').getAttribute('aria-current')).toBe('step');
    await way.getByText('Rate not known yet · Time left not known yet').waitFor();
    station.say({ kind: 'store.changed', status: scenes.allVerified.store });
    await state(page).getByText('Everything sent is verified in the cloud').waitFor();
    await page.getByRole('banner').getByText('Verified in the cloud').waitFor();
    await strip.getByText('Verified in the cloud: 146 items').waitFor();
  });

  it('pauses and resumes, for those who manage the store only', async () => {
    const { page, station } = await bench.open(scenes.working, '#/store');
    await page.getByRole('button', { name: 'Pause uploads' }).click();
    await state(page).getByText('Paused').waitFor();
    await page.getByText('Nothing is sent until somebody resumes.').waitFor();
    await page.keyboard.press('p');
    await page.getByRole('button', { name: 'Pause uploads' }).waitFor();
    expect(called(station, 'store.resume')).toHaveLength(1);

    const officer = await bench.open(scenes.workingForOfficer, '#/store');
    await row(officer.page, 3).waitFor();
    for (const name of ['Pause uploads', 'Change', 'Disconnect the store']) {
      expect(await officer.page.getByRole('button', { name }).count()).toBe(0);
    }
    await row(officer.page, 3).click();
    expect(await officer.page.getByRole('button', { name: 'Send first' }).getAttribute('aria-disabled')).toBeNull();
  });

  it('keeps quiet hours in sight', async () => {
    const { page } = await bench.open(scenes.quiet, '#/store');
    await state(page).getByText('Quiet until 18:30').waitFor();
    await page
      .getByRole('banner')
      .getByText(/^Quiet hours/)
      .waitFor();
  });

  it('is calm when the store is away, with ten thousand items waiting', async () => {
    const { page, station } = await bench.open(scenes.unreachable, '#/store');
    await state(page).getByText('Not reachable since Sun 22 Nov 2026, 19:00:00 EST').waitFor();
    await state(page).getByText('10,000 items, 5.0 TB wait here, sealed and safe. Next try in 4 min.').waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    const grid = page.getByRole('grid');
    await expect.poll(() => grid.getAttribute('aria-rowcount')).toBe('10001');
    expect(await grid.getByRole('row').count()).toBeLessThan(60);
    expect(await row(page, 1).innerText()).toMatch(/Queued[\s\S]*7[\s\S]*In 4 min[\s\S]*The store does not answer\./);
    await grid.focus();
    await page.keyboard.press('End');
    await expect
      .poll(() => called(station, 'store.queue').some((params) => (params as { offset: number }).offset === 500))
      .toBe(true);
    await page.clock.setFixedTime(scriptedNow + 5 * 60_000);
    await state(page).getByText('Trying again now.').waitFor();
  });

  it('says what must be done about a store that refuses', async () => {
    const { page } = await bench.open(scenes.refused, '#/store');
    await state(page).getByText('The store refuses these credentials: the access key is not known there.').waitFor();
    await state(page)
      .getByText(/Ask whoever runs the store for a new access key.* wait here, sealed and safe\. Next try in 15 min\./)
      .waitFor();
    await page.getByRole('banner').getByText('Store needs attention').waitFor();
  });

  it('names what is wrong with the logs in the store, each with its words and since when', async () => {
    const { page, station } = await bench.open(scenes.troubled, '#/store');
    const note = page.getByRole('alert');
    await note.getByText('2 things in the store need a look').waitFor();
    await note.getByText('The log of Annex station in the store ends before what was there already.').waitFor();
    await note.getByText('heads/7m2k9c4x1z8w5t3r6q0p2n4v8b').waitFor();
    expect(await note.getByRole('listitem').count()).toBe(2);
    const { store } = scenes.troubled;
    station.say({ kind: 'store.changed', status: { ...store, troubles: store.troubles.slice(0, 1) } });
    await note.getByText('1 thing in the store needs a look').waitFor();
    station.say({ kind: 'store.changed', status: { ...store, troubles: [] } });
    await note.waitFor({ state: 'detached' });
  });

  it('names what is missing in the store, everywhere', async () => {
    const { page, station } = await bench.open(scenes.working, '#/store');
    await page.getByRole('alert').getByText('1 original is missing in the store').waitFor();
    await page.getByRole('banner').getByText('1 missing in the store').waitFor();
    await page.getByRole('row', { name: /BWC-15.*Missing/ }).click();
    await page
      .getByRole('complementary')
      .getByText('The store gave back other bytes than it was given, three times.')
      .waitFor();
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('BWC-15_20261123_14_0.mp4 is sent before the others').waitFor();
    expect(called(station, 'store.sendFirst')).toHaveLength(1);
    await page.getByRole('button', { name: 'Open the recording' }).click();
    await expect.poll(() => page.url()).toContain('#/recording/rec_');
  });

  it('sends an item first, by key and by button', async () => {
    const { page, station } = await bench.open(scenes.working, '#/store');
    await row(page, 5).click();
    await page.keyboard.press('f');
    await page.getByText('BWC-05_20261123_4_0.mp4 is sent before the others').waitFor();
    expect(called(station, 'store.sendFirst')).toMatchObject([{ ids: [expect.stringMatching(/^evd_/)] }]);
  });

  it('waits for no answer: a station that does not answer about the store blocks nothing else', async () => {
    const { page } = await bench.open(scenes.working, '#/store', {
      answers: { 'store.status': never, 'store.queue': never },
    });
    await page.getByRole('status', { name: 'Asking for the state of the store' }).waitFor();
    await page.getByRole('banner').getByText('Store state not known').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await row(page, 3).click();
    await page.getByRole('row', { selected: true }).waitFor();
  });

  it('keeps what it knew when the station cannot be asked, and can be asked again', async () => {
    let away = true;
    const { page } = await bench.open(scenes.working, '#/store', {
      answers: {
        'store.queue': () => {
          if (away) throw new ExpectedError('station-busy', 'The station is busy.', { nextStep: 'Try again.' });
          return { items: [], total: 0 };
        },
      },
    });
    await page.getByText('The station is busy.').waitFor();
    away = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Nothing waits', { exact: true }).waitFor();
  });
});

describe('where an item is', () => {
  it('stands in every row, can be filtered by, and is told in full beside it', async () => {
    const { page } = await bench.open(scenes.working, '#/library');
    await row(page, 3).waitFor();
    for (const word of [
      'Queued',
      'Only on this station',
      'Uploading',
      'Only in the cloud',
      'Verified in the cloud',
      'Missing',
    ]) {
      await page.getByRole('row').filter({ hasText: word }).first().waitFor();
    }
    await page.getByRole('combobox', { name: 'Place' }).click();
    await page.getByRole('option', { name: 'Missing' }).click();
    await page.getByText('1 of 120 recordings').waitFor();
    await row(page, 1).click();
    const details = page.getByRole('complementary', { name: 'Details' });
    await details.getByText('The store gave back other bytes than it was given, three times.').waitFor();
    await page.getByRole('button', { name: 'Clear search and filters' }).click();
    await page
      .getByRole('row', { name: /BWC-13/ })
      .first()
      .click();
    await details.getByText(/^Read back from the store and compared, Mon 23 Nov 2026/).waitFor();
    await details.getByText(/^Cannot be deleted there before Tue 23 Nov 2027/).waitFor();
  });

  it('is as safe as the least safe of a recording’s segments, each told by itself', async () => {
    const { page } = await bench.open(scenes.working, '#/library');
    await page
      .getByRole('row', { name: /Vehicle collision/ })
      .first()
      .click();
    const details = page.getByRole('complementary', { name: 'Details' });
    await expect.poll(() => details.getByText('Waits since Mon 23 Nov 2026, 13:49:00 EST.').count()).toBe(3);
  });

  it('stands in the damaged tray and follows what the station tells', async () => {
    const { page, station } = await bench.open(scenes.working, '#/library');
    await page.getByRole('tab', { name: /Damaged/ }).click();
    await row(page, 1).getByText('Queued').waitFor();
    await row(page, 2).getByText('Only on this station').waitFor();
    const first = scenes.working.changes.findLast(
      (change) => change.kind === 'placement' && change.id.startsWith('dmg_'),
    );
    if (first?.kind !== 'placement' || first.value === null) throw new Error('The script has no damaged placement.');
    const where = { state: 'verified', at: scriptedNow, ciphertextSha256: 'a'.repeat(64), retainUntil: null } as const;
    station.change([{ ...first, value: { ...first.value, where } }]);
    await row(page, 1).getByText('Verified in the cloud').waitFor();
  });
});
