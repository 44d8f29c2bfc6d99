import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { StoreReport } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import { scriptedRecoverySecret } from '#test/support/scripted-station/store.ts';
import { storeScenes as scenes } from '#test/support/scripted-station/store-scenes.ts';
import { startWindowBench, type WindowBench } from '#test/support/window-bench.ts';

let bench: WindowBench;
beforeAll(async () => {
  bench = await startWindowBench();
});
afterEach(() => bench.closeWindow());
afterAll(() => bench.close());

const groups = scriptedRecoverySecret.split('-');
const called = (station: { calls: readonly { method: string; params: unknown }[] }, method: string) =>
  station.calls.filter((call) => call.method === method).map((call) => call.params);
const tryIt = (page: Page) => page.getByRole('button', { name: 'Try this store' }).click();
const useIt = (page: Page) => page.getByRole('button', { name: 'Use this store' }).click();
const report = (holds: StoreReport['holds'], usable = true): StoreReport => ({
  usable,
  holds,
  checks: [
    { name: 'reach', outcome: usable ? 'good' : 'bad', words: usable ? 'The store answers.' : 'Nobody answers there.' },
  ],
});

async function fillFolder(page: Page): Promise<void> {
  await page.getByRole('textbox', { name: 'Folder' }).fill('/srv/store');
}

async function typeTwoGroups(page: Page, change: (group: string) => string = (group) => group): Promise<void> {
  for (const field of await page.getByRole('textbox', { name: /^Group \d+$/ }).all()) {
    const label = await field.evaluate((element: HTMLInputElement) => element.labels?.[0]?.textContent ?? '');
    await field.fill(change(groups[Number(label.replace(/\D/g, '')) - 1] ?? ''));
  }
}

describe('saying where the store is', () => {
  it('says beside each field what is wrong, and asks nothing of the station before it fits', async () => {
    const { page, station } = await bench.open(scenes.notSetUp, '#/store/set-up');
    await page.getByRole('textbox', { name: 'Folder' }).fill('store');
    await tryIt(page);
    await page.getByText('Write the whole path of a folder').waitFor();
    await page.getByText('S3-compatible', { exact: true }).click();
    await page.getByText('Write the region.').waitFor();
    await page.getByText('A bucket has 3 to 63').waitFor();
    await page.getByText('Write the access key.').waitFor();
    await page.getByText('Write the secret key that belongs').waitFor();
    await page.getByLabel('Endpoint').fill('store.example');
    await page.getByText('Write an address that begins with https://').waitFor();
    await page.getByText('Private authority and proxy').click();
    await page.getByLabel('Private certificate authority').fill('-----BEGIN CERTIFICATE-----');
    await page.getByText('This is not a certificate in PEM text.').waitFor();
    expect(called(station, 'store.probe')).toEqual([]);
  });

  it('asks with what was typed, tidied up', async () => {
    const { page, station } = await bench.open(scenes.notSetUp, '#/store/set-up');
    await page.getByText('S3-compatible', { exact: true }).click();
    await page.getByLabel('Endpoint').fill('https://store.example ');
    await page.getByLabel('Region').fill('us-east-1');
    await page.getByRole('textbox', { name: 'Bucket' }).fill('millbrook-evidence');
    await page.getByLabel('Prefix').fill('plainview');
    await page.getByLabel('Access key').fill('AKIA1');
    await page.getByLabel('Secret key', { exact: true }).fill('s e c r e t');
    await page.keyboard.press('Enter');
    await page.getByText('This store can be used').waitFor();
    expect(called(station, 'store.probe')).toEqual([
      {
        target: {
          kind: 's3',
          endpoint: 'https://store.example',
          region: 'us-east-1',
          bucket: 'millbrook-evidence',
          prefix: 'plainview/',
          pathStyle: true,
          accessKeyId: 'AKIA1',
          authority: null,
          proxy: null,
        },
        secretAccessKey: 's e c r e t',
      },
    ]);
    await page.getByLabel('Region').fill('us-east-2');
    await page.getByText('The form was changed since this was tried.').waitFor();
    expect(await page.getByRole('button', { name: 'Use this store' }).count()).toBe(0);
  });

  it('waits for a slow store without holding anybody, and has the answer when somebody comes back', async () => {
    let answer: (given: StoreReport) => void = () => undefined;
    const slow = new Promise<StoreReport>((resolve) => {
      answer = resolve;
    });
    const { page } = await bench.open(scenes.notSetUp, '#/store/set-up', { answers: { 'store.probe': () => slow } });
    await fillFolder(page);
    await tryIt(page);
    await page.getByText('Asking the store, a moment so far').waitFor();
    await page.getByRole('link', { name: 'Library' }).click();
    await page.getByText('No recordings yet').waitFor();
    answer(report('nothing'));
    await page.getByRole('link', { name: 'Store' }).click();
    await page.getByRole('button', { name: 'Set up a store' }).click();
    await page.getByText('This store can be used').waitFor();
    expect(await page.getByRole('textbox', { name: 'Folder' }).inputValue()).toBe('/srv/store');
  });

  it('can stop waiting; an answer that comes late is not shown', async () => {
    let answer: (given: StoreReport) => void = () => undefined;
    const slow = new Promise<StoreReport>((resolve) => {
      answer = resolve;
    });
    const { page, station } = await bench.open(scenes.notSetUp, '#/store/set-up', {
      answers: { 'store.probe': () => slow },
    });
    await fillFolder(page);
    await tryIt(page);
    await page.getByRole('button', { name: 'Stop waiting' }).click();
    answer(report('nothing'));
    // Answers come in order: after this one the late one is here, too.
    station.say({ kind: 'store.changed', status: { ...scenes.notSetUp.store, lastContactAt: 1 } });
    await page.waitForTimeout(100);
    expect(await page.getByText('This store can be used').count()).toBe(0);
    await page.getByRole('button', { name: 'Try this store' }).waitFor();
  });

  it.each([
    ['a store that cannot be used', report('nothing', false), 'This store cannot be used as it is'],
    ['a place with other things', report('something-else'), 'Other things, not Plainview’s.'],
  ])('does not offer to use %s', async (_what, given, words) => {
    const { page } = await bench.open(scenes.notSetUp, '#/store/set-up', { answers: { 'store.probe': () => given } });
    await fillFolder(page);
    await tryIt(page);
    await page.getByText(words).waitFor();
    expect(await page.getByRole('button', { name: 'Use this store' }).count()).toBe(0);
  });

  it('says in the station’s words when trying fails', async () => {
    const { page } = await bench.open(scenes.notSetUp, '#/store/set-up', {
      answers: {
        'store.probe': () => {
          throw new ExpectedError('store-unreachable', 'The store does not answer.', {
            nextStep: 'Check the network.',
          });
        },
      },
    });
    await fillFolder(page);
    await tryIt(page);
    await page.getByRole('alert').getByText('Check the network.').waitFor();
  });
});

