import { mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type Page } from 'playwright-core';
import { searchRecordings } from '#renderer/features/library/recording-search.ts';
import { findBrowser } from '#shells/browser/index.ts';
import * as fixtures from '#test/support/scripted-station/fixtures.ts';
import { busyDepartment } from '#test/support/scripted-station/scripts.ts';
import { type ScriptedStation, startScriptedStation } from '#test/support/scripted-station/server.ts';
import { buildPageIfOutdated } from '../../build/scripts/page-build.ts';

// The library of 20,000 recordings against one of 2,000, in the same run: the shipped page in a real browser, its replica
// sealed and on the disk, a station that has nothing new to tell. Every cold open is a browser started anew on its profile;
// the two sizes take turns. Time runs from the navigation to the frame after the newest recordings are in the table.

const sizes = { large: 20_000, small: 2_000 } as const;
const rounds = 5;
const queries = ['okafor', 'bwc-05 alarm', 'gpstrail', '2026-10', 'door cruiser 3'];

type Size = keyof typeof sizes;
type Library = {
  readonly station: ScriptedStation;
  readonly profile: string;
  readonly newest: string;
  readonly count: number;
};
/** Milliseconds since the navigation; 0 for what was not seen yet. */
type Seen = { readyMs: number; wholeMs: number; longestTaskMs: number };

/** Runs in the page before its own code: notes when the library can be used, and what held the page up longest. */
function watchPage({ newest, count }: { readonly newest: string; readonly count: number }): void {
  const seen: Seen = { readyMs: 0, wholeMs: 0, longestTaskMs: 0 };
  Object.assign(globalThis, { seen });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.longestTaskMs = Math.max(seen.longestTaskMs, entry.duration);
  }).observe({ type: 'longtask', buffered: true });
  const look = (): void => {
    const rows = [...document.querySelectorAll('[role=grid] [role=row][data-body]')];
    if (rows.length < 20 || rows[0]?.textContent.includes(newest) !== true) return void requestAnimationFrame(look);
    // The frame that shows them is painted when the next one begins.
    requestAnimationFrame(() => {
      seen.readyMs = performance.now();
      lookOn();
    });
  };
  const lookOn = (): void => {
    const whole = document.querySelector('[role=grid]')?.getAttribute('aria-rowcount') === String(count + 1);
    if (whole) seen.wholeMs = performance.now();
    else requestAnimationFrame(lookOn);
  };
  requestAnimationFrame(look);
}

const readSeen = (page: Page) => page.evaluate(() => (globalThis as unknown as { seen: Seen }).seen);

/** Opens the window in a browser started anew, and closes the browser whatever happens. */
async function inWindow<T>(
  program: string,
  library: Library,
  work: (page: Page, context: BrowserContext) => Promise<T>,
): Promise<T> {
  const context = await chromium.launchPersistentContext(library.profile, {
    executablePath: program,
    viewport: { width: 1440, height: 900 },
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-gpu', '--no-first-run'],
  });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await page.addInitScript(watchPage, { newest: library.newest, count: library.count });
    await page.goto(`${library.station.origin}/#/library`);
    await page.waitForFunction(() => (globalThis as unknown as { seen: Seen }).seen.readyMs > 0);
    return await work(page, context);
  } finally {
    await context.close();
  }
}

/** What held the page up longest while it sealed everything anew: the disk is swept, then one thing changes. */
async function resealAll(page: Page, context: BrowserContext, { station }: Library): Promise<number> {
  // A screen without the library, so that the time is that of sealing and not of drawing 20,000 rows.
  await page.getByRole('link', { name: 'People' }).click();
  await page.getByRole('heading', { level: 1, name: 'People' }).waitFor();
  const session = await context.newCDPSession(page);
  await session.send('Storage.clearDataForOrigin', { origin: station.origin, storageTypes: 'indexeddb' });
  await page.evaluate(() => Object.assign((globalThis as unknown as { seen: Seen }).seen, { longestTaskMs: 0 }));
  const value = { ...fixtures.recording(3, 0), title: 'Changed while the disk was swept' };
  station.change(fixtures.changes([{ kind: 'recording', value }]));
  await page.waitForFunction(async () => {
    const name = (await indexedDB.databases()).find((each) => each.name?.startsWith('plainview-rows-'))?.name;
    if (name === undefined) return false;
    return new Promise<boolean>((resolve) => {
      const opening = indexedDB.open(name);
      opening.onsuccess = () => {
        const heads = opening.result.transaction('head').objectStore('head').count();
        heads.onsuccess = () => {
          opening.result.close();
          resolve(heads.result > 0);
        };
      };
    });
  });
  return (await readSeen(page)).longestTaskMs;
}

/** The number of recordings the page shows, once it has been told of them all. */
async function wholeLibrary(page: Page, count: number): Promise<void> {
  await page.locator(`[role=grid][aria-rowcount="${count + 1}"]`).waitFor();
}

