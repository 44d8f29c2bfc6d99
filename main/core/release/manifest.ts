import { z } from 'zod';
import { sha256Schema, verdictSchema } from '#common/evidence/index.ts';
import { evidenceIdSchema, releaseIdSchema, renderIdSchema } from '#common/ids/index.ts';

/** What `ssh-keygen -Y verify -n` must be told; a signature for another purpose never fits. */
export const signatureNamespace = 'plainview-release';
/** The files of every package that are not listed in its manifest. */
export const manifestName = 'manifest.json';
export const signatureName = 'manifest.json.sig';

/** The signed statement at the heart of a release package. All times in ISO 8601 UTC. */
export const manifestSchema = z.object({
  format: z.literal('plainview-release/1'),
  releaseId: releaseIdSchema,
  renderId: renderIdSchema,
  agency: z.object({ name: z.string(), training: z.boolean() }),
  releasedAt: z.iso.datetime(),
  releasedBy: z.string(),
  requester: z.string(),
  reason: z.string(),
  /** The original this was made from; it is not in the package. */
  original: z.object({
    evidenceId: evidenceIdSchema,
    fileName: z.string(),
    sha256: sha256Schema,
    sizeBytes: z.number().int(),
    device: z.string(),
    startedAt: z.iso.datetime(),
    sealedAt: z.iso.datetime(),
  }),
  /** What the machine check of the finished video found. */
  check: verdictSchema,
  signer: z.object({ publicKey: z.string(), fingerprint: z.string(), identity: z.string() }),
  files: z
    .array(z.object({ path: z.string(), sizeBytes: z.number().int().nonnegative(), sha256: sha256Schema }))
    .min(1),
});
export type Manifest = Readonly<z.infer<typeof manifestSchema>>;
