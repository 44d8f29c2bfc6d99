import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { type Bucket, completeUpload, objectAt, pageOf, putObject, putPart, uploadOf } from './bucket.ts';
import { Refusal } from './refusal.ts';
import { textOf, xmlDocument } from './xml.ts';

/** What a request wants of the store. */
export type Operation =
  | 'list-buckets'
  | 'head-bucket'
  | 'ask-bucket'
  | 'change-bucket'
  | 'list'
  | 'list-uploads'
  | 'put'
  | 'get'
  | 'head'
  | 'delete'
  | 'retain'
  | 'begin'
  | 'part'
  | 'list-parts'
  | 'complete'
  | 'abort';

export type S3Request = {
  readonly what: Operation;
  /** Empty for what concerns the bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
};

export type S3Answer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
};

const nothing = Buffer.alloc(0);
const longestPage = 1000;
const iso = (at: number): string => new Date(at).toISOString();

/** Names the operation of a request, as S3 tells them apart. */
export function operationOf(method: string, key: string, query: URLSearchParams): Operation {
  if (key === '') {
    if (method === 'HEAD') return 'head-bucket';
    if (query.has('uploads')) return 'list-uploads';
    if (method !== 'GET') return 'change-bucket';
    return ['versioning', 'object-lock', 'versions', 'policy', 'lifecycle', 'location'].some((name) => query.has(name))
      ? 'ask-bucket'
      : 'list';
  }
  if (query.has('uploads') && method === 'POST') return 'begin';
  if (query.has('uploadId')) {
    const ways: Readonly<Record<string, Operation>> = {
      PUT: 'part',
      GET: 'list-parts',
      POST: 'complete',
      DELETE: 'abort',
    };
    const way = ways[method];
    if (way !== undefined) return way;
  }
  if (query.has('retention') || query.has('legal-hold')) return 'retain';
  const plain: Readonly<Record<string, Operation>> = { PUT: 'put', GET: 'get', HEAD: 'head', DELETE: 'delete' };
  const found = plain[method];
  if (found === undefined) throw new Refusal(405, 'MethodNotAllowed', 'That cannot be done to an object.');
  return found;
}

const conditionOf = (headers: IncomingHttpHeaders) => ({
  ifMatch: headers['if-match'],
  ifNoneMatch: headers['if-none-match'],
});

function answer(status: number, headers: Readonly<Record<string, string>> = {}, body: Buffer = nothing): S3Answer {
  return { status, headers, body };
}

function xml(name: string, content: Parameters<typeof xmlDocument>[1]): S3Answer {
  return answer(200, { 'Content-Type': 'application/xml' }, xmlDocument(name, content));
}

/** The document of a refusal. */
export function refusalAnswer({ status, code, message }: Refusal): S3Answer {
  const body = xmlDocument('Error', { Code: code, Message: message, RequestId: randomUUID() });
  return answer(status, { 'Content-Type': 'application/xml' }, body);
}

function read(bucket: Bucket, { key, headers, what }: S3Request): S3Answer {
  const { bytes, etag, modifiedAt } = objectAt(bucket, key);
  const about = {
    ETag: `"${etag}"`,
    'Last-Modified': new Date(modifiedAt).toUTCString(),
    'Accept-Ranges': 'bytes',
    'Content-Type': 'binary/octet-stream',
  };
  if (what === 'head') return answer(200, { ...about, 'Content-Length': String(bytes.length) });
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? '') ?? [];
  if (first === undefined || last === undefined) return answer(200, about, bytes);
  const start = Number(first);
  const end = Math.min(bytes.length, Number(last) + 1);
  if (start >= bytes.length) throw new Refusal(416, 'InvalidRange', 'There is nothing in that range.');
  const range = { 'Content-Range': `bytes ${start}-${end - 1}/${bytes.length}` };
  return answer(206, { ...about, ...range }, bytes.subarray(start, end));
}

function list(bucket: Bucket, { query }: S3Request): S3Answer {
  const limit = Math.min(Number(query.get('max-keys') ?? longestPage), longestPage);
  const after = query.get('continuation-token') ?? query.get('start-after') ?? '';
  const { names, more } = pageOf(bucket.objects.keys(), { prefix: query.get('prefix') ?? '', after, limit });
  return xml('ListBucketResult', {
    KeyCount: names.length,
    MaxKeys: limit,
    IsTruncated: more,
    ...(more ? { NextContinuationToken: names.at(-1) ?? '' } : {}),
    Contents: names.map((key) => {
      const { bytes, etag, modifiedAt } = objectAt(bucket, key);
      return { Key: key, Size: bytes.length, ETag: `"${etag}"`, LastModified: iso(modifiedAt) };
    }),
  });
}