describe('founding', () => {
  async function found(): Promise<Awaited<ReturnType<WindowBench['open']>>> {
    const opened = await bench.open(scenes.notSetUp, '#/store/set-up');
    await fillFolder(opened.page);
    await tryIt(opened.page);
    await useIt(opened.page);
    await opened.page.getByRole('heading', { name: 'Recovery secret' }).waitFor();
    return opened;
  }

  it('shows the recovery secret once, and lets nobody on who has not got it on paper', async () => {
    const { page, station } = await found();
    for (const group of groups) await page.getByText(group, { exact: true }).waitFor();
    for (const way of ['Library', 'Store']) expect(await page.getByRole('link', { name: way }).count()).toBe(0);
    const labels = await page
      .getByRole('textbox', { name: /^Group \d+$/ })
      .evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement).labels?.[0]?.textContent));
    expect(new Set(labels).size).toBe(2);
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.url()).toMatch(/#\/store$/);
    await page.evaluate(() => history.back());
    await expect.poll(() => page.url()).toContain('#/store/set-up');
    await page.getByRole('heading', { name: 'Recovery secret' }).waitFor();
    await typeTwoGroups(page, (group) => `${group.slice(0, 4)}*`);
    await page.getByRole('button', { name: 'It is printed and kept' }).click();
    expect(await page.getByText(/^This is not group \d+/).count()).toBe(2);
    await typeTwoGroups(page, (group) => group.toLowerCase());
    await page.getByRole('button', { name: 'It is printed and kept' }).click();
    await page.getByRole('region', { name: 'State of the store' }).waitFor();
    expect(await page.getByText(groups[0] ?? '').count()).toBe(0);
    expect(called(station, 'store.connect')).toEqual([
      { target: { kind: 'folder', location: '/srv/store' }, secretAccessKey: null, recoverySecret: null },
    ]);
  });

  it('offers the secret again on the screen of the store to whoever may, when the window died over it', async () => {
    const { page, station } = await bench.open(scenes.unconfirmed, '#/store');
    await page.getByText('Nobody has confirmed that the recovery secret of this store is on paper.').waitFor();
    await page.getByRole('button', { name: 'Print the recovery secret' }).click();
    await page.getByRole('heading', { name: 'Recovery secret' }).waitFor();
    await page.getByText(groups[7] ?? '', { exact: true }).waitFor();
    await typeTwoGroups(page, (group) => group);
    await page.getByRole('button', { name: 'It is printed and kept' }).click();
    await page.getByRole('region', { name: 'State of the store' }).waitFor();
    expect(await page.getByText('Nobody has confirmed').count()).toBe(0);
    expect(called(station, 'store.confirmRecovery')).toHaveLength(1);
  });

  it('prints the sheet and nothing else', async () => {
    const { page } = await found();
    await page.emulateMedia({ media: 'print' });
    for (const group of groups) expect(await page.getByText(group, { exact: true }).isVisible()).toBe(true);
    await page.getByText('Plainview store of Millbrook Police Department').waitFor();
    expect(await page.getByRole('button').count()).toBe(0);
    expect(await page.getByRole('textbox').count()).toBe(0);
    expect(await page.getByText('Print this now').isVisible()).toBe(false);
    expect(await page.evaluate(() => getComputedStyle(document.body).backgroundColor)).toBe('rgb(255, 255, 255)');
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.toString('latin1').match(/\/Type\s*\/Page[^s]/g)).toHaveLength(1);
  });

  it('keeps the window from being closed by mistake', async () => {
    const { page } = await found();
    await page.getByRole('button', { name: 'Print', exact: true }).focus();
    // The browser asks only in a window that was used.
    await page
      .getByRole('textbox', { name: /^Group/ })
      .first()
      .fill('A');
    const asked = page.waitForEvent('dialog');
    const reload = page.reload().catch(() => undefined);
    const dialog = await asked;
    expect(dialog.type()).toBe('beforeunload');
    await dialog.dismiss();
    await page
      .getByRole('alert')
      .getByText(/The window stays open/)
      .waitFor();
    await page.getByText(groups[3] ?? '', { exact: true }).waitFor();
    void reload;
  });

  it('has the secret even when somebody went elsewhere while the store was being founded', async () => {
    let answer: (given: { recoverySecret: string }) => void = () => undefined;
    const slow = new Promise<{ recoverySecret: string }>((resolve) => {
      answer = resolve;
    });
    const { page } = await bench.open(scenes.notSetUp, '#/store/set-up', { answers: { 'store.connect': () => slow } });
    await fillFolder(page);
    await tryIt(page);
    await useIt(page);
    await page.getByText('Taking the store into use, a moment so far').waitFor();
    await page.getByRole('link', { name: 'Library' }).click();
    await page.getByText('No recordings yet').waitFor();
    answer({ recoverySecret: scriptedRecoverySecret });
    await page.getByRole('heading', { name: 'Recovery secret' }).waitFor();
    await page.getByText(groups[12] ?? '', { exact: true }).waitFor();
  });
});

