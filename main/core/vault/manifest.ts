import { createCipheriv, createDecipheriv } from 'node:crypto';
import { z } from 'zod';
import { ExpectedError } from '#common/errors/index.ts';
import { type SealedId, sealedIdSchema } from '#common/ids/index.ts';
import { randomBytes } from '#core/kernel/index.ts';
import { tagSize } from './layout.ts';
import { tampered } from './segment-cipher.ts';

const nonceSize = 12;

/** The file beside each sealed object: what it is, and its key, wrapped by the vault key. */
const manifestSchema = z.object({
  format: z.literal('plainview sealed object'),
  version: z.literal(1),
  layout: z.literal('AES256_GCM_HKDF_1MB'),
  sealedId: sealedIdSchema,
  /** Base64 of nonce ‖ AES-256-GCM(vault key, file key) ‖ tag. */
  wrappedFileKey: z.base64(),
  plaintextSha256: z.string().regex(/^[0-9a-f]{64}$/),
  plaintextSize: z.int().nonnegative(),
  ciphertextSize: z.int().positive(),
  /** Milliseconds UTC. */
  madeAt: z.int(),
});
export type Manifest = z.infer<typeof manifestSchema>;

/** The file beside what is kept of an original whose sealed file lies in a store. */
const cachedManifestSchema = manifestSchema.extend({ ciphertextSha256: z.string().regex(/^[0-9a-f]{64}$/) });
export type CachedManifest = z.infer<typeof cachedManifestSchema>;

export function parseManifest(text: string, sealedId: SealedId): Manifest {
  return parse(manifestSchema, text, sealedId);
}

export function parseCachedManifest(text: string, sealedId: SealedId): CachedManifest {
  return parse(cachedManifestSchema, text, sealedId);
}

function parse<T extends Manifest>(schema: z.ZodType<T>, text: string, sealedId: SealedId): T {
  let manifest: T;
  try {
    manifest = schema.parse(JSON.parse(text));
  } catch (error) {
    throw tampered(sealedId, 'has a damaged manifest', error);
  }
  if (manifest.sealedId !== sealedId) throw tampered(sealedId, 'has the manifest of another file');
  return manifest;
}

function associatedData(sealedId: SealedId): Uint8Array {
  return Buffer.from(`plainview file key v1${sealedId}`, 'utf8');
}

export function wrapFileKey(vaultKey: Uint8Array, sealedId: SealedId, fileKey: Uint8Array): string {
  const nonce = randomBytes(nonceSize);
  const cipher = createCipheriv('aes-256-gcm', vaultKey, nonce, { authTagLength: tagSize });
  cipher.setAAD(associatedData(sealedId));
  return Buffer.concat([nonce, cipher.update(fileKey), cipher.final(), cipher.getAuthTag()]).toString('base64');
}

/** Throws `key-wrong` when this vault key did not wrap this file's key. */
export function unwrapFileKey(vaultKey: Uint8Array, sealedId: SealedId, wrapped: string): Uint8Array {
  const bytes = Buffer.from(wrapped, 'base64');
  try {
    const split = bytes.length - tagSize;
    const decipher = createDecipheriv('aes-256-gcm', vaultKey, bytes.subarray(0, nonceSize), {
      authTagLength: tagSize,
    });
    decipher.setAAD(associatedData(sealedId)).setAuthTag(bytes.subarray(split));
    return new Uint8Array(Buffer.concat([decipher.update(bytes.subarray(nonceSize, split)), decipher.final()]));
  } catch (error) {
    throw new ExpectedError('key-wrong', 'The vault key of this station does not open this file.', {
      subject: sealedId,
      nextStep: 'Restore the key file that belongs to this vault, or the manifest beside the sealed file.',
      cause: error,
    });
  }
}
