import { z } from 'zod';
import { canonicalJson } from '../audit/index.ts';
import { instantSchema } from '../evidence/recording.ts';
import {
  accountIdSchema,
  evidenceIdSchema,
  markerIdSchema,
  noteIdSchema,
  type OperationId,
  operationIdSchema,
  recordingIdSchema,
  reportIdSchema,
  reviewIdSchema,
} from '../ids/index.ts';
import { redactionDocumentSchema } from '../redaction/document.ts';
import { redactionEditSchema } from '../redaction/edit.ts';
import { logicalTimeSchema } from './entry.ts';

/** Who made a change: the name people know, and the account where the station that made it keeps one. */
export const authorSchema = z.strictObject({
  name: z.string().min(1).max(200),
  accountId: accountIdSchema.nullable(),
});
export type Author = Readonly<z.infer<typeof authorSchema>>;

/** Nothing here changes what it reads (as trimming would): the id is made of the very text. */
const line = (most: number) => z.string().min(1).max(most);

/** What people say about a recording. Null takes back what was said. */
const factFieldsSchema = z.strictObject({
  category: line(80).nullable().optional(),
  caseNumber: line(40).nullable().optional(),
  callNumber: line(40).nullable().optional(),
});

/** A text beside a recording. `removed` is a field like any other, so that it merges like any other. */
const noteFieldsSchema = z.strictObject({ text: line(8000).optional(), removed: z.boolean().optional() });

/** One frame of one original: the two only mean something together, so they merge together. */
export const framePlaceSchema = z.strictObject({ evidenceId: evidenceIdSchema, frame: z.number().int().nonnegative() });

/** The sorts of markers that are offered. A newer program may know others, which are kept as they are. */
export const markerTypes = ['moment', 'statement', 'search', 'force', 'arrest', 'injury', 'evidence'] as const;

/** A mark at a frame. */
const markerFieldsSchema = z.strictObject({
  place: framePlaceSchema.optional(),
  type: z
    .string()
    .regex(/^[a-z][a-z-]{0,30}$/)
    .optional(),
  note: line(500).nullable().optional(),
  removed: z.boolean().optional(),
});

/** What a supervisor found. */
export const reviewOutcomeSchema = z.enum(['in-order', 'follow-up']);

const reviewFieldsSchema = z.strictObject({ outcome: reviewOutcomeSchema, text: line(8000).nullable() });

/** How a version of a redaction came about: edits on top of one version, or the whole document. */
const redactionSaveSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('edits'), edits: z.array(redactionEditSchema).min(1).max(500) }),
  z.strictObject({ kind: z.literal('content'), content: redactionDocumentSchema }),
]);
const reportSaveSchema = z.strictObject({ kind: z.literal('content'), content: z.json() });

const made = {
  version: z.literal(1),
  at: logicalTimeSchema,
  /** Milliseconds UTC by the clock of the station that made it, for people; only `at` orders. */
  madeAt: instantSchema,
  by: authorSchema,
};
/** The versions it was made on top of: none for a first one, several where branches were joined. */
const parents = z.array(operationIdSchema).max(200);
const atLeastOne = (fields: object): boolean => Object.values(fields).some((value) => value !== undefined);
const nothing = 'an operation that changes nothing';

/** Everything of an operation but its id, which follows from it. Members it does not name make it another program's. */
export const operationBodySchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      ...made,
      kind: z.literal('facts'),
      document: recordingIdSchema,
      fields: factFieldsSchema.refine(atLeastOne, nothing),
    }),
    z.strictObject({
      ...made,
      kind: z.literal('note'),
      document: noteIdSchema,
      recordingId: recordingIdSchema,
      fields: noteFieldsSchema.refine(atLeastOne, nothing),
    }),
    z.strictObject({
      ...made,
      kind: z.literal('marker'),
      document: markerIdSchema,
      recordingId: recordingIdSchema,
      fields: markerFieldsSchema.refine(atLeastOne, nothing),
    }),
    z.strictObject({
      ...made,
      kind: z.literal('review'),
      document: reviewIdSchema,
      recordingId: recordingIdSchema,
      fields: reviewFieldsSchema,
    }),
    z.strictObject({
      ...made,
      kind: z.literal('redaction'),
      document: evidenceIdSchema,
      parents,
      save: redactionSaveSchema,
    }),
    z.strictObject({ ...made, kind: z.literal('report'), document: reportIdSchema, parents, save: reportSaveSchema }),
  ])
  .refine(
    (body) => body.kind !== 'redaction' || body.save.kind === 'content' || body.parents.length <= 1,
    'edits on top of several versions',
  );
export type OperationBody = z.infer<typeof operationBodySchema>;

/** One thing that somebody did, for ever. Its id is made of its content, so two different ones never share it. */
export type Operation = OperationBody & { readonly id: OperationId };
export type OperationKind = Operation['kind'];
export type OperationOf<K extends OperationKind> = Extract<Operation, { kind: K }>;

/** Documents whose fields merge one by one. */
export type FieldKind = 'facts' | 'note' | 'marker';

/**
 * The text whose SHA-256 (as UTF-8) makes an operation's id: sorted keys, no white space. Each of the id's 26 signs is the low five bits
 * of one byte of the hash, from its first on.
 */
export function operationText(body: OperationBody): string {
  return canonicalJson({ ...body, id: undefined });
}

/** The order in which operations count: by logical time, then by id. The same on every station. */
export function byTime(a: Pick<Operation, 'at' | 'id'>, b: Pick<Operation, 'at' | 'id'>): number {
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  if (a.id === b.id) return 0;
  return a.id < b.id ? -1 : 1;
}
