import type { StoreCacheLimits } from '#common/contract/index.ts';
import { type OriginalId, originalIdSchema } from '#common/evidence/index.ts';
import type { Catalog, PlacementRecord } from '#core/catalog/index.ts';
import type { Clock, Logger } from '#core/kernel/index.ts';
import type { Vault } from '#core/vault/index.ts';
import { mediaKey, type StoreKeys } from '../keys.ts';
import { isStoreTrouble } from '../outcome.ts';
import { type Candidate, chooseEvictions } from './choose.ts';
import type { StoreSource } from './store-source.ts';

type EvictOptions = {
  readonly catalog: Catalog;
  readonly vault: Vault;
  readonly keys: StoreKeys;
  readonly source: Pick<StoreSource, 'sizeOf'>;
  readonly limits: () => StoreCacheLimits;
  readonly clock: Clock;
  readonly logger: Logger;
};

const station = { kind: 'station' } as const;

/**
 * Brings what is kept within its limits. Nothing goes before the store said just now that it has it, so that no last copy goes.
 * Returns the bytes that were let go; a store that is away ends it quietly, and nothing goes.
 */
export async function evictOnce(options: EvictOptions, signal: AbortSignal): Promise<number> {
  const { catalog, vault, source, limits, clock, logger } = options;
  const records = new Map<string, PlacementRecord>();
  const kept: Candidate[] = [];
  for (const { sealedId, keptBytes: bytes, usedAt, inUse } of await vault.cache.list()) {
    if (bytes === 0) continue;
    const id = originalIdSchema.parse(sealedId);
    const record = await catalog.placements.get(id);
    if (record !== null) records.set(id, record);
    const where = record?.placement.where;
    kept.push({
      id,
      bytes,
      usedAt,
      inUse,
      pinned: where?.state === 'only-in-cloud' && where.pinned === true,
      inStore: where?.state === 'only-in-cloud' || where?.state === 'verified',
    });
  }
  const pinned = kept.reduce((sum, one) => sum + (one.pinned ? one.bytes : 0), 0);
  const { bytes: most } = limits();
  vault.cache.setLimit(most === null ? null : most + pinned);
  let gone = 0;
  for (const { id } of chooseEvictions(kept, limits(), clock.now())) {
    const record = records.get(id);
    if (record === undefined) continue;
    try {
      gone += await letGo(record, options, source, signal);
    } catch (error) {
      if (!isStoreTrouble(error)) throw error;
      logger.info('Nothing is let go while the store is away', { error });
      return gone;
    }
  }
  return gone;
}

async function letGo(
  record: PlacementRecord,
  { catalog, vault, keys, clock }: EvictOptions,
  source: Pick<StoreSource, 'sizeOf'>,
  signal: AbortSignal,
): Promise<number> {
  const { placement } = record;
  const { id, sizeBytes } = placement;
  const object = mediaKey(keys.nameOf(id));
  const found = await source.sizeOf(id, { signal });
  if (found !== sizeBytes) {
    const has = found === null ? 'The store does not have it any more' : `The store has ${found} bytes of it`;
    const reason = `${has}. What is on this station is kept.`;
    const where = { state: 'missing', since: clock.now(), reason } as const;
    await catalog.commit({
      actor: station,
      writes: [{ put: 'placement', value: { ...record, placement: { ...placement, where } } }],
      events: [{ kind: 'original.missing', id, object, reason }],
    });
    return 0;
  }
  // Somebody may have pinned or opened it while the store was asked.
  const now = (await catalog.placements.get(id))?.placement.where;
  if (now?.state === 'only-in-cloud' && now.pinned === true) return 0;
  const bytes = await vault.cache.evict(id);
  if (bytes > 0 && now?.state === 'only-in-cloud' && now.here === true) await tellGone(catalog, id, object, bytes);
  return bytes;
}

async function tellGone(catalog: Catalog, id: OriginalId, object: string, bytes: number): Promise<void> {
  await catalog.commit({
    actor: station,
    writes: [{ put: 'kept-here', id, here: false }],
    events: [{ kind: 'original.let-go', id, object, bytes }],
  });
}
