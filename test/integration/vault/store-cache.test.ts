import { readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CancelledError, ExpectedError } from '#common/errors/index.ts';
import type { SealedId } from '#common/ids/index.ts';
import { newId } from '#core/kernel/index.ts';
import {
  type CacheSource,
  ciphertextSize,
  openSealedReader,
  openVault,
  type StoredElsewhere,
  type Vault,
} from '#core/vault/index.ts';
import { createVaultFixture, madeAt, sha256 } from './vault-fixture.ts';

const mebibyte = 1024 * 1024;
const away = () => new ExpectedError('store-unreachable', 'Nobody answers at this address.');

type Fixture = ReturnType<typeof createVaultFixture>;
let far: Fixture;
let here: Fixture;

beforeEach(() => {
  far = createVaultFixture();
  here = createVaultFixture();
});
afterEach(async () => {
  await far[Symbol.asyncDispose]();
  await here[Symbol.asyncDispose]();
});

/** A store that gives ranges of what another vault sealed, and what it was asked. */
type FakeStore = CacheSource & {
  readonly asked: { readonly start: number; readonly end: number }[];
  readonly told: string[];
  readonly bytes: Map<SealedId, Uint8Array>;
  gone: boolean;
};

function storeOf(...objects: readonly (readonly [SealedId, Uint8Array])[]): FakeStore {
  const store: FakeStore = {
    asked: [],
    told: [],
    bytes: new Map(objects),
    gone: false,
    read: (sealedId, { start, end }) => {
      if (store.gone) return Promise.reject(away());
      store.asked.push({ start, end });
      return Promise.resolve(Uint8Array.from(store.bytes.get(sealedId)?.subarray(start, end) ?? []));
    },
    onNotKept: () => store.told.push('not kept'),
    onForged: (_, error) => store.told.push(error.code),
    onFull: () => store.told.push('full'),
  };
  return store;
}

/** Something that was sealed elsewhere: its plaintext, its sealed bytes, what the store's manifest tells. */
async function sealedFar(size: number) {
  const id = newId('evidence');
  const { path, bytes: plaintext } = far.source(`${id}.mp4`, size);
  await far.vault.sealFile(id, path);
  const access = await far.vault.access(id);
  const sealed = readFileSync(access.path);
  const object: StoredElsewhere = {
    ...(await far.vault.stat(id)),
    ciphertextSha256: sha256(sealed),
    fileKey: access.fileKey,
  };
  return { id, plaintext, sealed, object };
}

const again = (): Vault =>
  openVault({ folder: here.folder, vaultKey: here.vaultKey, sealPool: here.pool, clock: { now: () => madeAt } });

async function readAll(vault: Vault, id: SealedId, piece = 300_000): Promise<Uint8Array> {
  const reader = await vault.openReader(id);
  try {
    const parts: Uint8Array[] = [];
    for (let at = 0; at <= reader.size; at += piece) parts.push(await reader.read(at, piece));
    return Buffer.concat(parts);
  } finally {
    await reader.close();
  }
}

const { signal } = new AbortController();
const cacheFile = (suffix: string): string => {
  const name = here.files().find((file) => file.endsWith(suffix));
  if (name === undefined) throw new Error(`There is no ${suffix}.`);
  const folders = readdirSync(join(here.folder, 'cache'));
  return join(here.folder, 'cache', folders[0] ?? '', name);
};

