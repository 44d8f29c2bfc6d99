import {
  type LogicalTime,
  type SharedEntry,
  type StoredOriginal,
  storedOriginalSchema,
} from '#common/changes/index.ts';
import type { Catalog } from '#core/catalog/index.ts';
import { mediaKey, type StoreKeys } from '../keys.ts';
import type { Teller } from './types.ts';

/** Tells that a sealed file and its manifest are in the store, read back whole. `object` is the file's key. */
export function originalEntry(object: string, at: LogicalTime): SharedEntry {
  const body: StoredOriginal = storedOriginalSchema.parse({ name: object.slice(mediaKey('').length) });
  return { kind: 'original', at, body };
}

/** Tells of the originals that were verified before this station had a log. */
export function originalsTeller(catalog: Catalog, keys: StoreKeys): Teller {
  return {
    kind: 'original',
    tell: async (after, limit) => {
      const ids = await catalog.placements.verified(after, limit);
      const entries = ids.map((id) => originalEntry(mediaKey(keys.nameOf(id)), catalog.logs.time()));
      return { entries, next: ids.length < limit ? null : (ids.at(-1) ?? null) };
    },
  };
}
