import type { Logger } from '#core/kernel/index.ts';
import type { Loan } from './object-pool.ts';
import type { ByteRange } from './range.ts';

/** Small enough that a seek's first bytes leave at once, large enough that a running player is not made of calls. */
const firstPiece = 128 * 1024;
const piece = 512 * 1024;
/** Pieces read before anybody asked for them. */
const readAhead = 2;

/**
 * The bytes of a range as a stream that reads no faster than it is read, plus a little ahead. The first piece is read before
 * the promise resolves, so that a file which cannot be read is an honest error response. The loan is returned when the
 * stream ends, is cancelled, or fails; `stop` (the session's end) makes it fail.
 */
export async function openBody(
  loan: Loan,
  { first, last }: ByteRange,
  options: { readonly stop: AbortSignal; readonly logger: Logger; readonly mediaId: string },
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const { stop, logger, mediaId } = options;
  const { reader } = loan.object;
  let position = first;

  async function next(length: number): Promise<Uint8Array<ArrayBuffer>> {
    const wanted = Math.min(length, last + 1 - position);
    const bytes = await reader.read(position, wanted);
    if (bytes.length !== wanted) throw new Error(`The media reader gave ${bytes.length} bytes instead of ${wanted}.`);
    position += wanted;
    return new Uint8Array(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.length);
  }

  let opening: Uint8Array<ArrayBuffer> | null;
  try {
    opening = await next(firstPiece);
  } catch (error) {
    loan.release({ broken: true });
    throw error;
  }

  let halt: (() => void) | null = null;
  function finish(broken: boolean): void {
    if (halt !== null) stop.removeEventListener('abort', halt);
    loan.release({ broken });
  }

  return new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      start: (controller) => {
        halt = () => {
          finish(false);
          controller.error(new Error('The session ended.'));
        };
        if (stop.aborted) halt();
        else stop.addEventListener('abort', halt, { once: true });
      },
      pull: async (controller) => {
        try {
          const bytes = opening ?? (await next(piece));
          opening = null;
          if (stop.aborted) return;
          controller.enqueue(bytes);
          if (position > last) {
            finish(false);
            controller.close();
          }
        } catch (error) {
          if (stop.aborted) return;
          logger.error('A media stream broke off', { error, mediaId, position });
          finish(true);
          controller.error(error);
        }
      },
      cancel: () => finish(false),
    },
    { highWaterMark: readAhead },
  );
}
