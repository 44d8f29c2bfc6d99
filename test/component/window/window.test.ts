import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as fixtures from '#test/support/scripted-station/fixtures.ts';
import { busyDepartment, emptyDepartment, firstRun, training } from '#test/support/scripted-station/scripts.ts';
import { startWindowBench, type WindowBench } from '#test/support/window-bench.ts';

let bench: WindowBench;
beforeAll(async () => {
  bench = await startWindowBench();
});
afterEach(() => bench.closeWindow());
afterAll(() => bench.close());

const busy = busyDepartment([], 120);
const row = (page: Page, n: number) => page.getByRole('row').nth(n);
const methodsCalled = (station: { calls: readonly { method: string }[] }) => station.calls.map((call) => call.method);
const databases = (page: Page) =>
  page.evaluate(async () => (await indexedDB.databases()).map((each) => each.name).filter(Boolean));

describe('coming in', () => {
  it('practises with one click, and says all the time that nothing is evidence', async () => {
    const { page } = await bench.open(firstRun);
    await page.getByText('Keys are kept by: a file only your account on this computer can read').waitFor();
    await page.getByRole('button', { name: /Rosalind Okafor.*Officer/ }).click();
    await page.getByText('Training – nothing here is evidence').waitFor();
    for (const room of ['Dock', 'Releases', 'Library']) {
      await page.getByRole('link', { name: room }).click();
      await page.getByRole('heading', { level: 1, name: room }).waitFor();
      expect(await page.getByText('Training – nothing here is evidence').isVisible()).toBe(true);
    }
    // What an officer may not do is absent.
    expect(await page.getByRole('link', { name: 'People' }).count()).toBe(0);
    expect(await page.getByRole('link', { name: 'Audit' }).count()).toBe(0);
  });

  it('sets up a department, saying beside each field what is wrong, and asks nothing of the core before it fits', async () => {
    const { page, station } = await bench.open(firstRun);
    await page.getByRole('button', { name: 'Set up your department' }).click();
    await page.getByRole('button', { name: 'Set up and sign in' }).click();
    await page.getByText('Use at least 10 characters.').waitFor();
    expect(methodsCalled(station)).not.toContain('setup.department');
    await page.getByRole('textbox', { name: 'Department' }).fill('Cedar Falls Police');
    await page.getByLabel('Your name').fill('Dana Whitfield');
    await page.getByLabel('User name').fill('dana');
    await page.getByLabel('Password', { exact: true }).fill('correct horse');
    await page.getByLabel('Password again').fill('correct hose');
    await page.getByRole('button', { name: 'Set up and sign in' }).click();
    await page.getByText('The two passwords are not the same.').waitFor();
    await page.getByLabel('Password again').fill('correct horse');
    await page.getByRole('button', { name: 'Set up and sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Library' }).waitFor();
    expect(station.calls.find((call) => call.method === 'setup.department')?.params).toMatchObject({
      name: 'Cedar Falls Police',
      admin: { username: 'dana' },
    });
  });

  it('offers sign-in first where there is a department, and empties a refused password', async () => {
    const { page } = await bench.open({ ...emptyDepartment, session: null });
    await page.getByLabel('User name').fill('dwhitfield');
    await page.getByLabel('Password', { exact: true }).fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText('The user name or the password is wrong.').waitFor();
    expect(await page.getByLabel('Password', { exact: true }).inputValue()).toBe('');
    await page.getByLabel('Password', { exact: true }).fill('correct horse');
    await page.keyboard.press('Enter');
    await page.getByRole('banner').getByText('Only on this station').waitFor();
  });

  it('leaves nothing of the catalog behind after signing out', async () => {
    const { page } = await bench.open(busy, '#/library');
    await row(page, 3).waitFor();
    await expect.poll(() => databases(page)).toHaveLength(2);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: /Sign in to/ }).waitFor();
    await expect.poll(() => databases(page)).toEqual([]);
  });

  it('says why when the core ends the session', async () => {
    const { page, station } = await bench.open(busy, '#/library');
    await row(page, 3).waitFor();
    station.say({ kind: 'session.ended', reason: 'This account was closed by an administrator.' });
    await page.getByText(/The session has ended. This account was closed/).waitFor();
    await expect.poll(() => databases(page)).toEqual([]);
  });
});

