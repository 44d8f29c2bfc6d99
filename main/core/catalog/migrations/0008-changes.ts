import type { Migration } from './migration.ts';

/**
 * What people said and drew, as operations: `operations` only grows, `number` is the order in which they came here. `documents` is what they come to
 * (redactions: `projects`), and can be made again from them. `project_versions` says which save a version of a project was.
 * `operations_aside` are those of a newer program, which nobody here can read yet.
 */
export const changes: Migration = {
  number: 8,
  name: 'changes',
  sql: `
    CREATE TABLE operations (
      number INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      document TEXT NOT NULL,
      at TEXT NOT NULL,
      body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX operations_by_document ON operations (kind, document, at, id);
    CREATE TRIGGER operations_stay BEFORE DELETE ON operations
      BEGIN SELECT RAISE(ABORT, 'Operations are never deleted.'); END;
    CREATE TRIGGER operations_stay_as_they_are BEFORE UPDATE ON operations
      BEGIN SELECT RAISE(ABORT, 'Operations are never changed.'); END;

    CREATE TABLE documents (
      kind TEXT NOT NULL,
      id TEXT NOT NULL,
      body TEXT NOT NULL,
      PRIMARY KEY (kind, id)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE project_versions (
      project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
      version INTEGER NOT NULL,
      operation TEXT NOT NULL,
      PRIMARY KEY (project_id, version)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE operations_aside (
      entry TEXT PRIMARY KEY
    ) STRICT, WITHOUT ROWID;
  `,
};
