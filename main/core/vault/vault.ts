import { rm, stat } from 'node:fs/promises';
import { ExpectedError } from '#common/errors/index.ts';
import type { SealedId } from '#common/ids/index.ts';
import { type Clock, randomBytes } from '#core/kernel/index.ts';
import { type Manifest, unwrapFileKey, wrapFileKey } from './manifest.ts';
import { createObjectStore } from './object-store.ts';
import type { SealProgress } from './seal-file.ts';
import type { SealPool } from './seal-pool.ts';
import { openSealedReader, type SealedAccess } from './sealed-reader.ts';
import { createSealedWriter, type SealedWriteResult, type SealedWriter } from './sealed-writer.ts';
import { fileKeySize, tampered } from './segment-cipher.ts';
import { createStoreCache, type VaultCache, type VaultReader } from './store-cache.ts';

/** Made from originals and can be made again, so these may be removed: proxies, posters, renders, release packages. */
const derivedPrefixes = ['prx_', 'pst_', 'rnd_', 'rel_'];

/** What the vault knows of a sealed object without opening it. */
export type StoredObject = {
  readonly sealedId: SealedId;
  /** 64 lower-case hexadecimal digits: the identity of the evidence. */
  readonly plaintextSha256: string;
  readonly plaintextSize: number;
  readonly ciphertextSize: number;
  /** Milliseconds UTC. */
  readonly madeAt: number;
};

/** A source file that was sealed, and how its copy was checked. */
export type SealedSource = StoredObject & {
  /** `device`: read back from the disk. `cache`: the read-back may have come from memory; say so in the record. */
  readonly readBack: 'device' | 'cache';
  /** The source's modification time, ms UTC. */
  readonly sourceModifiedMs: number;
};

/** An original whose sealed file lies in a store, as its manifest there describes it. */
export type StoredElsewhere = StoredObject & {
  readonly ciphertextSha256: string;
  /** 32 bytes; secret. Kept wrapped by the vault's own key. */
  readonly fileKey: Uint8Array;
};

/** A sealed file that is all here and stays until it is released. */
export type BorrowedObject = AsyncDisposable & { readonly access: SealedAccess };

/** A place kept for an object that a worker process writes with `createSealedWriter(reservation.access)`. */
export interface Reservation {
  readonly access: SealedAccess;
  /** Takes over what the worker's `finish`, or `SealPool.seal` on `access.path`, returned. */
  commit(
    result: Pick<SealedWriteResult, 'plaintextSha256' | 'plaintextSize' | 'ciphertextSize'>,
  ): Promise<StoredObject>;
  /** Removes what was written. Safe to repeat and after `commit`. */
  abort(): Promise<void>;
}

/** A `SealedWriter` whose `finish` makes the object part of the vault; `abort` leaves nothing. */
export interface VaultWriter extends Pick<SealedWriter, 'size' | 'write' | 'writeAt' | 'abort'> {
  finish(): Promise<StoredObject>;
}