describe('an original that lies in a store', () => {
  it.each([
    0,
    1,
    1000,
    mebibyte - 56,
    mebibyte - 55,
    5 * mebibyte + 777,
  ])('of %i bytes is read as it was sealed', async (size) => {
    const { id, plaintext, sealed, object } = await sealedFar(size);
    here.vault.cache.connect(storeOf([id, sealed]));
    await here.vault.adopt(object);
    expect(Buffer.compare(await readAll(here.vault, id), plaintext)).toBe(0);
    expect(await here.vault.cache.stat(id)).toMatchObject({ keptBytes: ciphertextSize(size), whole: false });
  });

  it('is fetched only where it is read, and a little ahead once it is read forward', async () => {
    const { id, plaintext, sealed, object } = await sealedFar(20 * mebibyte);
    const store = storeOf([id, sealed]);
    here.vault.cache.connect(store);
    await here.vault.adopt(object);
    const reader = await here.vault.openReader(id);
    const at = 11 * mebibyte;
    expect(Buffer.compare(await reader.read(at, 5000), plaintext.subarray(at, at + 5000))).toBe(0);
    // The first segment holds what opens all others.
    expect(store.asked.map(({ start }) => start / mebibyte)).toEqual([0, 11]);
    await reader.read(12 * mebibyte, 5000);
    await reader.close();
    expect(store.asked.map(({ start }) => start / mebibyte)).toEqual([0, 11, 12, 13, 14]);
    const { keptBytes } = (await here.vault.cache.stat(id)) ?? {};
    expect(keptBytes).toBeGreaterThanOrEqual(3 * mebibyte);
    const before = store.asked.length;
    const second = await again().openReader(id);
    await second.close();
    here.vault.cache.connect(null);
    const third = await here.vault.openReader(id);
    expect(Buffer.compare(await third.read(at, 5000), plaintext.subarray(at, at + 5000))).toBe(0);
    await third.close();
    expect(store.asked).toHaveLength(before);
  });

  it('plays what was fetched and says in words what is not here while the store is away', async () => {
    const { id, plaintext, sealed, object } = await sealedFar(6 * mebibyte);
    const store = storeOf([id, sealed]);
    here.vault.cache.connect(store);
    await here.vault.adopt(object);
    const reader = await here.vault.openReader(id);
    await reader.read(0, 1000);
    store.gone = true;
    expect(Buffer.compare(await reader.read(500, 1000), plaintext.subarray(500, 1500))).toBe(0);
    await expect(reader.read(4 * mebibyte, 10)).rejects.toMatchObject({
      code: 'store-unreachable',
      message: 'This part of the recording is only in the cloud, and the store cannot be reached now.',
      nextStep: expect.stringContaining('What was fetched before still plays') as string,
    });
    store.gone = false;
    expect((await reader.read(4 * mebibyte, 10)).length).toBe(10);
    here.vault.cache.connect(null);
    await expect(reader.read(5 * mebibyte + 100_000, 10)).rejects.toMatchObject({ code: 'store-unreachable' });
    await reader.close();
    await expect(here.vault.access(id)).rejects.toMatchObject({ code: 'not-ready' });
  });

  it('is never shown when the store gives something else, and nothing of that is kept', async () => {
    const { id, sealed, object } = await sealedFar(4 * mebibyte);
    const { id: otherId, sealed: other } = await sealedFar(4 * mebibyte);
    const changed = Uint8Array.from(sealed);
    changed[2 * mebibyte + 7] = (changed[2 * mebibyte + 7] ?? 0) ^ 1;
    const store = storeOf([id, changed]);
    here.vault.cache.connect(store);
    await here.vault.adopt(object);
    const reader = await here.vault.openReader(id);
    await reader.read(0, 10);
    await expect(reader.read(2 * mebibyte, 10)).rejects.toMatchObject({ code: 'tampered' });
    // Another original's bytes, a segment in another's place, and a file that was cut short.
    store.bytes.set(id, Buffer.concat([sealed.subarray(0, 2 * mebibyte), other.subarray(2 * mebibyte)]));
    await expect(reader.read(2 * mebibyte, 10)).rejects.toMatchObject({ code: 'tampered' });
    const swapped = Buffer.concat([
      sealed.subarray(0, mebibyte),
      sealed.subarray(2 * mebibyte),
      sealed.subarray(mebibyte),
    ]);
    store.bytes.set(id, swapped);
    await expect(reader.read(2 * mebibyte, 10)).rejects.toMatchObject({ code: 'tampered' });
    store.bytes.set(id, sealed.subarray(0, 2 * mebibyte + 9));
    await expect(reader.read(2 * mebibyte, 10)).rejects.toMatchObject({ code: 'tampered' });
    expect(store.told).toEqual(['tampered', 'tampered', 'tampered', 'tampered']);
    store.bytes.set(id, sealed);
    expect((await reader.read(2 * mebibyte, 10)).length).toBe(10);
    await reader.close();
    expect(store.bytes.has(otherId)).toBe(false);
  });

  it('whose segments were torn by a crash is fetched again, and only those', async () => {
    const { id, plaintext, sealed, object } = await sealedFar(5 * mebibyte);
    const store = storeOf([id, sealed]);
    here.vault.cache.connect(store);
    await here.vault.adopt(object);
    await readAll(here.vault, id);
    const torn = readFileSync(cacheFile('.segments'));
    torn.fill(0, mebibyte + 4096, mebibyte + 8192);
    torn.fill(0, 0, 512);
    writeFileSync(cacheFile('.segments'), torn);
    truncateSync(cacheFile('.segments'), 4 * mebibyte + 100);
    store.asked.length = 0;
    const restarted = again();
    restarted.cache.connect(store);
    expect(Buffer.compare(await readAll(restarted, id), plaintext)).toBe(0);
    expect(store.asked.map(({ start }) => start / mebibyte).sort((a, b) => a - b)).toEqual([0, 1, 4, 5]);
  });

  it('whose list of segments was torn loses nothing but time', async () => {
    const { id, plaintext, sealed, object } = await sealedFar(3 * mebibyte);
    const store = storeOf([id, sealed]);
    here.vault.cache.connect(store);
    await here.vault.adopt(object);
    await readAll(here.vault, id);
    // More marks than there are segments, marks that are none, and marks of what was never written.
    writeFileSync(cacheFile('.marks'), Uint8Array.of(1, 7, 1, 1, 1, 1, 1));
    writeFileSync(cacheFile('.segments'), new Uint8Array(10));
    const restarted = again();
    restarted.cache.connect(store);
    expect(Buffer.compare(await readAll(restarted, id), plaintext)).toBe(0);
  });
});

