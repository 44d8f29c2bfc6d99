import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import type { StoreTarget } from '#common/contract/store.ts';
import { ExpectedError } from '#common/errors/index.ts';
import { type Clock, countCertificates, md5Hex } from '#core/kernel/index.ts';

export type S3Target = Extract<StoreTarget, { readonly kind: 's3' }>;

export type S3Line = {
  readonly client: S3Client;
  /** When the store answered last, by its own clock, and how far that is from ours; null before its first answer. */
  readonly lastAnswer: () => { readonly storeTime: number; readonly skew: number } | null;
};

/** How long the store may take to be reached, and to move the next byte either way. */
export type S3Patience = { readonly connectMs: number; readonly stallMs: number };

const connections = 24;
/** The first that can go through a proxy by itself. */
const nodeWithProxy = [24, 5] as const;

function amazonEndpoint(region: string): string {
  return `https://s3.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

export function endpointOf(target: S3Target): string {
  return target.endpoint ?? amazonEndpoint(target.region);
}

function requireProxySupport(): void {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > nodeWithProxy[0] || (major === nodeWithProxy[0] && minor >= nodeWithProxy[1])) return;
  throw new ExpectedError('store-unsupported', 'This Node cannot go through a proxy.', {
    nextStep: `Run Plainview with Node ${nodeWithProxy.join('.')} or newer, or connect without the proxy.`,
  });
}

/** Node takes any text here and then trusts nobody: every connection would fail with words about the store's certificate. */
function checkAuthority(authority: string): void {
  try {
    if (countCertificates(authority) === 0) throw new Error('There is no certificate in it.');
  } catch (cause) {
    throw new ExpectedError('invalid-request', 'What was entered as the certificate authority is no certificate.', {
      subject: 'authority',
      nextStep: 'Enter the whole text of the PEM file, from "BEGIN CERTIFICATE" to "END CERTIFICATE".',
      cause,
    });
  }
}

/** The SDK's client with everything said here: no retries, no environment, no checksums of its own, our MD5 on every body. */
export function openS3Line(target: S3Target, secretAccessKey: string, patience: S3Patience, clock: Clock): S3Line {
  if (target.proxy !== null) requireProxySupport();
  if (target.authority !== null) checkAuthority(target.authority);
  const agent = {
    keepAlive: true,
    maxSockets: connections,
    ...(target.proxy === null ? {} : { proxyEnv: { http_proxy: target.proxy, https_proxy: target.proxy } }),
  };
  const client = new S3Client({
    endpoint: endpointOf(target),
    region: target.region,
    forcePathStyle: target.pathStyle,
    credentials: { accessKeyId: target.accessKeyId, secretAccessKey },
    // Frames around the chunks of a body, which the SDK sends otherwise, are kept as content by one server and refused by another.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 1,
    // A clock that is off is said, not worked around: it dates evidence.
    disableClockSkewCorrection: true,
    disableS3ExpressSessionAuth: true,
    followRegionRedirects: false,
    useArnRegion: false,
    useDualstackEndpoint: false,
    useFipsEndpoint: false,
    // Some servers and many proxies never say "100 Continue", and each body would wait for it.
    expectContinueHeader: false,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: patience.connectMs,
      socketTimeout: patience.stallMs,
      httpAgent: new HttpAgent(agent),
      httpsAgent: new HttpsAgent({ ...agent, ...(target.authority === null ? {} : { ca: target.authority }) }),
    }),
  });

  let last: { readonly storeTime: number; readonly skew: number } | null = null;
  client.middlewareStack.add(
    (next) => async (args) => {
      const sent = clock.now();
      const result = await next(args).catch((error: unknown) => {
        note(headersOf((error as { readonly $response?: unknown }).$response), sent);
        throw error;
      });
      note(headersOf(result.response), sent);
      return result;
    },
    { step: 'deserialize', name: 'plainviewDate', priority: 'low' },
  );
  client.middlewareStack.add(
    (next) => (args) => {
      const request = args.request as { readonly body?: unknown; readonly headers: Record<string, string> };
      const { body, headers } = request;
      const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
      if (bytes instanceof Uint8Array && headers['content-md5'] === undefined) {
        headers['content-md5'] = Buffer.from(md5Hex(bytes), 'hex').toString('base64');
      }
      return next(args);
    },
    { step: 'build', name: 'plainviewMd5', priority: 'low' },
  );

  function note(headers: Readonly<Record<string, string>>, sent: number): void {
    const date = Date.parse(headers.date ?? '');
    if (Number.isNaN(date)) return;
    const now = clock.now();
    // The header counts whole seconds, cut off; the answer was made at about half of the way.
    last = { storeTime: date, skew: date + 500 - (sent + now) / 2 };
  }

  return { client, lastAnswer: () => last };
}

function headersOf(response: unknown): Readonly<Record<string, string>> {
  if (typeof response !== 'object' || response === null || !('headers' in response)) return {};
  return response.headers as Readonly<Record<string, string>>;
}
