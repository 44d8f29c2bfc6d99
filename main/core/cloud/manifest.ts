import { z } from 'zod';
import { ExpectedError } from '#common/errors/index.ts';
import {
  damagedItemSchema,
  instantSchema,
  mediaFactsSchema,
  originalIdSchema,
  recordingSchema,
  sha256Schema,
} from '#common/evidence/index.ts';
import { frameTableWireSchema } from '#common/time/index.ts';
import { openInMemory, sealInMemory } from '#core/vault/index.ts';

/** What the store holds beside a sealed file: how to open it, what it must be, and what it belongs to. */
const manifestSchema = z.object({
  format: z.literal('plainview original'),
  version: z.literal(1),
  sealedId: originalIdSchema,
  /** Base64 of the 32 bytes that open the sealed file. */
  fileKey: z.base64(),
  plaintextSha256: sha256Schema,
  plaintextSize: z.number().int().nonnegative(),
  ciphertextSha256: sha256Schema,
  ciphertextSize: z.number().int().positive(),
  madeAt: instantSchema,
  belongsTo: z.discriminatedUnion('kind', [
    /** As the catalog had it when this was sent. */
    z.object({ kind: z.literal('recording'), recording: recordingSchema }),
    z.object({ kind: z.literal('damaged'), item: damagedItemSchema }),
    /** The catalog knew the file and nothing that it belongs to. */
    z.object({ kind: z.literal('nothing') }),
  ]),
  /** What preparing a segment for playing found, so that a reader can show it before it has all of it. Absent when not known yet. */
  prepared: z
    .object({
      facts: mediaFactsSchema,
      frames: frameTableWireSchema,
      /** A JPEG in base64. */
      poster: z.base64().nullable(),
    })
    .optional(),
});
export type OriginalManifest = Readonly<z.infer<typeof manifestSchema>>;

/** Seals a manifest for its place in the store: under another key it does not open. */
export function sealManifest(objectKey: Uint8Array, key: string, manifest: OriginalManifest): Uint8Array {
  return sealInMemory(objectKey, key, new TextEncoder().encode(JSON.stringify(manifestSchema.parse(manifest))));
}

/** Throws `tampered` when it was changed, is another store's or lies under another key than it was sealed for. */
export function openManifest(objectKey: Uint8Array, key: string, sealed: Uint8Array): OriginalManifest {
  const plaintext = openInMemory(objectKey, key, sealed);
  try {
    return manifestSchema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plaintext)));
  } catch (cause) {
    throw new ExpectedError('tampered', 'A manifest in the store is sealed rightly but cannot be understood.', {
      subject: key,
      nextStep: 'Update Plainview on this computer.',
      cause,
    });
  }
}

/** True when both lead to the same bytes; what the catalog tells of their recording may have changed in between. */
export function sameOriginal(a: OriginalManifest, b: OriginalManifest): boolean {
  const facts = (manifest: OriginalManifest): readonly unknown[] => [
    manifest.sealedId,
    manifest.fileKey,
    manifest.plaintextSha256,
    manifest.plaintextSize,
    manifest.ciphertextSha256,
    manifest.ciphertextSize,
  ];
  return JSON.stringify(facts(a)) === JSON.stringify(facts(b));
}
