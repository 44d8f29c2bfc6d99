import { Readable } from 'node:stream';
import { CancelledError, ExpectedError } from '#common/errors/index.ts';

function wrongLength(key: string, expected: number, detail: string): ExpectedError {
  return new ExpectedError('verification-failed', `The store sent ${detail} than the ${expected} bytes it announced.`, {
    subject: key,
    nextStep: 'It is read again. When it happens often, have the network and the store looked at.',
  });
}

/**
 * Reads a body that must have exactly `expected` bytes. Throws `verification-failed` when it has fewer or more, as soon as that
 * shows; what cuts the connection is thrown as it is.
 */
export async function readBody(
  body: unknown,
  expected: number,
  key: string,
  signal: AbortSignal | undefined,
): Promise<Uint8Array> {
  if (!(body instanceof Readable)) throw new Error('The body of an answer is no stream.');
  const bytes = new Uint8Array(expected);
  let filled = 0;
  const onAbort = (): void => {
    body.destroy(new CancelledError());
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    if (signal?.aborted === true) throw new CancelledError();
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      if (filled + chunk.byteLength > expected) throw wrongLength(key, expected, 'more');
      bytes.set(chunk, filled);
      filled += chunk.byteLength;
    }
  } finally {
    signal?.removeEventListener('abort', onAbort);
    body.destroy();
  }
  if (filled < expected) throw wrongLength(key, expected, 'fewer');
  return bytes;
}

/** `bytes 0-9/100`, or `bytes *\/100` of a range that was not there. Null when it says anything else. */
export function parseContentRange(
  header: string | undefined,
): { readonly start: number; readonly end: number; readonly size: number } | null {
  const [, first, last, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header ?? '') ?? [];
  if (first === undefined || last === undefined || size === undefined) return null;
  return { start: Number(first), end: Number(last) + 1, size: Number(size) };
}
