import { ExpectedError } from '#common/errors/index.ts';

/**
 * How a sealed file is cut: the layout of Tink's AES-GCM-HKDF streaming AEAD.
 * header = [header length][salt][7-byte nonce prefix], then segments of ciphertext ‖ 16-byte tag. Every segment, the
 * first one together with the header, takes `segmentSize` bytes of the file; the last one may be shorter.
 */
export type SealLayout = {
  readonly segmentSize: number;
  /** Bytes of the AES key derived for one file; the salt is as long. */
  readonly derivedKeySize: 16 | 32;
  readonly hash: 'sha1' | 'sha256' | 'sha512';
};

/** The one layout the vault writes: AES256_GCM_HKDF_1MB. Others exist for Tink's published vectors. */
export const vaultLayout: SealLayout = { segmentSize: 1024 * 1024, derivedKeySize: 32, hash: 'sha256' };

export const tagSize = 16;
export const noncePrefixSize = 7;

export function headerSizeOf(layout: SealLayout): number {
  return 1 + layout.derivedKeySize + noncePrefixSize;
}

/** One segment of a sealed file: where its ciphertext (with tag, without header) and its plaintext lie, in bytes. */
export type SegmentRange = {
  readonly index: number;
  readonly ciphertextStart: number;
  /** Includes the 16-byte tag. */
  readonly ciphertextLength: number;
  readonly plaintextStart: number;
  readonly plaintextLength: number;
  readonly last: boolean;
};

/** Bytes of plaintext in every segment but the first and the last. */
export function plainSegmentSize(layout: SealLayout): number {
  return layout.segmentSize - tagSize;
}

/** Bytes of plaintext in a full first segment. */
export function firstPlainSegmentSize(layout: SealLayout): number {
  return layout.segmentSize - headerSizeOf(layout) - tagSize;
}

export function segmentCountOf(plaintext: number, layout: SealLayout): number {
  const first = firstPlainSegmentSize(layout);
  return plaintext <= first ? 1 : 1 + Math.ceil((plaintext - first) / plainSegmentSize(layout));
}

/** Size in bytes of the sealed file that holds `plaintext` bytes. */
export function ciphertextSize(plaintext: number, layout: SealLayout = vaultLayout): number {
  return headerSizeOf(layout) + plaintext + tagSize * segmentCountOf(plaintext, layout);
}

/**
 * Bytes of plaintext in a sealed file of `ciphertext` bytes.
 * Throws ExpectedError `tampered` for a size no sealed file can have.
 */
export function plaintextSize(ciphertext: number, layout: SealLayout = vaultLayout): number {
  const segments = Math.ceil(ciphertext / layout.segmentSize);
  const plaintext = ciphertext - headerSizeOf(layout) - tagSize * segments;
  if (plaintext < 0 || ciphertextSize(plaintext, layout) !== ciphertext) {
    throw new ExpectedError('tampered', 'The sealed file was cut short: no sealed file has this size.');
  }
  return plaintext;
}

/** Where segment `index` of a file of `plaintext` bytes lies. Throws a bug for an index that the file does not have. */
export function segmentRange(index: number, plaintext: number, layout: SealLayout = vaultLayout): SegmentRange {
  const count = segmentCountOf(plaintext, layout);
  if (!Number.isInteger(index) || index < 0 || index >= count)
    throw new Error(`No segment ${index} in a file of ${count}.`);
  const first = firstPlainSegmentSize(layout);
  const plaintextStart = index === 0 ? 0 : first + (index - 1) * plainSegmentSize(layout);
  const plaintextEnd = Math.min(plaintext, first + index * plainSegmentSize(layout));
  const plaintextLength = plaintextEnd - plaintextStart;
  return {
    index,
    ciphertextStart: index === 0 ? headerSizeOf(layout) : index * layout.segmentSize,
    ciphertextLength: plaintextLength + tagSize,
    plaintextStart,
    plaintextLength,
    last: index === count - 1,
  };
}

/** The segment that holds the plaintext byte at `position`. */
export function segmentIndexAt(position: number, layout: SealLayout): number {
  const first = firstPlainSegmentSize(layout);
  return position < first ? 0 : 1 + Math.floor((position - first) / plainSegmentSize(layout));
}
