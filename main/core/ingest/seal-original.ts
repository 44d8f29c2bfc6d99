import { ExpectedError } from '#common/errors/index.ts';
import type { SealedId } from '#common/ids/index.ts';
import { newId } from '#core/kernel/index.ts';
import type { FileProgress } from './progress.ts';
import { sampleOf } from './sample.ts';
import type { Inspection, OffloadRoom } from './types.ts';

/** What one file became. `value` is what its keeper made of it. */
export type Sealed<T> =
  | { readonly kind: 'kept'; readonly value: T; readonly sha256: string; readonly sizeBytes: number }
  /** Its bytes were in the vault before; the copy was dropped. */
  | { readonly kind: 'twin'; readonly value: T; readonly sealedId: SealedId; readonly sha256: string }
  /** It does not belong under this id: nothing was kept. */
  | { readonly kind: 'damaged'; readonly reason: string };

/** What was read from the camera, by which the file is known when it is docked again. */
type Read = {
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  readonly sample: string;
};

/** A verified sealed object that is about to be entered into the catalog. */
export type Kept<I extends SealedId> = Read & {
  readonly sealedId: I;
  readonly readBack: 'device' | 'cache';
};

type Kind = 'evidence' | 'sidecar' | 'damaged';

export type SealRequest<K extends Kind, T> = {
  readonly kind: K;
  readonly path: string;
  readonly fileName: string;
  readonly signal: AbortSignal;
  readonly progress: FileProgress;
  /** Looks for the same bytes in the vault; false where equal bytes are two things (empty files, sidecars). */
  readonly findTwin: boolean;
  readonly inspect: OffloadRoom['inspect'];
  /** Enters the object into the catalog, in one commit. */
  readonly keep: (kept: Kept<ReturnType<typeof newId<K>>>) => Promise<T>;
  /** Notes that the bytes of `twin` were seen again. */
  readonly twin: (twin: SealedId, read: Read) => Promise<T>;
};

const prefixes = { evidence: 'evd_', sidecar: 'sid_', damaged: 'dmg_' } as const;

/**
 * Seals one file. It gets its name in the vault only when it was read back and found equal, is no copy of what is there,
 * and (where asked) plays; and its row in the catalog right after. Before that it is a partial file that a crash removes.
 */
export async function sealOriginal<K extends Kind, T>(
  room: OffloadRoom,
  request: SealRequest<K, T>,
): Promise<Sealed<T>> {
  const { vault, sealPool, locks } = room;
  const { kind, signal, progress } = request;
  const sealedId = newId(kind) as ReturnType<typeof newId<K>> & SealedId;
  const reservation = await vault.reserve(sealedId);
  try {
    // Taken first: should the file change now, the spots disagree next time and it is offloaded once more.
    const sample = await sampleOf(request.path);
    const { path: partialPath, fileKey } = reservation.access;
    const result = await sealPool.seal(
      { sourcePath: request.path, partialPath, fileKey, sealedId },
      { signal, onProgress: (made) => progress.sealing(made) },
    );
    const { plaintextSha256: sha256, plaintextSize: sizeBytes, readBack, sourceModifiedMs: modifiedMs } = result;
    const read = { sha256, sizeBytes, modifiedMs, sample };
    if (request.inspect !== null && !(request.findTwin && (await contentOf(room, sha256)) !== null)) {
      const verdict = await inspectCarefully(room, request.inspect, request.fileName, reservation.access);
      if (verdict.kind === 'damaged') {
        await reservation.abort();
        return verdict;
      }
    }
    return await locks.run(`content ${sha256}`, async () => {
      const twin = request.findTwin ? await twinOf(room, sha256) : null;
      if (twin !== null) {
        await reservation.abort();
        return { kind: 'twin', value: await request.twin(twin, read), sealedId: twin, sha256 };
      }
      const stray = sizeBytes === 0 ? null : await adopt(room, kind, sha256);
      if (stray === null) await reservation.commit(result);
      else await reservation.abort();
      const kept = {
        ...read,
        sealedId: (stray?.sealedId ?? sealedId) as typeof sealedId,
        readBack: stray?.readBack ?? readBack,
      };
      try {
        return { kind: 'kept', value: await request.keep(kept), sha256, sizeBytes };
      } catch (error) {
        // Sealed and verified, but not entered: the next attempt finds it and enters it.
        room.strays.put(kept.sealedId, sha256);
        throw error;
      }
    });
  } catch (error) {
    await reservation.abort();
    throw error;
  }
}

async function contentOf({ catalog }: OffloadRoom, sha256: string): Promise<SealedId | null> {
  const known = await catalog.sourceFiles.bySha256(sha256);
  // A sidecar belongs to its recording, so its bytes stand for no other file.
  return known === null || known.sealedId.startsWith(prefixes.sidecar) ? null : known.sealedId;
}

/** What was sealed with this content, if it still holds: what would have to stand for a recording alone is read again in full. */
async function twinOf(room: OffloadRoom, sha256: string): Promise<SealedId | null> {
  const sealedId = await contentOf(room, sha256);
  if (sealedId === null) return null;
  try {
    await room.vault.verify(sealedId);
    return sealedId;
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    room.logger.error('A sealed file does not hold; the copy that was just read is kept as well.', { sealedId, error });
    return null;
  }
}

/** A sealed object that a crash left without a row is read again in full before it is trusted. */
async function adopt({ vault, strays, logger }: OffloadRoom, kind: Kind, sha256: string) {
  const sealedId = strays.take(prefixes[kind], sha256);
  if (sealedId === null) return null;
  try {
    const { readBack } = await vault.verify(sealedId);
    return { sealedId, readBack };
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    logger.warn('A sealed file without a row in the catalog does not hold; the new copy is used.', { sealedId, error });
    return null;
  }
}

/** A probe that fails by itself says nothing about the recording: it is sealed, and preparing it will say more. */
async function inspectCarefully(
  { logger }: OffloadRoom,
  inspect: NonNullable<OffloadRoom['inspect']>,
  fileName: string,
  access: Parameters<NonNullable<OffloadRoom['inspect']>>[0],
): Promise<Inspection> {
  try {
    return await inspect(access, fileName);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    logger.warn('A recording could not be probed; it is sealed all the same.', { fileName, error });
    return { kind: 'ok' };
  }
}
