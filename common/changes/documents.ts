import { z } from 'zod';
import { instantSchema } from '../evidence/recording.ts';
import { markerIdSchema, noteIdSchema, recordingIdSchema, reviewIdSchema } from '../ids/index.ts';
import {
  authorSchema,
  byTime,
  type FieldKind,
  framePlaceSchema,
  type Operation,
  type OperationOf,
  reviewOutcomeSchema,
} from './operation.ts';

const touched = { changedAt: instantSchema, changedBy: z.string() };

/** What people say about a recording, beside what its camera recorded. `id` is the recording's. */
export const factsSchema = z.object({
  id: recordingIdSchema,
  category: z.string().nullable(),
  caseNumber: z.string().nullable(),
  callNumber: z.string().nullable(),
  ...touched,
});
export type Facts = Readonly<z.infer<typeof factsSchema>>;

const begun = { recordingId: recordingIdSchema, createdAt: instantSchema, createdBy: authorSchema };

/** A text beside a recording. */
export const noteSchema = z.object({ id: noteIdSchema, ...begun, text: z.string(), ...touched });
export type Note = Readonly<z.infer<typeof noteSchema>>;

/** A mark at a frame of one of a recording's originals. */
export const markerSchema = z.object({
  id: markerIdSchema,
  ...begun,
  ...framePlaceSchema.shape,
  type: z.string(),
  note: z.string().nullable(),
  ...touched,
});
export type Marker = Readonly<z.infer<typeof markerSchema>>;

/** A supervisor's signature under a recording: never changed and never taken away. */
export const reviewSchema = z.object({
  id: reviewIdSchema,
  recordingId: recordingIdSchema,
  outcome: reviewOutcomeSchema,
  text: z.string().nullable(),
  madeAt: instantSchema,
  madeBy: authorSchema,
});
export type Review = Readonly<z.infer<typeof reviewSchema>>;

type FieldOperation = OperationOf<FieldKind>;

/**
 * Merges what was said of one document, field by field: of each the operation that is last by logical time counts, and one that does not
 * name a field leaves it alone. In any order, however often each comes.
 */
function mergeFields<O extends FieldOperation>(
  operations: readonly O[],
): { readonly fields: Partial<O['fields']>; readonly first: O; readonly last: O } | null {
  const inOrder = inTime(operations);
  const fields: Partial<O['fields']> = {};
  for (const operation of inOrder) {
    for (const [name, value] of Object.entries(operation.fields)) {
      if (value !== undefined) Object.assign(fields, { [name]: value });
    }
  }
  const first: O | undefined = inOrder[0];
  const last: O | undefined = inOrder.at(-1);
  return first === undefined || last === undefined ? null : { fields, first, last };
}

function inTime<O extends Operation>(operations: readonly O[]): readonly O[] {
  return [...new Map<string, O>(operations.map((one) => [one.id, one])).values()].sort(byTime);
}

/** The facts of one recording; null when nothing was said. */
export function mergeFacts(operations: readonly OperationOf<'facts'>[]): Facts | null {
  const merged = mergeFields<OperationOf<'facts'>>(operations);
  if (merged === null) return null;
  const { fields, last } = merged;
  const { category = null, caseNumber = null, callNumber = null } = fields;
  return { id: last.document, category, caseNumber, callNumber, changedAt: last.madeAt, changedBy: last.by.name };
}

/** One note; null when it was removed, or while what it says is not known. */
export function mergeNote(operations: readonly OperationOf<'note'>[]): Note | null {
  const merged = mergeFields<OperationOf<'note'>>(operations);
  if (merged === null) return null;
  const { fields, first, last } = merged;
  if (fields.removed === true || fields.text === undefined) return null;
  const { text } = fields;
  return { id: first.document, ...beginning(first), text, changedAt: last.madeAt, changedBy: last.by.name };
}

/** One marker; null when it was removed, or while its frame or its sort is not known. */
export function mergeMarker(operations: readonly OperationOf<'marker'>[]): Marker | null {
  const merged = mergeFields<OperationOf<'marker'>>(operations);
  if (merged === null) return null;
  const { fields, first, last } = merged;
  const { place, type, note = null, removed } = fields;
  if (removed === true || place === undefined || type === undefined) return null;
  const touch = { changedAt: last.madeAt, changedBy: last.by.name };
  return { id: first.document, ...beginning(first), ...place, type, note, ...touch };
}

function beginning({ recordingId, madeAt, by }: OperationOf<'note' | 'marker'>) {
  return { recordingId, createdAt: madeAt, createdBy: by };
}

/** One review: what its first operation says. Nothing that comes later under its name changes it. */
export function mergeReview(operations: readonly OperationOf<'review'>[]): Review | null {
  const first = inTime(operations)[0];
  if (first === undefined) return null;
  const { document, recordingId, fields, madeAt, by } = first;
  return { id: document, recordingId, outcome: fields.outcome, text: fields.text, madeAt, madeBy: by };
}
