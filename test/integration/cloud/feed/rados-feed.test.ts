import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { headKey } from '#core/cloud/feed/log-format.ts';
import type { ObjectStore } from '#core/cloud/store/port.ts';
import { openS3Store } from '#core/cloud/store/s3-store.ts';
import { type FeedStation, openFeedStation } from '#test/support/feed-bench.ts';
import { gatewayMissing, radosGateway } from '#test/support/rados-gateway.ts';

const missing = gatewayMissing();
if (missing !== null) console.warn(missing);
const bucket = 'logs';

describe.skipIf(missing !== null)('logs in a real Ceph gateway', () => {
  let store: ObjectStore;
  let asked: string[] = [];
  const stations: FeedStation[] = [];

  beforeAll(async () => {
    const { folder, owner } = inject('gateway');
    const { endpoint, region, department } = await radosGateway(folder, owner);
    const client = new S3Client({ endpoint, region, forcePathStyle: true, credentials: department });
    await client.send(new CreateBucketCommand({ Bucket: bucket }));
    client.destroy();
    const { accessKeyId, secretAccessKey } = department;
    const target = { kind: 's3', endpoint, region, bucket, prefix: '', pathStyle: true, accessKeyId } as const;
    const opened = openS3Store({ target: { ...target, authority: null, proxy: null }, secretAccessKey });
    const note = (what: string, key: string): void => void asked.push(`${what} ${key}`);
    store = {
      ...opened,
      list: (prefix, options) => (note('list', prefix), opened.list(prefix, options)),
      head: (key, options) => (note('head', key), opened.head(key, options)),
      get: (key, options) => (note('get', key), opened.get(key, options)),
      put: (key, bytes, options) => (note('put', key), opened.put(key, bytes, options)),
    };
  }, 180_000);
  afterAll(async () => {
    for (const station of stations) await station[Symbol.asyncDispose]();
    await store.close();
  });

  async function station(name: string, copyOf?: string): Promise<FeedStation> {
    const opened = await openFeedStation(store, { name, ...(copyOf === undefined ? {} : { copyOf }) });
    stations.push(opened);
    if (copyOf === undefined) await opened.feed.poke();
    expect(opened.feed.state().error).toBeNull();
    return opened;
  }

  it('are told, caught up with through a checkpoint, forked when a folder was copied, and a replayed head is named', async () => {
    const desk = await station('Desk');
    for (let said = 0; said < 70; said++) {
      await desk.say(`desk ${said}`);
      await desk.feed.poke();
    }
    await desk.feed.poke();
    asked = [];
    const annex = await station('Annex');
    expect(await annex.taken()).toHaveLength(70);
    expect(asked.filter((one) => one.startsWith('get checkpoints/'))).toHaveLength(1);
    // One list, one head, one checkpoint, six objects.
    expect(asked).toHaveLength(9);
    asked = [];
    await annex.feed.poke();
    await desk.feed.poke();
    expect(asked).toEqual(['list heads/', 'list heads/']);

    // The gateway keeps the condition that nothing may be there yet: of two with one name, the second takes another.
    await desk.stop();
    const copy = await station('Copy', desk.folder);
    await desk.restart();
    await desk.say('of the desk');
    await copy.say('of the copy');
    await Promise.all([desk.feed.poke(), copy.feed.poke()]);
    for (let looks = 0; looks < 3; looks++) for (const one of [desk, copy, annex]) await one.feed.poke();
    expect(await desk.writer()).not.toBe(await copy.writer());
    expect(await annex.taken()).toHaveLength(72);
    expect(await annex.troubles()).toEqual([]);

    const own = headKey(await desk.writer());
    const old = await store.get(own);
    await desk.say('newer');
    await desk.feed.poke();
    await annex.feed.poke();
    await desk.stop();
    await store.put(own, old.bytes);
    for (let looks = 0; looks < 2; looks++) await annex.feed.poke();
    expect(await annex.troubles()).toEqual([`replayed ${own}`]);
    await desk.restart();
    for (let looks = 0; looks < 2; looks++) for (const one of [desk, annex]) await one.feed.poke();
    expect(await annex.troubles()).toEqual([]);
  }, 240_000);
});
