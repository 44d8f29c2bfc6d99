import type { z } from 'zod';
import {
  factsSchema,
  markerSchema,
  mergeFacts,
  mergeMarker,
  mergeNote,
  mergeReview,
  noteSchema,
  type OperationKind,
  reviewSchema,
} from '#common/changes/index.ts';
import { assertNever } from '#common/errors/index.ts';
import { readBody, writeBody } from './bodies.ts';
import { recordChange } from './change-feed.ts';
import type { DocumentKind, DocumentOf } from './change-types.ts';
import { operationsOf } from './operations.ts';
import { buildProject } from './projects.ts';
import type { Store } from './store.ts';

const schemas: { readonly [K in DocumentKind]: z.ZodType<DocumentOf[K]> } = {
  facts: factsSchema,
  note: noteSchema,
  marker: markerSchema,
  review: reviewSchema,
};

export function getDocument<K extends DocumentKind>(store: Store, kind: K, id: string): DocumentOf[K] | null {
  const row = store.get('SELECT body FROM documents WHERE kind = ? AND id = ?', kind, id) as
    | { readonly body: string }
    | undefined;
  if (row === undefined) return null;
  const schema: z.ZodType<DocumentOf[K]> = schemas[kind];
  return readBody(schema, kind, id, row.body);
}

/** Makes a document anew from its operations, after some were added. Called once for each in a commit. */
export function buildDocument(store: Store, kind: OperationKind, id: string): void {
  switch (kind) {
    case 'facts':
      putDocument(store, kind, id, mergeFacts(operationsOf(store, kind, id)));
      return;
    case 'note':
      putDocument(store, kind, id, mergeNote(operationsOf(store, kind, id)));
      return;
    case 'marker':
      putDocument(store, kind, id, mergeMarker(operationsOf(store, kind, id)));
      return;
    case 'review':
      putDocument(store, kind, id, mergeReview(operationsOf(store, kind, id)));
      return;
    case 'redaction':
      buildProject(store, id);
      return;
    case 'report':
      // Nothing shows reports yet: they are read with all their versions where they are asked for.
      return;
    default:
      return assertNever(kind);
  }
}

/** Replicas hear of it only when it became another one: an operation that came late may change nothing. */
function putDocument<K extends DocumentKind>(store: Store, kind: K, id: string, value: DocumentOf[K] | null): void {
  const before = store.get('SELECT body FROM documents WHERE kind = ? AND id = ?', kind, id) as
    | { readonly body: string }
    | undefined;
  if (value === null) {
    if (before === undefined) return;
    store.run('DELETE FROM documents WHERE kind = ? AND id = ?', kind, id);
    recordChange(store, kind, id, true);
    return;
  }
  const body = writeBody(schemas[kind], value);
  if (body === before?.body) return;
  store.run('INSERT OR REPLACE INTO documents VALUES (?, ?, ?)', kind, id, body);
  recordChange(store, kind, id, false);
}
