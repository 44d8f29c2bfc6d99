import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { md5Hex } from '#core/kernel/index.ts';
import { noSuchUpload } from './errors.ts';
import { checkKey, checkKeyPrefix, checkPartNumber, checkPartSize } from './keys.ts';
import type { ObjectHead, ObjectStore, PutCondition, StoreCall, StoredPart } from './port.ts';
import type { S3Calls } from './s3-calls.ts';
import type { S3Target } from './s3-client.ts';
import { headersFor, missingNames, plainEtag, timeOf } from './s3-names.ts';

const noUpload = new Set(['NoSuchUpload', ...missingNames]);

type Heads = {
  readonly needCondition: (key: string, condition: PutCondition, given: StoreCall) => Promise<void>;
  /** What has just been put, as the store has it. */
  readonly needHead: (key: string, sizeBytes: number, given: StoreCall | undefined) => Promise<ObjectHead>;
};

/** Objects that come in parts. */
export function createS3Uploads(
  target: S3Target,
  calls: S3Calls,
  { needCondition, needHead }: Heads,
): Pick<ObjectStore, 'beginUpload' | 'putPart' | 'listParts' | 'completeUpload' | 'abortUpload' | 'listUploads'> {
  const { bucket, prefix } = target;
  const at = (key: string) => ({ Bucket: bucket, Key: prefix + key });

  async function beginUpload(key: string, partSize: number, given?: StoreCall): Promise<string> {
    checkKey(key);
    checkPartSize(partSize);
    const begun = await calls.run(given, { key, permission: 's3:PutObject' }, (client, how) =>
      client.send(new CreateMultipartUploadCommand(at(key)), how),
    );
    if (begun.UploadId === undefined || begun.UploadId === '') throw calls.notAStore(key);
    return begun.UploadId;
  }

  async function putPart(
    key: string,
    upload: string,
    part: { readonly number: number; readonly bytes: Uint8Array; readonly md5?: string },
    given?: StoreCall,
  ): Promise<StoredPart> {
    checkKey(key);
    checkPartNumber(part.number);
    const md5 = part.md5 ?? md5Hex(part.bytes);
    const stored = await calls.orNull(given, { key, permission: 's3:PutObject' }, noUpload, (client, how) =>
      client.send(
        new UploadPartCommand({
          ...at(key),
          UploadId: upload,
          PartNumber: part.number,
          Body: part.bytes,
          ContentMD5: Buffer.from(md5, 'hex').toString('base64'),
        }),
        how,
      ),
    );
    if (stored === null) throw noSuchUpload(key);
    // Servers that leave the name out call a part by its MD5.
    return { number: part.number, sizeBytes: part.bytes.byteLength, etag: plainEtag(stored.ETag) ?? md5, md5 };
  }

  async function listParts(key: string, upload: string, given?: StoreCall): Promise<readonly StoredPart[] | null> {
    checkKey(key);
    const parts: StoredPart[] = [];
    let marker: string | undefined;
    for (;;) {
      const page = await calls.orNull(
        given,
        { key, permission: 's3:ListMultipartUploadParts' },
        noUpload,
        (client, how) =>
          client.send(
            new ListPartsCommand({
              ...at(key),
              UploadId: upload,
              ...(marker === undefined ? {} : { PartNumberMarker: marker }),
            }),
            how,
          ),
      );
      if (page === null) return null;
      for (const { PartNumber: number = 0, Size: sizeBytes = 0, ETag } of page.Parts ?? []) {
        const etag = plainEtag(ETag) ?? '';
        parts.push({ number, sizeBytes, etag, md5: /^[0-9a-f]{32}$/.test(etag) ? etag : null });
      }
      const next = page.NextPartNumberMarker;
      if (page.IsTruncated !== true || next === undefined || next === marker) break;
      marker = next;
    }
    return parts.sort((a, b) => a.number - b.number);
  }

  async function completeUpload(
    key: string,
    upload: string,
    parts: readonly StoredPart[],
    given?: StoreCall & { readonly condition?: PutCondition },
  ): Promise<ObjectHead> {
    checkKey(key);
    const condition = given?.condition;
    if (condition !== undefined) await needCondition(key, condition, given ?? {});
    const about = { key, permission: 's3:PutObject', condition };
    const done = await calls.orNull(given, about, noUpload, (client, how) =>
      client.send(
        new CompleteMultipartUploadCommand({
          ...at(key),
          UploadId: upload,
          MultipartUpload: { Parts: parts.map(({ number, etag }) => ({ PartNumber: number, ETag: `"${etag}"` })) },
          ...headersFor(condition),
        }),
        how,
      ),
    );
    if (done === null) throw noSuchUpload(key);
    const sizeBytes = parts.reduce((sum, part) => sum + part.sizeBytes, 0);
    return needHead(key, sizeBytes, given);
  }

  async function abortUpload(key: string, upload: string, given?: StoreCall): Promise<void> {
    checkKey(key);
    await calls.orNull(given, { key, permission: 's3:AbortMultipartUpload' }, noUpload, (client, how) =>
      client.send(new AbortMultipartUploadCommand({ ...at(key), UploadId: upload }), how),
    );
  }

  async function listUploads(within: string, given?: StoreCall) {
    checkKeyPrefix(within);
    const found: { key: string; upload: string; begunAt: number }[] = [];
    let markers: { KeyMarker?: string; UploadIdMarker?: string } = {};
    for (;;) {
      const page = await calls.run(given, { key: null, permission: 's3:ListBucketMultipartUploads' }, (client, how) =>
        client.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix + within, ...markers }), how),
      );
      for (const { Key: key = '', UploadId: upload = '', Initiated } of page.Uploads ?? []) {
        // Some servers do not read the prefix here.
        if (key.startsWith(prefix + within)) {
          found.push({ key: key.slice(prefix.length), upload, begunAt: timeOf(Initiated) ?? 0 });
        }
      }
      const next = page.NextKeyMarker ?? '';
      if (page.IsTruncated !== true || next === '') break;
      const nextUpload = page.NextUploadIdMarker ?? '';
      if (next === markers.KeyMarker && nextUpload === (markers.UploadIdMarker ?? '')) break;
      markers = { KeyMarker: next, ...(nextUpload === '' ? {} : { UploadIdMarker: nextUpload }) };
    }
    return found.sort((a, b) => a.begunAt - b.begunAt);
  }

  return { beginUpload, putPart, listParts, completeUpload, abortUpload, listUploads };
}
