import type { AuditEvent } from '#common/audit/index.ts';
import { type Operation, operationText, type SharedEntry, type WriterId } from '#common/changes/index.ts';
import type { OperationId } from '#common/ids/index.ts';
import type { Catalog, Write } from '#core/catalog/index.ts';
import { readOperation } from './naming.ts';

function entryOf(operation: Operation): SharedEntry {
  // The text that names it, so that what arrives elsewhere has the same name.
  return { kind: 'operation', at: operation.at, body: JSON.parse(operationText(operation)) as SharedEntry['body'] };
}

/** Tells the other stations, in the transaction that keeps the operation here. */
export function told(operation: Operation): { readonly put: 'shared-entry'; readonly value: SharedEntry } {
  return { put: 'shared-entry', value: entryOf(operation) };
}

type From = { readonly writer: WriterId; readonly seq: number };
type Taken = { readonly writes: readonly Write[]; readonly events: readonly AuditEvent[] };

/** Takes in the operations of other stations. What is known already changes nothing. */
export function operationHandler(catalog: Catalog) {
  const applyAll = async (entries: readonly SharedEntry[], { writer, seq }: From): Promise<Taken> => {
    const read = entries.map((entry) => ({ entry, operation: readOperation(entry.body) }));
    const ids = read.flatMap(({ operation }) => (operation === null ? [] : [operation.id]));
    const known = new Set<OperationId>(await catalog.operations.known(ids));
    const writes: Write[] = [];
    const events: AuditEvent[] = [];
    for (const { entry, operation } of read) {
      if (operation === null) {
        writes.push({ put: 'operation-aside', value: entry });
        events.push({ kind: 'change.unread', writer, seq });
      } else if (!known.has(operation.id)) {
        known.add(operation.id);
        writes.push({ put: 'operation', value: operation });
        events.push(arrival(operation, writer));
      }
    }
    return { writes, events };
  };
  return {
    kind: 'operation',
    apply: (entry: SharedEntry, from: From): Promise<Taken> => applyAll([entry], from),
    applyAll,
  } as const;
}

function arrival({ id, kind, document, by }: Operation, writer: string): AuditEvent {
  return { kind: 'change.arrived', operation: id, document: `${kind} ${document}`, by: by.name, writer };
}

/**
 * Tells a store that is new here everything that is known, also what came from other stations: those may be gone, and what they said is not
 * lost with the store they said it in.
 */
export function operationTeller(catalog: Catalog) {
  return {
    kind: 'operation',
    tell: async (after: string | null, limit: number) => {
      const page = await catalog.operations.page(Number(after ?? 0), limit);
      const last = page.at(-1);
      const entries = page.map(({ operation }) => entryOf(operation));
      return { entries, next: last === undefined || page.length < limit ? null : String(last.number) };
    },
  } as const;
}

/** Reads again what a newer program wrote, after this one was updated. */
export async function readAside(catalog: Catalog): Promise<void> {
  for (const entry of await catalog.operations.aside()) {
    const operation = readOperation(entry.body);
    if (operation === null) continue;
    const writes = [
      { put: 'operation', value: operation },
      { delete: 'operation-aside', value: entry },
    ] as const;
    await catalog.commit({ actor: { kind: 'station' }, writes, events: [] });
  }
}
