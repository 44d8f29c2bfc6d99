import { z } from 'zod';
import { wireErrorSchema } from '../errors/index.ts';
import {
  type EvidenceId,
  evidenceIdSchema,
  jobIdSchema,
  operationIdSchema,
  type ProjectId,
  projectIdSchema,
  recordingIdSchema,
  releaseIdSchema,
  renderIdSchema,
} from '../ids/index.ts';
import { redactionDocumentSchema } from '../redaction/document.ts';
import { instantSchema, sha256Schema } from './recording.ts';

/** A version of a branching document that waits to be chosen or to be left behind. */
export const branchSchema = z.object({
  head: operationIdSchema,
  savedAt: instantSchema,
  savedBy: z.string(),
  /** The save of the trunk that it was made on top of; null when it began by itself. */
  fork: operationIdSchema.nullable(),
  /** How many saves it has of its own. */
  saves: z.number().int().nonnegative(),
  /** The names of those who made them. */
  names: z.array(z.string()),
});
export type Branch = Readonly<z.infer<typeof branchSchema>>;

/**
 * The redaction of one evidence item as this station works with it: the trunk of all that was ever saved. `version` is this station's own
 * count: it grows by one with each committed edit, and whenever the document becomes another one. No two documents share a version.
 */
export const redactionProjectSchema = z.object({
  id: projectIdSchema,
  evidenceId: evidenceIdSchema,
  recordingId: recordingIdSchema,
  version: z.number().int().nonnegative(),
  document: redactionDocumentSchema,
  /** The newest save of the trunk; null before the first one. */
  head: operationIdSchema.nullable().default(null),
  /** What others made of it meanwhile, and nobody has chosen or left behind yet. */
  branches: z.array(branchSchema).default([]),
  changedAt: instantSchema,
  changedBy: z.string(),
});
export type RedactionProject = Readonly<z.infer<typeof redactionProjectSchema>>;

/** The name of an evidence item's project: the same at every station. */
export function projectIdFor(evidenceId: EvidenceId): ProjectId {
  return projectIdSchema.parse(`red_${evidenceId.slice(4)}`);
}

/** One thing the guard proved or refuted about a finished file. */
export const guardCheckSchema = z.object({
  name: z.enum(['streams', 'boxes', 'tags', 'frame-count', 'frame-times', 'coverage', 'picture', 'silence', 'sound']),
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
  /** The save whose document this is, as all stations name it; null for the empty document, and for renders older than saves. */
  operation: operationIdSchema.nullable().default(null),
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
