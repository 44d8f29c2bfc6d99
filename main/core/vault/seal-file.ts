import { type FileHandle, open, rm } from 'node:fs/promises';
import { ExpectedError } from '#common/errors/index.ts';
import { createSha256 } from '#core/kernel/index.ts';
import { alignedBuffers, type DirectFile, openDirectFile } from './direct-file.ts';
import { sourceFailure, targetFailure } from './io-errors.ts';
import { ciphertextSize, headerSizeOf, segmentCountOf, segmentRange, vaultLayout } from './layout.ts';
import { type ReadBackResult, readBackSealed } from './read-back.ts';
import { createSegmentCipher, newHeader } from './segment-cipher.ts';

const bufferSize = 4 * vaultLayout.segmentSize;
/** Small enough that the cipher finds in the processor's cache what the hash has just read. */
const pieceSize = 128 * 1024;

export type SealFileParams = {
  readonly sourcePath: string;
  /** Written under this name, flushed and verified; the caller renames it when the manifest is safe. */
  readonly partialPath: string;
  readonly fileKey: Uint8Array;
  readonly sealedId: string;
};

/** `bytes` of plaintext copied (phase Copying) or read back and found equal so far (phase Verified). */
export type SealProgress = {
  readonly phase: 'Copying' | 'Copied' | 'Verified';
  readonly bytes: number;
  readonly totalBytes: number;
};

export type SealFileResult = ReadBackResult & {
  /** The source's modification time, ms UTC. */
  readonly sourceModifiedMs: number;
};

type SealBuffers = {
  readonly source: readonly [Uint8Array, Uint8Array];
  readonly sealed: readonly [Uint8Array, Uint8Array];
};

type Watch = { readonly signal?: AbortSignal | undefined; readonly onProgress?: (progress: SealProgress) => void };

export function createSealBuffers(): SealBuffers {
  const [a, b, c, d] = alignedBuffers(4, bufferSize);
  if (a === undefined || b === undefined || c === undefined || d === undefined) throw new Error('A buffer is missing.');
  return { source: [a, b], sealed: [c, d] };
}

/**
 * Seals one file in one pass: read, hash, encrypt, write, flush; then reads it back, authenticates every segment and
 * compares the hash. The source is only ever read. On any failure nothing is left at `partialPath`.
 * Throws `unsafe-path`, `source-unreadable`, `source-gone`, `source-changed`, `destination-full`,
 * `destination-unwritable`, `already-exists`, `verification-failed`.
 */
export async function sealFile(params: SealFileParams, buffers: SealBuffers, watch: Watch): Promise<SealFileResult> {
  const { sourcePath, partialPath } = params;
  const source = await fromSource(sourcePath, () => openDirectFile(sourcePath, 'read'));
  try {
    await toTarget(partialPath, () => createExclusively(partialPath));
    try {
      const copied = await copySealed(params, source, buffers, watch);
      return await verifyCopy(params, copied, buffers, watch);
    } catch (error) {
      await rm(partialPath, { force: true });
      throw error;
    }
  } finally {
    await source.close();
  }
}

type Copied = { readonly sha256: string; readonly size: number; readonly modifiedMs: number };

async function createExclusively(path: string): Promise<void> {
  const handle = await open(path, 'wx', 0o600);
  await handle.close();
}

async function fromSource<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw sourceFailure(error, path);
  }
}

async function toTarget<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw targetFailure(error, path);
  }
}

/** Size and time of the source as the open file has them, to notice a camera that is still writing. */
async function stampOf(handle: FileHandle): Promise<{ size: number; modifiedNs: bigint; regular: boolean }> {
  const stat = await handle.stat({ bigint: true });
  return { size: Number(stat.size), modifiedNs: stat.mtimeNs, regular: stat.isFile() };
}

function sourceChanged(path: string): ExpectedError {
  return new ExpectedError('source-changed', 'The file changed while it was being copied.', {
    subject: path,
    nextStep: 'Wait until the camera has stopped recording, then copy it again.',
  });
}

async function copySealed(
  params: SealFileParams,
  source: DirectFile,
  buffers: SealBuffers,
  watch: Watch,
): Promise<Copied> {
  const { sourcePath, partialPath } = params;
  const before = await fromSource(sourcePath, () => stampOf(source.handle));
  if (!before.regular) {
    throw new ExpectedError(
      'unsafe-path',
      'The source is not a file: a recording cannot be a folder, pipe or device.',
      {
        subject: sourcePath,
      },
    );
  }
  const target = await toTarget(partialPath, () => openDirectFile(partialPath, 'write'));
  try {
    const sha256 = await pump(params, source, before.size, target, buffers, watch);
    await toTarget(partialPath, async () => {
      await target.handle.truncate(ciphertextSize(before.size));
      await target.handle.sync();
    });
    const after = await fromSource(sourcePath, () => stampOf(source.handle));
    if (after.size !== before.size || after.modifiedNs !== before.modifiedNs) throw sourceChanged(sourcePath);
    watch.onProgress?.({ phase: 'Copied', bytes: before.size, totalBytes: before.size });
    return { sha256, size: before.size, modifiedMs: Number(before.modifiedNs / 1_000_000n) };
  } finally {
    await target.close();
  }
}

