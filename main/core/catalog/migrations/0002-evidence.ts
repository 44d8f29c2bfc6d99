import type { Migration } from './migration.ts';

/** What was offloaded. `segments` repeats what is searched for from the body of its recording. */
export const evidence: Migration = {
  number: 2,
  name: 'evidence',
  sql: `
    CREATE TABLE recordings (
      id TEXT PRIMARY KEY,
      device_id TEXT NOT NULL,
      officer TEXT,
      started_at INTEGER NOT NULL,
      offloaded_at INTEGER NOT NULL,
      body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX recordings_by_start ON recordings (started_at DESC, id);

    CREATE TABLE segments (
      evidence_id TEXT PRIMARY KEY,
      recording_id TEXT NOT NULL REFERENCES recordings (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      sha256 TEXT NOT NULL,
      size_bytes INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX segments_by_recording ON segments (recording_id, position);
    CREATE INDEX segments_by_content ON segments (sha256);

    CREATE TABLE damaged_items (
      id TEXT PRIMARY KEY,
      device_id TEXT NOT NULL,
      sha256 TEXT NOT NULL,
      kept_at INTEGER NOT NULL,
      body TEXT NOT NULL
    ) STRICT;

    CREATE TABLE source_files (
      device_id TEXT NOT NULL,
      source_path TEXT NOT NULL,
      size_bytes INTEGER NOT NULL,
      modified_ms INTEGER NOT NULL,
      sha256 TEXT NOT NULL,
      sealed_id TEXT NOT NULL,
      added INTEGER NOT NULL UNIQUE,
      PRIMARY KEY (device_id, source_path, size_bytes, modified_ms, sha256)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX source_files_by_content ON source_files (sha256, added);

    CREATE TABLE frame_tables (
      evidence_id TEXT PRIMARY KEY,
      body TEXT NOT NULL
    ) STRICT;

    CREATE TABLE watched_folders (
      location TEXT PRIMARY KEY
    ) STRICT;
  `,
};
