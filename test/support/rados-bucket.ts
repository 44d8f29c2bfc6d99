import { CreateBucketCommand, PutBucketPolicyCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { inject } from 'vitest';
import type { S3Target } from '#core/cloud/store/s3-client.ts';
import { openS3Store, type S3StoreOptions } from '#core/cloud/store/s3-store.ts';
import { randomBytes } from '#core/kernel/index.ts';
import { type GatewayUser, gatewayMissing, type RadosGateway, radosGateway } from './rados-gateway.ts';

/** The gateway that all test files of one run share. */
export function sharedGateway(): Promise<RadosGateway> {
  const { folder, owner } = inject('gateway');
  return radosGateway(folder, owner);
}

/** Whether there can be no gateway here; says so loudly. */
export function noGateway(): boolean {
  const missing = gatewayMissing();
  if (missing !== null) console.warn(missing);
  return missing !== null;
}

/** The SDK by itself, to look at a bucket from outside. */
export function adminOf(gateway: RadosGateway, user: GatewayUser = gateway.department): S3Client {
  return new S3Client({
    endpoint: gateway.endpoint,
    region: gateway.region,
    forcePathStyle: true,
    credentials: user,
  });
}

export type BucketWishes = { readonly lock?: boolean; readonly versions?: boolean };

/** A bucket of its own for a test. */
export async function newBucket(gateway: RadosGateway, wishes: BucketWishes = {}): Promise<string> {
  const bucket = `b-${Buffer.from(randomBytes(8)).toString('hex')}`;
  const admin = adminOf(gateway);
  await admin.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: wishes.lock === true }));
  if (wishes.versions === true) {
    const VersioningConfiguration = { Status: 'Enabled' } as const;
    await admin.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration }));
  }
  admin.destroy();
  return bucket;
}

/** Lets the stranger do these things in a bucket, and nothing else; `denied` also what the owner of an object may do by itself. */
export async function grantStranger(
  gateway: RadosGateway,
  bucket: string,
  actions: readonly string[],
  denied: readonly string[] = [],
): Promise<void> {
  const statement = (Effect: 'Allow' | 'Deny', which: readonly string[]) => ({
    Effect,
    Principal: { AWS: [`arn:aws:iam:::user/${gateway.stranger.name}`] },
    Action: which.map((action) => `s3:${action}`),
    Resource: [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`],
  });
  const Policy = JSON.stringify({
    Version: '2012-10-17',
    Statement: [statement('Allow', actions), ...(denied.length === 0 ? [] : [statement('Deny', denied)])],
  });
  const admin = adminOf(gateway);
  await admin.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy }));
  admin.destroy();
}

export function targetIn(gateway: RadosGateway, bucket: string, changes: Partial<S3Target> = {}): S3Target {
  return {
    kind: 's3',
    endpoint: gateway.endpoint,
    region: gateway.region,
    bucket,
    prefix: '',
    pathStyle: true,
    accessKeyId: gateway.department.accessKeyId,
    authority: null,
    proxy: null,
    ...changes,
  };
}

export function storeIn(
  gateway: RadosGateway,
  bucket: string,
  changes: Partial<S3Target> = {},
  options: Partial<S3StoreOptions> = {},
) {
  const target = targetIn(gateway, bucket, changes);
  return openS3Store({ target, secretAccessKey: gateway.department.secretAccessKey, ...options });
}
