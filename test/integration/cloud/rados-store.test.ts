import { describe } from 'vitest';
import { newBucket, noGateway, sharedGateway, storeIn } from '#test/support/rados-bucket.ts';
import { storeSuite } from './store-suite.ts';

describe.skipIf(noGateway())('a real Ceph gateway', () => {
  for (const versions of [false, true]) {
    storeSuite(
      versions ? 'S3 store with versions' : 'S3 store',
      async () => {
        const gateway = await sharedGateway();
        const bucket = await newBucket(gateway, { versions });
        return {
          open: () => storeIn(gateway, bucket, { prefix: 'station/' }),
          [Symbol.asyncDispose]: () => Promise.resolve(),
        };
      },
      // Ceph reads no condition where it keeps versions: there the store looks by itself, which is not the same moment.
      { locks: true, atomic: !versions },
    );
  }
});
