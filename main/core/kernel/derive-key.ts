import { hkdfSync } from 'node:crypto';

/**
 * A key of 32 bytes for one purpose, made from a secret by HKDF-SHA-256 (no salt; the purpose is the info). Different
 * purposes give keys that tell nothing of each other or of the secret.
 */
export function deriveKey(secret: Uint8Array, purpose: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(0), purpose, 32));
}
