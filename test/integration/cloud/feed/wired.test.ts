import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StoreTrouble } from '#common/evidence/index.ts';
import { headKey, openLogObject } from '#core/cloud/feed/log-format.ts';
import { storeKeys } from '#core/cloud/keys.ts';
import { theStation } from '#test/support/catalog.ts';
import { type CloudBench, found, openCloudBench, waitFor } from '#test/support/cloud-bench.ts';
import { createMemoryStore, type MemoryStore, unreachable } from '#test/support/memory-store.ts';

let bench: CloudBench;
let store: MemoryStore;

beforeEach(async () => {
  bench = await openCloudBench();
  store = createMemoryStore(() => bench.clock.time);
});
afterEach(() => bench[Symbol.asyncDispose]());

const head = async (): Promise<string> => headKey((await bench.catalog.logs.state()).writer);

/** Names of the originals that the log in the store tells of. */
async function told(): Promise<readonly string[]> {
  const { writer } = await bench.catalog.logs.state();
  const { objectKey } = storeKeys(bench.secrets.kept.get('store-root') ?? new Uint8Array(0));
  const logs = [...store.objects].filter(([key]) => key.startsWith(`writers/${writer}/`)).sort();
  return logs.flatMap(([, { bytes }], index) => {
    const opened = openLogObject(objectKey, writer, index + 1, bytes);
    if (!opened.good) throw new Error(opened.fault);
    return opened.value.entries.map(({ body }) => (body as { name: string }).name);
  });
}

describe('a station with a store', () => {
  it('tells of every original when it is verified', async () => {
    await found(await bench.cloud(store));
    const ids = [await bench.seal(1_000), await bench.seal(2_000, 'damaged')];
    for (const id of ids) await bench.until(id, 'verified');
    const { nameOf } = storeKeys(bench.secrets.kept.get('store-root') ?? new Uint8Array(0));
    const wanted = ids.map(nameOf).sort();
    await waitFor(
      async () => ((await told()).length === 2 && store.objects.has(await head()) ? true : null),
      'the log',
    );
    expect([...(await told())].sort()).toEqual(wanted);
  });

  it('makes up for what was verified before it had a log, once', async () => {
    const first = await bench.cloud(store);
    await found(first);
    const id = await bench.seal(1_000);
    const placement = await bench.until(id, 'verified');
    await first.close();
    // As a version without logs left it: verified, and nobody was told.
    const settings = await bench.catalog.storeSettings.get();
    const record = await bench.catalog.placements.get(id);
    if (settings === null || record === null) throw new Error('There is a store, and it has the original.');
    for (const key of [...store.objects.keys()]) if (/^(writers|heads)\//.test(key)) store.objects.delete(key);
    await bench.catalog.commit({
      actor: theStation,
      writes: [
        { put: 'log-begun', storeId: 'f'.repeat(32) },
        { put: 'placement', value: { ...record, placement } },
        { put: 'store-settings', value: settings },
      ],
      events: [],
    });
    for (let starts = 0; starts < 2; starts++) {
      const cloud = await bench.cloud(store);
      await waitFor(async () => (store.objects.has(await head()) ? true : null), 'the log');
      await cloud.close();
    }
    expect(await told()).toHaveLength(1);
  });

  it('has what is wrong in the store, and that it cannot be reached, in its status, and is told when it is right again', async () => {
    const cloud = await bench.cloud(store);
    await found(cloud);
    const trouble: StoreTrouble = {
      kind: 'missing',
      object: 'heads/x',
      writer: 'a'.repeat(26),
      writerName: null,
      since: 1,
      words: 'It is gone.',
    };
    await bench.catalog.commit({ actor: theStation, writes: [{ put: 'store-trouble', value: trouble }], events: [] });
    expect((await cloud.status()).troubles).toEqual([trouble]);
    await waitFor(async () => ((await cloud.status()).lastContactAt === null ? null : true), 'a look');
    expect((await cloud.status()).error).toBeNull();
    // Nothing is queued: only the logs look at the store.
    store.fault = () => {
      throw unreachable();
    };
    bench.clock.time += 60_000;
    await waitFor(async () => ((await cloud.status()).error?.code === 'store-unreachable' ? true : null), 'the error');
    store.fault = null;
    bench.clock.time += 60_000;
    await waitFor(async () => ((await cloud.status()).error === null ? true : null), 'the store to be back');
    expect((await cloud.status()).lastContactAt).toBe(bench.clock.time);
  });
});
