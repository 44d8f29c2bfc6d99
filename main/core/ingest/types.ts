import type { Actor } from '#common/audit/index.ts';
import type { JobProgress } from '#common/evidence/index.ts';
import type { EvidenceId, JobId, SealedId } from '#common/ids/index.ts';
import type { Catalog } from '#core/catalog/index.ts';
import type { CompiledProfile, DockPlace, DockScan } from '#core/devices/index.ts';
import type { Clock, Logger } from '#core/kernel/index.ts';
import type { SealedAccess, SealPool, Vault } from '#core/vault/index.ts';
import type { KeyedLock } from './keyed-lock.ts';
import type { Strays } from './strays.ts';

/** What a media probe says of a sealed file: playable, or in a sentence why not. */
export type Inspection = { readonly kind: 'ok' } | { readonly kind: 'damaged'; readonly reason: string };
/** Looks into a sealed file that is not in the catalog yet. `fileName` is for its extension alone. */
export type Inspect = (access: SealedAccess, fileName: string) => Promise<Inspection>;

/** What became of one file. `path` is below the root of the dock. */
export type OffloadItem = {
  readonly path: string;
  /** `known`: its bytes were sealed before. `refused`: not read. `failed`: could not be read now; try again. */
  readonly outcome: 'sealed' | 'known' | 'damaged' | 'refused' | 'failed';
  readonly sealedId: SealedId | null;
  readonly sha256: string | null;
  readonly sizeBytes: number;
  readonly reason: string | null;
};

/** What became of an offload. `sealed`, `known` and `damaged` count media files; `items` also lists sidecars. */
export type OffloadSummary = {
  readonly sealed: number;
  readonly known: number;
  readonly damaged: number;
  readonly refused: number;
  readonly failed: number;
  /** Bytes sealed now, damaged files and sidecars included. */
  readonly bytes: number;
  readonly seconds: number;
  readonly items: readonly OffloadItem[];
};

/** Where an offload takes place, shared by all that run at once. */
export type OffloadRoom = {
  readonly catalog: Catalog;
  readonly vault: Vault;
  readonly sealPool: SealPool;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly zone: string;
  readonly inspect: Inspect | null;
  readonly afterSeal: (evidenceIds: readonly EvidenceId[]) => Promise<void> | void;
  readonly locks: KeyedLock;
  readonly strays: Strays;
};

/** One offload: a dock that was just scanned, with a profile that fits. */
export type OffloadRun = {
  readonly jobId: JobId;
  readonly actor: Actor;
  readonly place: DockPlace;
  readonly scan: DockScan & { readonly profile: CompiledProfile; readonly plan: NonNullable<DockScan['plan']> };
  readonly signal: AbortSignal;
  readonly onProgress: (progress: JobProgress) => void;
};