/** Runs in the page: from the next key going down to the frame in which the field and the number of rows are right. */
function watchKey({ text, rows }: { readonly text: string; readonly rows: number }): void {
  Object.assign(globalThis, { keyMs: 0 });
  const input = document.querySelector<HTMLInputElement>('[aria-label="Search recordings"]');
  const keyDown = (event: KeyboardEvent): void => {
    const look = (): void => {
      const shown = document.querySelector('[role=grid]')?.getAttribute('aria-rowcount') ?? '1';
      if (input?.value !== text || Number(shown) !== rows + 1) return void requestAnimationFrame(look);
      requestAnimationFrame(() => Object.assign(globalThis, { keyMs: performance.now() - event.timeStamp }));
    };
    requestAnimationFrame(look);
  };
  addEventListener('keydown', keyDown, { capture: true, once: true });
}

/** From the key going down to the frame with the right rows, for every key of the queries. */
async function typeQueries(page: Page, recordings: Parameters<typeof searchRecordings>[0]): Promise<readonly number[]> {
  const times: number[] = [];
  const field = page.getByLabel('Search recordings');
  for (const query of queries) {
    await field.fill('');
    await wholeLibrary(page, recordings.length);
    await field.focus();
    for (let length = 1; length <= query.length; length++) {
      const text = query.slice(0, length);
      await page.evaluate(watchKey, { text, rows: searchRecordings(recordings, text, 'America/New_York').length });
      await page.keyboard.press(query[length - 1] === ' ' ? 'Space' : (query[length - 1] ?? ''));
      await page.waitForFunction(() => (globalThis as unknown as { keyMs: number }).keyMs > 0);
      times.push(await page.evaluate(() => (globalThis as unknown as { keyMs: number }).keyMs));
    }
  }
  return times;
}

async function heapMegabytes(context: BrowserContext, page: Page): Promise<number> {
  const session = await context.newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  return usedSize / 1e6;
}

function quantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) * part)] ?? Number.NaN;
}

async function measure(program: string, libraries: Readonly<Record<Size, Library>>): Promise<string> {
  const longest: Record<Size, number> = { large: 0, small: 0 };
  for (const size of ['small', 'large'] as const) {
    const started = performance.now();
    await inWindow(program, libraries[size], async (page) => {
      await wholeLibrary(page, sizes[size]);
      process.stdout.write(`${sizes[size]} filled in ${Math.round(performance.now() - started)} ms\n`);
      // The last pages are on their way to the disk.
      await page.waitForTimeout(2000);
      longest[size] = (await readSeen(page)).longestTaskMs;
    });
  }
  const cold: Record<Size, number[]> = { large: [], small: [] };
  let keys: readonly number[] = [];
  let heap = 0;
  let resealing = 0;
  const recordings = busyDepartment([], sizes.large).changes.flatMap((each) =>
    each.kind === 'recording' && each.value !== null ? [each.value] : [],
  );
  for (let round = 0; round < rounds; round++) {
    for (const size of round % 2 === 0 ? (['small', 'large'] as const) : (['large', 'small'] as const)) {
      await inWindow(program, libraries[size], async (page, context) => {
        await wholeLibrary(page, sizes[size]);
        const { readyMs, wholeMs, longestTaskMs } = await readSeen(page);
        cold[size].push(readyMs);
        const words = `first rows after ${readyMs.toFixed(0)} ms, all after ${wholeMs.toFixed(0)} ms, longest task ${longestTaskMs.toFixed(0)} ms`;
        process.stdout.write(`${sizes[size]} round ${round + 1}: ${words}\n`);
        if (size === 'small' || round < rounds - 1) return;
        keys = await typeQueries(page, recordings);
        heap = await heapMegabytes(context, page);
        resealing = await resealAll(page, context, libraries.large);
      });
    }
  }
  const [large, small] = [quantile(cold.large, 0.5), quantile(cold.small, 0.5)];
  const keystrokes = `keystroke_median_ms=${quantile(keys, 0.5).toFixed(0)} keystroke_p95_ms=${quantile(keys, 0.95).toFixed(0)}`;
  const asked = libraries.large.station.calls.filter(({ method }) => method === 'library.changes').length;
  process.stdout.write(`pages asked of the station by the large window in all: ${asked}\n`);
  return `BENCH library ratio=${(large / small).toFixed(2)} cold_20k_ms=${large.toFixed(0)} cold_2k_ms=${small.toFixed(0)} ${keystrokes} heap_mb=${heap.toFixed(0)} fill_longest_task_ms=${longest.large.toFixed(0)} reseal_longest_task_ms=${resealing.toFixed(0)}`;
}

export async function run(): Promise<string> {
  buildPageIfOutdated((line) => process.stdout.write(`${line}\n`));
  const program = findBrowser(process.platform, process.env, homedir());
  if (program === null) throw new Error('No browser was found.');
  const folder = mkdtempSync(join(process.env['PLAINVIEW_BENCH_FOLDER'] ?? tmpdir(), 'plainview-bench-'));
  const libraryOf = async (size: Size): Promise<Library> => ({
    station: await startScriptedStation('out/renderer', busyDepartment([], sizes[size])),
    profile: join(folder, size),
    newest: fixtures.recording(0, 0).title,
    count: sizes[size],
  });
  const libraries = { large: await libraryOf('large'), small: await libraryOf('small') };
  try {
    return await measure(program, libraries);
  } finally {
    await libraries.large.station.close();
    await libraries.small.station.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
