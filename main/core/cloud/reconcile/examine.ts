import { ExpectedError } from '#common/errors/index.ts';
import { openInMemory } from '#core/vault/index.ts';
import { manifestKey } from '../keys.ts';
import { type OriginalManifest, openManifest } from '../manifest.ts';
import type { ObjectStore } from '../store/port.ts';

/** A manifest in the store, looked at. */
export type ManifestFound =
  | { readonly state: 'absent' }
  /** It does not open: changed, cut short, or put in another's place. */
  | { readonly state: 'unreadable'; readonly words: string }
  /** It opens, so one of ours made it, but this program does not understand it. */
  | { readonly state: 'not-understood' }
  | { readonly state: 'opened'; readonly manifest: OriginalManifest };

/** Far above any manifest; what is larger is not ours and is not taken into memory. */
const largestManifest = 8 * 1024 * 1024;
const atOnce = 8;

/** Reads and opens manifests by name, several at once; answers in the order of the names. Throws what the store throws. */
export async function examineManifests(
  store: ObjectStore,
  { objectKey, names }: { readonly objectKey: Uint8Array; readonly names: readonly string[] },
  signal: AbortSignal,
): Promise<readonly ManifestFound[]> {
  const found: ManifestFound[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < names.length; index = next++) {
      found[index] = await examine(store, objectKey, manifestKey(names[index] ?? ''), signal);
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, names.length) }, lane));
  return found;
}

async function examine(
  store: ObjectStore,
  objectKey: Uint8Array,
  key: string,
  signal: AbortSignal,
): Promise<ManifestFound> {
  let bytes: Uint8Array;
  try {
    const got = await store.get(key, { signal, range: { start: 0, end: largestManifest } });
    if (got.sizeBytes > largestManifest) return { state: 'unreadable', words: 'It is far too large.' };
    bytes = got.bytes;
  } catch (error) {
    if (error instanceof ExpectedError && error.code === 'not-found') return { state: 'absent' };
    if (error instanceof ExpectedError && error.code === 'verification-failed') {
      return { state: 'unreadable', words: error.message };
    }
    throw error;
  }
  try {
    openInMemory(objectKey, key, bytes);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return { state: 'unreadable', words: 'It was changed, cut short or put in the place of another.' };
  }
  try {
    return { state: 'opened', manifest: openManifest(objectKey, key, bytes) };
  } catch (error) {
    if (error instanceof ExpectedError) return { state: 'not-understood' };
    throw error;
  }
}
