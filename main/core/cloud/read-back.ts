import { ExpectedError } from '#common/errors/index.ts';
import { createSha256 } from '#core/kernel/index.ts';
import type { ObjectStore } from './store/port.ts';

const rangeSize = 8 * 1024 * 1024;
/** Ranges that are asked for at once: one is compared while the next is on its way. */
const ahead = 2;

/** What came back. `reason` in words when it is not what was sent. */
export type ReadBack =
  | { readonly same: true; readonly sha256: string }
  | { readonly same: false; readonly reason: string };

/**
 * Reads a whole object back in ranges and compares it with what was sent. Nothing but this makes an original verified.
 * Throws what the store throws, except that the object is not there: that is a finding.
 */
export async function readBack(
  store: ObjectStore,
  sent: { readonly key: string; readonly sizeBytes: number; readonly sha256: string },
  signal: AbortSignal,
  onBytes: (bytes: number) => void,
): Promise<ReadBack> {
  const { key, sizeBytes, sha256 } = sent;
  const head = await store.head(key, { signal });
  if (head === null) return { same: false, reason: 'The store does not have it.' };
  if (head.sizeBytes !== sizeBytes) {
    return { same: false, reason: `The store has ${head.sizeBytes} bytes of it, not ${sizeBytes}.` };
  }
  const hash = createSha256();
  const coming: Promise<Uint8Array>[] = [];
  let asked = 0;
  const ask = (): void => {
    const start = asked;
    const end = Math.min(sizeBytes, start + rangeSize);
    asked = end;
    const answer = store.get(key, { signal, range: { start, end } }).then(({ bytes }) => bytes);
    // A failure is met when its turn comes; one that comes earlier ends the whole.
    answer.catch(() => undefined);
    coming.push(answer);
  };
  let compared = 0;
  while (compared < sizeBytes) {
    while (coming.length < ahead && asked < sizeBytes) ask();
    const expected = Math.min(rangeSize, sizeBytes - compared);
    let bytes: Uint8Array;
    try {
      bytes = (await coming.shift()) ?? new Uint8Array(0);
    } catch (error) {
      if (!(error instanceof ExpectedError && (error.code === 'not-found' || error.code === 'verification-failed'))) {
        throw error;
      }
      return { same: false, reason: `The store does not give it back: ${error.message}` };
    }
    if (bytes.length !== expected) {
      return { same: false, reason: `The store gave ${bytes.length} of ${expected} bytes at ${compared}.` };
    }
    hash.update(bytes);
    compared += bytes.length;
    onBytes(compared);
  }
  const found = hash.digestHex();
  return found === sha256 ? { same: true, sha256 } : { same: false, reason: 'The store gave back other bytes.' };
}