function listUploads(bucket: Bucket, { query }: S3Request): S3Answer {
  const prefix = query.get('prefix') ?? '';
  // All on one page: there are never many.
  const found = [...bucket.uploads].filter(([, { key }]) => key.startsWith(prefix));
  return xml('ListMultipartUploadsResult', {
    IsTruncated: false,
    Upload: found.map(([id, { key, begunAt }]) => ({ Key: key, UploadId: id, Initiated: iso(begunAt) })),
  });
}

function listParts(bucket: Bucket, { key, query }: S3Request): S3Answer {
  const { parts } = uploadOf(bucket, key, query.get('uploadId') ?? '');
  const marker = Number(query.get('part-number-marker') ?? 0);
  const all = [...parts].filter(([number]) => number > marker).sort(([a], [b]) => a - b);
  const page = all.slice(0, longestPage);
  const more = all.length > page.length;
  return xml('ListPartsResult', {
    IsTruncated: more,
    ...(more ? { NextPartNumberMarker: page.at(-1)?.[0] ?? 0 } : {}),
    Part: page.map(([number, { bytes, etag, at }]) => ({
      PartNumber: number,
      Size: bytes.length,
      ETag: `"${etag}"`,
      LastModified: iso(at),
    })),
  });
}

function complete(bucket: Bucket, { key, query, headers }: S3Request, body: Buffer, now: number): S3Answer {
  const wanted = [...body.toString().matchAll(/<Part>(.*?)<\/Part>/gs)].map(([, part = '']) => ({
    number: Number(textOf(part, 'PartNumber')),
    etag: (textOf(part, 'ETag') ?? '').replaceAll('"', ''),
  }));
  const { etag } = completeUpload(bucket, key, query.get('uploadId') ?? '', wanted, conditionOf(headers), now);
  return xml('CompleteMultipartUploadResult', { Key: key, ETag: `"${etag}"` });
}

function askBucket({ query }: S3Request): S3Answer {
  if (query.has('versioning')) return xml('VersioningConfiguration', {});
  if (query.has('object-lock')) {
    throw new Refusal(404, 'ObjectLockConfigurationNotFoundError', 'This bucket has no Object Lock.');
  }
  throw new Refusal(501, 'NotImplemented', 'This store does not do that.');
}

/** Does what a request wants. Throws a refusal. Nothing happens in between: it is done at once or not at all. */
export function perform(bucket: Bucket, request: S3Request, body: Buffer, now: number): S3Answer {
  const { what, key, query, headers } = request;
  switch (what) {
    case 'list-buckets':
    case 'change-bucket':
      throw new Refusal(403, 'AccessDenied', 'This access key may not do that.');
    case 'head-bucket':
      return answer(200);
    case 'ask-bucket':
      return askBucket(request);
    case 'list':
      return list(bucket, request);
    case 'list-uploads':
      return listUploads(bucket, request);
    case 'put':
      return answer(200, { ETag: `"${putObject(bucket, key, body, conditionOf(headers), now).etag}"` });
    case 'get':
    case 'head':
      return read(bucket, request);
    case 'delete':
      bucket.objects.delete(key);
      return answer(204);
    case 'retain':
      objectAt(bucket, key);
      throw new Refusal(400, 'InvalidRequest', 'The bucket has no Object Lock configuration.');
    case 'begin': {
      const id = randomUUID();
      bucket.uploads.set(id, { key, begunAt: now, parts: new Map() });
      return xml('InitiateMultipartUploadResult', { Key: key, UploadId: id });
    }
    case 'part': {
      const upload = uploadOf(bucket, key, query.get('uploadId') ?? '');
      return answer(200, { ETag: `"${putPart(upload, Number(query.get('partNumber')), body, now).etag}"` });
    }
    case 'list-parts':
      return listParts(bucket, request);
    case 'complete':
      return complete(bucket, request, body, now);
    case 'abort':
      uploadOf(bucket, key, query.get('uploadId') ?? '');
      bucket.uploads.delete(query.get('uploadId') ?? '');
      return answer(204);
  }
}