/** Reads the next chunk while this one is hashed and encrypted and the one before is written. */
async function pump(
  { sourcePath, partialPath, fileKey, sealedId }: SealFileParams,
  source: DirectFile,
  size: number,
  target: DirectFile,
  buffers: SealBuffers,
  { signal, onProgress }: Watch,
): Promise<string> {
  const hash = createSha256();
  const cipher = createSegmentCipher(fileKey, sealedId, newHeader(vaultLayout), vaultLayout);
  const segments = segmentCountOf(size, vaultLayout);
  let out = 0;
  let filled = headerSizeOf(vaultLayout);
  let written = 0;
  let writing: Promise<void> = Promise.resolve();
  let reading: Promise<number> = Promise.resolve(0);

  function read(position: number): Promise<number> {
    const buffer = pick(buffers.source, position / bufferSize);
    return fromSource(sourcePath, () => source.read(buffer, Math.min(bufferSize, size - position), position));
  }

  async function flush(): Promise<void> {
    await writing;
    const [buffer, length, position] = [pick(buffers.sealed, out), filled, written];
    writing = toTarget(partialPath, () => target.write(buffer, length, position));
    // Awaited before the buffer is used again; until then a failure must not count as unhandled.
    writing.catch(() => undefined);
    written += filled;
    filled = 0;
    out++;
  }

  function put(bytes: Uint8Array): void {
    pick(buffers.sealed, out).set(bytes, filled);
    filled += bytes.length;
  }

  try {
    pick(buffers.sealed, out).set(cipher.header);
    if (size > 0) reading = read(0);
    let chunk: Uint8Array = new Uint8Array(0);
    let chunkEnd = 0;
    for (let index = 0; index < segments; index++) {
      const range = segmentRange(index, size, vaultLayout);
      const gcm = cipher.startSeal(index, range.last);
      const end = range.plaintextStart + range.plaintextLength;
      for (let position = range.plaintextStart; position < end; ) {
        if (position === chunkEnd) {
          const count = await reading;
          signal?.throwIfAborted();
          if (count < Math.min(bufferSize, size - position)) throw sourceChanged(sourcePath);
          chunk = pick(buffers.source, position / bufferSize).subarray(0, count);
          chunkEnd = position + count;
          if (chunkEnd < size) reading = read(chunkEnd);
          reading.catch(() => undefined);
        }
        const stop = Math.min(end, chunkEnd, position + pieceSize);
        const offset = chunkEnd - chunk.length;
        const piece = chunk.subarray(position - offset, stop - offset);
        hash.update(piece);
        put(gcm.update(piece));
        position = stop;
      }
      gcm.final();
      put(gcm.getAuthTag());
      if (filled === bufferSize) {
        await flush();
        onProgress?.({ phase: 'Copying', bytes: end, totalBytes: size });
      }
    }
    if (filled > 0) await flush();
    await writing;
    onProgress?.({ phase: 'Copying', bytes: size, totalBytes: size });
    return hash.digestHex();
  } finally {
    // The buffers serve the next file as soon as this one is done.
    await Promise.allSettled([reading, writing]);
  }
}

function pick(pair: readonly [Uint8Array, Uint8Array], turn: number): Uint8Array {
  return turn % 2 === 0 ? pair[0] : pair[1];
}

async function verifyCopy(
  params: SealFileParams,
  copied: Copied,
  buffers: SealBuffers,
  watch: Watch,
): Promise<SealFileResult> {
  const { partialPath, fileKey, sealedId } = params;
  let reported = 0;
  let result: ReadBackResult;
  try {
    result = await readBackSealed({
      path: partialPath,
      fileKey,
      sealedId,
      buffers: buffers.sealed,
      signal: watch.signal,
      onVerified: (bytes) => {
        if (bytes - reported < bufferSize && bytes < copied.size) return;
        reported = bytes;
        watch.onProgress?.({ phase: 'Verified', bytes, totalBytes: copied.size });
      },
    });
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw targetFailure(error, partialPath);
    throw verificationFailed(params, error);
  }
  if (result.plaintextSha256 !== copied.sha256 || result.plaintextSize !== copied.size)
    throw verificationFailed(params);
  return { ...result, sourceModifiedMs: copied.modifiedMs };
}

function verificationFailed({ sourcePath }: SealFileParams, cause?: unknown): ExpectedError {
  return new ExpectedError(
    'verification-failed',
    'The copy was read back and is not what the camera holds. It was removed.',
    {
      subject: sourcePath,
      nextStep: 'Copy it again. If this repeats, the disk of the vault or its cable may be failing: have it checked.',
      cause,
    },
  );
}
