import { utimes } from 'node:fs/promises';
import { CancelledError, ExpectedError } from '#common/errors/index.ts';
import type { SealedId } from '#common/ids/index.ts';
import type { Clock } from '#core/kernel/index.ts';
import { type CacheFiles, createCacheFiles } from './cache-files.ts';
import { type CachedFile, type CacheSource, openCachedFile } from './cached-file.ts';
import { vaultLayout } from './layout.ts';
import { type CachedManifest, unwrapFileKey } from './manifest.ts';
import type { SealPool } from './seal-pool.ts';
import type { SealedAccess, SealedReader } from './sealed-reader.ts';
import { tampered } from './segment-cipher.ts';
import { clampRange, segmentParts } from './segment-parts.ts';

/** Segments that are fetched before somebody asks for them, once a file is read forward. */
const readAhead = 2;
/** Segments of one file that travel at once while all of it is fetched. */
const atOnce = 3;

/** How much of an original from the store is on this station. */
export type CachedObject = {
  readonly sealedId: SealedId;
  /** Bytes of its sealed file. */
  readonly sizeBytes: number;
  readonly keptBytes: number;
  /** All of it is here, and was verified. */
  readonly whole: boolean;
  /** When it was last opened, ms UTC; 0 when nothing of it is here. */
  readonly usedAt: number;
  readonly inUse: boolean;
};

/** Random access to plaintext, also of what is fetched piece by piece. */
export type VaultReader = Pick<SealedReader, 'size' | 'read' | 'close'>;

/** What this station keeps of originals whose sealed files lie in a store. Every segment is verified by its own tag. */
export interface VaultCache {
  /** Where missing segments come from; null: nowhere. */
  connect(source: CacheSource | null): void;
  /** Beyond so many bytes nothing more is kept, but for what `fetch` was asked for. Null: no limit. */
  setLimit(bytes: number | null): void;
  list(): Promise<readonly CachedObject[]>;
  /** Bytes kept of everything. */
  keptBytes(): Promise<number>;
  /** Null when it was never adopted. */
  stat(sealedId: SealedId): Promise<CachedObject | null>;
  /** Makes it a full local copy: every segment, flushed, read back and compared. Goes on where it stopped. */
  fetch(
    sealedId: SealedId,
    call: { readonly signal: AbortSignal; readonly onBytes?: (keptBytes: number) => void },
  ): Promise<void>;
  /** Lets its bytes go; it can be fetched again. Returns how many; 0 while it is in use. Whoever calls knows that the store has it. */
  evict(sealedId: SealedId): Promise<number>;
}

/** The cache with what only the vault itself uses. */
export type StoreCache = VaultCache & {
  readonly adopt: CacheFiles['adopt'];
  readonly manifestOf: CacheFiles['manifestOf'];
  /** Null when it was never adopted. */
  readonly openReader: (sealedId: SealedId) => Promise<VaultReader | null>;
  /** The whole file, held so that it is not let go; null when it was never adopted. */
  readonly hold: (
    sealedId: SealedId,
    call: Parameters<VaultCache['fetch']>[1],
  ) => Promise<{ readonly access: SealedAccess; readonly release: () => Promise<void> } | null>;
  /** Path and key of a whole file; null when it is not whole or was never adopted. */
  readonly access: (sealedId: SealedId) => Promise<SealedAccess | null>;
};

type Open = { readonly file: Promise<CachedFile>; users: number };

