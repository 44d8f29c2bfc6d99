import { canonicalJson } from '#common/audit/index.ts';
import {
  type Operation,
  type OperationKind,
  type OperationOf,
  operationBodySchema,
  operationText,
  type SharedEntry,
  sharedEntrySchema,
} from '#common/changes/index.ts';
import { operationIdSchema } from '#common/ids/index.ts';
import { readBody, readRow } from './bodies.ts';
import type { Store } from './store.ts';

type Row = { readonly number: number; readonly id: string; readonly body: string };

function toOperation({ id, body }: Pick<Row, 'id' | 'body'>): Operation {
  const named = readRow(operationIdSchema, 'operation', id, () => id);
  return { ...readBody(operationBodySchema, 'operation', id, body), id: named };
}

/** True when it is new here; one that is known changes nothing. */
export function putOperation(store: Store, { id, ...body }: Operation): boolean {
  const text = operationText(operationBodySchema.parse(body));
  const added = store.run(
    'INSERT INTO operations (id, kind, document, at, body) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING',
    operationIdSchema.parse(id),
    body.kind,
    body.document,
    body.at,
    text,
  );
  return added > 0;
}

/** Everything that was done to one document, in the order in which it counts. */
export function operationsOf<K extends OperationKind>(
  store: Store,
  kind: K,
  document: string,
): readonly OperationOf<K>[] {
  const rows = store.all(
    'SELECT id, body FROM operations WHERE kind = ? AND document = ? ORDER BY at, id',
    kind,
    document,
  ) as readonly Row[];
  return rows.map(toOperation).filter((one): one is OperationOf<K> => one.kind === kind);
}

/** Those of the ids that are here. */
export function knownOperations(store: Store, ids: readonly string[]): readonly string[] {
  return ids.filter((id) => store.get('SELECT 1 FROM operations WHERE id = ?', id) !== undefined);
}

/** In the order in which they came here. */
export function pageOperations(
  store: Store,
  after: number,
  limit: number,
): readonly { readonly number: number; readonly operation: Operation }[] {
  const rows = store.all(
    'SELECT number, id, body FROM operations WHERE number > ? ORDER BY number LIMIT ?',
    after,
    limit,
  ) as readonly Row[];
  return rows.map((row) => ({ number: row.number, operation: toOperation(row) }));
}

/** Keeps what a newer program wrote; the same once. */
export function putAside(store: Store, entry: SharedEntry): void {
  store.run('INSERT OR IGNORE INTO operations_aside VALUES (?)', canonicalJson(sharedEntrySchema.parse(entry)));
}

export function takeFromAside(store: Store, entry: SharedEntry): void {
  store.run('DELETE FROM operations_aside WHERE entry = ?', canonicalJson(entry));
}

export function operationsAside(store: Store): readonly SharedEntry[] {
  const rows = store.all('SELECT entry FROM operations_aside') as readonly { readonly entry: string }[];
  return rows.map(({ entry }) => readBody(sharedEntrySchema, 'operation', 'aside', entry));
}
