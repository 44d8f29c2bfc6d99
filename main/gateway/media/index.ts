import { may } from '#common/access/index.ts';
import { ExpectedError, toWireError } from '#common/errors/index.ts';
import { posterIdSchema, sealedIdSchema } from '#common/ids/index.ts';
import type { Logger } from '#core/kernel/index.ts';
import type { ActiveSession, Refusals, Sessions } from '../session/index.ts';
import { openBody } from './body.ts';
import { createObjectPool, type Loan, type ObjectPool } from './object-pool.ts';
import { attachment, namesTag, parseRange, rangeStillHolds } from './range.ts';

/** Where media lies in the page's own origin, in every shell. */
const mediaPath = '/media/';

/** On every answer of the media door. Evidence is kept in no cache, is what it says it is, and runs nothing. */
const guards = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy': "default-src 'none'; sandbox",
  'Referrer-Policy': 'no-referrer',
} as const;

/** What is only in the store can be had again when the store is back: nobody's mistake, and nothing for the log of mistakes. */
const storeIsAway = new Set<string>(['store-unreachable', 'store-refused', 'store-busy']);

function words(status: number, text: string, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(text, {
    status,
    headers: { ...guards, 'Content-Type': 'text/plain; charset=utf-8', ...headers },
  });
}

/** The one door for evidence bytes. */
export interface MediaDoor {
  /** Answers GET and HEAD for `/media/<id>`; never throws. */
  answer(clientId: string, request: Request): Promise<Response>;
  close(): Promise<void>;
}

/**
 * Creates the media door. Who: the client's session. What: an id and nothing else. Do: the grant of review, render or
 * release (posters need only the right to view evidence), then exact 200, 206, 304 or 416.
 */
export function createMediaDoor(options: {
  readonly sessions: Sessions;
  readonly refusals: Refusals;
  readonly logger: Logger;
}): MediaDoor {
  const { sessions, refusals, logger } = options;
  const pool: ObjectPool = createObjectPool(logger);

  function grantOf(session: ActiveSession, mediaId: string): 'always' | 'once' | null {
    if (posterIdSchema.safeParse(mediaId).success) return may(session.account.role, 'evidence.view') ? 'always' : null;
    return session.granted(mediaId);
  }

  async function serve(session: ActiveSession, mediaId: string, once: boolean, request: Request): Promise<Response> {
    const loan = await pool.borrow(session.core, mediaId);
    const { reader, contentType, fileName } = loan.object;
    // The id is random and names these bytes for ever: a strong tag that tells nothing about them.
    const tag = `"${mediaId}"`;
    const headers = {
      ...guards,
      'Content-Type': contentType,
      ETag: tag,
      'Accept-Ranges': once ? 'none' : 'bytes',
      ...(fileName === null ? {} : { 'Content-Disposition': attachment(fileName) }),
    };
    if (namesTag(request.headers.get('If-None-Match'), tag)) {
      loan.release();
      return new Response(null, { status: 304, headers });
    }
    if (request.method === 'HEAD') {
      loan.release();
      return new Response(null, { status: 200, headers: { ...headers, 'Content-Length': String(reader.size) } });
    }
    const counts = !once && rangeStillHolds(request.headers.get('If-Range'), tag);
    const range = counts ? parseRange(request.headers.get('Range'), reader.size) : 'whole';
    if (range === 'unsatisfiable') {
      loan.release();
      return words(416, 'The range lies beyond the end.', { 'Content-Range': `bytes */${reader.size}` });
    }
    if (once) session.spend(mediaId);
    if (range === 'whole') return await send(loan, mediaId, session, { first: 0, last: reader.size - 1 }, 200, headers);
    const partly = { ...headers, 'Content-Range': `bytes ${range.first}-${range.last}/${reader.size}` };
    return await send(loan, mediaId, session, range, 206, partly);
  }

  async function send(
    loan: Loan,
    mediaId: string,
    session: ActiveSession,
    range: { readonly first: number; readonly last: number },
    status: number,
    headers: Readonly<Record<string, string>>,
  ): Promise<Response> {
    const length = range.last - range.first + 1;
    const sized = { ...headers, 'Content-Length': String(length) };
    if (length === 0) {
      loan.release();
      return new Response(null, { status, headers: sized });
    }
    return new Response(await openBody(loan, range, { stop: session.ended, logger, mediaId }), {
      status,
      headers: sized,
    });
  }

  async function answer(clientId: string, request: Request): Promise<Response> {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return words(405, 'Only GET and HEAD.', { Allow: 'GET, HEAD' });
    const path = new URL(request.url).pathname;
    const mediaId = sealedIdSchema.safeParse(path.startsWith(mediaPath) ? path.slice(mediaPath.length) : '');
    if (!mediaId.success) return words(404, 'There is no such media.');
    const session = sessions.get(clientId);
    if (session === null) {
      await refusals.write(clientId, null, mediaId.data, 'Nobody is signed in.');
      return words(401, 'Nobody is signed in here.');
    }
    const grant = grantOf(session, mediaId.data);
    if (grant === null) {
      await refusals.write(clientId, session, mediaId.data, 'The media was not opened in this session.');
      return words(403, 'Open the recording first.');
    }
    return await serve(session, mediaId.data, grant === 'once', request);
  }

  return {
    answer: async (clientId, request) => {
      try {
        return await answer(clientId, request);
      } catch (error) {
        const expected = error instanceof ExpectedError ? error : null;
        if (expected?.code === 'not-found') return words(404, expected.message);
        if (expected !== null && storeIsAway.has(expected.code)) {
          return words(503, [expected.message, expected.nextStep].filter(Boolean).join(' '));
        }
        const reference = logger.error('The media door failed', { error });
        return words(500, `${toWireError(error).message} Reference ${reference}.`);
      }
    },
    close: () => pool.close(),
  };
}
