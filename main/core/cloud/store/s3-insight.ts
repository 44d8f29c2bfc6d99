import {
  DeleteObjectCommand,
  GetBucketAclCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetBucketVersioningCommand,
  GetObjectLockConfigurationCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { type ErrorCode, ExpectedError } from '#common/errors/index.ts';
import { md5Hex } from '#core/kernel/index.ts';
import { MissingRight } from './errors.ts';
import type { Excess, StoreInsight } from './insight.ts';
import type { ObjectHead, ObjectStore, PutCondition, StoreCall } from './port.ts';
import type { S3Calls } from './s3-calls.ts';
import type { S3Target } from './s3-client.ts';
import { createS3Erase } from './s3-erase.ts';
import { s3ErrorOf } from './s3-errors.ts';
import { headersFor } from './s3-names.ts';

const daysInYear = 365;
const everybody = /\/groups\/global\/(?:AllUsers|AuthenticatedUsers)$/;

type Work<T> = (client: S3Client, how: object) => Promise<T>;

/** 401 and 403, but not of what makes every request fail. */
function isDenial({ status, name }: { readonly status: number; readonly name: string }): boolean {
  const ofTheKeyItself = /^(?:InvalidAccessKeyId|SignatureDoesNotMatch|RequestTimeTooSkewed|ExpiredToken)$/.test(name);
  return !ofTheKeyItself && (status === 401 || status === 403 || name === 'AccessDenied');
}

export function createS3Insight(
  target: S3Target,
  calls: S3Calls,
  port: Pick<ObjectStore, 'list' | 'listUploads' | 'abortUpload'> & {
    readonly head: (key: string, given: StoreCall | undefined) => Promise<ObjectHead | null>;
  },
): StoreInsight {
  const { bucket, prefix } = target;

  /** `none` for what the store does not offer, has not got, or this access may not ask. */
  async function ask<T, U>(given: StoreCall | undefined, work: Work<T>, none: U, empty: U = none): Promise<T | U> {
    return calls.run<T | U>(given, { key: null, permission: '' }, async (client, how) => {
      try {
        return await work(client, how);
      } catch (error) {
        const said = s3ErrorOf(error);
        if (/^NoSuch(?:BucketPolicy|LifecycleConfiguration)$/.test(said.name)) return empty;
        if (isDenial(said) || [400, 404, 405, 501].includes(said.status)) return none;
        throw error;
      }
    });
  }

  async function versioning(given?: StoreCall): Promise<'on' | 'suspended' | 'off' | 'unknown'> {
    const request = new GetBucketVersioningCommand({ Bucket: bucket });
    const found = await ask(given, (client, how) => client.send(request, how), null);
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

  async function tryDelete(key: string, given?: StoreCall): Promise<'deleted' | 'held' | 'not-allowed'> {
    const version = (await port.head(key, given))?.version ?? null;
    const one = { Bucket: bucket, Key: prefix + key, ...(version === null ? {} : { VersionId: version }) };
    try {
      await calls.run(given, { key, permission: 's3:DeleteObjectVersion' }, (client, how) =>
        client.send(new DeleteObjectCommand(one), how),
      );
      return 'deleted';
    } catch (error) {
      if (error instanceof MissingRight) return 'not-allowed';
      if (error instanceof ExpectedError && error.code === 'store-conflict') return 'held';
      throw error;
    }
  }

  /** Puts below the port, to see what the store itself does. `refusal`: the code of the refusal that is looked for. */
  async function tryPut(
    key: string,
    bytes: Uint8Array,
    headers: Partial<PutObjectCommandInput>,
    refusal: ErrorCode,
    given: StoreCall | undefined,
  ): Promise<'refused' | 'accepted'> {
    const request = new PutObjectCommand({ Bucket: bucket, Key: prefix + key, Body: bytes, ...headers });
    try {
      await calls.run(given, { key, permission: 's3:PutObject' }, (client, how) => client.send(request, how));
      return 'accepted';
    } catch (error) {
      if (error instanceof ExpectedError && error.code === refusal) return 'refused';
      throw error;
    }
  }

  function putIf(key: string, bytes: Uint8Array, condition: PutCondition, given?: StoreCall) {
    return tryPut(key, bytes, headersFor(condition), 'store-conflict', given);
  }

  function putWithWrongMd5(key: string, bytes: Uint8Array, given?: StoreCall) {
    const ContentMD5 = Buffer.from(md5Hex(new TextEncoder().encode('other bytes')), 'hex').toString('base64');
    return tryPut(key, bytes, { ContentMD5, IfNoneMatch: '*' }, 'verification-failed', given);
  }

  async function excess(given?: StoreCall): Promise<readonly Excess[]> {
    const found = new Set<Excess>();
    const at = { Bucket: bucket };
    const readPolicy: Work<unknown> = (client, how) => client.send(new GetBucketPolicyCommand(at), how);
    const readRules: Work<unknown> = (client, how) => client.send(new GetBucketLifecycleConfigurationCommand(at), how);
    for (const read of [readPolicy, readRules]) {
      const may = await ask<unknown, 'no' | 'yes'>(given, read, 'no', 'yes');
      if (may !== 'no') found.add('rules');
    }
    const status = await ask(given, (client, how) => client.send(new GetBucketPolicyStatusCommand(at), how), null);
    if (status?.PolicyStatus?.IsPublic === true) found.add('everybody-reads');
    const acl = await ask(given, (client, how) => client.send(new GetBucketAclCommand(at), how), null);
    for (const { Grantee, Permission } of acl?.Grants ?? []) {
      if (!everybody.test(Grantee?.URI ?? '')) continue;
      const writes = Permission === 'FULL_CONTROL' || Permission === 'WRITE' || Permission === 'WRITE_ACP';
      found.add(writes ? 'everybody-writes' : 'everybody-reads');
    }
    if (prefix !== '') {
      const all = new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1 });
      if ((await ask(given, (client, how) => client.send(all, how), null)) !== null) found.add('other-prefixes');
    }
    const buckets = await ask(given, (client, how) => client.send(new ListBucketsCommand({}), how), null);
    if ((buckets?.Buckets ?? []).some((other) => other.Name !== bucket)) found.add('other-buckets');
    return [...found];
  }

  async function holdsMoreThan(within: string, given?: StoreCall): Promise<boolean> {
    for (let after: string | null = ''; after !== null; ) {
      const page = await port.list('', { ...given, ...(after === '' ? {} : { after }) });
      if (page.objects.some(({ key }) => !key.startsWith(within))) return true;
      after = page.next;
    }
    return false;
  }

  const erase = createS3Erase(target, calls, port);
  return {
    clockSkew: calls.skew,
    versioning,
    objectLock,
    tryDelete,
    putIf,
    putWithWrongMd5,
    excess,
    holdsMoreThan,
    erase,
  };
}
