import { headerSizeOf, segmentCountOf, segmentRange, vaultLayout } from './layout.ts';
import { createSegmentCipher, newHeader, plaintextSizeOf, type SegmentCipher, tampered } from './segment-cipher.ts';

const layout = vaultLayout;

/** Seals a few bytes in memory, in the layout of sealed files. `associated` must be given again to open them. */
export function sealInMemory(key: Uint8Array, associated: string, plaintext: Uint8Array): Uint8Array {
  const header = newHeader(layout);
  const cipher = createSegmentCipher(key, associated, header, layout);
  const count = segmentCountOf(plaintext.length, layout);
  const parts: Uint8Array[] = [header];
  for (let index = 0; index < count; index++) {
    const { plaintextStart, plaintextLength, last } = segmentRange(index, plaintext.length, layout);
    const gcm = cipher.startSeal(index, last);
    parts.push(gcm.update(plaintext.subarray(plaintextStart, plaintextStart + plaintextLength)), gcm.final());
    parts.push(gcm.getAuthTag());
  }
  return new Uint8Array(Buffer.concat(parts));
}

/** Opens what `sealInMemory` sealed. Throws `tampered` when a byte, the length, the key or `associated` is another. */
export function openInMemory(key: Uint8Array, associated: string, sealed: Uint8Array): Uint8Array {
  if (sealed.length < headerSizeOf(layout)) throw tampered(associated, 'was cut short');
  const size = plaintextSizeOf(sealed.length, associated, layout);
  const cipher = createSegmentCipher(key, associated, sealed.subarray(0, headerSizeOf(layout)), layout);
  const plaintext = new Uint8Array(size);
  for (let index = 0; index < segmentCountOf(size, layout); index++) {
    const { ciphertextStart, ciphertextLength, plaintextStart, last } = segmentRange(index, size, layout);
    const segment = sealed.subarray(ciphertextStart, ciphertextStart + ciphertextLength);
    plaintext.set(cipher.open(index, last, segment), plaintextStart);
  }
  return plaintext;
}

/** Proves a sealed file to be what was sealed while somebody else reads it. */
export interface SealedProof {
  /**
   * The next bytes of the file: whole segments of 1 MiB, except at its end. Throws `tampered` for bytes that were changed;
   * a bug for bytes that do not end where a segment does.
   */
  add(bytes: Uint8Array): void;
}

/** Starts the proof of a sealed file of `fileSize` bytes. Throws `tampered` for a size that no sealed file has. */
export function proveSealed(
  access: { readonly fileKey: Uint8Array; readonly sealedId: string },
  fileSize: number,
): SealedProof {
  const { fileKey, sealedId } = access;
  const size = plaintextSizeOf(fileSize, sealedId, layout);
  const last = segmentCountOf(size, layout) - 1;
  let cipher: SegmentCipher | null = null;
  let index = 0;
  let position = 0;
  return {
    add: (bytes) => {
      for (let at = 0; at < bytes.length; index++) {
        if (index > last) throw tampered(sealedId, 'is longer than it was');
        const end = index === last ? fileSize : (index + 1) * layout.segmentSize;
        const segment = bytes.subarray(at, at + end - position);
        if (segment.length < end - position) throw new Error('A sealed file is proved in whole segments.');
        const headerSize = index === 0 ? headerSizeOf(layout) : 0;
        // A copy: whoever reads may use the buffer again.
        cipher ??= createSegmentCipher(fileKey, sealedId, Uint8Array.from(segment.subarray(0, headerSize)), layout);
        cipher.open(index, index === last, segment.subarray(headerSize));
        at += segment.length;
        position = end;
      }
    },
  };
}
