import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CDPSession, chromium, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import * as fixtures from '#test/support/scripted-station/fixtures.ts';
import { busyDepartment } from '#test/support/scripted-station/scripts.ts';
import { startScriptedStation } from '#test/support/scripted-station/server.ts';
import { accessibilityProblems, startWindowBench, type WindowBench } from '#test/support/window-bench.ts';

let bench: WindowBench;
beforeAll(async () => {
  bench = await startWindowBench();
});
afterEach(() => bench.closeWindow());
afterAll(() => bench.close());

const count = 700;
const busy = busyDepartment([], count);
const account = busy.session?.account.id ?? '';
const rowsName = `plainview-rows-${account}`;
const draftsName = `plainview-drafts-${account}`;

const wholeLibrary = (page: Page) => page.locator(`[role=grid][aria-rowcount="${count + 1}"]`).waitFor();
const head = busy.changes.length;
type Calls = { readonly calls: readonly { readonly method: string; readonly params: unknown }[] };
/** From where the window pulled, in order. */
const pulls = ({ calls }: Calls): readonly unknown[] =>
  calls.flatMap(({ method, params }) =>
    method === 'library.changes' ? [(params as { readonly since: unknown }).since] : [],
  );
const databases = (page: Page) =>
  page.evaluate(async () => (await indexedDB.databases()).map((each) => each.name).sort());

/** Waits until the last page of changes lies on the disk: then the replica asks for nothing when it is opened. */
async function settled(page: Page, station: Calls): Promise<void> {
  await wholeLibrary(page);
  await expect.poll(() => pulls(station).at(-1)).toBeGreaterThan(head - 500);
  await page.waitForTimeout(300);
}

/** Everything in the heap that is reachable, as the text of a snapshot. */
async function heapText(session: CDPSession): Promise<string> {
  const parts: string[] = [];
  const listen = ({ chunk }: { readonly chunk: string }) => void parts.push(chunk);
  session.on('HeapProfiler.addHeapSnapshotChunk', listen);
  await session.send('HeapProfiler.enable');
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  session.off('HeapProfiler.addHeapSnapshotChunk', listen);
  return parts.join('');
}

async function keysInHeap(session: CDPSession): Promise<number> {
  const objectGroup = 'keys';
  const { result } = await session.send('Runtime.evaluate', { expression: 'CryptoKey.prototype', objectGroup });
  const { objects } = await session.send('Runtime.queryObjects', {
    prototypeObjectId: result.objectId ?? '',
    objectGroup,
  });
  const { result: properties } = await session.send('Runtime.getProperties', {
    objectId: objects.objectId ?? '',
    ownProperties: true,
  });
  const found = properties.filter(({ name }) => /^\d+$/.test(name)).length;
  // What was found is held by having been looked at.
  for (const { value } of properties) {
    if (value?.objectId !== undefined) await session.send('Runtime.releaseObject', { objectId: value.objectId });
  }
  await session.send('Runtime.releaseObjectGroup', { objectGroup });
  return found;
}

describe('on the disk', () => {
  it('no file of the browser holds a word of the catalog or the key, and a new browser opens it all the same', async () => {
    const profile = mkdtempSync(join(tmpdir(), 'plainview-profile-'));
    const station = await startScriptedStation('out/renderer', busy);
    const launch = () =>
      chromium.launchPersistentContext(profile, {
        executablePath: process.env['PLAINVIEW_CHROMIUM'] ?? '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-gpu', '--no-first-run'],
      });
    try {
      const first = await launch();
      const page = first.pages()[0] ?? (await first.newPage());
      await page.goto(`${station.origin}/#/library`);
      await settled(page, station);
      await first.close();
      const files = readdirSync(profile, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
      const some = fixtures.recording(9, 0);
      const key = Buffer.from(fixtures.sha(account), 'hex');
      const words = [some.title, some.id, some.segments[0]?.sha256 ?? '', some.segments[0]?.fileName ?? ''];
      // The account's id is the name of the database: what stands in clear is found by this search.
      expect(files.some((bytes) => bytes.includes(account) || bytes.includes(Buffer.from(account, 'utf16le')))).toBe(
        true,
      );
      for (const word of [...words, key.toString('base64')]) {
        for (const encoded of [Buffer.from(word), Buffer.from(word, 'utf16le')]) {
          expect([word, files.some((bytes) => bytes.includes(encoded))]).toEqual([word, false]);
        }
      }
      expect(files.some((bytes) => bytes.includes(key))).toBe(false);

      const before = pulls(station).length;
      const second = await launch();
      const again = second.pages()[0] ?? (await second.newPage());
      await again.goto(`${station.origin}/#/library`);
      await wholeLibrary(again);
      await expect.poll(() => pulls(station).length).toBeGreaterThan(before);
      expect(pulls(station)[before]).toBe(head);
      await second.close();
    } finally {
      await station.close();
      rmSync(profile, { recursive: true, force: true });
    }
  });

  it('what the first version wrote in clear is gone once somebody is signed in', async () => {
    const { page } = await bench.open(busy, '#/library');
    await wholeLibrary(page);
    await page.evaluate(
      () =>
        new Promise<void>((resolve) => {
          const opening = indexedDB.open('plainview-agc_old', 1);
          opening.onupgradeneeded = () => opening.result.createObjectStore('recording', { keyPath: 'id' });
          opening.onsuccess = () => {
            opening.result.close();
            resolve();
          };
        }),
    );
    expect(await databases(page)).toContain('plainview-agc_old');
    await page.reload();
    await wholeLibrary(page);
    await expect.poll(() => databases(page)).toEqual([draftsName, rowsName]);
  });
});

