import { createHash } from 'node:crypto';
import { Refusal } from './refusal.ts';

export type KeptObject = { bytes: Buffer; readonly etag: string; readonly modifiedAt: number };
export type KeptPart = { bytes: Buffer; readonly etag: string; readonly at: number };
export type KeptUpload = { readonly key: string; readonly begunAt: number; readonly parts: Map<number, KeptPart> };

/** Everything that lies in the bucket; a test may look at it, and spoil it as an operator could. */
export type Bucket = { readonly objects: Map<string, KeptObject>; readonly uploads: Map<string, KeptUpload> };

/** Every part but the last has at least this size. */
const smallestPart = 5 * 1024 * 1024;

const md5 = (bytes: Uint8Array): Buffer => createHash('md5').update(bytes).digest();

export type Condition = { readonly ifMatch: string | undefined; readonly ifNoneMatch: string | undefined };

function checkCondition(bucket: Bucket, key: string, { ifMatch, ifNoneMatch }: Condition): void {
  const there = bucket.objects.get(key);
  if (ifNoneMatch === '*' && there !== undefined) {
    throw new Refusal(412, 'PreconditionFailed', 'Something is there already.');
  }
  if (ifMatch === undefined) return;
  if (there === undefined) throw new Refusal(404, 'NoSuchKey', 'There is no such object.');
  if (there.etag !== ifMatch.replaceAll('"', '')) {
    throw new Refusal(412, 'PreconditionFailed', 'Something else is there.');
  }
}

export function putObject(bucket: Bucket, key: string, bytes: Buffer, condition: Condition, now: number): KeptObject {
  checkCondition(bucket, key, condition);
  const kept = { bytes, etag: md5(bytes).toString('hex'), modifiedAt: now };
  bucket.objects.set(key, kept);
  return kept;
}

export function objectAt(bucket: Bucket, key: string): KeptObject {
  const kept = bucket.objects.get(key);
  if (kept === undefined) throw new Refusal(404, 'NoSuchKey', 'There is no such object.');
  return kept;
}

export function uploadOf(bucket: Bucket, key: string, id: string): KeptUpload {
  const upload = bucket.uploads.get(id);
  if (upload?.key !== key) throw new Refusal(404, 'NoSuchUpload', 'There is no such upload.');
  return upload;
}

export function putPart(upload: KeptUpload, number: number, bytes: Buffer, now: number): KeptPart {
  if (!(number >= 1 && number <= 10_000)) throw new Refusal(400, 'InvalidArgument', 'Parts are numbered 1 to 10,000.');
  const part = { bytes, etag: md5(bytes).toString('hex'), at: now };
  upload.parts.set(number, part);
  return part;
}

export function completeUpload(
  bucket: Bucket,
  key: string,
  id: string,
  wanted: readonly { readonly number: number; readonly etag: string }[],
  condition: Condition,
  now: number,
): KeptObject {
  const upload = uploadOf(bucket, key, id);
  checkCondition(bucket, key, condition);
  if (wanted.length === 0) throw new Refusal(400, 'MalformedXML', 'An object has at least one part.');
  const parts = wanted.map(({ number, etag }, index) => {
    const part = upload.parts.get(number);
    if (part?.etag !== etag) throw new Refusal(400, 'InvalidPart', `Part ${number} is not there or another.`);
    if (index > 0 && number <= (wanted[index - 1]?.number ?? 0)) {
      throw new Refusal(400, 'InvalidPartOrder', 'The parts are not in order.');
    }
    if (index < wanted.length - 1 && part.bytes.length < smallestPart) {
      throw new Refusal(400, 'EntityTooSmall', `Part ${number} is too small.`);
    }
    return part;
  });
  const sums = Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, 'hex')));
  const kept = {
    bytes: Buffer.concat(parts.map(({ bytes }) => bytes)),
    etag: `${md5(sums).toString('hex')}-${parts.length}`,
    modifiedAt: now,
  };
  bucket.objects.set(key, kept);
  bucket.uploads.delete(id);
  return kept;
}

/** Names after `after` below `prefix`, in the order of S3, at most `limit` of them, and whether there are more. */
export function pageOf(
  names: Iterable<string>,
  { prefix, after, limit }: { readonly prefix: string; readonly after: string; readonly limit: number },
): { readonly names: readonly string[]; readonly more: boolean } {
  const all = [...names].filter((name) => name.startsWith(prefix) && name > after).sort();
  return { names: all.slice(0, limit), more: all.length > limit };
}
