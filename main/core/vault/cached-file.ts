import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { CancelledError, ExpectedError } from '#common/errors/index.ts';
import type { SealedId } from '#common/ids/index.ts';
import { systemCode } from '#core/kernel/index.ts';
import type { CachePaths } from './cache-files.ts';
import { headerSizeOf, segmentCountOf, segmentRange, vaultLayout } from './layout.ts';
import { createSegmentCipher, type SegmentCipher, tampered } from './segment-cipher.ts';

const layout = vaultLayout;
/** Enough to follow a player's two or three read positions in one file. */
const plaintextsKept = 4;
const careful = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW;

/** Where the sealed bytes of originals come from that are not on this station, and who is told of what happens to them. */
export interface CacheSource {
  /** The bytes of the sealed file from `start` up to `end`. Throws what the store throws. */
  read(
    sealedId: SealedId,
    range: { readonly start: number; readonly end: number },
    call: { readonly signal: AbortSignal },
  ): Promise<Uint8Array>;
  /** A segment was fetched and cannot be kept (a full disk): it is fetched again when it is wanted again. */
  onNotKept(sealedId: SealedId, error: unknown): void;
  /** The store gave something that is not what was sealed. */
  onForged(sealedId: SealedId, error: ExpectedError): void;
  /** There is no room for more: something should be let go. */
  onFull(): void;
}

/** One original that lies in a store, open: what was fetched of it is read from the disk, the rest is fetched. */
export type CachedFile = {
  readonly plaintextSize: number;
  readonly segments: number;
  readonly has: (index: number) => boolean;
  readonly isWhole: () => boolean;
  /** The plaintext of a segment. Throws `tampered`, and what the store throws, in words for whoever wants to look at it. */
  readonly segment: (index: number) => Promise<Uint8Array>;
  readonly flush: () => Promise<void>;
  /** Forgets which segments are good: each is looked at again when it is wanted. */
  readonly doubt: () => void;
  readonly close: () => Promise<void>;
};

type CachedFileOptions = {
  readonly sealedId: SealedId;
  readonly fileKey: Uint8Array;
  readonly plaintextSize: number;
  readonly ciphertextSize: number;
  readonly paths: CachePaths;
  readonly whole: boolean;
  readonly source: () => CacheSource | null;
  /** Whether so many bytes more may be kept. */
  readonly mayKeep: (bytes: number) => boolean;
  readonly onKept: (bytes: number) => void;
};

/** What it means that a store cannot be asked, to whoever wants to look at this. */
function notHere(sealedId: SealedId, cause: ExpectedError | null): ExpectedError {
  const why = cause === null ? 'this station uses no store now' : 'the store cannot be reached now';
  return new ExpectedError(
    cause?.code ?? 'store-unreachable',
    `This part of the recording is only in the cloud, and ${why}.`,
    {
      subject: sealedId,
      nextStep:
        cause === null
          ? 'Connect the department’s store again. What was fetched before still plays.'
          : `${cause.message} Try again when the store is back. What was fetched before still plays.`,
      cause,
    },
  );
}

const storeIsAway = new Set<string>(['store-unreachable', 'store-refused', 'store-busy', 'worker-crashed']);