export function createStoreCache(options: {
  readonly folder: string;
  readonly vaultKey: Uint8Array;
  readonly sealPool: SealPool;
  readonly clock: Clock;
}): StoreCache {
  const { vaultKey, sealPool, clock } = options;
  const files = createCacheFiles(options.folder);
  const opened = new Map<SealedId, Open>();
  /** What is being let go: an open one waits for it. */
  const leaving = new Map<SealedId, Promise<unknown>>();
  /** What is being made whole: one at a time each, but whoever gives up leaves it to the next. */
  const fetching = new Map<SealedId, Promise<unknown>>();
  let source: CacheSource | null = null;
  let limit: number | null = null;
  /** Bytes kept of everything; counted on the first use and then carried on. */
  let total: number | null = null;

  async function describe(manifest: CachedManifest): Promise<CachedObject> {
    const { sealedId, ciphertextSize: sizeBytes } = manifest;
    const { bytes, whole, usedAt } = await files.kept(sealedId, sizeBytes);
    return { sealedId, sizeBytes, keptBytes: bytes, whole, usedAt, inUse: opened.has(sealedId) };
  }

  async function list(): Promise<readonly CachedObject[]> {
    const objects: CachedObject[] = [];
    for (const sealedId of await files.list()) {
      const manifest = await files.manifestOf(sealedId);
      if (manifest !== null) objects.push(await describe(manifest));
    }
    total = objects.reduce((sum, { keptBytes }) => sum + keptBytes, 0);
    return objects;
  }

  async function openFile(manifest: CachedManifest): Promise<CachedFile> {
    const { sealedId, plaintextSize, ciphertextSize } = manifest;
    if (total === null) await list();
    const paths = files.pathsOf(sealedId);
    const { whole } = await files.kept(sealedId, ciphertextSize);
    const file = await openCachedFile({
      sealedId,
      fileKey: unwrapFileKey(vaultKey, sealedId, manifest.wrappedFileKey),
      plaintextSize,
      ciphertextSize,
      paths,
      whole,
      source: () => source,
      mayKeep: (bytes) => limit === null || fetching.has(sealedId) || (total ?? 0) + bytes <= limit,
      onKept: (bytes) => {
        total = Math.max(0, (total ?? 0) + bytes);
      },
    });
    const now = new Date(clock.now());
    await utimes(whole ? paths.whole : paths.marks, now, now);
    return file;
  }

  /** The file, shared by all who have it open. */
  async function borrow(manifest: CachedManifest): Promise<{ file: CachedFile; giveBack: () => Promise<void> }> {
    const { sealedId } = manifest;
    await leaving.get(sealedId);
    const known = opened.get(sealedId);
    const entry: Open = known ?? { file: openFile(manifest), users: 0 };
    opened.set(sealedId, entry);
    entry.users++;
    let returned = false;
    const giveBack = async (): Promise<void> => {
      if (returned) return;
      returned = true;
      entry.users--;
      if (entry.users > 0) return;
      if (opened.get(sealedId) === entry) opened.delete(sealedId);
      const closing = entry.file.then((file) => file.close());
      leaving.set(sealedId, closing);
      try {
        await closing;
      } finally {
        if (leaving.get(sealedId) === closing) leaving.delete(sealedId);
      }
    };
    try {
      return { file: await entry.file, giveBack };
    } catch (error) {
      returned = true;
      if (opened.get(sealedId) === entry) opened.delete(sealedId);
      throw error;
    }
  }

  function readerOf(file: CachedFile, close: () => Promise<void>): VaultReader {
    const size = file.plaintextSize;
    let previous = -1;
    const ahead = (index: number): void => {
      const forward = index === previous + 1;
      previous = index;
      if (!forward) return;
      for (let next = index + 1; next <= Math.min(index + readAhead, file.segments - 1); next++) {
        // Whoever comes to it meets the failure then; nobody has asked for it yet.
        if (!file.has(next)) file.segment(next).catch(() => undefined);
      }
    };
    return {
      size,
      read: async (position, length) => {
        const range = clampRange(position, length, size);
        if (size === 0) await file.segment(0);
        const target = new Uint8Array(range.end - range.start);
        for (const part of segmentParts(range, size, vaultLayout)) {
          const plaintext = await file.segment(part.index);
          if (part.index !== previous) ahead(part.index);
          target.set(plaintext.subarray(part.from, part.to), part.at);
        }
        return target;
      },
      close,
    };
  }

  /** Fetches what is missing, some segments at a time. */
  async function fetchAll(
    file: CachedFile,
    manifest: CachedManifest,
    { signal, onBytes }: Parameters<VaultCache['fetch']>[1],
  ): Promise<void> {
    const missing = Array.from({ length: file.segments }, (_, index) => index).filter((index) => !file.has(index));
    const size = (index: number): number =>
      Math.min(vaultLayout.segmentSize, manifest.ciphertextSize - index * vaultLayout.segmentSize);
    let kept = manifest.ciphertextSize - missing.reduce((sum, index) => sum + size(index), 0);
    onBytes?.(kept);
    const travel = async (): Promise<void> => {
      for (let index = missing.shift(); index !== undefined; index = missing.shift()) {
        if (signal.aborted) throw new CancelledError();
        await orAborted(file.segment(index), signal);
        if (!file.has(index)) throw noRoom(manifest.sealedId);
        kept += size(index);
        onBytes?.(kept);
      }
    };
    const lanes = Array.from({ length: atOnce }, travel);
    // All come to an end before anything is said: what still travels would write into what somebody else looks at.
    const failed = (await Promise.allSettled(lanes)).find((lane) => lane.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  async function verifyWhole(manifest: CachedManifest, path: string, signal: AbortSignal): Promise<void> {
    const { sealedId, plaintextSha256, plaintextSize } = manifest;
    const fileKey = unwrapFileKey(vaultKey, sealedId, manifest.wrappedFileKey);
    const found = await sealPool.verify({ path, fileKey, sealedId }, { signal });
    if (found.plaintextSha256 !== plaintextSha256 || found.plaintextSize !== plaintextSize) {
      throw tampered(sealedId, 'in the store does not hold what its manifest says');
    }
  }

  async function complete(
    file: CachedFile,
    manifest: CachedManifest,
    call: Parameters<VaultCache['fetch']>[1],
  ): Promise<void> {
    const { sealedId, ciphertextSize } = manifest;
    const { whole } = await files.kept(sealedId, ciphertextSize);
    if (whole && file.isWhole()) return;
    const { segments: parts, whole: path } = files.pathsOf(sealedId);
    await fetchAll(file, manifest, call);
    await file.flush();
    try {
      await verifyWhole(manifest, whole ? path : parts, call.signal);
    } catch (error) {
      if (!(error instanceof ExpectedError && error.code === 'tampered')) throw error;
      // A segment that was marked and torn: each is looked at, and fetched again when it does not hold.
      file.doubt();
      for (let index = 0; index < file.segments; index++) await orAborted(file.segment(index), call.signal);
      await file.flush();
      await verifyWhole(manifest, whole ? path : parts, call.signal);
    }
    if (!whole) await files.complete(sealedId);
  }

  async function completeInTurn(...work: Parameters<typeof complete>): Promise<void> {
    const [, { sealedId }] = work;
    const turn = (fetching.get(sealedId) ?? Promise.resolve()).then(() => complete(...work));
    const settled = turn.catch(() => undefined);
    fetching.set(sealedId, settled);
    try {
      await turn;
    } finally {
      if (fetching.get(sealedId) === settled) fetching.delete(sealedId);
    }
  }

  async function hold(sealedId: SealedId, call: Parameters<VaultCache['fetch']>[1]): ReturnType<StoreCache['hold']> {
    const manifest = await files.manifestOf(sealedId);
    if (manifest === null) return null;
    const { file, giveBack } = await borrow(manifest);
    try {
      await completeInTurn(file, manifest, call);
    } catch (error) {
      await giveBack();
      throw error;
    }
    const fileKey = unwrapFileKey(vaultKey, sealedId, manifest.wrappedFileKey);
    return { access: { path: files.pathsOf(sealedId).whole, fileKey, sealedId }, release: giveBack };
  }

  return {
    adopt: files.adopt,
    manifestOf: files.manifestOf,
    connect: (given) => {
      source = given;
    },
    setLimit: (bytes) => {
      limit = bytes;
    },
    list,
    keptBytes: async () => {
      if (total === null) await list();
      return total ?? 0;
    },
    stat: async (sealedId) => {
      const manifest = await files.manifestOf(sealedId);
      return manifest === null ? null : describe(manifest);
    },
    openReader: async (sealedId) => {
      const manifest = await files.manifestOf(sealedId);
      if (manifest === null) return null;
      const { file, giveBack } = await borrow(manifest);
      return readerOf(file, giveBack);
    },
    hold,
    access: async (sealedId) => {
      const manifest = await files.manifestOf(sealedId);
      if (manifest === null || !(await files.kept(sealedId, manifest.ciphertextSize)).whole) return null;
      const fileKey = unwrapFileKey(vaultKey, sealedId, manifest.wrappedFileKey);
      return { path: files.pathsOf(sealedId).whole, fileKey, sealedId };
    },
    fetch: async (sealedId, call) => {
      const held = await hold(sealedId, call);
      if (held === null) throw new ExpectedError('not-found', 'This is not kept in the store.', { subject: sealedId });
      await held.release();
    },
    evict: async (sealedId) => {
      await leaving.get(sealedId);
      const manifest = await files.manifestOf(sealedId);
      if (manifest === null || opened.has(sealedId)) return 0;
      const { bytes } = await files.kept(sealedId, manifest.ciphertextSize);
      if (opened.has(sealedId)) return 0;
      const dropping = files.drop(sealedId);
      leaving.set(sealedId, dropping);
      try {
        await dropping;
      } finally {
        if (leaving.get(sealedId) === dropping) leaving.delete(sealedId);
      }
      total = Math.max(0, (total ?? 0) - bytes);
      return bytes;
    },
  };
}

function noRoom(sealedId: SealedId): ExpectedError {
  return new ExpectedError('destination-full', 'The disk with the evidence vault is full: not all of it can be kept.', {
    subject: sealedId,
    nextStep: 'Make room on that disk. What is in the store is safe and can be fetched then.',
  });
}

/** Gives up waiting at once; what travels comes to its own end. */
function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(new CancelledError());
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new CancelledError());
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}
