import {
  DeleteObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomBytes } from '#core/kernel/index.ts';
import { adminOf, grantStranger, newBucket, noGateway, sharedGateway, storeIn } from '#test/support/rados-bucket.ts';
import type { RadosGateway } from '#test/support/rados-gateway.ts';

const partSize = 5 * 1024 * 1024;
const day = 24 * 3_600_000;

describe.skipIf(noGateway())('what a real Ceph gateway keeps to', () => {
  let gateway: RadosGateway;
  beforeAll(async () => {
    gateway = await sharedGateway();
  });

  it('refuses to delete what was asked to be kept, to us and to its owner, and shortens nothing', async () => {
    const bucket = await newBucket(gateway, { lock: true });
    const store = storeIn(gateway, bucket, { prefix: 'p/' });
    await store.put('media/kept', randomBytes(1000));
    const until = Date.now() + day;
    await store.retain('media/kept', until);
    const head = await store.head('media/kept');
    expect(head?.retainUntil).toBe(Math.ceil(until / 1000) * 1000);
    await expect(store.remove('media/kept')).rejects.toMatchObject({ code: 'store-conflict' });
    expect(await store.tryDelete('media/kept')).toBe('held');
    const admin = adminOf(gateway);
    const version = { Bucket: bucket, Key: 'p/media/kept', VersionId: head?.version ?? '' };
    for (const bypass of [false, true]) {
      const request = new DeleteObjectCommand({ ...version, BypassGovernanceRetention: bypass });
      await expect(admin.send(request)).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    }
    const shorter = { Mode: 'COMPLIANCE', RetainUntilDate: new Date(Date.now() + 60_000) } as const;
    await expect(admin.send(new PutObjectRetentionCommand({ ...version, Retention: shorter }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 403 },
    });
    await store.retain('media/kept', until + day);
    expect((await store.head('media/kept'))?.retainUntil).toBe(Math.ceil((until + day) / 1000) * 1000);
    // A change put over it only hides it: the version that is kept is there still.
    await store.put('media/kept', randomBytes(10));
    expect((await admin.send(new HeadObjectCommand(version))).ContentLength).toBe(1000);
    admin.destroy();
    await store.close();
  });

  it('says that a bucket without Object Lock, also one with versions, cannot refuse deletion', async () => {
    for (const versions of [false, true]) {
      const store = storeIn(gateway, await newBucket(gateway, { versions }));
      await store.put('kept', randomBytes(10));
      await expect(store.retain('kept', Date.now() + day)).rejects.toMatchObject({ code: 'store-unsupported' });
      await store.close();
    }
  });

  it('refuses bytes with a wrong MD5, whole and in parts, and keeps nothing of them', async () => {
    const bucket = await newBucket(gateway);
    const store = storeIn(gateway, bucket);
    expect(await store.putWithWrongMd5('damaged', randomBytes(1000))).toBe('refused');
    expect(await store.head('damaged')).toBeNull();
    // Damaged on the way: the MD5 is that of other bytes.
    const admin = adminOf(gateway);
    const ContentMD5 = Buffer.alloc(16).toString('base64');
    const damaged = new PutObjectCommand({ Bucket: bucket, Key: 'damaged', Body: randomBytes(10), ContentMD5 });
    await expect(admin.send(damaged)).rejects.toMatchObject({ name: 'BadDigest' });
    admin.destroy();
    await store.close();
  });

  it('tells a station that was restarted which parts it has, and takes the rest', async () => {
    const bucket = await newBucket(gateway, { lock: true });
    const parts = [randomBytes(partSize), randomBytes(partSize), randomBytes(99)];
    const before = storeIn(gateway, bucket);
    const upload = await before.beginUpload('media/large', partSize);
    await before.putPart('media/large', upload, { number: 1, bytes: parts[0] ?? new Uint8Array() });
    await before.close();
    const after = storeIn(gateway, bucket);
    const listed = await after.listParts('media/large', upload);
    expect(listed).toMatchObject([{ number: 1, sizeBytes: partSize }]);
    const sent = [...(listed ?? [])];
    for (const [index, bytes] of parts.entries()) {
      if (index > 0) sent.push(await after.putPart('media/large', upload, { number: index + 1, bytes }));
    }
    await after.completeUpload('media/large', upload, sent, { condition: { ifAbsent: true } });
    const { bytes } = await after.get('media/large');
    expect(Buffer.compare(bytes, Buffer.concat(parts))).toBe(0);
    await after.close();
  });

  it('says which right is missing for one thing', async () => {
    const bucket = await newBucket(gateway, { lock: true });
    const owner = storeIn(gateway, bucket);
    await owner.put('there', randomBytes(10));
    await grantStranger(gateway, bucket, ['ListBucket', 'GetObject', 'PutObject'], ['DeleteObject']);
    const { accessKeyId, secretAccessKey } = gateway.stranger;
    const store = storeIn(gateway, bucket, { accessKeyId }, { secretAccessKey });
    await expect(store.remove('there')).rejects.toMatchObject({
      code: 'store-refused',
      message: 'The access key may not do this: s3:DeleteObject is missing.',
    });
    await expect(store.retain('there', Date.now() + day)).rejects.toMatchObject({
      code: 'store-refused',
      message: 'The access key may not do this: s3:PutObjectRetention is missing.',
    });
    await grantStranger(gateway, bucket, ['ListBucket'], ['PutObject', 'GetObject']);
    await expect(store.put('new', randomBytes(10))).rejects.toMatchObject({
      message: 'The access key may not do this: s3:PutObject is missing.',
    });
    await expect(store.get('there')).rejects.toMatchObject({
      message: 'The access key may not do this: s3:GetObject is missing.',
    });
    expect(await owner.head('new')).toBeNull();
    await store.close();
    await owner.close();
  });
});
