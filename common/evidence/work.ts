import { z } from 'zod';
import { wireErrorSchema } from '../errors/index.ts';
import {
  evidenceIdSchema,
  jobIdSchema,
  projectIdSchema,
  recordingIdSchema,
  releaseIdSchema,
  renderIdSchema,
} from '../ids/index.ts';
import { redactionDocumentSchema } from '../redaction/document.ts';
import { instantSchema, sha256Schema } from './recording.ts';

/** The redaction of one evidence item. `version` counts committed edits. */
export const redactionProjectSchema = z.object({
  id: projectIdSchema,
  evidenceId: evidenceIdSchema,
  recordingId: recordingIdSchema,
  version: z.number().int().nonnegative(),
  document: redactionDocumentSchema,
  changedAt: instantSchema,
  changedBy: z.string(),
});
export type RedactionProject = Readonly<z.infer<typeof redactionProjectSchema>>;

/** One thing the guard proved or refuted about a finished file. */
export const guardCheckSchema = z.object({
  name: z.enum(['streams', 'boxes', 'tags', 'frame-count', 'frame-times', 'coverage', 'picture', 'silence']),
  passed: z.boolean(),
  detail: z.string(),
  /** The first frame that failed, when the failure has one. */
  frame: z.number().int().nonnegative().nullable(),
});
export type GuardCheck = Readonly<z.infer<typeof guardCheckSchema>>;

/** The machine's verdict on a finished file. */
export const verdictSchema = z.object({
  passed: z.boolean(),
  checkedAt: instantSchema,
  sha256: sha256Schema,
  sizeBytes: z.number().int().nonnegative(),
  frames: z.number().int().nonnegative(),
  /** Covered regions looked at, over all frames. */
  regions: z.number().int().nonnegative(),
  checks: z.array(guardCheckSchema),
});
export type Verdict = Readonly<z.infer<typeof verdictSchema>>;

/** Where a render stands. Only `passed` can be released. */
export const renderStateSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('queued') }),
  z.object({ state: z.literal('rendering') }),
  z.object({ state: z.literal('checking') }),
  z.object({ state: z.literal('passed'), verdict: verdictSchema }),
  /** The output is gone; the verdict (when the guard got that far) or the error says why. */
  z.object({ state: z.literal('failed'), verdict: verdictSchema.nullable(), error: wireErrorSchema.nullable() }),
  z.object({ state: z.literal('cancelled') }),
]);
export type RenderState = Readonly<z.infer<typeof renderStateSchema>>;

/** One rendering of a project's document as it stood at `projectVersion`; the document is frozen with it. */
export const renderSchema = z.object({
  id: renderIdSchema,
  projectId: projectIdSchema,
  evidenceId: evidenceIdSchema,
  recordingId: recordingIdSchema,
  projectVersion: z.number().int().nonnegative(),
  document: redactionDocumentSchema,
  status: renderStateSchema,
  startedAt: instantSchema,
  startedBy: z.string(),
});
export type Render = Readonly<z.infer<typeof renderSchema>>;

/** A release package. */
export const releaseSchema = z.object({
  id: releaseIdSchema,
  renderId: renderIdSchema,
  recordingId: recordingIdSchema,
  requester: z.string(),
  reason: z.string(),
  status: z.discriminatedUnion('state', [
    z.object({ state: z.literal('building') }),
    z.object({
      state: z.literal('ready'),
      fileName: z.string(),
      sizeBytes: z.number().int().positive(),
      sha256: sha256Schema,
    }),
    z.object({ state: z.literal('failed'), error: wireErrorSchema }),
  ]),
  createdAt: instantSchema,
  createdBy: z.string(),
});
export type Release = Readonly<z.infer<typeof releaseSchema>>;

/** Kinds of long work. */
export const jobKindSchema = z.enum(['offload', 'prepare', 'render', 'release', 'fetch', 'reconcile']);
export type JobKind = z.infer<typeof jobKindSchema>;

/** The fixed words for how far bytes have come. */
export const phaseSchema = z.enum([
  'Waiting',
  'Copying',
  'Copied',
  'Verified',
  'Sealed',
  'Fetching',
  'Preparing',
  'Rendering',
  'Checking',
  'Packing',
  'Comparing',
  'Repairing',
  'Restoring',
]);
export type Phase = z.infer<typeof phaseSchema>;

/** How far a job has come. `items` are files or frames; `rate` is bytes (or frames) a second, null until it is known. */
export const jobProgressSchema = z.object({
  phase: phaseSchema,
  items: z.object({ done: z.number().int().nonnegative(), total: z.number().int().nonnegative() }),
  bytes: z.object({ done: z.number().nonnegative(), total: z.number().nonnegative() }).nullable(),
  rate: z.number().nonnegative().nullable(),
  /** Milliseconds left, null while it cannot be told honestly. */
  remainingMs: z.number().nonnegative().nullable(),
  /** What is being worked on now, for people. */
  current: z.string().nullable(),
});
export type JobProgress = Readonly<z.infer<typeof jobProgressSchema>>;

/** `parked`: kept failing or could not be understood; a person decides. */
export const jobStateSchema = z.enum(['queued', 'running', 'paused', 'done', 'failed', 'parked', 'cancelled']);
export type JobState = z.infer<typeof jobStateSchema>;

/** Long work as it is shown. */
export const jobSchema = z.object({
  id: jobIdSchema,
  kind: jobKindSchema,
  /** What it works on, for people: "BWC-07", "Render of Front door". */
  title: z.string(),
  state: jobStateSchema,
  progress: jobProgressSchema.nullable(),
  error: wireErrorSchema.nullable(),
  attempts: z.number().int().nonnegative(),
  createdAt: instantSchema,
  createdBy: z.string(),
  finishedAt: instantSchema.nullable(),
});
export type Job = Readonly<z.infer<typeof jobSchema>>;
