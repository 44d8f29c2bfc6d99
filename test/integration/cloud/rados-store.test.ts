import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, inject } from 'vitest';
import { openS3Store } from '#core/cloud/store/s3-store.ts';
import type { GatewayUser, RadosGateway } from '#test/support/rados-gateway.ts';
import { gatewayMissing, radosGateway } from '#test/support/rados-gateway.ts';
import { storeSuite } from './store-suite.ts';

const missing = gatewayMissing();
if (missing !== null) console.warn(missing);

function start(): Promise<RadosGateway> {
  const { folder, owner } = inject('gateway');
  return radosGateway(folder, owner);
}

async function makeBucket(gateway: RadosGateway, bucket: string, lock: boolean): Promise<S3Client> {
  const client = new S3Client({
    endpoint: gateway.endpoint,
    region: gateway.region,
    forcePathStyle: true,
    credentials: gateway.department,
  });
  await client.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: lock }));
  return client;
}

function storeIn(gateway: RadosGateway, bucket: string, prefix = '', user: GatewayUser = gateway.department) {
  const { accessKeyId, secretAccessKey } = user;
  return openS3Store({
    target: {
      kind: 's3',
      endpoint: gateway.endpoint,
      region: gateway.region,
      bucket,
      prefix,
      pathStyle: true,
      accessKeyId,
      authority: null,
      proxy: null,
    },
    secretAccessKey,
  });
}

describe.skipIf(missing !== null)('a real Ceph gateway', () => {
  storeSuite(
    'S3 store',
    async () => {
      const gateway = await start();
      (await makeBucket(gateway, 'suite', false)).destroy();
      return { open: () => storeIn(gateway, 'suite', 'station/'), [Symbol.asyncDispose]: () => Promise.resolve() };
    },
    { locks: true },
  );
});
