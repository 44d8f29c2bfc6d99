import type { StoreTarget } from '#common/contract/index.ts';
import { identityKey } from '#core/cloud/identity.ts';
import type { S3Patience } from '#core/cloud/store/s3-client.ts';
import { openS3Store } from '#core/cloud/store/s3-store.ts';
import type { FaultStore } from './server.ts';

type S3Target = Extract<StoreTarget, { readonly kind: 's3' }>;

/** What it takes to find a fault store, also from another process. */
export type StorePlace = Pick<FaultStore, 'endpoint' | 'region' | 'bucketName' | 'access'>;

/** Put before every key of a station. */
export const keyPrefix = 'station/';

/** Somebody has founded the store: before that a person waits for the answer, and is told at once what goes wrong. */
export function isFounded({ bucket }: FaultStore): boolean {
  return bucket.objects.has(keyPrefix + identityKey);
}

/** Where a station finds the store. */
export function targetOf(server: StorePlace): S3Target {
  return {
    kind: 's3',
    endpoint: server.endpoint,
    region: server.region,
    bucket: server.bucketName,
    prefix: keyPrefix,
    pathStyle: true,
    accessKeyId: server.access.accessKeyId,
    authority: null,
    proxy: null,
  };
}

/** The product's S3 store on a fault store; a stall is noticed after `stallMs`. */
export function openStoreOn(server: StorePlace, stallMs = 60_000): ReturnType<typeof openS3Store> {
  const patience: S3Patience = { connectMs: 5_000, stallMs };
  return openS3Store({ target: targetOf(server), secretAccessKey: server.access.secretAccessKey, patience });
}
