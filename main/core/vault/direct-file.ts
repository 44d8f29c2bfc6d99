import { constants } from 'node:fs';
import { type FileHandle, open, statfs } from 'node:fs/promises';
import { openUntouched, systemCode } from '#core/kernel/index.ts';

/** Direct I/O wants memory, positions and lengths in multiples of this. */
const pageSize = 4096;
const wasmPageSize = 65_536;

/** Errors with which file systems without direct I/O (tmpfs, many network mounts, FUSE) refuse it. */
const refusals = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** O_DIRECT exists on Linux alone, though the types promise it everywhere. */
const directFlag = process.platform === 'linux' ? constants.O_DIRECT : 0;
const noFollow = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW;
/**
 * File systems whose direct reads are known to come from the disk, by the number Linux gives them: ext4, XFS, FAT, exFAT,
 * NTFS. Others (a RAM disk, an overlay, FUSE, a network mount) take the flag as well and may answer from memory.
 */
const onDisk = new Set([0xef53, 0x58465342, 0x4d44, 0x2011bab0, 0x7366746e]);

/**
 * A file read and written past the page cache where that works, else through it. Buffers come from `alignedBuffers`,
 * positions are multiples of a page, lengths too except at the end of the file. Links are refused (ELOOP).
 */
export interface DirectFile {
  readonly handle: FileHandle;
  /** True when what was read came from the device for certain, and not from memory. */
  isFromDevice(): Promise<boolean>;
  /** Reads `length` bytes into the start of `buffer`; fewer only when the file ends there. */
  read(buffer: Uint8Array, length: number, position: number): Promise<number>;
  /** Writes the first `length` bytes of `buffer`, padded to a whole page: the caller truncates at the end. */
  write(buffer: Uint8Array, length: number, position: number): Promise<void>;
  close(): Promise<void>;
}

function roundUpToPage(length: number): number {
  return Math.ceil(length / pageSize) * pageSize;
}

export async function openDirectFile(path: string, access: 'read' | 'write'): Promise<DirectFile> {
  let direct = directFlag !== 0;
  let handle = await openOnce();

  function openWith(flags: number): Promise<FileHandle> {
    return access === 'read' ? openUntouched(path, flags) : open(path, constants.O_WRONLY | noFollow | flags);
  }

  async function openOnce(): Promise<FileHandle> {
    if (!direct) return openWith(0);
    try {
      return await openWith(directFlag);
    } catch (error) {
      if (!refusals.has(systemCode(error) ?? '')) throw error;
      direct = false;
      return openWith(0);
    }
  }

  /** Some file systems accept the flag and refuse the first transfer. */
  async function orBuffered<T>(transfer: () => Promise<T>): Promise<T> {
    try {
      return await transfer();
    } catch (error) {
      if (!direct || !refusals.has(systemCode(error) ?? '')) throw error;
      direct = false;
      await handle.close();
      handle = await openWith(0);
      return await transfer();
    }
  }

  return {
    get handle() {
      return handle;
    },
    isFromDevice: async () => direct && onDisk.has((await statfs(path)).type),
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
