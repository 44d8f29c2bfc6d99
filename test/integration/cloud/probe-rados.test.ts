import {
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  ListMultipartUploadsCommand,
  ListObjectVersionsCommand,
  PutBucketAclCommand,
  PutObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { storeCheckNames } from '#common/contract/index.ts';
import type { S3Target } from '#core/cloud/store/s3-client.ts';
import { systemClock } from '#core/kernel/index.ts';
import { byOutcome, probing, wordsOf } from '#test/support/probing.ts';
import { adminOf, grantStranger, newBucket, noGateway, sharedGateway, storeIn } from '#test/support/rados-bucket.ts';
import type { RadosGateway } from '#test/support/rados-gateway.ts';

const minute = 60_000;

describe.skipIf(noGateway())('a probe of a real Ceph gateway', () => {
  let gateway: RadosGateway;
  beforeAll(async () => {
    gateway = await sharedGateway();
  });

  /** Keys of everything in a bucket, old versions, delete markers and unfinished uploads too. */
  async function everythingIn(bucket: string): Promise<readonly string[]> {
    const admin = adminOf(gateway);
    const { Versions = [], DeleteMarkers = [] } = await admin.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    const { Uploads = [] } = await admin.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    admin.destroy();
    return [...Versions, ...DeleteMarkers, ...Uploads].map(({ Key = '' }) => Key);
  }

  const asStranger = (bucket: string, changes: Partial<S3Target> = {}) => {
    const { accessKeyId, secretAccessKey } = gateway.stranger;
    return storeIn(gateway, bucket, { accessKeyId, ...changes }, { secretAccessKey });
  };

  it('finds all that a plain bucket can do, and leaves nothing there', async () => {
    const bucket = await newBucket(gateway);
    const report = await probing(storeIn(gateway, bucket, { prefix: 'evidence/' }));
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
        'wrong-md5',
        'list',
        'delete',
      ],
      missing: ['versioning', 'object-lock'],
      worry: ['permissions'],
    });
    // The owner of a bucket may do everything, and a prefix does not keep it out of the rest.
    expect(wordsOf(report, 'permissions')).toContain('it may read the rules of the bucket');
    expect(wordsOf(report, 'permissions')).toContain('outside the prefix');
    expect(await everythingIn(bucket)).toEqual([]);
  });

  it('tries Object Lock on an object of its own that is free again after seconds, and leaves no version behind', async () => {
    const bucket = await newBucket(gateway, { lock: true });
    const report = await probing(storeIn(gateway, bucket));
    expect(report.usable).toBe(true);
    expect(byOutcome(report).good).toEqual(expect.arrayContaining(['versioning', 'object-lock', 'delete']));
    expect(wordsOf(report, 'object-lock')).toBe('The store refuses to delete what it was asked to keep: it was tried.');
    // Ceph does not read the condition where it keeps versions.
    expect(byOutcome(report).worry).toEqual(['conditional-put', 'permissions']);
    expect(await everythingIn(bucket)).toEqual([]);
  });

  it('puts as little as possible where the bucket locks everything, and says what stays', async () => {
    const bucket = await newBucket(gateway, { lock: true });
    const admin = adminOf(gateway);
    await admin.send(
      new PutObjectLockConfigurationCommand({
        Bucket: bucket,
        ObjectLockConfiguration: {
          ObjectLockEnabled: 'Enabled',
          Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 1 } },
        },
      }),
    );
    const report = await probing(storeIn(gateway, bucket));
    expect(report.usable).toBe(true);
    expect(wordsOf(report, 'object-lock')).toContain('It locks every new object for 1 day by itself');
    expect(wordsOf(report, 'delete')).toMatch(/4 small objects of this trial could not be removed and stay below/);
    const { Versions = [] } = await admin.send(new ListObjectVersionsCommand({ Bucket: bucket }));
    expect(Versions.reduce((sum, { Size = 0 }) => sum + Size, 0)).toBeLessThan(16 * 1024);
    admin.destroy();
  });

  it('clears away versions and uploads that a probe left which died, and leaves younger ones alone', async () => {
    const bucket = await newBucket(gateway, { versions: true });
    const store = storeIn(gateway, bucket);
    await store.put('plainview-probe/dead/small', new Uint8Array(1));
    await store.remove('plainview-probe/dead/small');
    await store.beginUpload('plainview-probe/dead/parts', 5 * 1024 * 1024);
    await probing(storeIn(gateway, bucket));
    expect(await everythingIn(bucket)).toHaveLength(3);
    // The same after a quarter of an hour, by the clock of the probe and of the store.
    const later = storeIn(gateway, bucket);
    const inAnHour = { now: () => systemClock.now() + 60 * minute };
    const report = await probing({ ...later, clockSkew: () => 0 }, { clock: inAnHour });
    expect(byOutcome(report).good).toContain('delete');
    expect(await everythingIn(bucket)).toEqual([]);
    await store.close();
  });

  it('says which rights are missing, one by one, and what lies there cannot be seen', async () => {
    const bucket = await newBucket(gateway);
    const none = await probing(asStranger(bucket));
    expect(none).toMatchObject({ usable: false, holds: 'unknown' });
    expect(byOutcome(none)).toMatchObject({ good: ['reach', 'clock'], bad: ['write', 'permissions'] });
    expect(wordsOf(none, 'permissions')).toMatch(/^Too little is allowed: s3:GetObject .*; s3:PutObject are missing/);
    expect(wordsOf(none, 'delete')).not.toContain('could not be removed');

    await grantStranger(gateway, bucket, ['GetObject', 'PutObject', 'ListBucket']);
    const noDelete = await probing(asStranger(bucket));
    expect(noDelete).toMatchObject({ usable: true, holds: 'nothing' });
    expect(byOutcome(noDelete).worry).toEqual(['delete']);
    expect(wordsOf(noDelete, 'delete')).toContain('s3:DeleteObject is missing');
    expect(wordsOf(noDelete, 'delete')).toMatch(/4 small objects of this trial could not be removed/);
    expect(wordsOf(noDelete, 'permissions')).toMatch(/^Nothing more is allowed than is needed/);

    await grantStranger(gateway, bucket, ['PutObject', 'ListBucket', 'DeleteObject'], ['GetObject']);
    const noRead = await probing(asStranger(bucket, { prefix: 'other/' }));
    expect(noRead.usable).toBe(false);
    expect(wordsOf(noRead, 'permissions')).toContain('s3:GetObject');
    expect((await everythingIn(bucket)).filter((key) => key.startsWith('other/'))).toEqual([]);

    await grantStranger(gateway, bucket, ['GetObject', 'PutObject', 'DeleteObject']);
    const noList = await probing(asStranger(bucket, { prefix: 'third/' }));
    expect(noList.usable).toBe(false);
    expect(wordsOf(noList, 'permissions')).toContain('s3:ListBucket');
  });

  it('finds an access that has what it needs and no more', async () => {
    const bucket = await newBucket(gateway, { lock: true });
    const needed = ['GetObject', 'PutObject', 'DeleteObject', 'DeleteObjectVersion', 'ListBucket'];
    const more = [
      'ListBucketVersions',
      'ListBucketMultipartUploads',
      'ListMultipartUploadParts',
      'AbortMultipartUpload',
    ];
    const lock = [
      'GetBucketVersioning',
      'GetBucketObjectLockConfiguration',
      'PutObjectRetention',
      'GetObjectRetention',
    ];
    await grantStranger(gateway, bucket, [...needed, ...more, ...lock]);
    const report = await probing(asStranger(bucket));
    expect(byOutcome(report)).toEqual({
      good: storeCheckNames.filter((name) => name !== 'conditional-put'),
      worry: ['conditional-put'],
    });
    expect(await everythingIn(bucket)).toEqual([]);
  });

  it('looks for rights that go too far without changing any rule', async () => {
    const bucket = await newBucket(gateway);
    await grantStranger(gateway, bucket, ['*']);
    const admin = adminOf(gateway);
    const before = (await admin.send(new GetBucketPolicyCommand({ Bucket: bucket }))).Policy;
    await admin.send(new PutBucketAclCommand({ Bucket: bucket, ACL: 'public-read-write' }));
    const report = await probing(asStranger(bucket));
    expect(byOutcome(report).worry).toEqual(['permissions']);
    expect(wordsOf(report, 'permissions')).toContain('it may read the rules of the bucket');
    expect(wordsOf(report, 'permissions')).toContain('everybody who reaches this place may write there');
    expect((await admin.send(new GetBucketPolicyCommand({ Bucket: bucket }))).Policy).toBe(before);
    await expect(admin.send(new GetBucketLifecycleConfigurationCommand({ Bucket: bucket }))).rejects.toMatchObject({
      name: 'NoSuchLifecycleConfiguration',
    });
    admin.destroy();
  });

  it('tells wrong credentials, an unknown key, and a bucket that is not there', async () => {
    const bucket = await newBucket(gateway);
    for (const [store, words] of [
      [storeIn(gateway, bucket, {}, { secretAccessKey: 'wrong' }), 'The secret key does not belong to the access key.'],
      [storeIn(gateway, bucket, { accessKeyId: 'nobody' }), 'The store does not know this access key.'],
      [storeIn(gateway, `${bucket}-not`), `The store has no bucket "${bucket}-not".`],
    ] as const) {
      const report = await probing(store);
      expect(report).toMatchObject({ usable: false, holds: 'unknown' });
      expect(byOutcome(report)).toMatchObject({ bad: ['reach'], good: ['clock'] });
      expect(wordsOf(report, 'reach')).toContain(words);
    }
    expect(await everythingIn(bucket)).toEqual([]);
  });

  it('tells clocks that are minutes apart', async () => {
    const bucket = await newBucket(gateway);
    const behind = { now: () => systemClock.now() - 10 * minute };
    const report = await probing(storeIn(gateway, bucket, {}, { clock: behind }), { clock: behind });
    expect(report.usable).toBe(true);
    expect(byOutcome(report).worry).toContain('clock');
    expect(wordsOf(report, 'clock')).toContain("The clock of this station is 10 minutes behind the store's.");
  });

  it('finds a store that was founded there, or something else', async () => {
    const bucket = await newBucket(gateway);
    const store = storeIn(gateway, bucket, { prefix: 'a/' });
    await store.put('anything', new Uint8Array(1));
    expect((await probing(storeIn(gateway, bucket, { prefix: 'a/' }))).holds).toBe('something-else');
    await store.put('plainview-store.json', new Uint8Array(1));
    expect((await probing(storeIn(gateway, bucket, { prefix: 'a/' }))).holds).toBe('another-plainview');
    expect((await probing(storeIn(gateway, bucket, { prefix: 'b/' }))).holds).toBe('nothing');
    await store.close();
  });
});
