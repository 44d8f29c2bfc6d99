import type { z } from 'zod';
import { canonicalJson } from '../audit/index.ts';
import { assertNever, ExpectedError } from '../errors/index.ts';
import type { Branch } from '../evidence/index.ts';
import { applyEdit, emptyDocument, type RedactionDocument } from '../redaction/index.ts';
import { type Branching, type Building, branchesOf, contentAt, type Head } from './branches.ts';
import { mergeFacts, mergeMarker, mergeNote, mergeReview } from './documents.ts';
import type { Operation, OperationKind, OperationOf } from './operation.ts';

const redactionBuilding: Building<OperationOf<'redaction'>, RedactionDocument> = {
  start: emptyDocument,
  after: (before, { save }) => (save.kind === 'content' ? save.content : save.edits.reduce(editOrLeave, before)),
  isWhole: ({ save }) => save.kind === 'content',
};

/** An edit that takes away what is not there was never made by a desk; it changes nothing, on every station alike. */
function editOrLeave(document: RedactionDocument, edit: Parameters<typeof applyEdit>[1]): RedactionDocument {
  try {
    return applyEdit(document, edit).document;
  } catch (error) {
    if (error instanceof ExpectedError) return document;
    throw error;
  }
}

/** The redaction of one evidence item, in all its versions. */
export function redactionBranches(saves: Iterable<OperationOf<'redaction'>>): Branching<RedactionDocument> {
  return branchesOf(saves, redactionBuilding);
}

/** What a redaction said at one of its saves; null for one that is not here, or hangs on something that is not. */
export function redactionAt(
  saves: Iterable<OperationOf<'redaction'>>,
  id: OperationOf<'redaction'>['id'],
): RedactionDocument | null {
  return contentAt(saves, id, redactionBuilding);
}

type Json = z.core.util.JSONType;

const reportBuilding: Building<OperationOf<'report'>, Json> = {
  start: null,
  after: (_before, { save }) => save.content,
  isWhole: () => true,
};

/** One report, in all its versions. */
export function reportBranches(saves: Iterable<OperationOf<'report'>>): Branching<Json> {
  return branchesOf(saves, reportBuilding);
}

/** A head as lists show it, without its content. */
export function branchOf({ id, savedAt, savedBy, fork, saves, names }: Head<unknown>): Branch {
  return { head: id, savedAt, savedBy: savedBy.name, fork, saves, names: [...names] };
}

/** What the operations of one document come to. Null where there is nothing to show: removed, or not all of it is here. */
function mergeDocument(kind: OperationKind, operations: readonly Operation[]): unknown {
  const of = <K extends OperationKind>(wanted: K) =>
    operations.filter((one): one is OperationOf<K> => one.kind === wanted);
  switch (kind) {
    case 'facts':
      return mergeFacts(of(kind));
    case 'note':
      return mergeNote(of(kind));
    case 'marker':
      return mergeMarker(of(kind));
    case 'review':
      return mergeReview(of(kind));
    case 'redaction':
      return redactionBranches(of(kind));
    case 'report':
      return reportBranches(of(kind));
    default:
      return assertNever(kind);
  }
}

/**
 * Everything the operations come to, as one text: the same on every station that knows the same operations, byte for byte,
 * whatever order they came in and however often.
 */
export function stateText(operations: Iterable<Operation>): string {
  const documents = new Map<string, { kind: OperationKind; operations: Map<string, Operation> }>();
  for (const operation of operations) {
    const key = `${operation.kind} ${operation.document}`;
    const known = documents.get(key);
    if (known !== undefined) known.operations.set(operation.id, operation);
    else documents.set(key, { kind: operation.kind, operations: new Map([[operation.id, operation]]) });
  }
  const state: Record<string, unknown> = {};
  for (const [key, { kind, operations: own }] of documents) state[key] = mergeDocument(kind, [...own.values()]);
  return canonicalJson({ format: 'plainview documents', version: 1, documents: state });
}
