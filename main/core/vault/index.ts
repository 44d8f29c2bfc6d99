export type { CacheSource } from './cached-file.ts';
export {
  ciphertextSize,
  plaintextSize,
  type SealLayout,
  type SegmentRange,
  segmentRange,
  vaultLayout,
} from './layout.ts';
export type { SealProgress } from './seal-file.ts';
export { createSealPool, type SealPool, type SealPoolOptions } from './seal-pool.ts';
export { openInMemory, proveSealed, type SealedProof, sealInMemory } from './sealed-bytes.ts';
export { openSealedReader, type SealedAccess, type SealedReader } from './sealed-reader.ts';
export { createSealedWriter, type SealedWriteResult, type SealedWriter } from './sealed-writer.ts';
export type { CachedObject, VaultCache, VaultReader } from './store-cache.ts';
export {
  type BorrowedObject,
  openVault,
  type Reservation,
  type SealedSource,
  type StoredElsewhere,
  type StoredObject,
  type Vault,
  type VaultOptions,
  type VaultWriter,
} from './vault.ts';
