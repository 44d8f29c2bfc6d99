import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Script } from '#test/support/scripted-station/server.ts';
import { storeScenes as scenes } from '#test/support/scripted-station/store-scenes.ts';
import { accessibilityProblems, startWindowBench, type WindowBench } from '#test/support/window-bench.ts';

let bench: WindowBench;
beforeAll(async () => {
  bench = await startWindowBench();
});
afterEach(() => bench.closeWindow());
afterAll(() => bench.close());

const row = (page: Page, n: number) => page.getByRole('row').nth(n);
const tryFolder = async (page: Page): Promise<void> => {
  await page.getByRole('textbox', { name: 'Folder' }).fill('/srv/store');
  await page.getByRole('button', { name: 'Try this store' }).click();
};
type Scene = readonly [name: string, script: Script, hash: string, act: (page: Page) => Promise<unknown>];

const sceneList: readonly Scene[] = [
  ['not set up', scenes.notSetUp, '#/store', (page) => page.getByText('No store is set up').waitFor()],
  [
    'not set up, officer',
    scenes.notSetUpForOfficer,
    '#/store',
    (page) => page.getByText('An administrator can').waitFor(),
  ],
  [
    'a form with everything wrong',
    scenes.notSetUp,
    '#/store/set-up',
    async (page) => {
      await page.getByText('S3-compatible', { exact: true }).click();
      await page.getByText('Private authority and proxy').click();
      await page.getByRole('button', { name: 'Try this store' }).click();
      await page.getByText('Write the access key.').waitFor();
    },
  ],
  [
    'tried',
    scenes.notSetUp,
    '#/store/set-up',
    async (page) => {
      await tryFolder(page);
      await page.getByText('This store can be used').waitFor();
    },
  ],
  [
    'recovery secret',
    scenes.notSetUp,
    '#/store/set-up',
    async (page) => {
      await tryFolder(page);
      await page.getByRole('button', { name: 'Use this store' }).click();
      await page.getByRole('button', { name: 'It is printed and kept' }).click();
      await page
        .getByText(/^This is not group/)
        .first()
        .waitFor();
    },
  ],
  ['working', scenes.working, '#/store', (page) => row(page, 3).click()],
  ['secret unconfirmed', scenes.unconfirmed, '#/store', (page) => page.getByText('Nobody has confirmed').waitFor()],
  [
    'secret unconfirmed, officer',
    scenes.unconfirmedForOfficer,
    '#/store',
    (page) => page.getByText('An administrator can print').waitFor(),
  ],
  ['troubled', scenes.troubled, '#/store', (page) => page.getByText('Annex station').waitFor()],
  ['working, officer', scenes.workingForOfficer, '#/store', (page) => row(page, 3).click()],
  ['paused', scenes.paused, '#/store', (page) => page.getByRole('button', { name: 'Resume uploads' }).waitFor()],
  ['quiet', scenes.quiet, '#/store', (page) => row(page, 3).waitFor()],
  ['away, with a long queue', scenes.unreachable, '#/store', (page) => row(page, 2).click()],
  ['refused', scenes.refused, '#/store', (page) => row(page, 3).waitFor()],
  ['all verified', scenes.allVerified, '#/store', (page) => page.getByText('Nothing waits', { exact: true }).waitFor()],
  [
    'limits',
    scenes.working,
    '#/store/limits',
    async (page) => {
      await page.getByLabel('From').fill('18:30');
      await page.getByRole('button', { name: 'Save limits' }).click();
      await page.getByText('The two times are the same.').waitFor();
    },
  ],
  ['retention', scenes.working, '#/store/retention', (page) => page.getByLabel('Days from upload').fill('0')],
  [
    'no retention',
    scenes.withoutObjectLock,
    '#/store/retention',
    (page) => page.getByText('It has no Object Lock').waitFor(),
  ],
  [
    'disconnect',
    scenes.working,
    '#/store/disconnect',
    (page) => page.getByRole('button', { name: 'Disconnect the store' }).click(),
  ],
  ['training', scenes.training, '#/store', (page) => page.getByText('The training agency has no store').waitFor()],
  [
    'work under way with an upload',
    scenes.working,
    '#/store',
    (page) => page.getByRole('button', { name: /Uploading BWC-04/ }).click(),
  ],
];

describe('nothing keeps anybody from using the store', () => {
  it.each(sceneList)('%s', async (_name, script, hash, act) => {
    const { page } = await bench.open(script, hash);
    await act(page);
    await page.mouse.move(700, 1);
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(bench.complaints).toEqual([]);
  });
});
