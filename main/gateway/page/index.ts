import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { ExpectedError } from '#common/errors/index.ts';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.wasm': 'application/wasm',
};

/**
 * What the page may do. Scripts, fonts and connections come from the page's own origin alone; nothing is evaluated; nobody
 * may frame it. Style elements are allowed inline because the component library and the player write theirs at run time;
 * no text from outside ever becomes a style. To its own origin a page may also open a WebSocket.
 */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "font-src 'self'",
  "img-src 'self' data: blob:",
  "media-src 'self' blob:",
  "worker-src 'self' blob:",
  "connect-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers of every answer a shell gives to a page. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy':
    'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), midi=(), payment=(), display-capture=()',
};

/** The files of the page itself, and nothing else. */
export interface Page {
  /** The file at this path of the page's origin, or null. `/` is the page. */
  file(path: string): { readonly bytes: Uint8Array<ArrayBuffer>; readonly contentType: string } | null;
  /** Answers GET and HEAD for a file of the page with all security headers; 404 and 405 otherwise. */
  answer(request: Request): Response;
}

/**
 * Reads the built page into memory. Only the names found there are ever served, so no path from outside reaches the disk.
 * Throws `not-ready` when the page was not built.
 */
export function loadPage(folder: string): Page {
  const files = new Map<string, { bytes: Uint8Array<ArrayBuffer>; contentType: string }>();
  for (const path of listFiles(folder)) {
    const contentType = contentTypes[extname(path)];
    if (contentType === undefined) continue;
    const name = `/${relative(folder, path).split(sep).join('/')}`;
    files.set(name, { bytes: new Uint8Array(readFileSync(path)), contentType });
  }
  const start = files.get('/index.html');
  if (start === undefined) {
    throw new ExpectedError('not-ready', 'The page of the station has not been built.', {
      subject: folder,
      nextStep: 'Run "npm run build", then start again.',
    });
  }
  files.set('/', start);
  const headers = securityHeaders;

  return {
    file: (path) => files.get(path) ?? null,
    answer: (request) => {
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        return new Response('Only GET and HEAD.', { status: 405, headers: { ...headers, Allow: 'GET, HEAD' } });
      }
      const path = new URL(request.url).pathname;
      const file = files.get(path);
      if (file === undefined) return new Response('There is nothing here.', { status: 404, headers });
      // Built files other than the page carry a hash in their names and never change.
      const lasting = path.startsWith('/assets/') ? 'private, max-age=31536000, immutable' : 'no-store';
      return new Response(request.method === 'HEAD' ? null : file.bytes, {
        headers: {
          ...headers,
          'Content-Type': file.contentType,
          'Content-Length': String(file.bytes.length),
          'Cache-Control': lasting,
        },
      });
    },
  };
}

function listFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