describe('a full copy', () => {
  it('is fetched, verified as a whole, and opens in a worker without the store', async () => {
    const { id, plaintext, sealed, object } = await sealedFar(7 * mebibyte + 3);
    const store = storeOf([id, sealed]);
    here.vault.cache.connect(store);
    await here.vault.adopt(object);
    const told: number[] = [];
    await here.vault.cache.fetch(id, { signal, onBytes: (bytes) => told.push(bytes) });
    expect(told.at(-1)).toBe(sealed.length);
    expect(told).toEqual([...told].sort((a, b) => a - b));
    expect(await here.vault.cache.stat(id)).toMatchObject({ whole: true, keptBytes: sealed.length });
    store.gone = true;
    const access = await again().access(id);
    expect(sha256(readFileSync(access.path))).toBe(object.ciphertextSha256);
    const reader = await openSealedReader(access);
    expect(Buffer.compare(await reader.read(0, reader.size), plaintext)).toBe(0);
    await reader.close();
    expect(here.files().filter((name) => name.endsWith('.marks'))).toEqual([]);
  });

  it('goes on where it was interrupted', async () => {
    const { id, sealed, object } = await sealedFar(12 * mebibyte);
    const store = storeOf([id, sealed]);
    here.vault.cache.connect(store);
    await here.vault.adopt(object);
    const stop = new AbortController();
    const half = here.vault.cache.fetch(id, {
      signal: stop.signal,
      onBytes: (bytes) => bytes > 5 * mebibyte && stop.abort(),
    });
    await expect(half).rejects.toBeInstanceOf(CancelledError);
    const before = store.asked.length;
    expect(before).toBeLessThan(11);
    const restarted = again();
    restarted.cache.connect(store);
    await restarted.cache.fetch(id, { signal });
    expect(store.asked).toHaveLength(13);
    expect((await restarted.cache.stat(id))?.whole).toBe(true);
  });

  it('is not made of a torn segment that was marked: it is found out and fetched again', async () => {
    const { id, sealed, object } = await sealedFar(4 * mebibyte);
    const store = storeOf([id, sealed]);
    here.vault.cache.connect(store);
    await here.vault.adopt(object);
    await readAll(here.vault, id);
    const torn = readFileSync(cacheFile('.segments'));
    torn.fill(0, 2 * mebibyte, 2 * mebibyte + 4096);
    writeFileSync(cacheFile('.segments'), torn);
    const restarted = again();
    restarted.cache.connect(store);
    store.asked.length = 0;
    await restarted.cache.fetch(id, { signal });
    expect(store.asked).toEqual([{ start: 2 * mebibyte, end: 3 * mebibyte }]);
    expect(sha256(readFileSync((await restarted.access(id)).path))).toBe(object.ciphertextSha256);
  });

  it('that the disk damaged later heals from the store', async () => {
    const { id, plaintext, sealed, object } = await sealedFar(4 * mebibyte);
    const store = storeOf([id, sealed]);
    here.vault.cache.connect(store);
    await here.vault.adopt(object);
    await here.vault.cache.fetch(id, { signal });
    const rotten = readFileSync(cacheFile('.sealed'));
    rotten[3 * mebibyte] = (rotten[3 * mebibyte] ?? 0) ^ 0x40;
    writeFileSync(cacheFile('.sealed'), rotten);
    expect(Buffer.compare(await readAll(here.vault, id), plaintext)).toBe(0);
    expect(sha256(readFileSync(cacheFile('.sealed')))).toBe(object.ciphertextSha256);
  });

  it('is made once when two ask for it at once, and stays while somebody has it', async () => {
    const { id, sealed, object } = await sealedFar(6 * mebibyte);
    const store = storeOf([id, sealed]);
    here.vault.cache.connect(store);
    await here.vault.adopt(object);
    const [first, second] = await Promise.all([here.vault.borrow(id, { signal }), here.vault.borrow(id, { signal })]);
    expect(store.asked).toHaveLength(7);
    await first[Symbol.asyncDispose]();
    expect(await here.vault.cache.evict(id)).toBe(0);
    expect(statSync(second.access.path).size).toBe(sealed.length);
    await second[Symbol.asyncDispose]();
    expect(await here.vault.cache.evict(id)).toBe(sealed.length);
    expect(await here.vault.cache.stat(id)).toMatchObject({ keptBytes: 0, whole: false, inUse: false });
    const third = await here.vault.borrow(id, { signal });
    expect(sha256(readFileSync(third.access.path))).toBe(object.ciphertextSha256);
    await third[Symbol.asyncDispose]();
  });
});

