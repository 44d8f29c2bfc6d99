import { execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openFolderStore } from '#core/cloud/store/folder-store.ts';
import { randomBytes } from '#core/kernel/index.ts';
import { mebibyte, partSize, sha256, storeSuite, text } from './store-suite.ts';

const isRoot = process.getuid?.() === 0;

storeSuite(
  'folder store',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'plainview-store-'));
    return Promise.resolve({
      open: () => openFolderStore({ folder, marker: null }),
      [Symbol.asyncDispose]: () => {
        rmSync(folder, { recursive: true });
        return Promise.resolve();
      },
    });
  },
  { locks: false, atomic: true },
);

let base: string;
let folder: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'plainview-store-'));
  folder = join(base, 'share');
  mkdirSync(folder);
});
afterEach(() => rmSync(base, { recursive: true }));

const marker = 'plainview-store.json';

function filesBelow(path: string): readonly string[] {
  const found = readdirSync(path, { recursive: true, withFileTypes: true });
  return found.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
}

describe('a folder whose share is gone', () => {
  it('is not made anew, and nothing goes into the empty folder beneath a lost mount', async () => {
    const founding = openFolderStore({ folder, marker: null });
    await founding.put(marker, text('{}'));
    const store = openFolderStore({ folder, marker });
    await store.put('media/a', text('a'));
    const id = await store.beginUpload('media/b', partSize);

    renameSync(folder, join(base, 'elsewhere'));
    const calls = [
      () => store.put('media/c', text('c')),
      () => store.head('media/a'),
      () => store.get('media/a'),
      () => store.list(''),
      () => store.remove('media/a'),
      () => store.beginUpload('media/c', partSize),
      () => store.putPart('media/b', id, { number: 1, bytes: text('b') }),
      () => store.listParts('media/b', id),
      () => store.listUploads(''),
    ];
    for (const call of calls) {
      await expect(call(), call.toString()).rejects.toMatchObject({ code: 'store-unreachable', subject: folder });
    }
    expect(existsSync(folder)).toBe(false);

    mkdirSync(folder);
    for (const call of calls) {
      await expect(call(), call.toString()).rejects.toMatchObject({ code: 'store-unreachable', subject: folder });
    }
    expect(readdirSync(folder)).toEqual([]);

    rmSync(folder, { recursive: true });
    renameSync(join(base, 'elsewhere'), folder);
    expect(await store.head('media/a')).toMatchObject({ sizeBytes: 1 });
    expect(await store.listParts('media/b', id)).toEqual([]);
  });
});

describe('links in the store', () => {
  it.skipIf(process.platform === 'win32')('are neither followed nor listed', async () => {
    const store = openFolderStore({ folder, marker: null });
    const outside = join(base, 'outside');
    mkdirSync(outside);
    writeFileSync(join(outside, 'secret'), 'secret');
    symlinkSync(outside, join(folder, 'media'));
    symlinkSync(join(outside, 'secret'), join(folder, 'object'));
    symlinkSync(join(outside, 'nothing'), join(folder, 'broken'));
    for (const key of ['media/secret', 'media/new', 'object', 'broken']) {
      await expect(store.get(key), key).rejects.toMatchObject({ code: 'store-refused' });
      await expect(store.put(key, text('x')), key).rejects.toMatchObject({ code: 'store-refused' });
      const absent = store.put(key, text('x'), { condition: { ifAbsent: true } });
      await expect(absent, key).rejects.toMatchObject({ code: 'store-refused' });
      await expect(store.remove(key), key).rejects.toMatchObject({ code: 'store-refused' });
    }
    expect(await store.list('')).toEqual({ objects: [], next: null });
    expect(readdirSync(outside)).toEqual(['secret']);
    symlinkSync(outside, join(folder, '.plainview~other'));
    rmSync(join(folder, '.plainview~'), { recursive: true });
    symlinkSync(outside, join(folder, '.plainview~'));
    await expect(store.put('fine', text('x'))).rejects.toMatchObject({ code: 'store-refused' });
    expect(filesBelow(outside)).toEqual([join(outside, 'secret')]);
  });
});