/** The sealed evidence store. Originals go in and never change; only derived objects can be removed. */
export interface Vault {
  /**
   * Seals a file in one pass, flushed, read back and compared. The source is only read. Throws `unsafe-path`,
   * `source-unreadable`, `source-gone`, `source-changed`, `destination-full`, `destination-unwritable`,
   * `already-exists`, `verification-failed`; CancelledError on abort. After any of them nothing is left.
   */
  sealFile(
    sealedId: SealedId,
    sourcePath: string,
    options?: {
      readonly signal?: AbortSignal | undefined;
      readonly onProgress?: ((progress: SealProgress) => void) | undefined;
    },
  ): Promise<SealedSource>;
  /** Seals a few bytes (a poster, a small package). */
  sealBytes(sealedId: SealedId, bytes: Uint8Array): Promise<StoredObject>;
  /** A writer in this process; see `SealedWriter`. */
  createWriter(sealedId: SealedId): Promise<VaultWriter>;
  /** A place for an object that a worker process will write. */
  reserve(sealedId: SealedId): Promise<Reservation>;
  /**
   * Random access to the plaintext, also of an original that lies in a store: what is missing is fetched as it is read, and
   * reading throws what the store throws. Throws `not-found`, `tampered`, `key-wrong`. The caller closes it.
   */
  openReader(sealedId: SealedId): Promise<VaultReader>;
  /**
   * Path and key of a file that is all here, for a worker process that calls `openSealedReader` itself. Never for a renderer.
   * Throws `not-ready` for an original of which not all is here.
   */
  access(sealedId: SealedId): Promise<SealedAccess>;
  /** The same, after fetching what is not here; it stays until it is released. Throws what `access` and the store throw. */
  borrow(
    sealedId: SealedId,
    call: { readonly signal: AbortSignal; readonly onBytes?: (keptBytes: number) => void },
  ): Promise<BorrowedObject>;
  /** Makes an original known whose sealed file lies in a store. Nothing happens when it is known, or here. */
  adopt(object: StoredElsewhere): Promise<void>;
  readonly cache: VaultCache;
  /** Whether all of it was sealed here. */
  has(sealedId: SealedId): Promise<boolean>;
  /** Throws `not-found`, `tampered`. */
  stat(sealedId: SealedId): Promise<StoredObject>;
  /** Removes a derived object; nothing happens when it is not there. Throws `not-allowed` for an original. */
  remove(sealedId: SealedId): Promise<void>;
  /** Every sealed object, without holding all of them. */
  walk(): AsyncIterable<SealedId>;
  list(): Promise<readonly SealedId[]>;
  /** Reads the whole object from the disk, authenticates it and compares it with its manifest. Throws `tampered`. */
  verify(
    sealedId: SealedId,
    options?: {
      readonly signal?: AbortSignal | undefined;
      readonly onVerified?: ((plaintextBytes: number) => void) | undefined;
    },
  ): Promise<StoredObject & { readonly readBack: 'device' | 'cache' }>;
  /** At start: removes what a crash left unfinished, and returns the names. Finished objects are never touched. */
  recoverPartials(): Promise<readonly string[]>;
}

/** What a vault is opened with. */
export type VaultOptions = {
  /** Must exist: a vault whose disk is not connected is not made anew somewhere else. */
  readonly folder: string;
  /** 32 bytes, from the shell's secret store. */
  readonly vaultKey: Uint8Array;
  /** Owned by the caller, who closes it. */
  readonly sealPool: SealPool;
  readonly clock: Clock;
};

const manifestFormat = {
  format: 'plainview sealed object',
  version: 1,
  layout: 'AES256_GCM_HKDF_1MB',
} as const;

function notAllHere(sealedId: SealedId): ExpectedError {
  return new ExpectedError('not-ready', 'This recording is only in the cloud; not all of it is on this station.', {
    subject: sealedId,
    nextStep: 'Keep it on this station first, or wait until it was fetched.',
  });
}

function describe({ sealedId, plaintextSha256, plaintextSize, ciphertextSize, madeAt }: Manifest): StoredObject {
  return { sealedId, plaintextSha256, plaintextSize, ciphertextSize, madeAt };
}

/** Leaves nothing behind, except what belongs to somebody else who is sealing the same id. */
async function orAbort<T>(reservation: Reservation, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ExpectedError && error.code === 'already-exists')) await reservation.abort();
    throw error;
  }
}

type Sealed = Pick<StoredObject, 'plaintextSha256' | 'plaintextSize' | 'ciphertextSize'>;

