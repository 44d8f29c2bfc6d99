import { type CipherGCM, createCipheriv, createDecipheriv, type DecipherGCM, hkdfSync } from 'node:crypto';
import { ExpectedError } from '#common/errors/index.ts';
import { randomBytes } from '#core/kernel/index.ts';
import { headerSizeOf, noncePrefixSize, plaintextSize, type SealLayout, tagSize } from './layout.ts';

export const fileKeySize = 32;
const nonceSize = 12;
/** The segment number has four bytes. */
const mostSegments = 2 ** 32;

/** A sealed file that should be in the vault and is not. */
export function missingFile(sealedId: string, cause: unknown): ExpectedError {
  return new ExpectedError('not-found', 'The sealed file is missing from the vault.', {
    subject: sealedId,
    nextStep: 'Check that the disk of the vault is connected, or restore the file from the store.',
    cause,
  });
}

export function tampered(sealedId: string, what: string, cause?: unknown): ExpectedError {
  return new ExpectedError('tampered', `The sealed file ${what}.`, {
    subject: sealedId,
    nextStep:
      'Do not use this file. Restore it from the store or a backup, and report it: the audit log holds its hash.',
    cause,
  });
}

/** Seals and opens the single segments of one file. Holds the key derived for that file. */
export type SegmentCipher = {
  readonly header: Uint8Array;
  readonly startSeal: (index: number, last: boolean) => CipherGCM;
  readonly startOpen: (index: number, last: boolean, tag: Uint8Array) => DecipherGCM;
  /** The plaintext of one segment, after its tag has been checked. Throws `tampered`. */
  readonly open: (index: number, last: boolean, sealed: Uint8Array) => Uint8Array;
};

export function newHeader(layout: SealLayout): Uint8Array {
  const header = new Uint8Array(headerSizeOf(layout));
  header[0] = header.length;
  header.set(randomBytes(header.length - 1), 1);
  return header;
}

/** Throws `tampered` when the header has the wrong length byte; everything else in it is proved by the first tag. */
export function createSegmentCipher(
  fileKey: Uint8Array,
  sealedId: string,
  header: Uint8Array,
  layout: SealLayout,
): SegmentCipher {
  if (header.length !== headerSizeOf(layout) || header[0] !== header.length) {
    throw tampered(sealedId, 'has a header that is not ours');
  }
  const salt = header.subarray(1, 1 + layout.derivedKeySize);
  const info = Buffer.from(sealedId, 'utf8');
  const key = Buffer.from(hkdfSync(layout.hash, fileKey, salt, info, layout.derivedKeySize));
  const algorithm = layout.derivedKeySize === 32 ? 'aes-256-gcm' : 'aes-128-gcm';

  function nonce(index: number, last: boolean): Uint8Array {
    if (index >= mostSegments) throw new Error(`Segment ${index} is beyond what the layout can number.`);
    const bytes = Buffer.alloc(nonceSize);
    bytes.set(header.subarray(header.length - noncePrefixSize));
    bytes.writeUInt32BE(index, noncePrefixSize);
    bytes[nonceSize - 1] = last ? 1 : 0;
    return bytes;
  }

  function startOpen(index: number, last: boolean, tag: Uint8Array): DecipherGCM {
    const decipher = createDecipheriv(algorithm, key, nonce(index, last), { authTagLength: tagSize });
    return decipher.setAuthTag(tag);
  }

  return {
    header,
    startSeal: (index, last) => createCipheriv(algorithm, key, nonce(index, last), { authTagLength: tagSize }),
    startOpen,
    open: (index, last, sealed) => {
      if (sealed.length < tagSize) throw tampered(sealedId, 'was cut short');
      const split = sealed.length - tagSize;
      const decipher = startOpen(index, last, sealed.subarray(split));
      const plaintext = decipher.update(sealed.subarray(0, split));
      finishOpen(decipher, sealedId);
      return plaintext;
    },
  };
}

/** Checks the tag. Throws `tampered`. */
export function finishOpen(decipher: DecipherGCM, sealedId: string): void {
  try {
    decipher.final();
  } catch (error) {
    throw tampered(sealedId, 'was changed: its seal does not hold', error);
  }
}

/** Bytes of plaintext in a sealed file of this size. Throws `tampered`, naming the file. */
export function plaintextSizeOf(fileSize: number, sealedId: string, layout: SealLayout): number {
  try {
    return plaintextSize(fileSize, layout);
  } catch (error) {
    throw tampered(sealedId, 'was cut short', error);
  }
}
