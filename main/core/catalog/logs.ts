import {
  type ClockState,
  type LogPosition,
  laterState,
  logPositionSchema,
  logStart,
  type WriterId,
} from '#common/changes/index.ts';
import { type StoreTrouble, storeTroubleSchema } from '#common/evidence/index.ts';
import { randomBytes } from '../kernel/index.ts';
import { readBody, readRow } from './bodies.ts';
import {
  type KeptEntry,
  keptEntrySchema,
  type LogObject,
  type LogState,
  logStateSchema,
  type Telling,
  type UnsentEntry,
  unsentEntrySchema,
} from './log-types.ts';
import type { Store } from './store.ts';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

export function newWriter(): WriterId {
  return Array.from(randomBytes(26), (byte) => alphabet.charAt(byte & 31)).join('');
}

type WriterRow = {
  readonly writer: string;
  readonly store_id: string | null;
  readonly seq: number;
  readonly hash: string;
  readonly latest: string;
  readonly strayed: string;
};

function writerRow(store: Store): WriterRow {
  const row = store.get('SELECT * FROM log_writer') as WriterRow | undefined;
  if (row === undefined) throw new Error('The catalog has no writer.');
  return row;
}

/** Gives a catalog that has none a name as a writer. */
export function ensureWriter(store: Store): void {
  store.writing(() =>
    store.run(
      'INSERT INTO log_writer VALUES (1, ?, NULL, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
      newWriter(),
      logStart.seq,
      logStart.hash,
      '',
      '',
    ),
  );
}

export function logClock(store: Store): { readonly writer: WriterId; readonly clock: ClockState } {
  const { writer, latest, strayed } = writerRow(store);
  return { writer, clock: { latest, strayed } };
}

/** Remembers what the clock gave out and saw; never less than before. */
export function putLogClock(store: Store, given: ClockState): void {
  const { latest, strayed } = laterState(logClock(store).clock, given);
  store.run('UPDATE log_writer SET latest = ?, strayed = ?', latest, strayed);
}

/** The newest object that is packed, or what is acknowledged when none is kept any more. */
export function packedPosition(store: Store): LogPosition {
  const { seq, hash } = writerRow(store);
  const newest = store.get('SELECT seq, hash FROM log_objects ORDER BY seq DESC LIMIT 1') as LogPosition | undefined;
  return newest !== undefined && newest.seq > seq ? newest : { seq, hash };
}

export function logState(store: Store): LogState {
  return store.reading(() => {
    const { writer, store_id: storeId, seq, hash } = writerRow(store);
    return readRow(logStateSchema, 'log', writer, () => ({
      writer,
      storeId,
      position: { seq, hash },
      packed: packedPosition(store),
    }));
  });
}

type EntryRow = { readonly kind: string; readonly at: string; readonly body: string };

function entryOf({ kind, at, body }: EntryRow): { readonly kind: string; readonly at: string; readonly body: unknown } {
  return { kind, at, body: JSON.parse(body) as unknown };
}

export function unsentEntries(store: Store, limit: number): readonly UnsentEntry[] {
  const rows = store.all(
    'SELECT number, kind, at, body FROM shared_entries ORDER BY number LIMIT ?',
    limit,
  ) as readonly (EntryRow & { readonly number: number })[];
  return rows.map((row) =>
    readRow(unsentEntrySchema, 'unsent entry', String(row.number), () => ({ number: row.number, entry: entryOf(row) })),
  );
}

/** Objects of this station's log that are kept here, after `after`, oldest first. */
export function logObjects(store: Store, after: number, limit: number): readonly LogObject[] {
  return store.all(
    'SELECT seq, hash, sealed FROM log_objects WHERE seq > ? ORDER BY seq LIMIT ?',
    after,
    limit,
  ) as readonly LogObject[];
}

export function logPositions(store: Store): readonly { readonly writer: WriterId; readonly position: LogPosition }[] {
  const rows = store.all('SELECT writer, seq, hash FROM log_positions ORDER BY writer') as readonly ({
    writer: string;
  } & LogPosition)[];
  return rows.map(({ writer, ...position }) => ({
    writer,
    position: readRow(logPositionSchema, 'position in a log', writer, () => position),
  }));
}

/** The hash of an object that was taken in; null when it was not. */
export function logHash(store: Store, writer: WriterId, seq: number): string | null {
  const row = store.get('SELECT hash FROM log_hashes WHERE writer = ? AND seq = ?', writer, seq) as
    | { readonly hash: string }
    | undefined;
  return row?.hash ?? null;
}

/** Which object of which log these bytes are; null for none that was taken in. */
export function logObjectWith(store: Store, hash: string): { readonly writer: WriterId; readonly seq: number } | null {
  const row = store.get('SELECT writer, seq FROM log_hashes WHERE hash = ? LIMIT 1', hash) as
    | { readonly writer: WriterId; readonly seq: number }
    | undefined;
  return row ?? null;
}

export function keptEntries(store: Store, kind: string, limit: number): readonly KeptEntry[] {
  const rows = store.all(
    'SELECT writer, seq, place, kind, at, body FROM kept_entries WHERE kind = ? ORDER BY writer, seq, place LIMIT ?',
    kind,
    limit,
  ) as readonly (EntryRow & { readonly writer: string; readonly seq: number; readonly place: number })[];
  return rows.map((row) => {
    const { writer, seq, place } = row;
    return readRow(keptEntrySchema, 'kept entry', `${writer} ${seq}`, () => ({
      writer,
      seq,
      place,
      entry: entryOf(row),
    }));
  });
}

export function tellingOf(store: Store, kind: string): Telling {
  const row = store.get('SELECT after, done FROM told_kinds WHERE kind = ?', kind) as
    | { readonly after: string | null; readonly done: number }
    | undefined;
  return { after: row?.after ?? null, done: row?.done === 1 };
}

export function storeTroubles(store: Store): readonly StoreTrouble[] {
  const rows = store.all('SELECT object, body FROM store_troubles ORDER BY object') as readonly {
    readonly object: string;
    readonly body: string;
  }[];
  return rows
    .map(({ object, body }) => readBody(storeTroubleSchema, 'trouble with the store', object, body))
    .sort((a, b) => a.since - b.since);
}
