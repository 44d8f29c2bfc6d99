import { ExpectedError } from '#common/errors/index.ts';
import type { SealedId } from '#common/ids/index.ts';
import type { Catalog } from '#core/catalog/index.ts';
import type { Logger } from '#core/kernel/index.ts';
import type { Vault } from '#core/vault/index.ts';

/** Finds the sealed originals that a crash left between the vault and the catalog, so that they are used and not made twice. */
export interface Strays {
  /** Searches the vault once. To be awaited before anything is sealed: later, what is being entered looks like a stray. */
  ready(): Promise<void>;
  /** The stray with this content whose id starts with `prefix`, taken out of the list. */
  take(prefix: 'evd_' | 'sid_' | 'dmg_', sha256: string): SealedId | null;
  /** Notes an object that was sealed and could not be entered into the catalog. */
  put(sealedId: SealedId, sha256: string): void;
}

const originals = ['evd_', 'sid_', 'dmg_'];

/** A list that is empty until `ready`. */
export function createStrays({
  catalog,
  vault,
  logger,
}: {
  readonly catalog: Catalog;
  readonly vault: Vault;
  readonly logger: Logger;
}): Strays {
  const found = new Map<SealedId, string>();
  let searched: Promise<void> | null = null;

  async function search(): Promise<void> {
    const [stored, recordings, damaged] = await Promise.all([
      vault.list(),
      catalog.recordings.all(),
      catalog.damaged.all(),
    ]);
    const entered = new Set<string>([
      ...recordings.flatMap(({ segments }) => segments.map(({ evidenceId }) => evidenceId)),
      ...recordings.flatMap(({ sidecars }) => sidecars.map(({ sidecarId }) => sidecarId)),
      ...damaged.map(({ id }) => id),
    ]);
    for (const sealedId of stored) {
      if (!originals.some((prefix) => sealedId.startsWith(prefix)) || entered.has(sealedId)) continue;
      try {
        found.set(sealedId, (await vault.stat(sealedId)).plaintextSha256);
      } catch (error) {
        // It stays where it is for whoever examines the vault; a camera can be offloaded all the same.
        if (!(error instanceof ExpectedError)) throw error;
        logger.warn('A sealed file without a row in the catalog cannot be read.', { sealedId, error });
      }
    }
  }

  return {
    ready: () => (searched ??= search()),
    take: (prefix, sha256) => {
      for (const [sealedId, itsSha256] of found) {
        if (itsSha256 !== sha256 || !sealedId.startsWith(prefix)) continue;
        found.delete(sealedId);
        return sealedId;
      }
      return null;
    },
    put: (sealedId, sha256) => {
      found.set(sealedId, sha256);
    },
  };
}
