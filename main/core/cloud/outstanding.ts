import type { Catalog } from '#core/catalog/index.ts';
import type { Outstanding } from './types.ts';

/** Counts what is not in the store; originals that nobody has placed yet count too. */
export async function outstandingIn(catalog: Catalog, storeId: string | null): Promise<Outstanding> {
  const { queued, uploading, missing } = await catalog.placements.summary();
  const unplaced = await catalog.placements.unplaced(10_000);
  const log = await catalog.logs.state();
  const told =
    log.storeId === storeId &&
    log.packed.seq === log.position.seq &&
    (await catalog.logs.unsent(1)).length === 0 &&
    (await catalog.logs.telling('original')).done;
  return {
    items: queued.items + uploading.items + unplaced.length,
    bytes: queued.bytes + uploading.bytes + unplaced.reduce((sum, { plaintextBytes }) => sum + plaintextBytes, 0),
    missing: missing.items,
    told,
  };
}
