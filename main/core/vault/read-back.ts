import { createSha256, type RunningHash } from '#core/kernel/index.ts';
import { type DirectFile, openDirectFile } from './direct-file.ts';
import { headerSizeOf, segmentCountOf, segmentRange, tagSize, vaultLayout } from './layout.ts';
import { createSegmentCipher, finishOpen, plaintextSizeOf, type SegmentCipher, tampered } from './segment-cipher.ts';

/** Small enough that the hash finds in the processor's cache what the cipher has just left there. */
const pieceSize = 128 * 1024;

export type ReadBackResult = {
  readonly plaintextSha256: string;
  readonly plaintextSize: number;
  readonly ciphertextSize: number;
  /** `device`: the bytes came from the disk for certain. `cache`: they may have come from memory. */
  readonly readBack: 'device' | 'cache';
};

type ReadBackOptions = {
  readonly path: string;
  readonly fileKey: Uint8Array;
  readonly sealedId: string;
  /** Two page-aligned buffers, each a whole number of segments long. */
  readonly buffers: readonly [Uint8Array, Uint8Array];
  readonly signal?: AbortSignal | undefined;
  readonly onVerified?: (plaintextBytes: number) => void;
  /** Sees every ciphertext byte in order (to hash the sealed file as well). */
  readonly onCiphertext?: (bytes: Uint8Array) => void;
};

/**
 * Reads a sealed file from the device, authenticates every segment and hashes the plaintext.
 * Throws `tampered` when a segment does not hold, and errors of the file system as they are.
 */
export async function readBackSealed(options: ReadBackOptions): Promise<ReadBackResult> {
  const file = await openDirectFile(options.path, 'read');
  try {
    return await readAll(file, options);
  } finally {
    await file.close();
  }
}

async function readAll(file: DirectFile, options: ReadBackOptions): Promise<ReadBackResult> {
  const { buffers, sealedId, signal } = options;
  const { size: fileSize } = await file.handle.stat();
  const size = plaintextSizeOf(fileSize, sealedId, vaultLayout);
  const segments = segmentCountOf(size, vaultLayout);
  const hash = createSha256();
  let cipher: SegmentCipher | null = null;

  function read(chunk: number): Promise<number> {
    const buffer = bufferOf(chunk);
    const position = chunk * buffer.length;
    return file.read(buffer, Math.min(buffer.length, fileSize - position), position);
  }

  function bufferOf(chunk: number): Uint8Array {
    return chunk % 2 === 0 ? buffers[0] : buffers[1];
  }

  const perChunk = buffers[0].length / vaultLayout.segmentSize;
  const chunks = Math.ceil(segments / perChunk);
  let next = read(0);
  try {
    for (let chunk = 0; chunk < chunks; chunk++) {
      const position = chunk * buffers[0].length;
      const count = await next;
      signal?.throwIfAborted();
      if (count < Math.min(buffers[0].length, fileSize - position))
        throw tampered(sealedId, 'was cut short while it was read');
      if (chunk + 1 < chunks) next = read(chunk + 1);
      const bytes = bufferOf(chunk).subarray(0, count);
      options.onCiphertext?.(bytes);
      cipher ??= createSegmentCipher(options.fileKey, sealedId, bytes.slice(0, headerSizeOf(vaultLayout)), vaultLayout);
      const end = Math.min(segments, (chunk + 1) * perChunk);
      for (let index = chunk * perChunk; index < end; index++) {
        const range = segmentRange(index, size, vaultLayout);
        const start = range.ciphertextStart - position;
        openInto(hash, cipher, index, range.last, bytes.subarray(start, start + range.ciphertextLength), sealedId);
        options.onVerified?.(range.plaintextStart + range.plaintextLength);
      }
    }
  } finally {
    // The buffers must not be written to by a read still under way once they serve another file.
    await next.catch(() => undefined);
  }
  return {
    plaintextSha256: hash.digestHex(),
    plaintextSize: size,
    ciphertextSize: fileSize,
    readBack: (await file.isFromDevice()) ? 'device' : 'cache',
  };
}

function openInto(
  hash: RunningHash,
  cipher: SegmentCipher,
  index: number,
  last: boolean,
  sealed: Uint8Array,
  sealedId: string,
): void {
  const end = sealed.length - tagSize;
  const decipher = cipher.startOpen(index, last, sealed.subarray(end));
  for (let from = 0; from < end; from += pieceSize) {
    hash.update(decipher.update(sealed.subarray(from, Math.min(end, from + pieceSize))));
  }
  finishOpen(decipher, sealedId);
}
