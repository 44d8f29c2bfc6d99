import type { Migration } from './migration.ts';

/**
 * What this station tells others through the store's logs, and how far it has read theirs. `log_writer` is this station as a writer:
 * `seq` and `hash` are what the store has acknowledged of its log, `latest` and `strayed` its logical clock. `shared_entries` wait to
 * be packed, in order; `log_objects` are packed, sealed, and kept until a checkpoint holds them. `log_hashes` are the objects of others
 * that were taken in. `kept_entries` are of a kind that nobody here understands yet. `told_kinds`: how far the store was told what was
 * known before it was in use.
 */
export const logs: Migration = {
  number: 7,
  name: 'logs',
  sql: `
    CREATE TABLE log_writer (
      only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
      writer TEXT NOT NULL,
      store_id TEXT,
      seq INTEGER NOT NULL,
      hash TEXT NOT NULL,
      latest TEXT NOT NULL,
      strayed TEXT NOT NULL
    ) STRICT;
    CREATE TABLE shared_entries (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      kind TEXT NOT NULL,
      at TEXT NOT NULL,
      body TEXT NOT NULL
    ) STRICT;
    CREATE TABLE log_objects (
      seq INTEGER PRIMARY KEY,
      hash TEXT NOT NULL,
      sealed BLOB NOT NULL
    ) STRICT;
    CREATE TABLE told_kinds (
      kind TEXT PRIMARY KEY,
      after TEXT,
      done INTEGER NOT NULL CHECK (done IN (0, 1))
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE log_positions (
      writer TEXT PRIMARY KEY,
      seq INTEGER NOT NULL,
      hash TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE log_hashes (
      writer TEXT NOT NULL,
      seq INTEGER NOT NULL,
      hash TEXT NOT NULL,
      PRIMARY KEY (writer, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE kept_entries (
      writer TEXT NOT NULL,
      seq INTEGER NOT NULL,
      place INTEGER NOT NULL,
      kind TEXT NOT NULL,
      at TEXT NOT NULL,
      body TEXT NOT NULL,
      PRIMARY KEY (writer, seq, place)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX kept_entries_by_kind ON kept_entries (kind, writer, seq, place);

    CREATE TABLE store_troubles (
      object TEXT PRIMARY KEY,
      body TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
  `,
};