/** Opens the vault in `folder`. Nothing is read or written before it is used. */
export function openVault({ folder, vaultKey, sealPool, clock }: VaultOptions): Vault {
  if (vaultKey.length !== fileKeySize) throw new Error(`A vault key has ${fileKeySize} bytes.`);
  const store = createObjectStore(folder);
  const cache = createStoreCache({ folder, vaultKey, sealPool, clock });

  async function commit(sealedId: SealedId, fileKey: Uint8Array, sealed: Sealed): Promise<StoredObject> {
    const manifest: Manifest = {
      ...manifestFormat,
      sealedId,
      wrappedFileKey: wrapFileKey(vaultKey, sealedId, fileKey),
      plaintextSha256: sealed.plaintextSha256,
      plaintextSize: sealed.plaintextSize,
      ciphertextSize: sealed.ciphertextSize,
      madeAt: clock.now(),
    };
    await store.commit(manifest);
    return describe(manifest);
  }

  async function accessOf(sealedId: SealedId): Promise<SealedAccess> {
    const manifest = await orCached(
      () => store.manifestOf(sealedId),
      () => cache.access(sealedId),
    );
    if ('path' in manifest) return manifest;
    const fileKey = unwrapFileKey(vaultKey, sealedId, manifest.wrappedFileKey);
    return { path: store.pathsOf(sealedId).sealed, fileKey, sealedId };
  }

  /** What is sealed here comes first; what was never here is looked for among what lies in a store. */
  async function orCached<A, B>(here: () => Promise<A>, cached: () => Promise<B | null>): Promise<A | B> {
    try {
      return await here();
    } catch (error) {
      if (!(error instanceof ExpectedError && error.code === 'not-found')) throw error;
      const found = await cached();
      if (found !== null) return found;
      throw error;
    }
  }

  async function reserve(sealedId: SealedId): Promise<Reservation> {
    const { partial } = await store.prepare(sealedId);
    const fileKey = randomBytes(fileKeySize);
    const abort = (): Promise<void> => rm(partial, { force: true });
    return {
      access: { path: partial, fileKey, sealedId },
      commit: async (result) => {
        if ((await stat(partial)).size !== result.ciphertextSize) {
          await abort();
          throw tampered(sealedId, 'is not as long as it was written');
        }
        return commit(sealedId, fileKey, result);
      },
      abort,
    };
  }

  async function createWriter(sealedId: SealedId): Promise<VaultWriter> {
    const reservation = await reserve(sealedId);
    const writer = createSealedWriter(reservation.access);
    return {
      get size() {
        return writer.size;
      },
      write: (bytes) => writer.write(bytes),
      writeAt: (position, bytes) => writer.writeAt(position, bytes),
      abort: () => writer.abort(),
      finish: async () => {
        const result = await writer.finish();
        return orAbort(reservation, () => reservation.commit(result));
      },
    };
  }

  return {
    sealFile: async (sealedId, sourcePath, options) => {
      const reservation = await reserve(sealedId);
      const { path: partialPath, fileKey } = reservation.access;
      return orAbort(reservation, async () => {
        const result = await sealPool.seal({ sourcePath, partialPath, fileKey, sealedId }, options);
        const stored = await commit(sealedId, fileKey, result);
        return { ...stored, readBack: result.readBack, sourceModifiedMs: result.sourceModifiedMs };
      });
    },
    sealBytes: async (sealedId, bytes) => {
      const writer = await createWriter(sealedId);
      try {
        writer.write(bytes);
      } catch (error) {
        writer.abort();
        throw error;
      }
      return writer.finish();
    },
    createWriter,
    reserve,
    openReader: async (sealedId) => {
      if (await store.has(sealedId)) return openSealedReader(await accessOf(sealedId));
      return (await cache.openReader(sealedId)) ?? openSealedReader(await accessOf(sealedId));
    },
    access: async (sealedId) => {
      if (!(await store.has(sealedId)) && (await cache.stat(sealedId))?.whole === false) throw notAllHere(sealedId);
      return accessOf(sealedId);
    },
    borrow: async (sealedId, call) => {
      const held = (await store.has(sealedId)) ? null : await cache.hold(sealedId, call);
      if (held !== null) return { access: held.access, [Symbol.asyncDispose]: held.release };
      return { access: await accessOf(sealedId), [Symbol.asyncDispose]: () => Promise.resolve() };
    },
    adopt: async ({ fileKey, ciphertextSha256, ...object }) => {
      const { sealedId } = object;
      if (fileKey.length !== fileKeySize) throw new Error(`A file key has ${fileKeySize} bytes.`);
      if (await store.has(sealedId)) return;
      const wrappedFileKey = wrapFileKey(vaultKey, sealedId, fileKey);
      await cache.adopt({ ...manifestFormat, ...object, wrappedFileKey, ciphertextSha256 });
    },
    cache,
    has: store.has,
    stat: async (sealedId) =>
      describe(
        await orCached(
          () => store.manifestOf(sealedId),
          () => cache.manifestOf(sealedId),
        ),
      ),
    remove: async (sealedId) => {
      if (!derivedPrefixes.some((prefix) => sealedId.startsWith(prefix))) {
        throw new ExpectedError('not-allowed', 'An original is never removed from the vault.', { subject: sealedId });
      }
      await store.remove(sealedId);
    },
    walk: store.walk,
    list: store.list,
    verify: async (sealedId, options) => {
      const expected = describe(await store.manifestOf(sealedId));
      const found = await sealPool.verify(await accessOf(sealedId), options);
      if (found.plaintextSha256 !== expected.plaintextSha256 || found.plaintextSize !== expected.plaintextSize) {
        throw tampered(sealedId, 'does not hold what its manifest says');
      }
      return { ...expected, readBack: found.readBack };
    },
    recoverPartials: store.recoverPartials,
  };
}
