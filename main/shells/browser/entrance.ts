import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '#core/kernel/index.ts';

/** Exchanges one-time tokens for cookies and knows which client a cookie stands for. */
export interface Entrance {
  /** A new token. With null it stays good until used, else for so many milliseconds. */
  mint(livesMs: number | null): string;
  /** The cookie for a token, which is used up by it; null for a token that is unknown, used or too old. */
  exchange(token: string): { readonly cookie: string; readonly clientId: string } | null;
  /** The client of a request's `Cookie` header, or null. */
  clientOf(cookieHeader: string | null | undefined): string | null;
}

/** Creates the entrance. The name of the cookie holds the port: cookies of one host are shared by all its ports. */
export function createEntrance(options: { readonly clock: Clock; readonly cookieName: string }): Entrance {
  const { clock, cookieName } = options;
  const tokens = new Set<{ readonly digest: Buffer; readonly goodUntil: number }>();
  /** By the digest of the cookie, so that looking one up takes no longer for a better guess. */
  const clients = new Map<string, string>();

  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

  return {
    mint: (livesMs) => {
      const token = randomBytes(32).toString('base64url');
      const goodUntil = livesMs === null ? Number.POSITIVE_INFINITY : clock.now() + livesMs;
      tokens.add({ digest: digest(token), goodUntil });
      return token;
    },
    exchange: (token) => {
      const given = digest(token);
      for (const known of tokens) {
        if (!timingSafeEqual(known.digest, given)) continue;
        tokens.delete(known);
        if (clock.now() >= known.goodUntil) return null;
        const value = randomBytes(32).toString('base64url');
        const clientId = `browser-${randomBytes(8).toString('hex')}`;
        clients.set(digest(value).toString('hex'), clientId);
        return { cookie: `${cookieName}=${value}; Path=/; HttpOnly; SameSite=Strict`, clientId };
      }
      return null;
    },
    clientOf: (header) => {
      for (const pair of (header ?? '').split(';')) {
        const [name, value] = pair.trim().split('=', 2);
        if (name !== cookieName || value === undefined) continue;
        return clients.get(digest(value).toString('hex')) ?? null;
      }
      return null;
    },
  };
}

/** What the server knows of a request before it looks at anything else. */
export type RequestOrigin = {
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
};

export function originOf(request: IncomingMessage): RequestOrigin {
  const { host, origin, 'sec-fetch-site': fetchSite } = request.headers;
  return { host, origin, fetchSite: typeof fetchSite === 'string' ? fetchSite : undefined };
}

/**
 * Why a request is turned away, or null. The exact host name defeats DNS rebinding; a foreign origin, or a request that the
 * browser itself marks as coming from another site, is refused even where no cookie would be sent along.
 */
export function refuseRequest(request: RequestOrigin, authority: string): string | null {
  if (request.host !== authority) return 'This host name is not the station.';
  if (request.origin !== undefined && request.origin !== `http://${authority}`) return 'Another site may not ask.';
  const { fetchSite } = request;
  if (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none')
    return 'Another site may not ask.';
  return null;
}
