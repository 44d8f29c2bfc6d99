import { DeleteObjectCommand, ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { StoreTarget } from '#common/contract/index.ts';
import type { Cloud } from '#core/cloud/cloud.ts';
import { threadCarriers } from '#core/cloud/thread-carrier.ts';
import { silentLogger, systemClock } from '#core/kernel/index.ts';
import { adminActor, type CloudBench, openCloudBench, twoGroupsOf, waitFor } from '#test/support/cloud-bench.ts';
import { adminOf, newBucket, noGateway, sharedGateway, targetIn } from '#test/support/rados-bucket.ts';
import type { RadosGateway } from '#test/support/rados-gateway.ts';
import { httpProxy, makeAuthority, tlsBefore } from '#test/support/store-line.ts';

const mebibyte = 1024 * 1024;
const openCarrier = threadCarriers({
  entry: new URL('../../../main/core/cloud/cloud-worker.ts', import.meta.url),
  logger: silentLogger,
});

describe.skipIf(noGateway())('a department whose store is a real Ceph gateway', () => {
  let gateway: RadosGateway;
  let bench: CloudBench;
  beforeAll(async () => {
    gateway = await sharedGateway();
  });
  beforeEach(async () => {
    bench = await openCloudBench();
  });
  afterEach(() => bench[Symbol.asyncDispose]());

  const stationOn = (of: CloudBench): Promise<Cloud> => of.cloud(undefined, { openCarrier, clock: systemClock });

  async function connect(cloud: Cloud, target: StoreTarget, recoverySecret: string | null): Promise<string | null> {
    const { secretAccessKey } = gateway.department;
    const shown = (await cloud.connect({ target, secretAccessKey, recoverySecret }, adminActor)).recoverySecret;
    if (shown !== null) await cloud.confirmRecovery({ groups: twoGroupsOf(shown) }, adminActor);
    return shown;
  }

  async function versionsIn(bucket: string) {
    const admin = adminOf(gateway);
    const { Versions = [], DeleteMarkers = [] } = await admin.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    admin.destroy();
    expect(DeleteMarkers.filter(({ Key = '' }) => !Key.includes('plainview-probe/'))).toEqual([]);
    return Versions;
  }

  it('tries it, founds it, sends an original in parts, reads it back and locks it; another station joins', async () => {
    const bucket = await newBucket(gateway, { lock: true });
    const target = targetIn(gateway, bucket, { prefix: 'evidence/' });
    const cloud = await stationOn(bench);
    const { secretAccessKey } = gateway.department;
    const report = await cloud.probe({ target, secretAccessKey }, adminActor);
    expect(report).toMatchObject({ usable: true, holds: 'nothing' });
    const secret = await connect(cloud, target, null);
    expect((await cloud.status()).connection).toMatchObject({ objectLock: true, recovery: 'confirmed' });
    await cloud.setRetention({ days: 2 }, adminActor);
    const id = await bench.seal(20 * mebibyte);
    const placement = await waitFor(
      async () => {
        const found = await bench.placement(id);
        return found?.where.state === 'verified' ? found : null;
      },
      'the original to be verified',
      60_000,
    );
    const until = placement.where.state === 'verified' ? placement.where.retainUntil : null;
    expect(Math.abs((until ?? 0) - Date.now() - 2 * 24 * 3_600_000)).toBeLessThan(60_000);

    const admin = adminOf(gateway);
    const versions = await versionsIn(bucket);
    const held = versions.filter(({ Key = '' }) => /^evidence\/(?:media|manifests)\/[0-9a-z]{32}$/.test(Key));
    expect(held).toHaveLength(2);
    for (const { Key, VersionId } of held) {
      const request = new DeleteObjectCommand({ Bucket: bucket, Key, VersionId });
      await expect(admin.send(request)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    }
    admin.destroy();
    expect(versions.every(({ Key = '' }) => Key.startsWith('evidence/'))).toBe(true);

    await using other = await openCloudBench();
    const joining = await stationOn(other);
    expect((await joining.probe({ target, secretAccessKey }, adminActor)).holds).toBe('another-plainview');
    expect(await connect(joining, target, secret)).toBeNull();
    expect((await joining.status()).connection?.recovery).toBe('confirmed');
    expect((await joining.probe({ target, secretAccessKey: null }, adminActor)).holds).toBe('this-department');
  });

  it('sends through a proxy and TLS with a private authority', async () => {
    const bucket = await newBucket(gateway);
    const ours = makeAuthority(bench.folder, 'ours');
    await using line = await tlsBefore(Number(new URL(gateway.endpoint).port), ours);
    await using proxy = await httpProxy('open sesame');
    const target = targetIn(gateway, bucket, {
      endpoint: `https://127.0.0.1:${line.port}`,
      authority: ours.certificate,
      proxy: `http://plainview:open%20sesame@127.0.0.1:${proxy.port}`,
    });
    const cloud = await stationOn(bench);
    await connect(cloud, target, null);
    expect(JSON.stringify(await cloud.status())).not.toMatch(/sesame/);
    const id = await bench.seal(9 * mebibyte);
    await bench.until(id, 'verified');
    expect(new Set(proxy.seen)).toEqual(new Set([`CONNECT 127.0.0.1:${line.port}`]));
    // Connections that are kept open belong to the proxy and the line: they go first.
    await cloud.close();
  });

  it('is told in words what is wrong, and nothing is connected', async () => {
    const bucket = await newBucket(gateway);
    const cloud = await stationOn(bench);
    const wrong = { target: targetIn(gateway, bucket), secretAccessKey: 'wrong', recoverySecret: null };
    await expect(cloud.connect(wrong, adminActor)).rejects.toMatchObject({
      code: 'store-unsupported',
      message: expect.stringContaining('The secret key does not belong to the access key.') as string,
    });
    const none = { ...wrong, secretAccessKey: null };
    await expect(cloud.connect(none, adminActor)).rejects.toMatchObject({ code: 'invalid-request' });
    const garbage = { ...wrong, target: targetIn(gateway, bucket, { authority: 'x' }) };
    await expect(cloud.probe(garbage, adminActor)).rejects.toMatchObject({
      code: 'invalid-request',
      subject: 'authority',
    });
    expect((await cloud.status()).connection).toBeNull();
    expect(await versionsIn(bucket)).toEqual([]);
  });
});
