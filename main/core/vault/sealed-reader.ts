import { constants, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { systemCode } from '#core/kernel/index.ts';
import { headerSizeOf, type SealLayout, segmentRange, vaultLayout } from './layout.ts';
import { createSegmentCipher, missingFile, plaintextSizeOf, tampered } from './segment-cipher.ts';
import { clampRange, segmentParts } from './segment-parts.ts';

/** Enough to follow a player's two or three read positions in one file. */
const cachedSegments = 4;

/** What it takes to open one sealed file; may be handed to a worker process, never beyond the machine. */
export type SealedAccess = {
  readonly path: string;
  /** 32 bytes; secret. */
  readonly fileKey: Uint8Array;
  readonly sealedId: string;
};

/** Random access to the plaintext of a sealed file. No byte leaves before its segment has been authenticated. */
export interface SealedReader {
  /** Bytes of plaintext. */
  readonly size: number;
  /** A copy of up to `length` bytes from `position`; fewer at the end of the file, none beyond it. Throws `tampered`. */
  read(position: number, length: number): Promise<Uint8Array>;
  /** As `read`, blocking: for I/O callbacks of native code in a worker process. */
  readSync(position: number, length: number): Uint8Array;
  close(): Promise<void>;
}

async function openFile({ path, sealedId }: SealedAccess): Promise<FileHandle> {
  try {
    return await open(path, constants.O_RDONLY | (process.platform === 'win32' ? 0 : constants.O_NOFOLLOW));
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    throw missingFile(sealedId, error);
  }
}

/**
 * Opens a sealed file and checks header, size and last segment, which proves that nothing was cut off or appended.
 * The caller closes it. Throws `not-found` and `tampered`.
 */
export function openSealedReader(access: SealedAccess): Promise<SealedReader> {
  return openReaderWithLayout(access, vaultLayout);
}

export async function openReaderWithLayout(access: SealedAccess, layout: SealLayout): Promise<SealedReader> {
  const handle = await openFile(access);
  try {
    const reader = createReader(handle, access, (await handle.stat()).size, layout);
    await reader.read(Math.max(0, reader.size - 1), 1);
    return reader;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function createReader(
  handle: FileHandle,
  { fileKey, sealedId }: SealedAccess,
  fileSize: number,
  layout: SealLayout,
): SealedReader {
  const size = plaintextSizeOf(fileSize, sealedId, layout);
  const header = new Uint8Array(headerSizeOf(layout));
  fill(header, 0);
  const cipher = createSegmentCipher(fileKey, sealedId, header, layout);
  const cache = new Map<number, Uint8Array>();
  const loading = new Map<number, Promise<Uint8Array>>();

  function fill(target: Uint8Array, position: number): void {
    for (let filled = 0; filled < target.length; ) {
      const count = readSync(handle.fd, target, filled, target.length - filled, position + filled);
      if (count === 0) throw tampered(sealedId, 'was cut short while it was open');
      filled += count;
    }
  }

  async function fillAsync(target: Uint8Array, position: number): Promise<void> {
    for (let filled = 0; filled < target.length; ) {
      const { bytesRead } = await handle.read(target, filled, target.length - filled, position + filled);
      if (bytesRead === 0) throw tampered(sealedId, 'was cut short while it was open');
      filled += bytesRead;
    }
  }

  function keep(index: number, plaintext: Uint8Array): Uint8Array {
    cache.delete(index);
    cache.set(index, plaintext);
    for (const oldest of cache.keys()) {
      if (cache.size <= cachedSegments) break;
      cache.delete(oldest);
    }
    return plaintext;
  }

  function loadSync(index: number): Uint8Array {
    const cached = cache.get(index);
    if (cached !== undefined) return keep(index, cached);
    const range = segmentRange(index, size, layout);
    const sealed = new Uint8Array(range.ciphertextLength);
    fill(sealed, range.ciphertextStart);
    return keep(index, cipher.open(index, range.last, sealed));
  }

  async function loadFresh(index: number): Promise<Uint8Array> {
    const range = segmentRange(index, size, layout);
    const sealed = new Uint8Array(range.ciphertextLength);
    await fillAsync(sealed, range.ciphertextStart);
    return keep(index, cipher.open(index, range.last, sealed));
  }

  async function load(index: number): Promise<Uint8Array> {
    const cached = cache.get(index);
    if (cached !== undefined) return keep(index, cached);
    const running = loading.get(index);
    if (running !== undefined) return running;
    const started = loadFresh(index).finally(() => loading.delete(index));
    loading.set(index, started);
    return started;
  }

  return {
    size,
    read: async (position, length) => {
      const range = clampRange(position, length, size);
      // An empty file has one segment too, and its tag proves that it is empty.
      if (size === 0) await load(0);
      const target = new Uint8Array(range.end - range.start);
      for (const part of segmentParts(range, size, layout)) {
        target.set((await load(part.index)).subarray(part.from, part.to), part.at);
      }
      return target;
    },
    readSync: (position, length) => {
      const range = clampRange(position, length, size);
      const target = new Uint8Array(range.end - range.start);
      for (const part of segmentParts(range, size, layout)) {
        target.set(loadSync(part.index).subarray(part.from, part.to), part.at);
      }
      return target;
    },
    close: async () => {
      cache.clear();
      await handle.close();
    },
  };
}