describe('a crash', () => {
  it('in the middle of writing leaves every object whole or absent', async () => {
    const store = openFolderStore({ folder, marker: null });
    const program = fileURLToPath(new URL('put-and-die.ts', import.meta.url));
    const whole = new Map<string, string>();
    for (let i = 0; i < 5; i++) {
      const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
      let said = '';
      child.stdout.setEncoding('utf8').on('data', (words: string) => {
        said += words;
        // In the middle of the second.
        if (said.includes('done')) setTimeout(() => child.kill('SIGKILL'), 3 * i);
      });
      await new Promise((resolve) => child.once('close', resolve));
      for (const [, key, hash] of said.matchAll(/^done (\S+) (\S+)$/gm)) whole.set(key ?? '', hash ?? '');
    }
    const { objects } = await store.list('');
    for (const { key } of objects) {
      const { bytes } = await store.get(key);
      expect(bytes.byteLength, key).toBe(3 * mebibyte);
      expect(sha256(bytes.subarray(32)), key).toBe(Buffer.from(bytes.subarray(0, 32)).toString('hex'));
    }
    const there = new Set(objects.map((object) => object.key));
    for (const key of whole.keys()) expect(there.has(key), key).toBe(true);
    expect(whole.size).toBeGreaterThan(0);
  });

  it('between giving an upload its name and clearing it away does not let a late part change the object', async () => {
    const store = openFolderStore({ folder, marker: null });
    const bytes = randomBytes(1000);
    const id = await store.beginUpload('media/a', partSize);
    await store.putPart('media/a', id, { number: 1, bytes });
    mkdirSync(join(folder, 'media'));
    linkSync(join(folder, '.plainview~', 'uploads', id, 'data'), join(folder, 'media', 'a'));
    const late = store.putPart('media/a', id, { number: 1, bytes: randomBytes(1000) });
    await expect(late).rejects.toMatchObject({ code: 'not-found' });
    expect(await store.listUploads('')).toEqual([]);
    expect(sha256((await store.get('media/a')).bytes)).toBe(sha256(bytes));
  });

  it('whose lock several stations find dead at once lets them change the object one after the other', async () => {
    const stations = Array.from({ length: 5 }, () => openFolderStore({ folder, marker: null, lockMs: 300 }));
    const locks = join(folder, '.plainview~', 'locks');
    for (let round = 0; round < 3; round++) {
      const key = `index-${round}`;
      await stations[0]?.put(key, text('0'));
      mkdirSync(locks, { recursive: true });
      writeFileSync(join(locks, sha256(text(key)).slice(0, 40)), 'dead');
      await Promise.all(
        stations.map(async (station) => {
          for (let done = false; !done; ) {
            const { bytes, etag } = await station.get(key);
            const next = text(String(Number(new TextDecoder().decode(bytes)) + 1));
            done = (await station.putIf(key, next, { ifMatch: etag ?? '' })) === 'accepted';
          }
        }),
      );
      expect(new TextDecoder().decode((await stations[0]!.get(key)).bytes)).toBe('5');
      expect(readdirSync(locks)).toEqual([]);
    }
    for (const station of stations) await station.close();
  });

  it('of another station that held the lock of an object holds nobody up for long', async () => {
    const store = openFolderStore({ folder, marker: null, lockMs: 1500 });
    const { etag } = await store.put('index', text('1'));
    const locks = join(folder, '.plainview~', 'locks');
    writeFileSync(join(locks, sha256(text('index')).slice(0, 40)), 'dead');
    const began = performance.now();
    await store.put('index', text('2'), { condition: { ifMatch: etag! } });
    expect(performance.now() - began).toBeGreaterThan(1000);
    expect(readdirSync(locks)).toEqual([]);
  });
});

describe('a disk', () => {
  it.skipIf(!isRoot || process.platform !== 'linux')('that is full says so and keeps no half object', async () => {
    const mount = join(base, 'small');
    mkdirSync(mount);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', mount]);
    try {
      const store = openFolderStore({ folder: mount, marker: null });
      await store.put('media/first', randomBytes(8 * mebibyte));
      await expect(store.put('media/second', randomBytes(8 * mebibyte))).rejects.toMatchObject({
        code: 'destination-full',
        subject: mount,
      });
      const id = await store.beginUpload('media/third', partSize);
      const part = store.putPart('media/third', id, { number: 1, bytes: randomBytes(partSize) });
      await expect(part).rejects.toMatchObject({ code: 'destination-full' });
      expect(await store.listParts('media/third', id)).toEqual([]);
      await store.abortUpload('media/third', id);
      expect(filesBelow(mount)).toEqual([join(mount, 'media', 'first')]);
      await store.remove('media/first');
      await store.put('media/second', randomBytes(8 * mebibyte));
    } finally {
      execFileSync('umount', [mount]);
    }
  });

  it('with 20,000 objects is listed in pages without reading it anew for each', async () => {
    // In memory where that can be had: making the files is not what is looked at.
    const large = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : base, 'plainview-store-'));
    onTestFinished(() => rmSync(large, { recursive: true }));
    const store = openFolderStore({ folder: large, marker: null });
    mkdirSync(join(large, 'media'));
    for (let i = 0; i < 20_000; i++) writeFileSync(join(large, 'media', `o${i}`), '');
    const began = performance.now();
    let count = 0;
    let last = '';
    for (let after: string | null = ''; after !== null; ) {
      const page = await store.list('media/', after === '' ? {} : { after });
      for (const { key } of page.objects) {
        expect(key > last).toBe(true);
        last = key;
      }
      count += page.objects.length;
      after = page.next;
    }
    expect(count).toBe(20_000);
    console.log(`20,000 objects listed in ${Math.round(performance.now() - began)} ms`);
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});

describe('a folder after use', () => {
  it('keeps nothing of ours but the objects', async () => {
    const store = openFolderStore({ folder, marker: null });
    await store.put('probe/x/a', text('a'));
    await store.abortUpload('probe/x/b', await store.beginUpload('probe/x/b', partSize));
    await store.remove('probe/x/a');
    await store.close();
    expect(readdirSync(folder)).toEqual([]);
  });
});
