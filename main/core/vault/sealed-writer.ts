import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { createSha256 } from '#core/kernel/index.ts';
import { alignedBuffers } from './direct-file.ts';
import { targetFailure } from './io-errors.ts';
import { firstPlainSegmentSize, plainSegmentSize, vaultLayout } from './layout.ts';
import { readBackSealed } from './read-back.ts';
import type { SealedAccess } from './sealed-reader.ts';
import { createSegmentCipher, newHeader, tampered } from './segment-cipher.ts';

/** What was written and read back. Hashes are 64 lower-case hexadecimal digits, sizes are bytes. */
export type SealedWriteResult = {
  readonly plaintextSha256: string;
  readonly ciphertextSha256: string;
  readonly plaintextSize: number;
  readonly ciphertextSize: number;
  readonly readBack: 'device' | 'cache';
};

/**
 * Seals a stream of bytes. Blocking, so that native code can call it from its I/O callbacks: use it in a worker, or for
 * small things. The first segment (1,048,520 bytes) stays in memory until `finish`, so that a muxer can patch it.
 */
export interface SealedWriter {
  /** Bytes of plaintext so far. */
  readonly size: number;
  /** Appends. The bytes may be reused afterwards. */
  write(bytes: Uint8Array): void;
  /** Writes at a position: within the first segment over what is there, or at the end. Anything else is a bug and throws. */
  writeAt(position: number, bytes: Uint8Array): void;
  /** Flushes to the disk, reads everything back and authenticates it. On failure nothing is left. */
  finish(): Promise<SealedWriteResult>;
  /** Removes what was written. Safe after a failure and after `finish` failed; a bug after it succeeded. */
  abort(): void;
}

const layout = vaultLayout;
const firstSize = firstPlainSegmentSize(layout);
const laterSize = plainSegmentSize(layout);

/**
 * Starts a sealed file at `access.path`, which must not exist. The vault hands out a name ending in `.partial` and renames
 * it when the manifest is safe. Throws `already-exists`, `destination-full`, `destination-unwritable`.
 */
export function createSealedWriter(access: SealedAccess): SealedWriter {
  const { path, fileKey, sealedId } = access;
  const header = newHeader(layout);
  const cipher = createSegmentCipher(fileKey, sealedId, header, layout);
  const descriptor = onTarget(() => openSync(path, 'wx', 0o600));
  const first = new Uint8Array(firstSize);
  const current = new Uint8Array(laterSize);
  let size = 0;
  /** Bytes waiting in `current`, and the number of the segment they belong to. */
  let filled = 0;
  let index = 1;
  let state: 'open' | 'closed' | 'finished' = 'open';

  function onTarget<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw targetFailure(error, path);
    }
  }

  function writeAll(bytes: Uint8Array, position: number): void {
    onTarget(() => {
      for (let written = 0; written < bytes.length; ) {
        written += writeSync(descriptor, bytes, written, bytes.length - written, position + written);
      }
    });
  }

  function seal(segment: number, last: boolean, plaintext: Uint8Array): void {
    const gcm = cipher.startSeal(segment, last);
    const parts = [gcm.update(plaintext), gcm.final(), gcm.getAuthTag()];
    if (segment === 0) parts.unshift(Buffer.from(header));
    writeAll(Buffer.concat(parts), segment * layout.segmentSize);
  }

  function append(bytes: Uint8Array): void {
    let from = 0;
    if (size < firstSize) {
      from = Math.min(bytes.length, firstSize - size);
      first.set(bytes.subarray(0, from), size);
      size += from;
    }
    while (from < bytes.length) {
      // A full segment is sealed only when more follows: the last one is sealed differently.
      if (filled === laterSize) {
        seal(index++, false, current);
        filled = 0;
      }
      const count = Math.min(bytes.length - from, laterSize - filled);
      current.set(bytes.subarray(from, from + count), filled);
      filled += count;
      from += count;
      size += count;
    }
  }

  function writeAt(position: number, bytes: Uint8Array): void {
    if (state !== 'open') throw new Error('The sealed file is no longer open for writing.');
    const over = Math.min(bytes.length, size - position);
    if (position < 0 || over < 0 || (over > 0 && position + over > firstSize)) {
      throw new Error(`Only the first segment can be written again: ${bytes.length} bytes at ${position} of ${size}.`);
    }
    if (over > 0) first.set(bytes.subarray(0, over), position);
    append(bytes.subarray(over));
  }

  function close(): void {
    if (state === 'open') closeSync(descriptor);
    state = 'closed';
  }

  function discard(): void {
    close();
    rmSync(path, { force: true });
  }

  async function verify(): Promise<SealedWriteResult> {
    const [a, b] = alignedBuffers(2, layout.segmentSize);
    if (a === undefined || b === undefined) throw new Error('A buffer is missing.');
    const hash = createSha256();
    const onCiphertext = (bytes: Uint8Array): void => hash.update(bytes);
    const result = await readBackSealed({ path, fileKey, sealedId, buffers: [a, b], onCiphertext });
    if (result.plaintextSize !== size) throw tampered(sealedId, 'lost bytes on its way to the disk');
    return { ...result, ciphertextSha256: hash.digestHex() };
  }

  return {
    get size() {
      return size;
    },
    write: (bytes) => writeAt(size, bytes),
    writeAt,
    finish: async () => {
      if (state !== 'open') throw new Error('The sealed file was finished or aborted before.');
      try {
        if (size > firstSize) seal(index, true, current.subarray(0, filled));
        seal(0, size <= firstSize, first.subarray(0, Math.min(size, firstSize)));
        onTarget(() => fsyncSync(descriptor));
        close();
        const result = await verify();
        state = 'finished';
        return result;
      } catch (error) {
        discard();
        throw error;
      }
    },
    abort: () => {
      if (state === 'finished') throw new Error('A finished sealed file cannot be aborted.');
      discard();
    },
  };
}
