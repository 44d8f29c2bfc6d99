import { z } from 'zod';
import { redactionProjectSchema, releaseSchema, renderSchema } from '../evidence/work.ts';
import { evidenceIdSchema, jobIdSchema, projectIdSchema, releaseIdSchema, renderIdSchema } from '../ids/index.ts';
import { redactionEditSchema } from '../redaction/edit.ts';
import { method } from './method.ts';

export const redactionMethods = {
  /** The project of an evidence item, made when there is none. */
  'redaction.open': method({
    request: z.object({ evidenceId: evidenceIdSchema }),
    reply: redactionProjectSchema,
    access: 'redaction.edit',
    audit: 'none',
  }),
  /** Commits edits on top of `version`; refused with `stale-version` when somebody else was faster. */
  'redaction.edit': method({
    request: z.object({
      projectId: projectIdSchema,
      version: z.number().int().nonnegative(),
      edits: z.array(redactionEditSchema).min(1).max(500),
    }),
    reply: z.object({ version: z.number().int().nonnegative() }),
    access: 'redaction.edit',
    audit: 'core',
  }),
  /** Renders the document as it stands at `version` and has the guard check the file. */
  'render.start': method({
    request: z.object({ projectId: projectIdSchema, version: z.number().int().nonnegative() }),
    reply: z.object({ render: renderSchema, jobId: jobIdSchema }),
    access: 'render.start',
    audit: 'core',
  }),
  /** Lets this session watch a passed render: the media door serves it under the render's id. */
  'render.open': method({
    request: z.object({ renderId: renderIdSchema }),
    reply: z.object({ mediaId: z.string(), contentType: z.string() }),
    access: 'evidence.view',
    audit: 'core',
  }),
  /** Builds the release package of a render that passed. */
  'release.create': method({
    request: z.object({
      renderId: renderIdSchema,
      requester: z.string().trim().min(1).max(200),
      reason: z.string().trim().min(1).max(2000),
      /** The person typed the recording's title: releasing cannot be taken back. */
      confirmation: z.string(),
    }),
    reply: z.object({ release: releaseSchema, jobId: jobIdSchema }),
    access: 'release.create',
    audit: 'core',
  }),
  /** Lets this session download a package once through the media door, under the release's id. */
  'release.open': method({
    request: z.object({ releaseId: releaseIdSchema }),
    reply: z.object({ mediaId: z.string(), fileName: z.string() }),
    access: 'release.download',
    audit: 'core',
  }),
} as const;