describe('the keyboard', () => {
  it('goes everywhere, finds everything and shows what it can', async () => {
    const { page } = await bench.open(busy, '#/library');
    await row(page, 3).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('d');
    await page.getByRole('heading', { level: 1, name: 'Dock' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('audit');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'Audit log' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+k');
    await page.keyboard.type('bwc-05 petrov');
    const found = page.getByRole('option').first();
    await found.waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('g');
    await page.keyboard.press('l');
    await row(page, 3).waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('glad');
    // Letters of shortcuts typed into a field stay letters.
    expect(await page.getByLabel('Search recordings').inputValue()).toBe('glad');
    await page.getByText('Nothing matches').waitFor();
  });

  it('moves through the library and opens a recording', async () => {
    const { page } = await bench.open(busy, '#/library');
    await row(page, 3).click();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('End');
    await page.getByRole('row', { selected: true }).waitFor();
    await page.keyboard.press('Home');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toContain(`#/recording/${fixtures.id('recording', '0')}`);
  });
});

describe('the dock', () => {
  it('starts an offload and follows it in the fixed words', async () => {
    const { page, station } = await bench.open(busy, '#/dock');
    const card = page.getByRole('listitem', { name: 'BWC-15' });
    await card.getByRole('button', { name: 'Offload' }).click();
    await card.getByText('Copying').waitFor();
    await expect.poll(() => methodsCalled(station)).toContain('dock.offload');
    const job = fixtures.job('new-BWC-15', {
      title: 'BWC-15',
      progress: {
        phase: 'Verified',
        items: { done: 2, total: 3 },
        bytes: { done: 1_500_000_000, total: 2_100_000_000 },
        rate: 180_000_000,
        remainingMs: 3_300,
        current: null,
      },
    });
    station.say({ kind: 'job.changed', job });
    await expect
      .poll(() => card.getByRole('listitem').filter({ hasText: 'Verified' }).getAttribute('aria-current'))
      .toBe('step');
    await card.getByText('2 of 3 files · 1.5 GB of 2.1 GB · 180 MB/s · a moment left').waitFor();
    expect(await page.getByText(/Do not unplug BWC-15, BWC-07/).isVisible()).toBe(true);
    station.say({ kind: 'job.changed', job: { ...job, state: 'done', finishedAt: fixtures.scriptedNow } });
    await card.getByText('Sealed').waitFor();
    expect(await page.getByText('Do not unplug BWC-07', { exact: true }).isVisible()).toBe(true);
  });

  it('offloads everything new at once, and says why it cannot when there is nothing', async () => {
    const { page, station } = await bench.open(busy, '#/dock');
    await page.getByRole('button', { name: 'Offload everything new' }).click();
    await expect.poll(() => methodsCalled(station).filter((method) => method === 'dock.offload')).toHaveLength(2);
    const none = page.getByRole('button', { name: 'Offload everything new' });
    await expect.poll(() => none.getAttribute('aria-disabled')).toBe('true');
    await none.hover();
    await page.getByRole('tooltip', { name: 'There is nothing new on any camera.' }).waitFor();
  });

  it('offloads what is new beside recordings too, and says what is not taken', async () => {
    // A list of triggers that came after its recording was sealed: ready, and no new recording.
    const late = fixtures.dock('BWC-21', {
      counts: { fresh: 0, known: 5, damaged: 0, refused: 0, other: 2 },
      freshBytes: 300,
    });
    const { page, station } = await bench.open({ ...busy, docks: [late] }, '#/dock');
    const card = page.getByRole('listitem', { name: 'BWC-21' });
    await card.getByText('5 already sealed · 2 other files, not taken').waitFor();
    await card.getByRole('button', { name: 'Offload' }).click();
    await expect.poll(() => methodsCalled(station)).toContain('dock.offload');
  });

  it('lists ten thousand files without drawing them all', async () => {
    const { page, station } = await bench.open(busy, '#/dock');
    await page.getByRole('button', { name: 'Show the files on BWC-02' }).click();
    const grid = page.getByRole('grid', { name: 'Files on BWC-02' });
    await grid.waitFor();
    expect(await grid.getAttribute('aria-rowcount')).toBe('10001');
    expect(await grid.getByRole('row').count()).toBeLessThan(60);
    await grid.focus();
    await page.keyboard.press('End');
    await expect
      .poll(() => methodsCalled(station).filter((method) => method === 'dock.files').length)
      .toBeGreaterThan(1);
    await page.getByText('A link that leads out of the camera’s storage is not followed').first().waitFor();
  });

  it('pauses and resumes', async () => {
    const { page, station } = await bench.open(busy, '#/dock');
    await page.getByRole('button', { name: 'Pause Offloading BWC-07' }).click();
    await page.getByRole('button', { name: 'Resume Offloading BWC-07' }).click();
    await page.getByRole('button', { name: 'Pause Offloading BWC-07' }).waitFor();
    expect(methodsCalled(station)).toEqual(expect.arrayContaining(['jobs.pause', 'jobs.resume']));
  });

  it('watches folders for those who may, with the core’s words when it will not', async () => {
    const { page } = await bench.open(busy, '#/dock');
    await page.getByLabel('Folder on this computer').fill('/');
    await page.getByRole('button', { name: 'Watch folder' }).click();
    await page.getByText('The whole computer cannot be watched.').waitFor();
    await page.getByLabel('Folder on this computer').fill('/srv/uploads/new');
    await page.getByRole('button', { name: 'Watch folder' }).click();
    await page.getByRole('button', { name: 'Stop watching /srv/uploads/new' }).click();
    await page.getByRole('button', { name: 'Stop watching /srv/uploads/new' }).waitFor({ state: 'detached' });
    const officer = await bench.open(training([]), '#/dock');
    await officer.page.getByText('/srv/uploads/cruisers', { exact: true }).waitFor();
    expect(await officer.page.getByLabel('Folder on this computer').count()).toBe(0);
  });
});

describe('the library', () => {
  it('finds by any typed words, and filters', async () => {
    const { page } = await bench.open(busy, '#/library');
    await row(page, 3).waitFor();
    const search = page.getByLabel('Search recordings');
    await search.fill('OKAFOR holster');
    await expect.poll(() => row(page, 1).innerText()).toMatch(/R. Okafor/);
    await row(page, 1).click();
    await page.getByRole('complementary', { name: 'Details' }).getByText('Holster').first().waitFor();
    await search.fill('dcim/100media/bwc-08_20261123_7_0');
    await page.getByText('1 of 120 recordings').waitFor();
    await page.getByRole('button', { name: 'Clear search and filters' }).click();
    await page.getByRole('button', { name: 'Only those protected on the camera' }).click();
    await page.getByText('15 of 120 recordings').waitFor();
    await page.getByRole('button', { name: 'Clear search and filters' }).click();
    await page.getByRole('button', { name: 'Any day' }).click();
    await page.getByLabel('From day').fill('2026-11-23');
    await page.getByLabel('To day').fill('2026-11-23');
    // The station’s own day, not Greenwich’s: the last of the evening before is out.
    await page.getByText('9 of 120 recordings').waitFor();
  });

  it('shows what is sealed elsewhere as it comes', async () => {
    const { page, station } = await bench.open(emptyDepartment, '#/library');
    await page.getByText('No recordings yet').waitFor();
    const value = fixtures.recording(3, 0);
    station.change([{ seq: 1, kind: 'recording', id: value.id, value } as never]);
    await page.getByText(value.title).waitFor();
    station.change([{ seq: 1, kind: 'recording', id: value.id, value: null }]);
    await page.getByText('No recordings yet').waitFor();
  });

  it('works without the station, says so quietly, and catches up', async () => {
    const { page, station } = await bench.open(busy, '#/library');
    await row(page, 3).click();
    await expect.poll(() => page.getByText(/Filling the library/).count()).toBe(0);
    station.disconnect();
    // The page learns of it in its own time, and counts from then.
    let moved = 0;
    const shown = async (): Promise<number> => {
      moved += 2_000;
      await page.clock.setFixedTime(fixtures.scriptedNow + moved);
      return page.getByText(/No connection to the station/).count();
    };
    await expect.poll(shown, { interval: 300, timeout: 8_000 }).toBeGreaterThan(0);
    await page.clock.setFixedTime(fixtures.scriptedNow + moved + 61_000);
    await page.getByText('No connection to the station for 1 min. Trying again by itself.').waitFor();
    await page.getByLabel('Search recordings').fill('delgado');
    await expect.poll(() => row(page, 1).innerText()).toMatch(/M. Delgado/);
    await page.keyboard.press('Escape');
    const late = { ...fixtures.recording(700, 0), title: 'Sealed while away' };
    station.change([{ seq: 1, kind: 'recording', id: late.id, value: late } as never]);
    station.reconnect();
    await page.getByText(/No connection to the station/).waitFor({ state: 'detached', timeout: 20_000 });
    await page.getByLabel('Search recordings').fill('sealed while');
    await page.getByText('Sealed while away').first().waitFor();
  });

  it('works where the browser stores nothing, and says so', async () => {
    const { page } = await bench.open(busy, '#/library', {
      prepare: (context) =>
        context.addInitScript(() => {
          const refuse = (): never => {
            throw new DOMException('Storage is switched off.', 'SecurityError');
          };
          IDBFactory.prototype.open = refuse;
          IDBFactory.prototype.deleteDatabase = refuse;
        }),
    });
    await row(page, 3).waitFor();
    await page.getByText('Library copy not kept').waitFor();
  });
});

describe('releases', () => {
  it('shows the failing frame and why, and lets nothing out that did not pass', async () => {
    const { page } = await bench.open(busy, '#/releases');
    await row(page, 2).click();
    await page.getByText(/leaves 14 × 160 pixels of its region open · at frame 611/).waitFor();
    expect(await page.getByRole('button', { name: 'Release to requester' }).count()).toBe(0);
  });

  it('releases only with requester, reason and the typed title', async () => {
    const { page, station } = await bench.open(busy, '#/releases');
    await row(page, 1).click();
    await page.getByRole('button', { name: 'Release to requester' }).click();
    await page.getByRole('heading', { name: /^Release “/ }).waitFor();
    await page.getByLabel('Requester').fill('Millbrook Courier');
    await page.getByLabel('Reason').fill('Records request 2026-115');
    await page.getByLabel('Type the recording’s title to confirm').fill('traffic stop');
    await page.getByRole('button', { name: 'Release to requester' }).click();
    await page.getByText('This is not the title of the recording.').waitFor();
    expect(methodsCalled(station)).not.toContain('release.create');
    await page.getByLabel('Type the recording’s title to confirm').fill(fixtures.recording(8, 0).title);
    await page.getByRole('button', { name: 'Release to requester' }).click();
    await page.getByRole('tab', { name: /Packages/, selected: true }).waitFor();
    await page.getByRole('row', { selected: true }).getByText('Packing').waitFor();
    expect(station.calls.find((call) => call.method === 'release.create')?.params).toMatchObject({
      requester: 'Millbrook Courier',
      confirmation: fixtures.recording(8, 0).title,
    });
  });

  it('does not open to somebody whose role may not release', async () => {
    const { page } = await bench.open(training([]), `#/release/${fixtures.id('render', '0')}`);
    await page.getByText('Your role does not open this').waitFor();
  });
});

describe('administration', () => {
  it('adds a person, changes a role and closes an account', async () => {
    const { page, station } = await bench.open(busy, '#/people');
    await page.getByRole('button', { name: 'Add a person' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Kim Osei');
    await page.getByLabel('User name').fill('rokafor');
    await page.getByLabel('First password').fill('a long password');
    await page.getByRole('button', { name: 'Add person', exact: true }).click();
    await page.getByText('This user name is taken.').waitFor();
    await page.getByLabel('User name').fill('kosei');
    await page.getByRole('button', { name: 'Add person', exact: true }).click();
    await page.getByRole('row', { name: /Kim Osei/, selected: true }).waitFor();
    await page.getByRole('button', { name: 'Close account' }).click();
    await page.getByRole('row', { name: /Kim Osei.*Closed/ }).waitFor();
    expect(station.calls.find((call) => call.method === 'people.change')?.params).toMatchObject({ active: false });
  });

  it('reads the log by pages and says what checking it found', async () => {
    const { page, station } = await bench.open(busy, '#/audit');
    await page.getByText('1,500 entries').waitFor();
    const grid = page.getByRole('grid');
    await grid.focus();
    await page.keyboard.press('End');
    await expect
      .poll(() => methodsCalled(station).filter((method) => method === 'audit.list').length)
      .toBeGreaterThan(1);
    await page.getByRole('button', { name: 'Check the whole log' }).click();
    await page.getByText('The log is intact: 1,500 entries, each following from the one before.').waitFor();
  });

  it('names the broken entry', async () => {
    const { page } = await bench.open(busy, '#/audit', {
      answers: {
        'audit.verify': () => ({
          intact: false,
          entries: 1_500,
          head: null,
          brokenAt: 812,
          reason: 'Its hash does not belong to what it says.',
          anchors: 3,
          lastAnchorAt: null,
        }),
      },
    });
    await page.getByRole('button', { name: 'Check the whole log' }).click();
    await page.getByText('The log is broken at entry 812.').waitFor();
    await page.getByText('Its hash does not belong to what it says.').waitFor();
  });
});
