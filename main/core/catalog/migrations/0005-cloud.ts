import type { Migration } from './migration.ts';

/**
 * What is known of the department's store. `placements` repeats what is sorted and counted from its body; `uploads` and
 * `upload_parts` are the ledger of what the store has acknowledged of an object that is not whole yet. `sidecars` repeats from
 * the bodies of recordings whose sidecar is whose.
 */
export const cloud: Migration = {
  number: 5,
  name: 'cloud',
  sql: `
    CREATE TABLE placements (
      id TEXT PRIMARY KEY,
      state TEXT NOT NULL,
      priority INTEGER NOT NULL,
      ordinal INTEGER NOT NULL,
      not_before INTEGER,
      size_bytes INTEGER NOT NULL,
      mismatches INTEGER NOT NULL,
      body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX placements_in_order ON placements (state, priority DESC, ordinal, id, not_before, size_bytes);
    CREATE INDEX source_files_by_sealed ON source_files (sealed_id, added);

    CREATE TABLE uploads (
      id TEXT PRIMARY KEY,
      object TEXT NOT NULL,
      upload TEXT NOT NULL,
      part_size INTEGER NOT NULL,
      begun_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE upload_parts (
      id TEXT NOT NULL REFERENCES uploads (id) ON DELETE CASCADE,
      number INTEGER NOT NULL,
      size_bytes INTEGER NOT NULL,
      etag TEXT NOT NULL,
      md5 TEXT,
      PRIMARY KEY (id, number)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE store_settings (
      only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
      body TEXT NOT NULL
    ) STRICT;

    CREATE TABLE sidecars (
      sidecar_id TEXT PRIMARY KEY,
      recording_id TEXT NOT NULL REFERENCES recordings (id) ON DELETE CASCADE
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX sidecars_by_recording ON sidecars (recording_id);
    INSERT OR IGNORE INTO sidecars
      SELECT json_extract(sidecar.value, '$.sidecarId'), recordings.id
      FROM recordings, json_each(recordings.body, '$.sidecars') AS sidecar;
  `,
};
