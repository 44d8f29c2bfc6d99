import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OriginalId } from '#common/evidence/index.ts';
import { sealManifest } from '#core/cloud/manifest.ts';
import { adminActor, found } from '#test/support/cloud-bench.ts';
import { createMemoryStore, type MemoryStore } from '#test/support/memory-store.ts';
import { openReconcileBench, type ReconcileBench } from '#test/support/reconcile-bench.ts';

/** What whoever runs the store can do to it: everything but opening what is sealed. */
let store: MemoryStore;
let b: ReconcileBench;
let ids: OriginalId[];

beforeEach(async () => {
  store = createMemoryStore();
  b = await openReconcileBench(store);
  await found(b.cloud);
  ids = [];
  // Of one size, so that sizes tell nothing; one after the other, so that their times do.
  for (let n = 0; n < 4; n++) {
    const id = await b.bench.seal(40_000);
    await b.bench.until(id, 'verified');
    ids.push(id);
    b.bench.clock.time += 60_000;
  }
});
afterEach(() => b[Symbol.asyncDispose]());

const at = (index: number): OriginalId => ids[index] ?? ('' as OriginalId);
const bytesOf = (key: string): Uint8Array => Uint8Array.from(store.objects.get(key)?.bytes ?? []);

function write(key: string, bytes: Uint8Array): void {
  const kept = store.objects.get(key);
  if (kept === undefined) throw new Error(`There is no ${key}.`);
  kept.bytes = bytes;
}

/** What is found of which original; everything that is not named here was found to be the same. */
async function named(mode: 'quick' | 'thorough'): Promise<Readonly<Record<string, string>>> {
  const { findings, run } = await b.compare(mode);
  expect(run.problems).toBe(findings.length);
  return Object.fromEntries(findings.map(({ id, object, kind }) => [id ?? object, kind]));
}

function swap(one: string, two: string): void {
  const [first, second] = [bytesOf(one), bytesOf(two)];
  write(one, second);
  write(two, first);
}