describe('the size of what is kept', () => {
  it('is not exceeded by watching: what finds no room is shown and not kept', async () => {
    const { id, plaintext, sealed, object } = await sealedFar(6 * mebibyte);
    const store = storeOf([id, sealed]);
    here.vault.cache.connect(store);
    here.vault.cache.setLimit(3 * mebibyte);
    await here.vault.adopt(object);
    expect(Buffer.compare(await readAll(here.vault, id), plaintext)).toBe(0);
    expect((await here.vault.cache.stat(id))?.keptBytes).toBe(3 * mebibyte);
    expect(store.told).toContain('full');
    // What is asked for as a whole is kept whole.
    await here.vault.cache.fetch(id, { signal });
    expect((await here.vault.cache.stat(id))?.whole).toBe(true);
  });
});

describe('what was sealed here', () => {
  it('is not adopted, fetched or evicted', async () => {
    const id = newId('evidence');
    const { path } = here.source('own.mp4', 5000);
    const stored = await here.vault.sealFile(id, path);
    const { fileKey } = await here.vault.access(id);
    await here.vault.adopt({ ...stored, ciphertextSha256: sha256(new Uint8Array(0)), fileKey });
    expect(await here.vault.cache.list()).toEqual([]);
    expect(await here.vault.cache.evict(id)).toBe(0);
    const borrowed = await here.vault.borrow(id, { signal });
    expect(statSync(borrowed.access.path).size).toBe(ciphertextSize(5000));
    await borrowed[Symbol.asyncDispose]();
    await expect(here.vault.cache.fetch(id, { signal })).rejects.toMatchObject({ code: 'not-found' });
  });
});
