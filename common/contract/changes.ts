import { z } from 'zod';
import {
  authorSchema,
  factsSchema,
  framePlaceSchema,
  markerSchema,
  markerTypes,
  noteSchema,
  reviewOutcomeSchema,
  reviewSchema,
} from '../changes/index.ts';
import { instantSchema } from '../evidence/recording.ts';
import { branchSchema } from '../evidence/work.ts';
import {
  evidenceIdSchema,
  markerIdSchema,
  noteIdSchema,
  operationIdSchema,
  projectIdSchema,
  recordingIdSchema,
} from '../ids/index.ts';
import { differenceSchema } from '../redaction/compare.ts';
import { redactionDocumentSchema } from '../redaction/document.ts';
import { redactionEditSchema } from '../redaction/edit.ts';
import { method } from './method.ts';

const line = (most: number) => z.string().trim().min(1).max(most);
const longText = line(8000);
const markerNote = line(500).nullable();
const version = z.number().int().nonnegative();

/** One version of a document: who made it, when, and what it said. */
const documentVersionSchema = z.object({
  operation: operationIdSchema,
  madeAt: instantSchema,
  madeBy: authorSchema,
  /** What it set, field by field; empty for a redaction. */
  fields: z.record(z.string(), z.json()),
  /** For a redaction: the versions it was made on top of. */
  parents: z.array(operationIdSchema),
  /** For a redaction: how many edits; null where a whole document was chosen. */
  edits: z.number().int().nullable(),
});

/** A branch with what it says. */
const branchViewSchema = branchSchema.extend({ document: redactionDocumentSchema });

export const changeMethods = {
  /** Says something about a recording. What is not named stays as it is; null takes it back. */
  'facts.set': method({
    request: z.object({
      recordingId: recordingIdSchema,
      fields: z
        .object({
          category: line(80).nullable().optional(),
          caseNumber: line(40).nullable().optional(),
          callNumber: line(40).nullable().optional(),
        })
        .refine((fields) => Object.values(fields).some((value) => value !== undefined), 'Say what is to be changed.'),
    }),
    reply: factsSchema,
    access: 'evidence.mark',
    audit: 'core',
  }),
  'notes.add': method({
    request: z.object({ recordingId: recordingIdSchema, text: longText }),
    reply: noteSchema,
    access: 'evidence.mark',
    audit: 'core',
  }),
  /** Whoever wrote a note may change and remove it; another's only who has `marks.manage`, else `not-allowed`. */
  'notes.change': method({
    request: z.object({ noteId: noteIdSchema, text: longText }),
    reply: noteSchema,
    access: 'evidence.mark',
    audit: 'core',
  }),
  'notes.remove': method({
    request: z.object({ noteId: noteIdSchema }),
    reply: z.object({}),
    access: 'evidence.mark',
    audit: 'core',
  }),
  /** Throws `invalid-request` for a frame that the original does not have. */
  'markers.add': method({
    request: z.object({
      recordingId: recordingIdSchema,
      ...framePlaceSchema.shape,
      type: z.enum(markerTypes),
      note: markerNote,
    }),
    reply: markerSchema,
    access: 'evidence.mark',
    audit: 'core',
  }),
  /** Changes what is named. Whose it may be: as with notes. */
  'markers.change': method({
    request: z.object({
      markerId: markerIdSchema,
      place: z.object({ evidenceId: evidenceIdSchema, frame: z.number().int().nonnegative() }).optional(),
      type: z.enum(markerTypes).optional(),
      note: markerNote.optional(),
    }),
    reply: markerSchema,
    access: 'evidence.mark',
    audit: 'core',
  }),
  'markers.remove': method({
    request: z.object({ markerId: markerIdSchema }),
    reply: z.object({}),
    access: 'evidence.mark',
    audit: 'core',
  }),
  /** Signs a review of a recording. It stays for ever; another opinion is another review. */
  'reviews.add': method({
    request: z.object({
      recordingId: recordingIdSchema,
      outcome: reviewOutcomeSchema,
      text: longText.nullable(),
    }),
    reply: reviewSchema,
    access: 'review.sign',
    audit: 'core',
  }),
  /** Every version there ever was of one document, newest first, also of what was removed. */
  'changes.history': method({
    request: z.object({
      document: z.discriminatedUnion('kind', [
        z.object({ kind: z.literal('facts'), id: recordingIdSchema }),
        z.object({ kind: z.literal('note'), id: noteIdSchema }),
        z.object({ kind: z.literal('marker'), id: markerIdSchema }),
        z.object({ kind: z.literal('redaction'), id: evidenceIdSchema }),
      ]),
      offset: z.number().int().nonnegative(),
      limit: z.number().int().min(1).max(200),
    }),
    reply: z.object({ versions: z.array(documentVersionSchema), total: z.number().int().nonnegative() }),
    access: 'evidence.view',
    audit: 'none',
  }),

  /** The trunk and the branches of a redaction with what they say. `trunk` is null before the first save. */
  'redaction.branches': method({
    request: z.object({ projectId: projectIdSchema }),
    reply: z.object({ trunk: branchViewSchema.nullable(), branches: z.array(branchViewSchema) }),
    access: 'redaction.edit',
    audit: 'none',
  }),
  /** Any two versions of one redaction, and what the second has otherwise than the first. */
  'redaction.compare': method({
    request: z.object({ projectId: projectIdSchema, first: operationIdSchema, second: operationIdSchema }),
    reply: z.object({
      first: redactionDocumentSchema,
      second: redactionDocumentSchema,
      differences: z.array(differenceSchema),
    }),
    access: 'redaction.edit',
    audit: 'none',
  }),
  /**
   * Keeps edits that were made on an older version as a branch of their own, where `redaction.edit` would be refused with
   * `stale-version`: nothing of either is overwritten.
   */
  'redaction.branch': method({
    request: z.object({
      projectId: projectIdSchema,
      version,
      edits: z.array(redactionEditSchema).min(1).max(500),
    }),
    reply: z.object({ head: operationIdSchema }),
    access: 'redaction.edit',
    audit: 'core',
  }),
  /**
   * Makes `chosen` what is worked with and leaves the others behind; they stay readable. `heads`: the trunk's head and all branches that
   * were looked at. Refused with `stale-version` when there are others by now.
   */
  'redaction.choose': method({
    request: z.object({
      projectId: projectIdSchema,
      heads: z.array(operationIdSchema).min(2).max(200),
      chosen: operationIdSchema,
      /** Why; stands in the audit log. */
      reason: z.string().trim().min(1).max(500),
    }),
    reply: z.object({ version }),
    access: 'redaction.edit',
    audit: 'core',
  }),
} as const;
