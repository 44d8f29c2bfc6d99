import { mediaKey, storeKeys } from '#core/cloud/keys.ts';
import { keyPrefix } from '#test/support/fault-store/open.ts';

/** What a station says is verified in the store. */
export type Verified = { readonly key: string; readonly sha256: string; readonly sizeBytes: number };

/** Where an original lies in the fault store's bucket. */
export function mediaKeyOf(root: Uint8Array, id: string): string {
  return keyPrefix + mediaKey(storeKeys(root).nameOf(id));
}
