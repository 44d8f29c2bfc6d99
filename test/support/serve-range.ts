import { createReadStream, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** Serves a file as a plain static server does: whole, or the one range that was asked for. */
export function serveRange(path: string, request: IncomingMessage, response: ServerResponse): void {
  const { size } = statSync(path);
  const asked = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const first = asked === null ? 0 : Number(asked[1]);
  const last = asked === null || asked[2] === '' ? size - 1 : Math.min(size - 1, Number(asked[2]));
  response.writeHead(asked === null ? 200 : 206, {
    'Content-Type': 'video/mp4',
    'Content-Length': last - first + 1,
    'Accept-Ranges': 'bytes',
    ...(asked === null ? {} : { 'Content-Range': `bytes ${first}-${last}/${size}` }),
  });
  const stream = createReadStream(path, { start: first, end: last });
  // A player that seeks drops the answer it no longer wants.
  response.on('close', () => stream.destroy());
  stream.pipe(response);
}
