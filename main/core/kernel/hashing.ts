import { createHash } from 'node:crypto';

/** A SHA-256 taken piece by piece. `digestHex` ends it; using it afterwards is a bug and throws. */
export interface Sha256 {
  update(bytes: Uint8Array): void;
  /** 64 lower-case hexadecimal digits. */
  digestHex(): string;
}

/** Starts an incremental SHA-256. */
export function createSha256(): Sha256 {
  const hash = createHash('sha256');
  return {
    update: (bytes) => {
      hash.update(bytes);
    },
    digestHex: () => hash.digest('hex'),
  };
}

/** SHA-256 of `bytes` as 64 lower-case hexadecimal digits. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** MD5 of `bytes`, which object stores ask for to notice damage on the way. It proves nothing against an attacker. */
export function md5Hex(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}
