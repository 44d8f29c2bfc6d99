import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { busyDepartment, emptyDepartment, firstRun, training } from '#test/support/scripted-station/scripts.ts';
import type { Script, ScriptedStation } from '#test/support/scripted-station/server.ts';
import { accessibilityProblems, startWindowBench, type WindowBench } from '#test/support/window-bench.ts';

let bench: WindowBench;
beforeAll(async () => {
  bench = await startWindowBench();
});
afterEach(() => bench.closeWindow());
afterAll(() => bench.close());

type Scene = {
  readonly name: string;
  readonly script: Script;
  readonly hash?: string;
  readonly act: (page: Page, station: ScriptedStation) => Promise<void>;
};

const busy = busyDepartment([], 120);
const row = (page: Page, n: number) => page.getByRole('row').nth(n);

const scenes: readonly Scene[] = [
  {
    name: 'first run',
    script: firstRun,
    act: (page) => page.getByRole('button', { name: /Okafor/ }).focus(),
  },
  {
    name: 'setting up, with what is wrong beside each field',
    script: firstRun,
    act: async (page) => {
      await page.getByRole('button', { name: 'Set up your department' }).click();
      await page.getByRole('button', { name: 'Set up and sign in' }).click();
      await page.getByText('Write the department’s name.').waitFor();
    },
  },
  {
    name: 'sign-in refused',
    script: { ...emptyDepartment, session: null },
    act: async (page) => {
      await page.getByLabel('User name').fill('dana');
      await page.getByLabel('Password', { exact: true }).fill('wrong');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'dock with files open',
    script: busy,
    hash: '#/dock',
    act: async (page) => {
      await page.getByRole('button', { name: 'Show the files on BWC-02' }).click();
      await page.getByText('10,000 files').waitFor();
    },
  },
  {
    name: 'empty dock',
    script: emptyDepartment,
    hash: '#/dock',
    act: (page) => page.getByText('No camera is docked').waitFor(),
  },
  { name: 'library', script: busy, hash: '#/library', act: (page) => row(page, 3).click() },
  {
    name: 'library as pictures',
    script: busy,
    hash: '#/library',
    act: async (page) => {
      await page.getByRole('button', { name: 'Show pictures' }).click();
      await page.getByRole('option').nth(5).click();
    },
  },
  {
    name: 'library filters',
    script: busy,
    hash: '#/library',
    act: async (page) => {
      await page.getByRole('button', { name: 'Any day' }).click();
      await page.getByLabel('From day').waitFor();
    },
  },
  {
    name: 'nothing found',
    script: busy,
    hash: '#/library',
    act: async (page) => {
      await page.getByLabel('Search recordings').fill('zebra');
      await page.getByText('Nothing matches').waitFor();
    },
  },
  {
    name: 'damaged tray',
    script: busy,
    hash: '#/library',
    act: async (page) => {
      await page.getByRole('tab', { name: /Damaged/ }).click();
      await row(page, 2).click();
    },
  },
  {
    name: 'empty library',
    script: emptyDepartment,
    hash: '#/library',
    act: (page) => page.getByText('No recordings yet').waitFor(),
  },
  { name: 'render that passed', script: busy, hash: '#/releases', act: (page) => row(page, 1).click() },
  { name: 'render that failed', script: busy, hash: '#/releases', act: (page) => row(page, 2).click() },
  {
    name: 'package',
    script: busy,
    hash: '#/releases',
    act: async (page) => {
      await page.getByRole('tab', { name: /Packages/ }).click();
      await row(page, 1).click();
    },
  },
  {
    name: 'release page',
    script: busy,
    hash: '#/releases',
    act: async (page) => {
      await row(page, 1).click();
      await page.getByRole('button', { name: 'Release to requester' }).click();
      await page.getByRole('button', { name: 'Release to requester' }).click();
      await page.getByText('Write the reason.').waitFor();
    },
  },
  { name: 'people', script: busy, hash: '#/people', act: (page) => row(page, 3).click() },
  {
    name: 'audit log, checked',
    script: busy,
    hash: '#/audit',
    act: async (page) => {
      await page.getByRole('button', { name: 'Check the whole log' }).click();
      await page.getByText(/The log is intact/).waitFor();
      await row(page, 4).click();
    },
  },
  {
    name: 'palette',
    script: busy,
    hash: '#/library',
    act: async (page) => {
      await row(page, 3).waitFor();
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: /Type a command/ }).fill('re');
      await page.getByRole('option').first().waitFor();
    },
  },
  {
    name: 'shortcut sheet',
    script: busy,
    hash: '#/library',
    act: async (page) => {
      await row(page, 3).click();
      await page.keyboard.press('?');
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'work under way',
    script: busy,
    hash: '#/library',
    act: async (page) => {
      await page.getByRole('button', { name: /Offloading BWC-07/ }).click();
      await page.getByRole('heading', { name: 'Work' }).waitFor();
    },
  },
  { name: 'training', script: training([]), hash: '#/library', act: (page) => row(page, 3).click() },
];

describe('nothing keeps anybody from using the window', () => {
  it.each(scenes)('$name', async ({ script, hash, act }) => {
    const { page, station } = await bench.open(script, hash);
    await act(page, station);
    // Tooltips come and go; what is judged is the screen at rest.
    await page.mouse.move(700, 1);
    expect(await accessibilityProblems(page)).toEqual([]);
    expect(bench.complaints).toEqual([]);
  });
});
