import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Refusal } from './refusal.ts';

export type Access = { readonly accessKeyId: string; readonly secretAccessKey: string };

/** How far the clock of a request may be off, as at Amazon. */
const mostSkewMs = 15 * 60 * 1000;

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function sentAt(stamp: string): number {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** Checks a request's signature (AWS Signature Version 4 in the header) and its time. Throws the refusal S3 would answer with. */
export function checkSignature(request: IncomingMessage, access: Access, now: number): void {
  const header = request.headers.authorization ?? '';
  const [, id, day, region, service, names = '', signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      header,
    ) ?? [];
  if (id === undefined) throw new Refusal(403, 'AccessDenied', 'The request is not signed.');
  if (id !== access.accessKeyId) throw new Refusal(403, 'InvalidAccessKeyId', 'There is no such access key.');
  const stamp = String(request.headers['x-amz-date'] ?? '');
  if (!(Math.abs(sentAt(stamp) - now) <= mostSkewMs)) {
    throw new Refusal(403, 'RequestTimeTooSkewed', 'The difference between the clocks is too large.');
  }
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const canonical = [
    request.method,
    path,
    query
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => (pair.includes('=') ? pair : `${pair}=`))
      .sort()
      .join('&'),
    ...names.split(';').map(
      (name) =>
        `${name}:${String(request.headers[name] ?? '')
          .trim()
          .replaceAll(/ +/g, ' ')}`,
    ),
    '',
    names,
    request.headers['x-amz-content-sha256'],
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', stamp, scope, sha256(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(
    (last, part) => hmac(last, part ?? ''),
    `AWS4${access.secretAccessKey}`,
  );
  if (hmac(key, text).toString('hex') !== signature) {
    throw new Refusal(403, 'SignatureDoesNotMatch', 'The signature does not match the secret key.');
  }
}

/** Checks the sums that came with a body. Throws the refusal S3 would answer with. */
export function checkSums(headers: IncomingMessage['headers'], body: Uint8Array): void {
  const md5 = headers['content-md5'];
  if (md5 !== undefined && createHash('md5').update(body).digest('base64') !== md5) {
    throw new Refusal(400, 'BadDigest', 'The Content-MD5 is not that of the body.');
  }
  const sum = String(headers['x-amz-content-sha256'] ?? '');
  if (/^[0-9a-f]{64}$/.test(sum) && sha256(body) !== sum) {
    throw new Refusal(400, 'XAmzContentSHA256Mismatch', 'The SHA-256 is not that of the body.');
  }
}