describe('joining a store of this department', () => {
  async function join(
    holds: StoreReport['holds'],
    connect?: () => { readonly recoverySecret: string | null },
  ): Promise<Awaited<ReturnType<WindowBench['open']>>> {
    const opened = await bench.open(scenes.notSetUp, '#/store/set-up', {
      answers: { 'store.probe': () => report(holds), ...(connect === undefined ? {} : { 'store.connect': connect }) },
    });
    await fillFolder(opened.page);
    await tryIt(opened.page);
    await opened.page.getByRole('textbox', { name: 'Recovery secret' }).waitFor();
    return opened;
  }
  const field = (page: Page) => page.getByRole('textbox', { name: 'Recovery secret' });

  it('finds the group with the typo before anything is asked', async () => {
    const { page, station } = await join('another-plainview');
    await useIt(page);
    await page.getByText('Type the recovery secret of this store.').waitFor();
    const fourth = groups[3] ?? '';
    const typo = fourth.slice(0, 1) + (fourth[1] === '7' ? '8' : '7') + fourth.slice(2);
    await field(page).fill(groups.with(3, typo).join(' ').toLowerCase());
    await page.getByText('Group 4 is not as printed: a sign is wrong, or two are exchanged.').waitFor();
    await page.getByRole('img', { name: 'Group 4: not as printed' }).waitFor();
    await page.getByRole('img', { name: 'Group 5: right' }).waitFor();
    await useIt(page);
    await page.getByText('The recovery secret has a mistake').waitFor();
    expect(called(station, 'store.connect')).toEqual([]);
    await field(page).fill(groups.slice(0, 6).join(' '));
    await page.getByText('6 of 13 groups are right.').waitFor();
    await field(page).fill(scriptedRecoverySecret);
    await page.getByText('All 13 groups are right.').waitFor();
    await useIt(page);
    await page.getByRole('region', { name: 'State of the store' }).waitFor();
    expect(called(station, 'store.connect')).toMatchObject([{ recoverySecret: scriptedRecoverySecret }]);
    expect(await page.getByRole('heading', { name: 'Recovery secret' }).count()).toBe(0);
  });

  it('needs no secret where the station knows the store already', async () => {
    const { page, station } = await join('this-department', () => ({ recoverySecret: null }));
    await page.getByText('This station has it; leave this empty.').waitFor();
    await useIt(page);
    await page.getByText('The store is in use. Uploads have begun.').waitFor();
    expect(called(station, 'store.connect')).toMatchObject([{ recoverySecret: null }]);
  });

  it('says when it is the secret of another store', async () => {
    const { page } = await join('another-plainview', () => {
      throw new ExpectedError('key-wrong', 'This is the recovery secret of another store.', {
        nextStep: 'Look for the paper of this store.',
      });
    });
    await field(page).fill(scriptedRecoverySecret);
    await useIt(page);
    await page.getByRole('alert').getByText('Look for the paper of this store.').waitFor();
  });
});

