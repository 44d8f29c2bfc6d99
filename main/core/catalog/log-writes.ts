import { type LoggedEntry, loggedEntrySchema, logStart, sharedEntrySchema } from '#common/changes/index.ts';
import { assertNever } from '#common/errors/index.ts';
import { storeTroubleSchema } from '#common/evidence/index.ts';
import { writeBody } from './bodies.ts';
import { keptEntrySchema, type LogObject, type LogWrite } from './log-types.ts';
import { newWriter, packedPosition, storeTroubles, unsentEntries } from './logs.ts';
import type { Store } from './store.ts';

export function putLog(store: Store, write: Extract<LogWrite, { put: string }>): void {
  switch (write.put) {
    case 'shared-entry':
      if (stateOf(store).store_id !== null) addEntry(store, sharedEntrySchema.parse(write.value));
      return;
    case 'log-begun':
      begin(store, write.storeId);
      return;
    case 'log-object':
      pack(store, write.value, write.upTo);
      return;
    case 'log-acknowledged':
      acknowledge(store, write.seq);
      return;
    case 'log-checkpointed':
      store.run('DELETE FROM log_objects WHERE seq <= ? AND seq <= (SELECT seq FROM log_writer)', write.seq);
      return;
    case 'log-forked':
      fork(store, write.again);
      return;
    case 'log-read':
      read(store, write);
      return;
    case 'kept-entry': {
      const { writer, seq, place, entry } = keptEntrySchema.parse(write.value);
      store.run(
        'INSERT OR REPLACE INTO kept_entries VALUES (?, ?, ?, ?, ?, ?)',
        writer,
        seq,
        place,
        entry.kind,
        entry.at,
        JSON.stringify(entry.body),
      );
      return;
    }
    case 'telling':
      store.run(
        'INSERT OR REPLACE INTO told_kinds VALUES (?, ?, ?)',
        write.kind,
        write.value.after,
        write.value.done ? 1 : 0,
      );
      return;
    case 'store-trouble': {
      const known = storeTroubles(store).find(({ object }) => object === write.value.object);
      const value = { ...write.value, since: known?.since ?? write.value.since };
      store.run(
        'INSERT OR REPLACE INTO store_troubles VALUES (?, ?)',
        value.object,
        writeBody(storeTroubleSchema, value),
      );
      return;
    }
    default:
      return assertNever(write);
  }
}

export function removeLog(store: Store, write: Extract<LogWrite, { delete: string }>): void {
  if (write.delete === 'store-trouble') {
    store.run('DELETE FROM store_troubles WHERE object = ?', write.object);
    return;
  }
  const { writer, seq, place } = write.value;
  store.run('DELETE FROM kept_entries WHERE writer = ? AND seq = ? AND place = ?', writer, seq, place);
}

/**
 * What was read of others is read again when a store is in use again: where originals are is forgotten with the store. This station's
 * own log stays, so that it is gone on with in the same store.
 */
export function forgetReading(store: Store): void {
  for (const table of ['log_positions', 'log_hashes', 'kept_entries', 'store_troubles']) {
    store.run(`DELETE FROM ${table}`);
  }
}

function stateOf(store: Store): { readonly writer: string; readonly store_id: string | null } {
  return store.get('SELECT writer, store_id FROM log_writer') as { writer: string; store_id: string | null };
}

function addEntry(store: Store, { kind, at, body }: LoggedEntry): void {
  store.run('INSERT INTO shared_entries (kind, at, body) VALUES (?, ?, ?)', kind, at, JSON.stringify(body));
}

function begin(store: Store, storeId: string): void {
  const { writer, store_id: before } = stateOf(store);
  if (before === storeId) return;
  forgetReading(store);
  for (const table of ['shared_entries', 'log_objects', 'told_kinds']) store.run(`DELETE FROM ${table}`);
  store.run(
    'UPDATE log_writer SET writer = ?, store_id = ?, seq = ?, hash = ?',
    before === null ? writer : newWriter(),
    storeId,
    logStart.seq,
    logStart.hash,
  );
}

function pack(store: Store, { seq, hash, sealed }: LogObject, upTo: number): void {
  const packed = packedPosition(store);
  if (seq !== packed.seq + 1) throw new Error(`Object ${seq} of the log does not follow object ${packed.seq}.`);
  store.run('INSERT INTO log_objects VALUES (?, ?, ?)', seq, hash, Buffer.from(sealed));
  store.run('DELETE FROM shared_entries WHERE number <= ?', upTo);
}

function acknowledge(store: Store, seq: number): void {
  const row = store.get('SELECT hash FROM log_objects WHERE seq = ?', seq) as { hash: string } | undefined;
  if (row === undefined) throw new Error(`Object ${seq} of the log is not kept.`);
  store.run('UPDATE log_writer SET seq = ?, hash = ? WHERE seq < ?', seq, row.hash, seq);
}

function fork(store: Store, again: readonly LoggedEntry[]): void {
  const unsent = unsentEntries(store, Number.MAX_SAFE_INTEGER);
  // The order is kept: what was packed comes before what was not.
  store.run('DELETE FROM shared_entries');
  for (const entry of again) addEntry(store, loggedEntrySchema.parse(entry));
  for (const { entry } of unsent) addEntry(store, entry);
  store.run('DELETE FROM log_objects');
  store.run('UPDATE log_writer SET writer = ?, seq = ?, hash = ?', newWriter(), logStart.seq, logStart.hash);
}

function read(store: Store, { writer, position }: Extract<LogWrite, { put: 'log-read' }>): void {
  const { seq, hash } = position;
  const known = store.get('SELECT seq FROM log_positions WHERE writer = ?', writer) as { seq: number } | undefined;
  if (seq !== (known?.seq ?? 0) + 1) throw new Error(`Object ${seq} of ${writer} does not follow what was read.`);
  store.run('INSERT OR REPLACE INTO log_positions VALUES (?, ?, ?)', writer, seq, hash);
  store.run('INSERT INTO log_hashes VALUES (?, ?, ?)', writer, seq, hash);
}