export async function openCachedFile(options: CachedFileOptions): Promise<CachedFile> {
  const { sealedId, fileKey, plaintextSize, ciphertextSize, paths, source, mayKeep, onKept } = options;
  const count = segmentCountOf(plaintextSize, layout);
  const file = await open(options.whole ? paths.whole : paths.segments, flags(options.whole), 0o600);
  let marksFile: FileHandle | null = null;
  const marks = new Uint8Array(count);
  /** What was read or fetched and held, by segment. */
  const plaintexts = new Map<number, Uint8Array>();
  const loading = new Map<number, Promise<Uint8Array>>();
  const closing = new AbortController();
  let cipher: SegmentCipher | null = null;

  try {
    if (options.whole) marks.fill(1);
    else {
      marksFile = await open(paths.marks, flags(false), 0o600);
      await marksFile.read(marks, 0, count, 0);
    }
  } catch (error) {
    await file.close();
    throw error;
  }

  function placeOf(index: number): { readonly start: number; readonly end: number } {
    return { start: index * layout.segmentSize, end: Math.min(ciphertextSize, (index + 1) * layout.segmentSize) };
  }

  async function mark(index: number, value: 0 | 1): Promise<void> {
    marks[index] = value;
    await marksFile?.write(Uint8Array.of(value), 0, 1, index);
  }

  /** Throws `tampered` when these bytes are not the segment. */
  function openSegment(index: number, bytes: Uint8Array): Uint8Array {
    const { start, end } = placeOf(index);
    if (bytes.length !== end - start) throw tampered(sealedId, 'was cut short in the store');
    const headerSize = headerSizeOf(layout);
    if (index === 0) {
      // The header is proved by the tag of the first segment and by nothing else.
      const tried = createSegmentCipher(fileKey, sealedId, Uint8Array.from(bytes.subarray(0, headerSize)), layout);
      const plaintext = tried.open(0, count === 1, bytes.subarray(headerSize));
      cipher = tried;
      return plaintext;
    }
    if (cipher === null) throw new Error('A segment was opened before the first, which holds what opens it.');
    return cipher.open(index, segmentRange(index, plaintextSize, layout).last, bytes);
  }

  /** Null when it is not there, or torn. */
  async function fromDisk(index: number): Promise<Uint8Array | null> {
    if (marks[index] !== 1) return null;
    const { start, end } = placeOf(index);
    const bytes = new Uint8Array(end - start);
    for (let filled = 0; filled < bytes.length; ) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, start + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    try {
      return openSegment(index, bytes);
    } catch (error) {
      if (!(error instanceof ExpectedError && error.code === 'tampered')) throw error;
      // Marked and torn: the computer went down before the disk had it, or the disk lost it. The store has it.
      await mark(index, 0);
      onKept(start - end);
      return null;
    }
  }

  async function keep(index: number, bytes: Uint8Array, from: CacheSource): Promise<void> {
    if (!mayKeep(bytes.length)) {
      from.onFull();
      return;
    }
    // Counted first: several are written at once.
    onKept(bytes.length);
    try {
      const { start } = placeOf(index);
      for (let written = 0; written < bytes.length; ) {
        const { bytesWritten } = await file.write(bytes, written, bytes.length - written, start + written);
        if (bytesWritten === 0) throw Object.assign(new Error('Nothing could be written.'), { code: 'ENOSPC' });
        written += bytesWritten;
      }
      await mark(index, 1);
    } catch (error) {
      onKept(-bytes.length);
      marks[index] = 0;
      if (systemCode(error) === null) throw error;
      from.onNotKept(sealedId, error);
    }
  }

  async function fromStore(index: number): Promise<Uint8Array> {
    const from = source();
    if (from === null) throw notHere(sealedId, null);
    let bytes: Uint8Array;
    try {
      bytes = await from.read(sealedId, placeOf(index), { signal: closing.signal });
    } catch (error) {
      if (error instanceof ExpectedError && storeIsAway.has(error.code)) throw notHere(sealedId, error);
      throw error;
    }
    let plaintext: Uint8Array;
    try {
      plaintext = openSegment(index, bytes);
    } catch (error) {
      if (error instanceof ExpectedError && error.code === 'tampered') from.onForged(sealedId, error);
      throw error;
    }
    await keep(index, bytes, from);
    return plaintext;
  }

  function remember(index: number, plaintext: Uint8Array): Uint8Array {
    plaintexts.delete(index);
    plaintexts.set(index, plaintext);
    for (const oldest of plaintexts.keys()) {
      if (plaintexts.size <= plaintextsKept) break;
      plaintexts.delete(oldest);
    }
    return plaintext;
  }

  async function loadFresh(index: number): Promise<Uint8Array> {
    if (index !== 0 && cipher === null) await load(0);
    return remember(index, (await fromDisk(index)) ?? (await fromStore(index)));
  }

  function load(index: number): Promise<Uint8Array> {
    const held = plaintexts.get(index);
    if (held !== undefined) return Promise.resolve(remember(index, held));
    const running = loading.get(index);
    if (running !== undefined) return running;
    if (closing.signal.aborted) return Promise.reject(new CancelledError());
    const started = loadFresh(index).finally(() => loading.delete(index));
    loading.set(index, started);
    return started;
  }

  return {
    plaintextSize,
    segments: count,
    has: (index) => marks[index] === 1,
    isWhole: () => marks.every((value) => value === 1),
    segment: load,
    flush: () => file.sync(),
    doubt: () => {
      plaintexts.clear();
      cipher = null;
    },
    close: async () => {
      closing.abort();
      await Promise.allSettled(loading.values());
      plaintexts.clear();
      await file.close();
      await marksFile?.close();
    },
  };
}

function flags(mustExist: boolean): number {
  return constants.O_RDWR | careful | (mustExist ? 0 : constants.O_CREAT);
}
