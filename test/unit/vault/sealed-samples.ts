import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SealedAccess } from '#core/vault/index.ts';
import { type SealLayout, segmentCountOf, segmentRange } from '#core/vault/layout.ts';
import { createSegmentCipher, newHeader } from '#core/vault/segment-cipher.ts';

/** The plaintext of the independent vectors: byte i is (i * 167 + (i >> 8) * 13 + (i >> 16)) mod 256. */
export function pattern(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 167 + (i >> 8) * 13 + (i >> 16)) & 255);
}

export const sampleId = 'evd_0123456789abcdefghjkmnpqrs';
export const sampleKey = Uint8Array.from({ length: 32 }, (_, i) => i);

export function sealAll(
  plaintext: Uint8Array,
  layout: SealLayout,
  key: Uint8Array,
  id: string,
  header = newHeader(layout),
): Buffer {
  const cipher = createSegmentCipher(key, id, header, layout);
  const parts: Uint8Array[] = [header];
  for (let index = 0; index < segmentCountOf(plaintext.length, layout); index++) {
    const range = segmentRange(index, plaintext.length, layout);
    const gcm = cipher.startSeal(index, range.last);
    parts.push(gcm.update(plaintext.subarray(range.plaintextStart, range.plaintextStart + range.plaintextLength)));
    gcm.final();
    parts.push(gcm.getAuthTag());
  }
  return Buffer.concat(parts);
}

/** A folder of its own, gone at the end of the `using` block. */
export function temporaryFolder(): Disposable & {
  readonly path: string;
  write(name: string, bytes: Uint8Array): SealedAccess;
} {
  const path = mkdtempSync(join(tmpdir(), 'plainview-vault-'));
  return {
    path,
    write: (name, bytes) => {
      writeFileSync(join(path, name), bytes);
      return { path: join(path, name), fileKey: sampleKey, sealedId: sampleId };
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }),
  };
}
