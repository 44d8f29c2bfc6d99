import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandOutput,
  PutObjectRetentionCommand,
} from '@aws-sdk/client-s3';
import { ExpectedError } from '#common/errors/index.ts';
import { type Clock, systemClock } from '#core/kernel/index.ts';
import { conflict, notFound } from './errors.ts';
import type { InspectableStore } from './insight.ts';
import { checkKey, checkKeyPrefix, checkRange, longestPage } from './keys.ts';
import type { KeyPage, ObjectHead, PutCondition, StoreCall } from './port.ts';
import { parseContentRange, readBody } from './s3-body.ts';
import { openS3Calls } from './s3-calls.ts';
import type { S3Patience, S3Target } from './s3-client.ts';
import { s3ErrorOf } from './s3-errors.ts';
import { createS3Insight } from './s3-insight.ts';
import { headersFor, missingNames, plainEtag, timeOf } from './s3-names.ts';
import { createS3Uploads } from './s3-uploads.ts';

export type S3StoreOptions = {
  readonly target: S3Target;
  readonly secretAccessKey: string;
  readonly patience?: S3Patience;
  readonly clock?: Clock;
};

const usualPatience: S3Patience = { connectMs: 15_000, stallMs: 60_000 };

/** The store in a bucket of anything that speaks S3. */
export function openS3Store(options: S3StoreOptions): InspectableStore {
  const { target, secretAccessKey, patience = usualPatience, clock = systemClock } = options;
  const calls = openS3Calls(target, secretAccessKey, patience, clock);
  const { bucket, prefix } = target;
  const at = (key: string) => ({ Bucket: bucket, Key: prefix + key });

  async function head(key: string, given: StoreCall | undefined): Promise<ObjectHead | null> {
    const about = { key, permission: 's3:GetObject (and s3:ListBucket, to learn that something is not there)' };
    const found = await calls
      .orNull(given, about, missingNames, (client, how) => client.send(new HeadObjectCommand(at(key)), how))
      .catch(async (error: unknown) => {
        // An answer without a body does not tell wrong rights from a wrong key or clock: the same asked with one does.
        if (error instanceof ExpectedError && error.code === 'store-refused') {
          await calls.orNull(given, about, missingNames, async (client, how) => {
            const answer = await client.send(new GetObjectCommand({ ...at(key), Range: 'bytes=0-0' }), how);
            await readBody(answer.Body, answer.ContentLength ?? 0, key, given?.signal);
          });
        }
        throw error;
      });
    if (found === null) {
      // An answer without a body does not tell a missing object from a missing bucket, which would make all of them missing.
      await calls.run(given, { key: null, permission: 's3:ListBucket' }, (client, how) =>
        client.send(new HeadBucketCommand({ Bucket: bucket }), how),
      );
      return null;
    }
    if (found.ContentLength === undefined) throw calls.notAStore(key);
    return {
      key,
      sizeBytes: found.ContentLength,
      etag: plainEtag(found.ETag),
      modifiedAt: timeOf(found.LastModified) ?? calls.storeTime(),
      version: found.VersionId === undefined || found.VersionId === 'null' ? null : found.VersionId,
      retainUntil: timeOf(found.ObjectLockRetainUntilDate),
    };
  }

  async function put(
    key: string,
    bytes: Uint8Array,
    given?: StoreCall & { readonly condition?: PutCondition },
  ): Promise<ObjectHead> {
    checkKey(key);
    if (given?.condition !== undefined) await needCondition(key, given.condition, given);
    const about = { key, permission: 's3:PutObject', condition: given?.condition };
    const send = (condition: PutCondition | undefined) =>
      calls.run(given, about, (client, how) =>
        client.send(new PutObjectCommand({ ...at(key), Body: bytes, ...headersFor(condition) }), how),
      );
    let stored: PutObjectCommandOutput;
    try {
      stored = await send(given?.condition);
    } catch (error) {
      const condition = given?.condition;
      const refused = error instanceof ExpectedError && error.code === 'store-conflict';
      if (!refused || condition === undefined || 'ifAbsent' in condition) throw error;
      // Ceph compares with the version that is to be made, in a bucket with versions, and refuses always.
      const there = await head(key, given);
      if (there === null || there.version === null || there.etag !== condition.ifMatch) throw error;
      stored = await send(undefined);
    }
    const etag = plainEtag(stored.ETag);
    if (etag === null) return needHead(key, bytes.byteLength, given);
    const version = stored.VersionId ?? null;
    return { key, sizeBytes: bytes.byteLength, etag, modifiedAt: calls.storeTime(), version, retainUntil: null };
  }

  /**
   * Looks before a put or a completion: Ceph does not read the condition in a bucket with versions, and older servers only on a
   * put. What others put at the same moment such a store still lets through.
   */
  async function needCondition(key: string, condition: PutCondition, given: StoreCall): Promise<void> {
    const there = await head(key, given);
    const holds = 'ifAbsent' in condition ? there === null : there?.etag === condition.ifMatch;
    if (!holds) throw conflict('The object in the store is not what the change was made for; it was not touched.', key);
  }

  /** What has just been put, as the store has it. */
  async function needHead(key: string, sizeBytes: number, given: StoreCall | undefined): Promise<ObjectHead> {
    const found = await head(key, given);
    if (found?.sizeBytes === sizeBytes) return found;
    throw new ExpectedError(
      'verification-failed',
      found === null
        ? 'The store acknowledged an object that is not there.'
        : `The store acknowledged ${sizeBytes} bytes and has ${found.sizeBytes}.`,
      { subject: key, nextStep: 'It is sent again. When it happens again, this store cannot be relied on.' },
    );
  }

  async function get(
    key: string,
    given?: StoreCall & { readonly range?: { readonly start: number; readonly end: number } },
  ): Promise<{ readonly bytes: Uint8Array; readonly sizeBytes: number; readonly etag: string | null }> {
    checkKey(key);
    const range = given?.range;
    if (range !== undefined) checkRange(range);
    const about = { key, permission: 's3:GetObject' };
    const asked = range === undefined ? {} : { Range: `bytes=${range.start}-${range.end - 1}` };
    const beyond = new Set([...missingNames, 'InvalidRange', 'RequestedRangeNotSatisfiable']);
    const found = await calls.orNull(given, about, beyond, async (client, how) => {
      const answer = await client.send(new GetObjectCommand({ ...at(key), ...asked }), how);
      return { answer, bytes: await readAnswer(answer, range, key, given?.signal) };
    });
    if (found === null) {
      // Missing, or nothing in that range: an empty object has no range at all.
      const there = await head(key, given);
      if (there === null || range === undefined || range.start < there.sizeBytes) throw notFound(key);
      return { bytes: new Uint8Array(), sizeBytes: there.sizeBytes, etag: there.etag };
    }
    const size = parseContentRange(found.answer.ContentRange)?.size ?? found.bytes.byteLength;
    return { bytes: found.bytes, sizeBytes: size, etag: plainEtag(found.answer.ETag) };
  }

  async function readAnswer(
    answer: GetObjectCommandOutput,
    range: { readonly start: number; readonly end: number } | undefined,
    key: string,
    signal: AbortSignal | undefined,
  ): Promise<Uint8Array> {
    const length = answer.ContentLength;
    if (range === undefined) {
      if (length === undefined) throw calls.notAStore(key);
      return readBody(answer.Body, length, key, signal);
    }
    const said = parseContentRange(answer.ContentRange);
    const expected = said === null ? null : Math.min(range.end, said.size) - range.start;
    if (said === null || said.start !== range.start || said.end - said.start !== expected) {
      await readBody(answer.Body, 0, key, signal).catch(() => null);
      throw new ExpectedError('verification-failed', 'The store answered with another range than was asked for.', {
        subject: key,
        nextStep: 'This store or a proxy before it does not read ranges; try it on the set-up page.',
      });
    }
    if (length !== undefined && length !== expected) {
      await readBody(answer.Body, 0, key, signal).catch(() => null);
      throw new ExpectedError('verification-failed', `The store sent ${length} bytes instead of ${expected}.`, {
        subject: key,
      });
    }
    return readBody(answer.Body, expected, key, signal);
  }

  async function list(
    within: string,
    given?: StoreCall & { readonly after?: string; readonly limit?: number },
  ): Promise<KeyPage> {
    checkKeyPrefix(within);
    const after = given?.after ?? '';
    let token: string | undefined;
    for (;;) {
      const page = await calls.run(given, { key: null, permission: 's3:ListBucket' }, (client, how) =>
        client.send(
          new ListObjectsV2Command({
            Bucket: bucket,
            Prefix: prefix + within,
            MaxKeys: Math.min(given?.limit ?? longestPage, longestPage),
            ...(after === '' ? {} : { StartAfter: prefix + after }),
            ...(token === undefined ? {} : { ContinuationToken: token }),
          }),
          how,
        ),
      );
      const objects = (page.Contents ?? []).map((object) => ({
        key: (object.Key ?? '').slice(prefix.length),
        sizeBytes: object.Size ?? 0,
        modifiedAt: timeOf(object.LastModified) ?? 0,
        etag: plainEtag(object.ETag),
      }));
      const more = page.IsTruncated === true;
      // A page may be empty and still not the last.
      if (
        more &&
        objects.length === 0 &&
        page.NextContinuationToken !== undefined &&
        page.NextContinuationToken !== token
      ) {
        token = page.NextContinuationToken;
        continue;
      }
      return { objects, next: more ? (objects.at(-1)?.key ?? null) : null };
    }
  }

  async function remove(key: string, given?: StoreCall): Promise<void> {
    checkKey(key);
    const there = await head(key, given);
    if (there === null) return;
    // Where versions are kept, deleting would only hide a locked object, and say nothing.
    if ((there.retainUntil ?? 0) > calls.storeTime()) {
      throw conflict('The store holds this object back: its time of retention has not passed.', key);
    }
    await calls.run(given, { key, permission: 's3:DeleteObject' }, (client, how) =>
      client.send(new DeleteObjectCommand(at(key)), how),
    );
  }

  const uploads = createS3Uploads(target, calls, { needCondition, needHead });

  async function retain(key: string, until: number, given?: StoreCall): Promise<void> {
    checkKey(key);
    // Whole seconds, never a shorter time than was asked for.
    const RetainUntilDate = new Date(Math.ceil(until / 1000) * 1000);
    await calls.run(given, { key, permission: 's3:PutObjectRetention' }, async (client, how) => {
      try {
        await client.send(
          new PutObjectRetentionCommand({ ...at(key), Retention: { Mode: 'COMPLIANCE', RetainUntilDate } }),
          how,
        );
      } catch (error) {
        const { name, status } = s3ErrorOf(error);
        if (missingNames.has(name)) throw notFound(key);
        if (name === 'InvalidRequest' || /ObjectLock/.test(name) || status === 501 || status === 405) {
          throw new ExpectedError('store-unsupported', 'This bucket cannot refuse deletion for a time.', {
            subject: key,
            nextStep: 'Object Lock is turned on when a bucket is made. Use such a bucket, or go on without retention.',
          });
        }
        throw error;
      }
    });
  }

  const port = { put, get, list, remove, retain, ...uploads };
  const insight = createS3Insight(target, calls, { ...port, head });
  return {
    kind: 's3',
    describe: () => calls.place,
    ...port,
    head: (key, given) => {
      checkKey(key);
      return head(key, given);
    },
    close: () => {
      calls.close();
      return Promise.resolve();
    },
    ...insight,
  };
}
