import { chmodSync, mkdirSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { storeCheckNames } from '#common/contract/index.ts';
import { CancelledError, ExpectedError } from '#common/errors/index.ts';
import { openCarrier } from '#core/cloud/open-carrier.ts';
import { MissingRight } from '#core/cloud/store/errors.ts';
import { openFolderStore } from '#core/cloud/store/folder-store.ts';
import type { InspectableStore } from '#core/cloud/store/insight.ts';
import { tempFolder } from '#test/support/catalog.ts';
import { byOutcome, probing, wordsOf } from '#test/support/probing.ts';

let temp: ReturnType<typeof tempFolder>;
let folder: string;
beforeEach(() => {
  temp = tempFolder();
  folder = join(temp.path, 'store');
  mkdirSync(folder, { mode: 0o755 });
});
afterEach(() => temp.dispose());

const open = (): InspectableStore => openFolderStore({ folder, marker: null });

/** A store of which some methods do something else. */
const changed = (changes: Partial<InspectableStore>): InspectableStore => ({ ...open(), ...changes });

const never = (): Promise<never> => new Promise(() => undefined);

const hours = 3_600_000;

describe('a probe of a folder', () => {
  it('finds what a folder can do, in the order of the contract, and leaves nothing there', async () => {
    const carrier = openCarrier({ target: { kind: 'folder', location: folder }, secretAccessKey: null, inUse: false });
    const report = await carrier.probe({ signal: new AbortController().signal });
    await carrier.close();
    expect(report.checks.map(({ name }) => name)).toEqual(storeCheckNames);
    expect(report).toMatchObject({ usable: true, holds: 'nothing' });
    expect(byOutcome(report)).toEqual({
      good: [
        'reach',
        'clock',
        'write',
        'read-back',
        'ranges',
        'multipart',
        'conditional-put',
        'list',
        'delete',
        'permissions',
      ],
      missing: ['wrong-md5', 'versioning', 'object-lock'],
    });
    for (const { words } of report.checks) expect(words).toMatch(/^[A-Z].*\.$/);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('tells a folder that is not there, and makes none', async () => {
    rmSync(folder, { recursive: true });
    const report = await probing(open());
    expect(report).toMatchObject({ usable: false, holds: 'unknown' });
    expect(byOutcome(report)).toEqual({ bad: ['reach'], untried: storeCheckNames.filter((name) => name !== 'reach') });
    expect(wordsOf(report, 'reach')).toContain('The folder of the store is not there.');
    expect(readdirSync(temp.path)).toEqual([]);
  });

  it.skipIf(process.getuid?.() === 0)('tells a folder that may not be written to', async () => {
    chmodSync(folder, 0o555);
    const report = await probing(open());
    expect(wordsOf(report, 'write')).toContain('This account may not do that in the folder.');
    expect(wordsOf(report, 'permissions')).toMatch(/^Too little is allowed: the right to read, write and delete/);
    expect(report.usable).toBe(false);
  });

  it.skipIf(process.platform === 'win32')('warns of a folder in which everybody may write', async () => {
    chmodSync(folder, 0o777);
    const report = await probing(open());
    expect(report.usable).toBe(true);
    expect(byOutcome(report).worry).toEqual(['permissions']);
    expect(wordsOf(report, 'permissions')).toContain('everybody who reaches this place may write there');
    chmodSync(folder, 0o1777);
    expect(byOutcome(await probing(open())).worry).toBeUndefined();
  });

  it('says what lies there: nothing, a store, or other things of whatever name', async () => {
    for (const name of ['lost+found', '.Trash-1000', 'System Volume Information']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, '.DS_Store'), '');
    expect((await probing(open())).holds).toBe('nothing');
    writeFileSync(join(folder, 'Budget 2026.xlsx'), 'x');
    expect((await probing(open())).holds).toBe('something-else');
    rmSync(join(folder, 'Budget 2026.xlsx'));
    symlinkSync(temp.path, join(folder, 'link'));
    expect((await probing(open())).holds).toBe('something-else');
    rmSync(join(folder, 'link'));
    mkdirSync(join(folder, 'media'));
    writeFileSync(join(folder, 'media', 'orphan'), 'x');
    expect((await probing(open())).holds).toBe('something-else');
    writeFileSync(join(folder, 'plainview-store.json'), '{}');
    expect((await probing(open())).holds).toBe('another-plainview');
  });

  it('clears away what a probe that died left, and leaves one alone that may still be under way', async () => {
    for (const name of ['dead', 'alive']) {
      mkdirSync(join(folder, 'plainview-probe', name), { recursive: true });
      writeFileSync(join(folder, 'plainview-probe', name, 'small'), 'x');
    }
    const old = new Date(Date.now() - hours);
    utimesSync(join(folder, 'plainview-probe', 'dead', 'small'), old, old);
    const earlier = openFolderStore({ folder, marker: null, clock: { now: () => Date.now() - hours } });
    await earlier.beginUpload('plainview-probe/dead/parts', 5 * 1024 * 1024);
    const other = await earlier.beginUpload('media/of-somebody', 5 * 1024 * 1024);
    const report = await probing(open());
    expect(report.holds).toBe('nothing');
    expect(readdirSync(join(folder, 'plainview-probe'))).toEqual(['alive']);
    expect((await open().listUploads('')).map(({ upload }) => upload)).toEqual([other]);
  });
});

describe('a store that goes wrong while it is probed', () => {
  it('is left clean when something fails in the middle', async () => {
    const cut = new ExpectedError('store-unreachable', 'The line is cut.', { nextStep: 'Look.' });
    const report = await probing(changed({ completeUpload: () => Promise.reject(cut) }));
    expect(byOutcome(report).bad).toEqual(['multipart']);
    expect(wordsOf(report, 'multipart')).toBe('The line is cut. Look.');
    expect(wordsOf(report, 'list')).toBe('Not tried, because the store stopped answering.');
    expect(report.usable).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is left clean when it breaks in a way nobody thought of', async () => {
    await expect(probing(changed({ listParts: () => Promise.reject(new Error('a bug')) }))).rejects.toThrow('a bug');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is given up when its time is over, in words that say where it stopped', async () => {
    const report = await probing(
      changed({
        listParts: (_key, _upload, options) =>
          new Promise((_, reject) =>
            options?.signal?.addEventListener('abort', () => reject(new CancelledError()), { once: true }),
          ),
      }),
      { patienceMs: 1_500 },
    );
    expect(byOutcome(report).bad).toEqual(['multipart']);
    expect(wordsOf(report, 'multipart')).toContain('had not answered when the 2 seconds');
    expect(wordsOf(report, 'list')).toBe('Not tried, because the time was over.');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is given up when it does not even look at the signal', async () => {
    const began = performance.now();
    const report = await probing(changed({ list: never, erase: never }), { patienceMs: 500, clearingMs: 500 });
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(byOutcome(report).bad).toEqual(['delete']);
    expect(wordsOf(report, 'delete')).toContain('the next trial does it');
  });

  it('is left clean when nobody waits any more', async () => {
    const stop = new AbortController();
    const store = changed({
      listParts: (...given) => {
        stop.abort();
        return open().listParts(...given);
      },
    });
    await expect(probing(store, {}, stop.signal)).rejects.toBeInstanceOf(CancelledError);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that gives back other bytes cannot be used', async () => {
    const real = open();
    const report = await probing({
      ...real,
      get: async (...given) => {
        const got = await real.get(...given);
        const bytes = Uint8Array.from(got.bytes);
        bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
        return { ...got, bytes };
      },
    });
    expect(byOutcome(report).bad).toEqual(['read-back', 'multipart']);
    expect(report.usable).toBe(false);
  });

  it('that ignores ranges cannot be used', async () => {
    const real = open();
    const report = await probing({ ...real, get: (key, options) => real.get(key, { signal: options?.signal }) });
    expect(byOutcome(report).bad).toEqual(['ranges', 'multipart']);
  });

  it('that keeps no condition cannot be used, unless it keeps versions', async () => {
    const real = open();
    const careless: InspectableStore = {
      ...real,
      putIf: async (key, bytes) => {
        await real.put(key, bytes);
        return 'accepted';
      },
    };
    expect(byOutcome(await probing(careless)).bad).toEqual(['conditional-put']);
    const report = await probing({ ...careless, kind: 's3', versioning: () => Promise.resolve('on') });
    expect(report.usable).toBe(true);
    expect(wordsOf(report, 'conditional-put')).toContain('never turn them off');
  });

  it('that does not list, or removes only in words, cannot be used', async () => {
    const blind = await probing(changed({ list: () => Promise.resolve({ objects: [], next: null }) }));
    expect(byOutcome(blind).bad).toEqual(['list']);
    const stubborn = await probing(changed({ remove: () => Promise.resolve() }));
    expect(byOutcome(stubborn).bad).toEqual(['delete']);
  });

  it('that takes a lock and deletes all the same is named', async () => {
    const report = await probing(
      changed({
        kind: 's3',
        objectLock: () => Promise.resolve({ state: 'on', defaultDays: null }),
        retain: () => Promise.resolve(),
      }),
    );
    expect(byOutcome(report).bad).toEqual(['object-lock']);
    expect(wordsOf(report, 'object-lock')).toContain('Its promise cannot be relied on.');
  });

  it('that refuses one thing says which right is missing', async () => {
    const denied = new MissingRight('s3:ListBucket', 'The access key may not do this.', { nextStep: 'Have it added.' });
    const report = await probing(changed({ list: () => Promise.reject(denied) }));
    expect(byOutcome(report).bad).toEqual(['list', 'permissions']);
    expect(wordsOf(report, 'permissions')).toBe('Too little is allowed: s3:ListBucket is missing.');
  });
});
