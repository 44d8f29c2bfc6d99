import { AVERROR_EIO, AVERROR_EOF, AVSEEK_CUR, AVSEEK_END, AVSEEK_SET, AVSEEK_SIZE } from 'node-av/constants';
import { IOContext } from 'node-av/lib';
import type { SealedReader, SealedWriter } from '#core/vault/index.ts';

const bufferSize = 256 * 1024;

/**
 * FFmpeg learns only that reading or writing failed. Why it failed (a broken seal, a full disk) is kept in `failure`, and
 * whoever gets an error code from FFmpeg throws that instead.
 */
export type SealedIo = { readonly context: IOContext; readonly failure: () => unknown };

/** Lets FFmpeg read the plaintext of a sealed file. */
export function readThrough(reader: SealedReader): SealedIo {
  const context = new IOContext();
  let position = 0;
  let failure: unknown = null;
  context.allocContextWithCallbacks(
    bufferSize,
    0,
    (size) => {
      try {
        const bytes = reader.readSync(position, size);
        if (bytes.length === 0) return AVERROR_EOF;
        position += bytes.length;
        return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      } catch (error) {
        failure ??= error;
        return AVERROR_EIO;
      }
    },
    null,
    (offset, whence) => {
      const target = seekTarget(Number(offset), whence, position, reader.size);
      if (target === null) return -1;
      if (whence !== AVSEEK_SIZE) position = target;
      return BigInt(target);
    },
  );
  return { context, failure: () => failure };
}

export type SealedOutputIo = SealedIo & {
  /** From now on, what FFmpeg appends is kept back instead of being written. */
  readonly holdBack: () => void;
  /** What was kept back. */
  readonly held: () => Uint8Array;
};

/** Lets FFmpeg write into a sealed file: forward, and back into its first segment. */
export function writeThrough(writer: SealedWriter): SealedOutputIo {
  const context = new IOContext();
  let position = 0;
  let failure: unknown = null;
  /** Where the part that is kept back begins; infinite while nothing is. */
  let heldFrom = Infinity;
  let held = Buffer.alloc(0);

  function keep(bytes: Buffer, at: number): void {
    const grown = Buffer.alloc(Math.max(held.length, at + bytes.length));
    grown.set(held);
    grown.set(bytes, at);
    held = grown;
  }

  context.allocContextWithCallbacks(
    bufferSize,
    1,
    null,
    (bytes) => {
      try {
        if (position >= heldFrom) keep(bytes, position - heldFrom);
        else writer.writeAt(position, bytes);
        position += bytes.length;
        return bytes.length;
      } catch (error) {
        failure ??= error;
        return AVERROR_EIO;
      }
    },
    (offset, whence) => {
      const target = seekTarget(Number(offset), whence, position, writer.size + held.length);
      if (target === null) return -1;
      if (whence !== AVSEEK_SIZE) position = target;
      return BigInt(target);
    },
  );
  return {
    context,
    failure: () => failure,
    holdBack: () => {
      heldFrom = writer.size;
    },
    held: () => held,
  };
}

function seekTarget(offset: number, whence: number, position: number, size: number): number | null {
  switch (whence) {
    case AVSEEK_SIZE:
      return size;
    case AVSEEK_SET:
      return offset < 0 ? null : offset;
    case AVSEEK_CUR:
      return position + offset;
    case AVSEEK_END:
      return size + offset;
    default:
      return null;
  }
}
