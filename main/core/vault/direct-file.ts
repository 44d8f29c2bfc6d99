import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { errorCodeOf } from './io-errors.ts';

/** Direct I/O wants memory, positions and lengths in multiples of this. */
const pageSize = 4096;
const wasmPageSize = 65_536;

/** Errors with which file systems without direct I/O (tmpfs, many network mounts, FUSE) refuse it. */
const refusals = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** O_DIRECT exists on Linux alone, though the types promise it everywhere. */
const directFlag = process.platform === 'linux' ? constants.O_DIRECT : 0;
/** Windows has neither; without O_NONBLOCK, opening a pipe would wait for its writer for ever. */
const careful = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * A file read and written past the page cache where that works, else through it. Buffers come from `alignedBuffers`,
 * positions are multiples of a page, lengths too except at the end of the file. Links are refused (ELOOP).
 */
export interface DirectFile {
  /** True while the bytes really go to and come from the device. */
  readonly direct: boolean;
  readonly handle: FileHandle;
  /** Reads `length` bytes into the start of `buffer`; fewer only when the file ends there. */
  read(buffer: Uint8Array, length: number, position: number): Promise<number>;
  /** Writes the first `length` bytes of `buffer`, padded to a whole page: the caller truncates at the end. */
  write(buffer: Uint8Array, length: number, position: number): Promise<void>;
  close(): Promise<void>;
}

function roundUpToPage(length: number): number {
  return Math.ceil(length / pageSize) * pageSize;
}

export async function openDirectFile(path: string, flags: number): Promise<DirectFile> {
  let direct = directFlag !== 0;
  let handle = await openOnce();

  async function openOnce(): Promise<FileHandle> {
    if (!direct) return open(path, flags | careful);
    try {
      return await open(path, flags | careful | directFlag);
    } catch (error) {
      if (!refusals.has(errorCodeOf(error) ?? '')) throw error;
      direct = false;
      return open(path, flags | careful);
    }
  }

  /** Some file systems accept the flag and refuse the first transfer. */
  async function orBuffered<T>(transfer: () => Promise<T>): Promise<T> {
    try {
      return await transfer();
    } catch (error) {
      if (!direct || !refusals.has(errorCodeOf(error) ?? '')) throw error;
      direct = false;
      await handle.close();
      handle = await open(path, flags | careful);
      return await transfer();
    }
  }

  return {
    get direct() {
      return direct;
    },
    get handle() {
      return handle;
    },
    read: (buffer, length, position) =>
      orBuffered(async () => {
        let filled = 0;
        while (filled < length) {
          const wanted = direct ? roundUpToPage(length - filled) : length - filled;
          const { bytesRead } = await handle.read(buffer, filled, wanted, position + filled);
          filled += bytesRead;
          // A count that is not whole pages is the end of the file; asking on from there is refused.
          if (bytesRead === 0 || (direct && bytesRead % pageSize !== 0)) break;
        }
        return Math.min(filled, length);
      }),
    write: (buffer, length, position) =>
      orBuffered(async () => {
        const padded = roundUpToPage(length);
        buffer.fill(0, length, padded);
        for (let written = 0; written < padded; ) {
          const { bytesWritten } = await handle.write(buffer, written, padded - written, position + written);
          if (bytesWritten === 0) throw Object.assign(new Error('Nothing could be written.'), { code: 'ENOSPC' });
          written += bytesWritten;
        }
      }),
    close: () => handle.close(),
  };
}

/** The one part of it that is used; Node's own types leave it to the browser's. */
declare const WebAssembly: {
  readonly Memory: new (size: {
    readonly initial: number;
    readonly maximum: number;
  }) => { readonly buffer: ArrayBuffer };
};

/** Page-aligned buffers that never move: the memory of a WebAssembly.Memory starts on a page. */
export function alignedBuffers(count: number, size: number): readonly Uint8Array[] {
  if (size % wasmPageSize !== 0) throw new Error(`A buffer of ${size} bytes is not made of whole pages.`);
  const pages = (count * size) / wasmPageSize;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  return Array.from({ length: count }, (_, i) => new Uint8Array(memory.buffer, i * size, size));
}
