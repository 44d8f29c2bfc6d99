import { rm, stat } from 'node:fs/promises';
import { ExpectedError } from '#common/errors/index.ts';
import type { SealedId } from '#common/ids/index.ts';
import { type Clock, randomBytes } from '#core/kernel/index.ts';
import { type Manifest, unwrapFileKey, wrapFileKey } from './manifest.ts';
import { createObjectStore } from './object-store.ts';
import type { SealProgress } from './seal-file.ts';
import type { SealPool } from './seal-pool.ts';
import { openSealedReader, type SealedAccess, type SealedReader } from './sealed-reader.ts';
import { createSealedWriter, type SealedWriteResult, type SealedWriter } from './sealed-writer.ts';
import { fileKeySize, tampered } from './segment-cipher.ts';

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
  /** Random access to the plaintext. Throws `not-found`, `tampered`, `key-wrong`. The caller closes it. */
  openReader(sealedId: SealedId): Promise<SealedReader>;
  /** Path and key, for a worker process that calls `openSealedReader` itself. Never for a renderer. */
  access(sealedId: SealedId): Promise<SealedAccess>;
  has(sealedId: SealedId): Promise<boolean>;
  /** Throws `not-found`, `tampered`. */
  stat(sealedId: SealedId): Promise<StoredObject>;
  /** Removes a derived object; nothing happens when it is not there. Throws `not-allowed` for an original. */
  remove(sealedId: SealedId): Promise<void>;
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

  async function commit(sealedId: SealedId, fileKey: Uint8Array, sealed: Sealed): Promise<StoredObject> {
    const manifest: Manifest = {
      format: 'plainview sealed object',
      version: 1,
      layout: 'AES256_GCM_HKDF_1MB',
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
    const manifest = await store.manifestOf(sealedId);
    const fileKey = unwrapFileKey(vaultKey, sealedId, manifest.wrappedFileKey);
    return { path: store.pathsOf(sealedId).sealed, fileKey, sealedId };
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
    openReader: async (sealedId) => openSealedReader(await accessOf(sealedId)),
    access: accessOf,
    has: store.has,
    stat: async (sealedId) => describe(await store.manifestOf(sealedId)),
    remove: async (sealedId) => {
      if (!derivedPrefixes.some((prefix) => sealedId.startsWith(prefix))) {
        throw new ExpectedError('not-allowed', 'An original is never removed from the vault.', { subject: sealedId });
      }
      await store.remove(sealedId);
    },
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