describe('signing out', () => {
  it('leaves no row, no key and no text of the key in the memory of the page', async () => {
    const { page } = await bench.open(busy, '#/library');
    await wholeLibrary(page);
    const session = await page.context().newCDPSession(page);
    const sha = fixtures.recording(9, 0).segments[0]?.sha256 ?? '';
    const key = Buffer.from(fixtures.sha(account), 'hex').toString('base64');
    expect(await keysInHeap(session)).toBe(1);
    const signedIn = await heapText(session);
    expect(signedIn.includes(sha)).toBe(true);
    expect(signedIn.includes(key)).toBe(false);

    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: /Sign in to/ }).waitFor();
    await expect.poll(() => databases(page)).toEqual([]);
    await expect.poll(() => keysInHeap(session)).toBe(0);
    const signedOut = await heapText(session);
    expect(signedOut.includes(sha)).toBe(false);
    expect(signedOut.includes(key)).toBe(false);
  });

  it('in one window ends the other, which forgets as well', async () => {
    const { page, station } = await bench.open(busy, '#/library');
    await settled(page, station);
    const other = await page.context().newPage();
    await other.goto(page.url());
    await wholeLibrary(other);
    expect(pulls(station).at(-1)).toBe(head);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await other.getByText(/Somebody signed out in another window/).waitFor();
    await expect.poll(() => databases(other)).toEqual([]);
    expect(await keysInHeap(await other.context().newCDPSession(other))).toBe(0);
  });
});

describe('bad days', () => {
  it('a full disk: the library is whole, and a quiet mark says that it is not kept', async () => {
    const { page } = await bench.open(busy, '#/library');
    const origin = new URL(page.url()).origin;
    const session = await page.context().newCDPSession(page);
    await wholeLibrary(page);
    expect(await page.getByText('Library copy not kept').count()).toBe(0);
    await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' });
    await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 100_000 });
    await page.reload();
    await page.getByText('Library copy not kept').waitFor();
    await wholeLibrary(page);
    expect(await accessibilityProblems(page)).toEqual([]);
  });

  it('swept away under the open window: everything is written anew', async () => {
    const { page, station } = await bench.open(busy, '#/library');
    await settled(page, station);
    const session = await page.context().newCDPSession(page);
    const origin = new URL(page.url()).origin;
    await session.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' });
    const changed = { ...fixtures.recording(3, 0), title: 'Came after the sweep' };
    station.change([{ seq: 1, kind: 'recording', id: changed.id, value: changed }] as never);
    await page.getByText('Came after the sweep').waitFor();
    await expect.poll(() => databases(page)).toContain(rowsName);
    await page.waitForTimeout(500);
    const before = pulls(station).length;
    await page.reload();
    await wholeLibrary(page);
    await page.getByText('Came after the sweep').waitFor();
    await expect.poll(() => pulls(station).length).toBeGreaterThan(before);
    expect(pulls(station)[before]).toBe(head + 1);
  });

  it('another key: the library is pulled again, and a draft that does not open is kept and told of', async () => {
    let key = Buffer.alloc(32, 1).toString('base64');
    const { page, station } = await bench.open(busy, '#/library', {
      answers: { 'session.cacheKey': () => ({ key }) },
    });
    await settled(page, station);
    await page.evaluate(
      ({ name, projectId }) =>
        new Promise<void>((resolve) => {
          const opening = indexedDB.open(name);
          opening.onsuccess = () => {
            const work = opening.result.transaction('drafts', 'readwrite');
            work.objectStore('drafts').put({ projectId, sealed: new Uint8Array(80) });
            work.oncomplete = () => {
              opening.result.close();
              resolve();
            };
          };
        }),
      { name: draftsName, projectId: fixtures.id('project', '0') },
    );
    key = Buffer.alloc(32, 2).toString('base64');
    const before = pulls(station).length;
    await page.reload();
    await wholeLibrary(page);
    expect(pulls(station)[before]).toBe(0);
    await page.getByText('1 draft kept aside').hover();
    await page.getByText(/come back by themselves/).waitFor();
    expect(await page.getByText('Library copy not kept').count()).toBe(0);
    expect(await accessibilityProblems(page)).toEqual([]);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await expect.poll(() => databases(page)).toEqual([draftsName]);
  });
});
