import type { Migration } from './migration.ts';

/**
 * What the catalog is called, what changed in which order, and the audit chain. `change_feed` holds one row for each
 * thing, with the newest number it got, so that a replica which was away for long reads each thing once.
 */
export const foundation: Migration = {
  number: 1,
  name: 'foundation',
  sql: `
    CREATE TABLE catalog_identity (
      only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
      epoch TEXT NOT NULL
    ) STRICT;
    INSERT INTO catalog_identity VALUES (1, lower(hex(randomblob(16))));

    CREATE TABLE change_feed (
      seq INTEGER NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      id TEXT NOT NULL,
      deleted INTEGER NOT NULL CHECK (deleted IN (0, 1)),
      PRIMARY KEY (kind, id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE audit_entries (
      seq INTEGER PRIMARY KEY CHECK (seq > 0),
      at INTEGER NOT NULL,
      kind TEXT NOT NULL,
      actor TEXT NOT NULL,
      event TEXT NOT NULL,
      previous TEXT NOT NULL,
      hash TEXT NOT NULL
    ) STRICT;
    CREATE INDEX audit_entries_by_kind ON audit_entries (kind, seq);
  `,
};