describe('deciding about a store in use', () => {
  it('sets limits, and says what is wrong with them', async () => {
    const { page, station } = await bench.open(scenes.working, '#/store');
    await page.getByRole('button', { name: 'Change' }).first().click();
    await page.getByLabel('At most, in MB each second').fill('fast');
    await page.getByLabel('From').fill('9');
    await page.getByRole('button', { name: 'Save limits' }).click();
    await page.getByText('Write a number of at least 0.02').waitFor();
    await page.getByText('Write a time as 18:30.').waitFor();
    await page.getByLabel('At most, in MB each second').fill('2,5');
    await page.getByLabel('From').fill('22:00');
    await page.getByLabel('Until').fill('06:00');
    await page.getByRole('button', { name: 'Save limits' }).click();
    await page.getByText('At most 2.5 MB/s').waitFor();
    await page.getByText('Quiet from 22:00 to 06:00').waitFor();
    expect(called(station, 'store.setLimits')).toEqual([
      { bytesPerSecond: 2_500_000, quiet: { from: '22:00', until: '06:00' } },
    ]);
  });

  it('asks for retention only with the day typed', async () => {
    const { page, station } = await bench.open(scenes.working, '#/store/retention');
    await page.getByLabel('Days from upload').fill('730');
    await page.getByText('What is uploaded today cannot be deleted before 22 Nov 2028.').waitFor();
    await page.getByLabel('Type the date to confirm').fill('23 Nov 2027');
    await page.getByRole('button', { name: 'Ask the store to keep originals' }).click();
    await page.getByText('This is not the date above.').waitFor();
    expect(called(station, 'store.setRetention')).toEqual([]);
    await page.getByLabel('Type the date to confirm').fill('22 nov 2028');
    await page.getByRole('button', { name: 'Ask the store to keep originals' }).click();
    await page.getByText('730 days from upload').waitFor();
    const none = await bench.open(scenes.withoutObjectLock, '#/store/retention');
    await none.page.getByText('This store cannot refuse deletion').waitFor();
  });

  it('disconnects only with a reason and the place typed', async () => {
    const { page, station } = await bench.open(scenes.working, '#/store');
    await page.getByRole('button', { name: 'Disconnect the store' }).click();
    await page.getByRole('button', { name: 'Disconnect the store' }).click();
    await page.getByText('Write the reason.').waitFor();
    await page.getByText('This is not the name of the place.').waitFor();
    expect(called(station, 'store.disconnect')).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('region', { name: 'State of the store' }).waitFor();
    await page.getByRole('button', { name: 'Disconnect the store' }).click();
    await page.getByLabel('Reason').fill('Moving to another store');
    await page.getByLabel('Type the name of the place to confirm').fill('millbrook-evidence');
    await page.getByRole('button', { name: 'Disconnect the store' }).click();
    await page.getByText('No store is set up').waitFor();
    expect(called(station, 'store.disconnect')).toEqual([{ reason: 'Moving to another store' }]);
  });
});
