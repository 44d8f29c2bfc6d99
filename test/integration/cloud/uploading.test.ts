import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ExpectedError } from '#common/errors/index.ts';
import type { OriginalId } from '#common/evidence/index.ts';
import { manifestKey, mediaKey, storeKeys } from '#core/cloud/keys.ts';
import { openManifest } from '#core/cloud/manifest.ts';
import { sha256Hex } from '#core/kernel/index.ts';
import { openSealedReader } from '#core/vault/index.ts';
import {
  adminActor,
  type CloudBench,
  collectStatus,
  found,
  openCloudBench,
  waitFor,
} from '#test/support/cloud-bench.ts';
import { createMemoryStore, type MemoryStore, unreachable } from '#test/support/memory-store.ts';

const mebibyte = 1024 * 1024;
let bench: CloudBench;
let store: MemoryStore;

beforeEach(async () => {
  bench = await openCloudBench();
  store = createMemoryStore(() => bench.clock.now());
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

const keys = () => storeKeys(bench.secrets.kept.get('store-root') ?? new Uint8Array(0));
const mediaOf = (id: OriginalId) => mediaKey(keys().nameOf(id));
const sentBytes = () => store.asked.reduce((sum, { what, bytes }) => sum + (what === 'putPart' ? bytes : 0), 0);
const events = async () => (await bench.catalog.audit.page(null, 1000)).map(({ event }) => event);
/** Retries are a matter of minutes: time passes until it is there. */
const verifiedInTime = (id: OriginalId) =>
  waitFor(
    async () => {
      bench.clock.time += 60_000;
      return (await bench.placement(id))?.where.state === 'verified' ? true : null;
    },
    `${id} to be verified`,
    90_000,
  );
const eventsOf = async (kind: string) => (await events()).filter((event) => event.kind === kind);

describe('an original', () => {
  it('is sent, read back, and only then verified, with one line in the audit log', async () => {
    const small = await bench.seal(5_000);
    const large = await bench.seal(20 * mebibyte);
    const damaged = await bench.seal(0, 'damaged');
    const cloud = await bench.cloud(store);
    await found(cloud);
    for (const id of [small, large, damaged]) {
      const { where } = await bench.until(id, 'verified');
      const { path } = await bench.vault.access(id);
      const sealed = readFileSync(path);
      expect(where).toMatchObject({ ciphertextSha256: sha256Hex(sealed), retainUntil: null });
      expect(Buffer.compare(store.objects.get(mediaOf(id))?.bytes ?? new Uint8Array(0), sealed)).toBe(0);
    }
    expect(await eventsOf('original.stored')).toHaveLength(3);
    expect(await bench.catalog.uploads.all()).toEqual([]);
    expect(store.uploads.size).toBe(0);
    const status = await cloud.status();
    expect(status).toMatchObject({
      activity: 'idle',
      error: null,
      verified: { items: 3 },
      waiting: { items: 0, bytes: 0 },
    });
  });

  it('can be opened by whoever has the recovery secret, without this station', async () => {
    const id = await bench.seal(3 * mebibyte);
    await found(await bench.cloud(store));
    await bench.until(id, 'verified');
    const key = manifestKey(keys().nameOf(id));
    const manifest = openManifest(keys().objectKey, key, store.objects.get(key)?.bytes ?? new Uint8Array(0));
    expect(manifest.belongsTo.kind).toBe('recording');
    const path = `${bench.folder}/from-the-store`;
    writeFileSync(path, store.objects.get(mediaOf(id))?.bytes ?? '');
    const fileKey = Buffer.from(manifest.fileKey, 'base64');
    await using reader = await openSealedReader({ path, fileKey, sealedId: id }).then((opened) =>
      Object.assign(opened, { [Symbol.asyncDispose]: () => opened.close() }),
    );
    expect(sha256Hex(await reader.read(0, reader.size))).toBe(manifest.plaintextSha256);
  });

  it('that comes later is noticed', async () => {
    await found(await bench.cloud(store));
    const id = await bench.seal(1_000);
    await bench.until(id, 'verified');
  });

  it('shows nothing of itself to whoever runs the store', async () => {
    const id = await bench.seal(1_000);
    await found(await bench.cloud(store));
    await bench.until(id, 'verified');
    const names = (): readonly string[] => [...store.objects.keys()].sort();
    await waitFor(() => names().find((name) => name.startsWith('heads/')) ?? null, 'the log to be told of');
    expect(names().map((name) => name.replace(/[0-9a-z]{26,32}/, '*'))).toEqual([
      'heads/*',
      'manifests/*',
      'media/*',
      'plainview-store.json',
      'writers/*/log/0000000001',
    ]);
    const all = Buffer.concat([...store.objects.values()].map(({ bytes }) => bytes)).toString('latin1');
    for (const word of [id, 'file-1', 'Front door', 'BWC-07'])
      expect([word, all.includes(word)]).toEqual([word, false]);
  });
});

describe('a cut', () => {
  it.each([
    ['lists', true],
    ['does not list', false],
  ])('costs at most one part each, in a store that %s MD5', async (_what, listsMd5) => {
    store.listsMd5 = listsMd5;
    const id = await bench.seal(41 * mebibyte);
    const sizeBytes = readFileSync((await bench.vault.access(id)).path).length;
    let cuts = 0;
    let sinceCut = 0;
    let lostBytes = 0;
    // The line is cut after every second part, before its answer arrives: acknowledged by the store, unknown to the station.
    store.lost = ({ what, bytes }) => {
      if (what !== 'putPart' || ++sinceCut % 2 !== 0) return;
      cuts++;
      lostBytes += bytes;
      throw unreachable();
    };
    const cloud = await bench.cloud(store, { lanes: 1 });
    await found(cloud);
    await verifiedInTime(id);
    expect(cuts).toBeGreaterThanOrEqual(3);
    // What the store lists with the right MD5 is not even sent once more.
    expect(sentBytes() - sizeBytes).toBe(listsMd5 ? 0 : lostBytes);
    expect(lostBytes).toBeLessThanOrEqual(cuts * 8 * mebibyte);
  });

  it('of the station itself goes on with the parts of the ledger', async () => {
    const id = await bench.seal(40 * mebibyte);
    store.listsMd5 = false;
    const first = await bench.cloud(store, { lanes: 1 });
    let parts = 0;
    store.fault = async ({ what }) => {
      if (what === 'putPart' && ++parts > 3) await new Promise(() => undefined);
    };
    await found(first);
    await waitFor(async () => ((await bench.catalog.uploads.get(id))?.parts.length === 3 ? true : null), 'three parts');
    await first.close();
    expect((await bench.placement(id))?.where).toMatchObject({ state: 'queued', attempts: 0, error: null });
    store.fault = null;
    store.asked.length = 0;
    await bench.cloud(store, { lanes: 1 });
    await bench.until(id, 'verified');
    const sizeBytes = store.objects.get(mediaOf(id))?.bytes.length ?? 0;
    expect(sentBytes()).toBe(sizeBytes - 3 * 8 * mebibyte);
  });

  it('between the end of an upload and its answer does not send it again', async () => {
    const id = await bench.seal(20 * mebibyte);
    let lost = 0;
    store.lost = ({ what }) => {
      if (what === 'completeUpload' && lost++ === 0) throw unreachable();
    };
    await found(await bench.cloud(store));
    await waitFor(() => (lost > 0 ? true : null), 'the answer to be lost');
    const before = sentBytes();
    await verifiedInTime(id);
    expect(sentBytes()).toBe(before);
  });

  it('that makes the store forget the upload begins it anew', async () => {
    const id = await bench.seal(20 * mebibyte);
    let parts = 0;
    store.fault = ({ what }) => {
      if (what === 'putPart' && ++parts === 2) {
        store.uploads.clear();
        throw unreachable();
      }
    };
    await found(await bench.cloud(store));
    await waitFor(() => (parts > 1 ? true : null), 'two parts');
    await verifiedInTime(id);
  });

  it('before the ledger knew of the upload leaves nothing behind in the store', async () => {
    const id = await bench.seal(20 * mebibyte);
    let lost = 0;
    store.lost = ({ what }) => {
      if (what === 'beginUpload' && lost++ === 0) throw unreachable();
    };
    await found(await bench.cloud(store));
    await waitFor(() => (store.uploads.size === 1 ? true : null), 'a stray upload');
    await verifiedInTime(id);
    expect(store.uploads.size).toBe(0);
  });
});

describe('a store that gives back something else', () => {
  it('is never believed, and after three times a person has to look', async () => {
    const id = await bench.seal(20 * mebibyte);
    const cloud = await bench.cloud(store);
    store.lost = ({ what, key }) => {
      const object = store.objects.get(key);
      if (what === 'completeUpload' && object !== undefined) {
        object.bytes[9 * mebibyte] = (object.bytes[9 * mebibyte] ?? 0) ^ 1;
      }
    };
    await found(cloud);
    const { where } = await waitFor(async () => {
      bench.clock.time += 60_000;
      const placement = await bench.placement(id);
      return placement?.where.state === 'missing' ? placement : null;
    }, 'it to be given up');
    expect(where).toMatchObject({ reason: expect.stringContaining('other bytes') as string });
    expect(await eventsOf('original.missing')).toHaveLength(3);
    expect(await eventsOf('original.stored')).toEqual([]);
    expect((await cloud.status()).missing.items).toBe(1);
    expect(store.objects.has(mediaOf(id))).toBe(false);
    store.lost = null;
    await cloud.sendFirst({ ids: [id] });
    await bench.until(id, 'verified');
  });

  it.each([
    ['truncated', (bytes: Uint8Array) => bytes.slice(0, -1)],
    ['longer', (bytes: Uint8Array) => Buffer.concat([bytes, new Uint8Array(1)])],
  ])('%s is noticed by its size', async (_what, harm) => {
    const id = await bench.seal(5_000);
    let harmed = 0;
    store.lost = ({ what, key }) => {
      const object = store.objects.get(key);
      if (what === 'put' && key.startsWith('media/') && harmed++ === 0 && object) object.bytes = harm(object.bytes);
    };
    await found(await bench.cloud(store));
    const waiting = await waitFor(async () => {
      const placement = await bench.placement(id);
      return placement?.where.state === 'queued' && placement.where.error !== null ? placement.where.error : null;
    }, 'the error');
    expect(waiting).toMatchObject({ code: 'verification-failed', message: expect.stringContaining('bytes') as string });
    await verifiedInTime(id);
  });

  it('that holds it back is put over', async () => {
    const id = await bench.seal(5_000);
    store.lock = true;
    let harmed = 0;
    store.lost = ({ what, key }) => {
      const object = store.objects.get(key);
      if (what !== 'put' || !key.startsWith('media/') || harmed++ > 0 || object === undefined) return;
      object.bytes[100] = (object.bytes[100] ?? 0) ^ 1;
      object.retainUntil = Number.MAX_SAFE_INTEGER;
    };
    await found(await bench.cloud(store));
    await waitFor(() => (harmed > 0 ? true : null), 'the harm');
    await verifiedInTime(id);
  });

  it('under the manifest is noticed too', async () => {
    const [a, b] = [await bench.seal(1_000), await bench.seal(1_000)];
    let swapped = false;
    store.lost = ({ what, key }) => {
      if (!key.startsWith('manifests/')) return;
      const object = store.objects.get(key);
      const other = store.objects.get(manifestKey(keys().nameOf(a)));
      if (swapped || what !== 'put' || key !== manifestKey(keys().nameOf(b)) || !object || !other) return;
      swapped = true;
      object.bytes = other.bytes;
    };
    await found(await bench.cloud(store, { lanes: 1 }));
    await bench.until(a, 'verified');
    await waitFor(() => (swapped ? true : null), 'the swap');
    await waitFor(async () => ((await eventsOf('original.missing')).length === 1 ? true : null), 'the finding');
    expect((await bench.placement(b))?.where.state).not.toBe('verified');
  });
});

describe('a sealed file that has rotted here', () => {
  it('is never put away as evidence', async () => {
    const id = await bench.seal(20 * mebibyte);
    const { path } = await bench.vault.access(id);
    const bytes = readFileSync(path);
    bytes[12 * mebibyte] = (bytes[12 * mebibyte] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    await found(await bench.cloud(store));
    const error = await waitFor(async () => {
      const where = (await bench.placement(id))?.where;
      return where?.state === 'queued' ? where.error : null;
    }, 'the error');
    expect(error.code).toBe('tampered');
    expect(store.objects.has(mediaOf(id))).toBe(false);
  });
});

describe('a store that is away', () => {
  it('is one error in words, blames no original, and everything drains when it is back', async () => {
    const ids: OriginalId[] = [];
    for (let n = 0; n < 12; n++) ids.push(await bench.seal(2_000));
    const cloud = await bench.cloud(store);
    await found(cloud);
    store.fault = () => {
      throw unreachable();
    };
    for (let n = 0; n < 3; n++) ids.push(await bench.seal(2_000));
    const month = 30 * 24 * 60 * 60 * 1000;
    const until = bench.clock.time + month;
    const told = collectStatus(cloud);
    while (bench.clock.time < until) {
      bench.clock.time += month / 20;
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    const away = await waitFor(async () => {
      const status = await cloud.status();
      const waits = status.activity === 'waiting' && status.nextTryAt !== null;
      return status.error !== null && waits ? status : null;
    }, 'the error');
    expect(away).toMatchObject({ error: { code: 'store-unreachable' }, rate: null, remainingMs: null });
    expect(away.nextTryAt).toBeGreaterThan(bench.clock.time - month);
    for (const placement of (await cloud.queue({ offset: 0, limit: 100 })).items) {
      expect(placement.where).not.toMatchObject({ error: { family: 'expected' } });
    }
    store.fault = null;
    bench.clock.time += 15 * 60_000;
    for (const id of ids) await bench.until(id, 'verified');
    told.stop();
    expect((await cloud.status()).error).toBeNull();
  });

  it('and full says so', async () => {
    const id = await bench.seal(1_000);
    const cloud = await bench.cloud(store);
    store.fault = ({ key }) => {
      if (key.startsWith('media/')) throw new ExpectedError('destination-full', 'The disk of the store is full.');
    };
    await found(cloud);
    const error = await waitFor(async () => (await cloud.status()).error, 'the error');
    expect(error).toMatchObject({ code: 'destination-full' });
    store.fault = null;
    bench.clock.time += 60_000;
    await bench.until(id, 'verified');
  });
});

describe('500 small originals', () => {
  it('are all verified, none sent by two lanes, the desk told at most five times a second', async () => {
    for (let n = 0; n < 500; n += 20) {
      await Promise.all(Array.from({ length: 20 }, (_, k) => bench.seal(200 + n + k)));
    }
    const cloud = await bench.cloud(store, { lanes: 3 });
    const told = collectStatus(cloud);
    const began = performance.now();
    await found(cloud);
    await waitFor(async () => ((await cloud.status()).verified.items === 500 ? true : null), 'all of them', 120_000);
    const seconds = (performance.now() - began) / 1000;
    const puts = store.asked
      .filter(({ what, key }) => what === 'put' && key.startsWith('media/'))
      .map(({ key }) => key);
    expect(puts).toHaveLength(500);
    expect(new Set(puts).size).toBe(500);
    expect(told.seen.length).toBeLessThanOrEqual(Math.ceil(seconds * 5) + 1);
    expect(told.seen.length).toBeGreaterThan(1);
  });
});

describe('the queue', () => {
  it('sends first what somebody wants first, and stops when it is paused', async () => {
    const ids: OriginalId[] = [];
    for (let n = 0; n < 5; n++) ids.push(await bench.seal(1_000));
    const cloud = await bench.cloud(store, { lanes: 1 });
    const gate = Promise.withResolvers<undefined>();
    store.fault = ({ key }) => (key.startsWith('media/') ? gate.promise : undefined);
    await found(cloud);
    await waitFor(async () => ((await cloud.queue({ offset: 0, limit: 9 })).total === 5 ? true : null), 'the queue');
    await cloud.pause(adminActor);
    expect((await cloud.status()).activity).toBe('paused');
    const last = ids.at(-1);
    if (last === undefined) throw new Error('Nothing was sealed.');
    await cloud.sendFirst({ ids: [last] });
    gate.resolve(undefined);
    await waitFor(async () => ((await cloud.status()).current.length === 0 ? true : null), 'quiet');
    store.asked.length = 0;
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(store.asked).toEqual([]);
    await cloud.resume(adminActor);
    for (const id of ids) await bench.until(id, 'verified');
    const puts = store.asked.filter(({ what, key }) => what === 'put' && key.startsWith('media/'));
    expect(puts[0]?.key).toBe(mediaOf(last));
    expect((await events()).filter(({ kind }) => kind === 'store.paused' || kind === 'store.resumed')).toHaveLength(2);
  });

  it('keeps quiet hours, cutting off what travels, and goes on when they end', async () => {
    // 12:00 UTC is 07:00 in New York.
    const id = await bench.seal(40 * mebibyte);
    const cloud = await bench.cloud(store, { lanes: 1 });
    let parts = 0;
    store.fault = async ({ what }) => {
      if (what === 'putPart' && ++parts > 1) await new Promise(() => undefined);
    };
    await found(cloud);
    await waitFor(() => (parts > 1 ? true : null), 'the second part');
    await cloud.setLimits({ bytesPerSecond: null, quiet: { from: '07:30', until: '18:00' } }, adminActor);
    expect((await cloud.status()).activity).toBe('working');
    bench.clock.time += 30 * 60_000;
    await waitFor(async () => ((await cloud.status()).activity === 'quiet' ? true : null), 'quiet');
    await bench.until(id, 'queued');
    store.fault = null;
    const status = await cloud.status();
    expect(status.nextTryAt).toBe(Date.UTC(2026, 10, 23, 23));
    bench.clock.time = Date.UTC(2026, 10, 23, 22, 59, 59);
    store.asked.length = 0;
    await new Promise((resolve) => setTimeout(resolve, 700));
    // Whether others told something is still asked: that is one small request now and then.
    expect(store.asked.filter(({ what, key }) => what !== 'list' || key !== 'heads/')).toEqual([]);
    bench.clock.time = Date.UTC(2026, 10, 23, 23);
    await bench.until(id, 'verified');
  });

  it('asks the store to refuse deletion for as long as a person confirmed', async () => {
    store.lock = true;
    const cloud = await bench.cloud(store);
    await found(cloud);
    await cloud.setRetention({ days: 30 }, adminActor);
    const id = await bench.seal(1_000);
    const { where } = await bench.until(id, 'verified');
    const until = where.state === 'verified' ? where.retainUntil : null;
    expect(until).toBe(bench.clock.time + 30 * 24 * 60 * 60 * 1000);
    for (const key of [mediaOf(id), manifestKey(keys().nameOf(id))]) {
      expect(store.objects.get(key)?.retainUntil).toBe(until);
    }
  });

  it('reads nothing back again for a lock that is refused, and sends nothing twice', async () => {
    store.lock = true;
    let refused = 0;
    store.fault = ({ what }) => {
      if (what === 'retain' && ++refused <= 2)
        throw new ExpectedError('store-refused', 'PutObjectRetention is missing.');
    };
    const cloud = await bench.cloud(store);
    await found(cloud);
    await cloud.setRetention({ days: 30 }, adminActor);
    const id = await bench.seal(20 * 1024 * 1024);
    const ask = async (): Promise<true | null> => {
      await cloud.sendFirst({ ids: [id] });
      return (await bench.placement(id))?.where.state === 'verified' ? true : null;
    };
    await waitFor(() => (refused > 0 ? true : null), 'the first refusal');
    await waitFor(ask, 'it to be verified');
    expect(refused).toBe(4);
    const media = store.asked.filter(({ key }) => key === mediaOf(id));
    expect(media.filter(({ what }) => what === 'get')).toHaveLength(3);
    expect(media.filter(({ what }) => what === 'putPart')).toHaveLength(3);
    expect(store.objects.get(mediaOf(id))?.retainUntil).not.toBeNull();
  });

  it('reads it back anew when it is gone by the time the lock is asked for', async () => {
    store.lock = true;
    let refused = 0;
    store.fault = ({ what }) => {
      if (what !== 'retain' || ++refused > 1) return;
      store.objects.delete(mediaOf(id));
      throw new ExpectedError('store-refused', 'PutObjectRetention is missing.');
    };
    const cloud = await bench.cloud(store);
    await found(cloud);
    await cloud.setRetention({ days: 30 }, adminActor);
    const id = await bench.seal(1_000);
    await waitFor(async () => {
      bench.clock.time += 60_000;
      await cloud.sendFirst({ ids: [id] });
      return (await bench.placement(id))?.where.state === 'verified' ? true : null;
    }, 'it to be verified');
    expect(store.objects.get(mediaOf(id))?.bytes).toHaveLength((await bench.placement(id))?.sizeBytes ?? 0);
  });
});