describe('an operator who changes media', () => {
  it('by a single bit is found out when every byte is read', async () => {
    const key = b.media(at(1));
    write(
      key,
      Uint8Array.from(bytesOf(key), (byte, place) => (place === 20_000 ? byte ^ 1 : byte)),
    );
    expect(await named('thorough')).toEqual({ [at(1)]: 'media-differs' });
  });

  it('by swapping two of one size is found out when every byte is read', async () => {
    swap(b.media(at(0)), b.media(at(1)));
    expect(await named('thorough')).toEqual({ [at(0)]: 'media-differs', [at(1)]: 'media-differs' });
  });

  it.each(['quick', 'thorough'] as const)('by cutting it short is found out, %s', async (mode) => {
    const key = b.media(at(2));
    write(key, bytesOf(key).slice(0, 39_000));
    expect(await named(mode)).toEqual({ [at(2)]: 'media-differs' });
  });

  it.each(['quick', 'thorough'] as const)('by deleting it is found out, %s', async (mode) => {
    store.objects.delete(b.media(at(2)));
    expect(await named(mode)).toEqual({ [at(2)]: 'media-lost' });
  });

  it('by replaying what was there before a repair is found out', async () => {
    const key = b.media(at(0));
    const good = bytesOf(key);
    const old = Uint8Array.from(good, (byte, place) => (place === 30_000 ? byte ^ 4 : byte));
    write(key, old);
    const repaired = await b.compare('thorough', true);
    expect(repaired.findings).toMatchObject([{ kind: 'media-differs', outcome: { done: true } }]);
    for (let round = 0; round < 200 && Buffer.compare(bytesOf(key), good) !== 0; round++) {
      b.bench.clock.time += 60_000;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await b.bench.until(at(0), 'verified');
    expect(await named('thorough')).toEqual({});
    write(key, old);
    expect(await named('thorough')).toEqual({ [at(0)]: 'media-differs' });
  });
});

describe('an operator who changes manifests', () => {
  it('by swapping two is found out at once', async () => {
    swap(b.manifest(at(0)), b.manifest(at(3)));
    expect(await named('quick')).toEqual({ [at(0)]: 'manifest-unreadable', [at(3)]: 'manifest-unreadable' });
  });

  it.each([
    ['a bit', (bytes: Uint8Array) => Uint8Array.from(bytes, (byte, place) => (place === 60 ? byte ^ 1 : byte))],
    ['its length', (bytes: Uint8Array) => bytes.slice(0, -1)],
    ['all of it', () => new Uint8Array(0)],
    ['its size by megabytes', () => new Uint8Array(9 * 1024 * 1024)],
  ])('in %s is found out at once', async (_, change) => {
    write(b.manifest(at(1)), change(bytesOf(b.manifest(at(1)))));
    expect(await named('quick')).toEqual({ [at(1)]: 'manifest-unreadable' });
  });

  it('by deleting one, or both of a pair, is found out at once', async () => {
    store.objects.delete(b.manifest(at(1)));
    for (const key of [b.manifest(at(2)), b.media(at(2))]) store.objects.delete(key);
    expect(await named('quick')).toEqual({ [at(1)]: 'manifest-lost', [at(2)]: 'lost-there' });
  });

  it('by replaying one that was sealed with the right key for another file is found out, and nothing is put over it', async () => {
    const key = b.manifest(at(0));
    const [opened] = await b.bench.vault.stat(at(0)).then((stored) => [stored]);
    const forked = sealManifest(b.keys().objectKey, key, {
      format: 'plainview original',
      version: 1,
      sealedId: at(0),
      fileKey: Buffer.from(new Uint8Array(32)).toString('base64'),
      plaintextSha256: 'f'.repeat(64),
      plaintextSize: opened?.plaintextSize ?? 0,
      ciphertextSha256: 'e'.repeat(64),
      ciphertextSize: opened?.ciphertextSize ?? 0,
      madeAt: 1,
      belongsTo: { kind: 'nothing' },
    });
    write(key, forked);
    const { findings } = await b.compare('quick', true);
    expect(findings).toMatchObject([{ id: at(0), kind: 'manifest-differs', remedy: null, outcome: null }]);
    expect(bytesOf(key)).toEqual(forked);
  });

  it('of which the right ones are put again, byte by byte proved', async () => {
    swap(b.manifest(at(0)), b.manifest(at(3)));
    const { run } = await b.compare('quick', true);
    expect(run).toMatchObject({ repaired: 2, problems: 0 });
    expect(await named('thorough')).toEqual({});
  });
});

describe('an operator who changes the whole store', () => {
  it('by setting it back to an earlier state is named as that', async () => {
    for (const id of ids.slice(2)) for (const key of [b.media(id), b.manifest(id)]) store.objects.delete(key);
    const { run, findings } = await b.compare();
    expect(run.remarks.map(({ kind }) => kind)).toEqual(['rolled-back']);
    expect(new Set(findings.map(({ id }) => id))).toEqual(new Set(ids.slice(2)));
  });

  it('by losing some of the middle is not taken for that', async () => {
    for (const id of ids.slice(1, 3)) for (const key of [b.media(id), b.manifest(id)]) store.objects.delete(key);
    expect((await b.compare()).run.remarks).toEqual([]);
  });

  it('by emptying it is named, and nothing here is given up for it', async () => {
    for (const key of store.objects.keys()) if (key !== 'plainview-store.json') store.objects.delete(key);
    const { run } = await b.compare();
    expect(run.remarks.map(({ kind }) => kind)).toEqual(['emptied']);
    expect(run.tallies['missing-there'].items).toBe(4);
    for (const id of ids) expect(await b.bench.vault.has(id)).toBe(true);
  });

  it('by putting another in its place is refused before anything is compared', async () => {
    const other = createMemoryStore();
    const second = await openReconcileBench(other);
    await found(second.cloud);
    store.objects.clear();
    for (const [key, kept] of other.objects) store.objects.set(key, kept);
    await second[Symbol.asyncDispose]();
    const started = await b.reconcile.start({ mode: 'quick', repair: true, goOn: false }, adminActor);
    expect(await b.jobs.finished(started.id)).toMatchObject({ state: 'failed', error: { code: 'tampered' } });
  });
});
