import {
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutObjectRetentionCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { ExpectedError } from '#common/errors/index.ts';
import { md5Hex } from '#core/kernel/index.ts';
import type { Excess, StoreInsight } from './insight.ts';
import type { ObjectStore, StoreCall } from './port.ts';
import type { S3Calls } from './s3-calls.ts';
import type { S3Target } from './s3-client.ts';
import { s3ErrorOf } from './s3-errors.ts';

const daysInYear = 365;
/** Neither JSON nor XML: a server that may be asked refuses it as malformed, one that may not says so first. */
const nonsense =
  'Plainview asks whether this access key could change the rules of this bucket. It must not be able to.';

type Denial = { readonly status: number; readonly name: string };

function isDenial({ status, name }: Denial): boolean {
  return status === 401 || status === 403 || name === 'AccessDenied';
}

export function createS3Insight(
  target: S3Target,
  calls: S3Calls,
  port: Pick<ObjectStore, 'list' | 'listUploads' | 'abortUpload'>,
): StoreInsight {
  const { bucket, prefix } = target;

  /** `unknown` for what the store does not offer or this access may not ask. */
  async function ask<T, U>(given: StoreCall | undefined, work: (client: S3Client, how: object) => Promise<T>, none: U) {
    return calls.run<T | U>(given, { key: null, permission: '' }, async (client, how) => {
      try {
        return await work(client, how);
      } catch (error) {
        const said = s3ErrorOf(error);
        if (isDenial(said) || [400, 404, 405, 501].includes(said.status)) return none;
        throw error;
      }
    });
  }

  /** Whether a request that cannot succeed is refused for its content and not for the access. */
  async function wouldBeAllowed(
    given: StoreCall | undefined,
    work: (client: S3Client, how: object) => Promise<unknown>,
  ) {
    return calls.run(given, { key: null, permission: '' }, async (client, how) => {
      try {
        await work(client, how);
        return true;
      } catch (error) {
        const said = s3ErrorOf(error);
        if (said.status === 0 || said.status >= 500) {
          if (said.status === 501) return false;
          throw error;
        }
        // Only the refusal of what was written shows that somebody had read it.
        return said.status === 400 && !['InvalidAccessKeyId', 'SignatureDoesNotMatch'].includes(said.name);
      }
    });
  }

  async function versioning(given?: StoreCall): Promise<'on' | 'suspended' | 'off' | 'unknown'> {
    const found = await ask(
      given,
      (client, how) => client.send(new GetBucketVersioningCommand({ Bucket: bucket }), how),
      null,
    );
    if (found === null) return 'unknown';
    if (found.Status === 'Enabled') return 'on';
    return found.Status === 'Suspended' ? 'suspended' : 'off';
  }

  async function objectLock(given?: StoreCall) {
    return calls.run(given, { key: null, permission: 's3:GetBucketObjectLockConfiguration' }, async (client, how) => {
      try {
        const found = await client.send(new GetObjectLockConfigurationCommand({ Bucket: bucket }), how);
        const configuration = found.ObjectLockConfiguration;
        if (configuration?.ObjectLockEnabled !== 'Enabled') return { state: 'off' } as const;
        const rule = configuration.Rule?.DefaultRetention;
        const days = rule?.Days ?? (rule?.Years === undefined ? null : rule.Years * daysInYear);
        return { state: 'on', defaultDays: days } as const;
      } catch (error) {
        const said = s3ErrorOf(error);
        if (isDenial(said)) return { state: 'unknown' } as const;
        if ([400, 404, 405, 501].includes(said.status)) return { state: 'off' } as const;
        throw error;
      }
    });
  }

  async function mayRetain(key: string, given?: StoreCall): Promise<boolean> {
    const long = new Date(Date.UTC(2001, 0, 1));
    return wouldBeAllowed(given, (client, how) =>
      client.send(
        new PutObjectRetentionCommand({
          Bucket: bucket,
          Key: prefix + key,
          Retention: { Mode: 'COMPLIANCE', RetainUntilDate: long },
        }),
        how,
      ),
    );
  }

  async function putWithWrongMd5(key: string, bytes: Uint8Array, given?: StoreCall): Promise<'refused' | 'accepted'> {
    const other = Buffer.from(md5Hex(new TextEncoder().encode('other bytes')), 'hex').toString('base64');
    try {
      await calls.run(given, { key, permission: 's3:PutObject' }, (client, how) =>
        client.send(
          new PutObjectCommand({ Bucket: bucket, Key: prefix + key, Body: bytes, ContentMD5: other, IfNoneMatch: '*' }),
          how,
        ),
      );
      return 'accepted';
    } catch (error) {
      if (error instanceof ExpectedError && error.code === 'verification-failed') return 'refused';
      throw error;
    }
  }

  async function excess(given?: StoreCall): Promise<readonly Excess[]> {
    const found: Excess[] = [];
    const policy = new PutBucketPolicyCommand({ Bucket: bucket, Policy: nonsense });
    if (await wouldBeAllowed(given, (client, how) => client.send(policy, how))) found.push('bucket-policy');
    const lifecycle = new PutBucketLifecycleConfigurationCommand({ Bucket: bucket });
    lifecycle.middlewareStack.add(
      (next) => (args) => {
        (args.request as { body?: unknown }).body = nonsense;
        return next(args);
      },
      { step: 'build', name: 'plainviewNonsense', priority: 'high' },
    );
    if (await wouldBeAllowed(given, (client, how) => client.send(lifecycle, how))) found.push('lifecycle');
    if (prefix !== '') {
      const all = new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1 });
      if ((await ask(given, (client, how) => client.send(all, how), null)) !== null) found.push('other-prefixes');
    }
    const buckets = await ask(given, (client, how) => client.send(new ListBucketsCommand({}), how), null);
    if ((buckets?.Buckets ?? []).some((other) => other.Name !== bucket)) found.push('other-buckets');
    return found;
  }

  async function erase(within: string, given?: StoreCall): Promise<{ readonly remaining: number }> {
    let remaining = 0;
    for (const { key, upload } of await port.listUploads(within, given)) await port.abortUpload(key, upload, given);
    const versions = await versionsBelow(within, given);
    for (const one of versions) {
      const gone = await calls.run(given, { key: null, permission: 's3:DeleteObject' }, async (client, how) => {
        try {
          await client.send(new DeleteObjectCommand({ Bucket: bucket, ...one }), how);
          return true;
        } catch (error) {
          if (isDenial(s3ErrorOf(error))) return false;
          throw error;
        }
      });
      if (!gone) remaining++;
    }
    return { remaining };
  }

  /** All versions and delete markers where the store tells them; else the objects themselves. */
  async function versionsBelow(within: string, given: StoreCall | undefined) {
    const found: { Key: string; VersionId?: string }[] = [];
    const request = new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix + within });
    const page = await ask(given, (client, how) => client.send(request, how), null);
    for (const { Key, VersionId } of [...(page?.Versions ?? []), ...(page?.DeleteMarkers ?? [])]) {
      if (Key?.startsWith(prefix + within) !== true) continue;
      found.push({ Key, ...(VersionId === undefined ? {} : { VersionId }) });
    }
    if (page !== null) return found;
    const { objects } = await port.list(within, given);
    return objects.map(({ key }) => ({ Key: prefix + key }));
  }

  return { clockSkew: calls.skew, versioning, objectLock, mayRetain, putWithWrongMd5, excess, erase };
}
