import {
  type Actor,
  type AuditEntry,
  type AuditEvent,
  actorSchema,
  auditEntrySchema,
  auditEventSchema,
  canonicalEntryText,
  canonicalJson,
  chainStart,
} from '#common/audit/index.ts';
import { sha256Hex } from '../kernel/index.ts';
import { readRow } from './bodies.ts';
import type { Store } from './store.ts';
import type { AuditLink, ChainHead } from './types.ts';

type EntryRow = {
  readonly seq: number;
  readonly at: number;
  readonly kind: string;
  readonly actor: string;
  readonly event: string;
  readonly previous: string;
  readonly hash: string;
};

function hashOf(entry: Omit<AuditEntry, 'hash'>): string {
  return sha256Hex(Buffer.from(canonicalEntryText(entry), 'utf8'));
}

/** The newest link; seq 0 and the chain's start when there is none. */
export function chainHead(store: Store): ChainHead {
  const head = store.get('SELECT seq, hash FROM audit_entries ORDER BY seq DESC LIMIT 1') as ChainHead | undefined;
  return head ?? { seq: 0, hash: chainStart };
}

/** Adds events to the chain. To be called inside the transaction they tell of. */
export function appendEntries(
  store: Store,
  at: number,
  actor: Actor,
  events: readonly AuditEvent[],
): readonly AuditEntry[] {
  if (events.length === 0) return [];
  const who = actorSchema.parse(actor);
  let { seq, hash: previous } = chainHead(store);
  return events.map((given) => {
    const event = auditEventSchema.parse(given);
    seq += 1;
    const linked = { seq, at, actor: who, event, previous };
    const hash = hashOf(linked);
    store.run(
      'INSERT INTO audit_entries (seq, at, kind, actor, event, previous, hash) VALUES (?, ?, ?, ?, ?, ?, ?)',
      seq,
      at,
      event.kind,
      canonicalJson(who),
      canonicalJson(event),
      previous,
      hash,
    );
    previous = hash;
    return { ...linked, hash };
  });
}

function toEntry(row: EntryRow): AuditEntry {
  return readRow(auditEntrySchema, 'audit entry', String(row.seq), () => ({
    seq: row.seq,
    at: row.at,
    actor: JSON.parse(row.actor) as unknown,
    event: JSON.parse(row.event) as unknown,
    previous: row.previous,
    hash: row.hash,
  }));
}

/** Entries older than `before` (null: from the newest), newest first. */
export function pageEntries(store: Store, before: number | null, limit: number): readonly AuditEntry[] {
  return (
    store.all(
      'SELECT * FROM audit_entries WHERE seq < ? ORDER BY seq DESC LIMIT ?',
      before ?? Number.MAX_SAFE_INTEGER,
      limit,
    ) as readonly EntryRow[]
  ).map(toEntry);
}

/** Entries after `after`, oldest first. */
export function readEntries(store: Store, after: number, limit: number): readonly AuditEntry[] {
  return rowsAfter(store, after, limit).map(toEntry);
}

/** The same, each with its hash computed from what is stored, whatever that is. */
export function readLinks(store: Store, after: number, limit: number): readonly AuditLink[] {
  return rowsAfter(store, after, limit).map((row) => ({
    seq: row.seq,
    previous: row.previous,
    hash: row.hash,
    recomputed: recompute(row),
  }));
}

function rowsAfter(store: Store, after: number, limit: number): readonly EntryRow[] {
  return store.all(
    'SELECT * FROM audit_entries WHERE seq > ? ORDER BY seq LIMIT ?',
    after,
    limit,
  ) as readonly EntryRow[];
}

/**
 * From the stored texts themselves, not through the schemas: these drop what they do not know, and an addition has to
 * show. `kind` repeats the event's own and is checked with it.
 */
function recompute(row: EntryRow): string | null {
  try {
    const actor = JSON.parse(row.actor) as Actor;
    const event = JSON.parse(row.event) as AuditEvent;
    if (event.kind !== row.kind) return null;
    return hashOf({ seq: row.seq, at: row.at, actor, event, previous: row.previous });
  } catch {
    // Not JSON, so not what was written: the caller reports the entry as edited.
    return null;
  }
}
