import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import { type Bucket, uploadOf } from './bucket.ts';
import { type Coming, type Fault, type Received, spoil } from './faults.ts';
import { operationOf, perform, refusalAnswer, type S3Answer, type S3Request } from './operations.ts';
import { Refusal } from './refusal.ts';
import { type Access, checkSignature, checkSums } from './signature.ts';

const bucketName = 'evidence';

/** A small S3 store on loopback that keeps everything in memory and fails as it is told. */
export type FaultStore = {
  readonly [Symbol.asyncDispose]: () => Promise<void>;
  readonly endpoint: string;
  readonly region: string;
  readonly bucketName: string;
  readonly bucket: Bucket;
  readonly received: Received[];
  /** Who may come in; another secret locks those out who have this one. */
  access: Access;
  /** The store's clock minus that of this machine. */
  skewMs: number;
  /** Asked before each request; what it gives goes wrong with it. */
  script: ((coming: Coming) => Fault | null) | null;
  /** Called as bytes of a body arrive, with all that arrived so far of all bodies. */
  onBytes: ((total: number) => void) | null;
  /** Cuts all connections; new ones are taken. */
  cutAll(): void;
};

export async function openFaultStore(): Promise<FaultStore> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  let total = 0;

  async function readBody(incoming: IncomingMessage, seen: Received, fault: Fault | null): Promise<Buffer | null> {
    const chunks: Buffer[] = [];
    const cut = fault?.does === 'cut-request' ? fault.after : Number.POSITIVE_INFINITY;
    try {
      if (cut === 0) return null;
      for await (const chunk of incoming as AsyncIterable<Buffer>) {
        chunks.push(chunk);
        seen.bytes += chunk.length;
        total += chunk.length;
        store.onBytes?.(total);
        if (seen.bytes >= cut) return null;
      }
    } catch {
      // Whoever sent it is gone.
      return null;
    }
    return cut === Number.POSITIVE_INFINITY ? Buffer.concat(chunks) : null;
  }

  /** What is kept of what was just done, for the operator's hand. */
  function keptOf({ what, key, query }: S3Request): { bytes: Buffer } | undefined {
    if (what !== 'part') return store.bucket.objects.get(key);
    return uploadOf(store.bucket, key, query.get('uploadId') ?? '').parts.get(Number(query.get('partNumber')));
  }

  function carryOut(request: S3Request, body: Buffer, fault: Fault | null): S3Answer {
    const now = Date.now() + store.skewMs;
    if (fault?.does === 'slow-down') throw new Refusal(503, 'SlowDown', 'Please reduce your request rate.');
    if (fault?.does === 'fail') throw new Refusal(500, 'InternalError', 'We encountered an internal error.');
    if (fault?.does === 'refuse') throw new Refusal(403, 'AccessDenied', 'Access Denied');
    if (fault?.does === 'corrupt-request') spoil(body, fault.at);
    const arrived = fault?.does === 'truncate-request' ? body.subarray(0, fault.to) : body;
    checkSums(request.headers, arrived);
    const first = perform(store.bucket, request, arrived, now);
    if (fault?.does === 'twice') return perform(store.bucket, request, arrived, now);
    if (fault?.does === 'corrupt-kept' || fault?.does === 'truncate-kept') {
      const kept = keptOf(request);
      if (kept === undefined) throw new Error(`Nothing is kept of ${request.what} ${request.key}.`);
      kept.bytes = Buffer.from(fault.does === 'truncate-kept' ? kept.bytes.subarray(0, fault.to) : kept.bytes);
      if (fault.does === 'corrupt-kept') spoil(kept.bytes, fault.at);
    }
    if (fault?.does === 'empty-etag') return { ...first, headers: { ...first.headers, ETag: '""' } };
    if (fault?.does === 'truncate-answer') return { ...first, body: first.body.subarray(0, fault.to) };
    if (fault?.does === 'corrupt-answer') {
      const other = Buffer.from(first.body);
      spoil(other, fault.at);
      return { ...first, body: other };
    }
    return first;
  }

  function answerTo(request: S3Request, incoming: IncomingMessage, body: Buffer, fault: Fault | null): S3Answer {
    try {
      checkSignature(incoming, store.access, Date.now() + store.skewMs);
      return carryOut(request, body, fault);
    } catch (error) {
      if (error instanceof Refusal) return refusalAnswer(error);
      throw error;
    }
  }

  /** The beginning of an answer, then nothing, or the end of the line. */
  function sendBeginning(outgoing: ServerResponse, answer: S3Answer, after: number, cut: boolean): Response {
    const length = { 'Content-Length': String(answer.body.length) };
    outgoing.writeHead(answer.status, { ...length, ...answer.headers });
    outgoing.write(answer.body.subarray(0, Math.min(after, answer.body.length - 1)), () => {
      if (cut) outgoing.destroy();
    });
    return RESPONSE_ALREADY_SENT;
  }

  async function handle(c: Context<{ Bindings: HttpBindings }>): Promise<Response> {
    const { incoming, outgoing } = c.env;
    const { pathname, searchParams: query } = new URL(incoming.url ?? '', 'http://localhost');
    const [, named = '', ...rest] = pathname.split('/');
    const key = rest.map(decodeURIComponent).join('/');
    // A request that was cut off has lost its socket.
    const { headers, method = '', socket } = incoming;
    const what = named === '' ? 'list-buckets' : operationOf(method, key, query);
    const number = query.get('partNumber');
    const coming = {
      nth: store.received.length + 1,
      what,
      key,
      part: number === null ? null : Number(number),
      size: Number(headers['content-length'] ?? 0),
    };
    const fault = store.script?.(coming) ?? null;
    const seen: Received = { ...coming, bytes: 0, fault, status: null };
    store.received.push(seen);
    const body = await readBody(incoming, seen, fault);
    if (body === null) {
      socket.destroy();
      return RESPONSE_ALREADY_SENT;
    }
    if (fault?.does === 'stall') return RESPONSE_ALREADY_SENT;
    const request = { what, key, query, headers };
    const answer =
      named === '' || named === bucketName
        ? answerTo(request, incoming, body, fault)
        : refusalAnswer(new Refusal(404, 'NoSuchBucket', 'There is no such bucket.'));
    if (fault?.does === 'lose-answer') {
      socket.destroy();
      return RESPONSE_ALREADY_SENT;
    }
    seen.status = answer.status;
    if (fault?.does === 'cut-answer' || fault?.does === 'stall-answer') {
      return sendBeginning(outgoing, answer, fault.after, fault.does === 'cut-answer');
    }
    const bare = method === 'HEAD' || answer.status === 204;
    const date = new Date(Date.now() + store.skewMs).toUTCString();
    const length = bare ? {} : { 'Content-Length': String(answer.body.length) };
    return new Response(bare ? null : Uint8Array.from(answer.body), {
      status: answer.status,
      headers: { Date: date, ...length, ...answer.headers },
    });
  }

  app.all('*', handle);
  app.onError((error) => refusalAnswerOf(error));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const store: FaultStore = {
    endpoint: `http://127.0.0.1:${port}`,
    region: 'default',
    bucketName,
    bucket: { objects: new Map(), uploads: new Map() },
    received: [],
    access: { accessKeyId: 'PLAINVIEWTEST', secretAccessKey: 'a secret of the tests' },
    skewMs: 0,
    script: null,
    onBytes: null,
    cutAll: () => server.closeAllConnections(),
    [Symbol.asyncDispose]: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
  return store;
}

/** A bug of this server, or a request no store knows. */
function refusalAnswerOf(error: Error): Response {
  const refusal = error instanceof Refusal ? error : new Refusal(500, 'InternalError', String(error.stack));
  if (!(error instanceof Refusal)) console.error('The fault store failed:', error);
  const { status, headers, body } = refusalAnswer(refusal);
  return new Response(Uint8Array.from(body), { status, headers });
}
