import { createHash } from 'node:crypto';

/** A hash taken piece by piece. `digestHex` ends it; using it afterwards is a bug and throws. */
export interface RunningHash {
  update(bytes: Uint8Array): void;
  /** Lower-case hexadecimal digits: 64 of a SHA-256, 32 of an MD5. */
  digestHex(): string;
}

function createRunning(algorithm: 'sha256' | 'md5'): RunningHash {
  const hash = createHash(algorithm);
  return {
    update: (bytes) => {
      hash.update(bytes);
    },
    digestHex: () => hash.digest('hex'),
  };
}

/** Starts an incremental SHA-256. */
export function createSha256(): RunningHash {
  return createRunning('sha256');
}

/** Starts an incremental MD5; what it is good for says `md5Hex`. */
export function createMd5(): RunningHash {
  return createRunning('md5');
}

/** SHA-256 of `bytes` as 64 lower-case hexadecimal digits. */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** MD5 of `bytes`, which object stores ask for to notice damage on the way. It proves nothing against an attacker. */
export function md5Hex(bytes: Uint8Array): string {
  return createHash('md5').update(bytes).digest('hex');
}
