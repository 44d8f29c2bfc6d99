import type { Migration } from './migration.ts';

/** What is made from evidence: redaction projects, their renders, the releases of these, and long work. */
export const work: Migration = {
  number: 3,
  name: 'work',
  sql: `
    CREATE TABLE projects (
      id TEXT PRIMARY KEY,
      evidence_id TEXT NOT NULL UNIQUE,
      recording_id TEXT NOT NULL REFERENCES recordings (id),
      version INTEGER NOT NULL,
      body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX projects_by_recording ON projects (recording_id);

    CREATE TABLE renders (
      id TEXT PRIMARY KEY,
      project_id TEXT NOT NULL REFERENCES projects (id),
      started_at INTEGER NOT NULL,
      body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX renders_by_project ON renders (project_id, started_at);

    CREATE TABLE releases (
      id TEXT PRIMARY KEY,
      render_id TEXT NOT NULL REFERENCES renders (id),
      created_at INTEGER NOT NULL,
      body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX releases_by_render ON releases (render_id, created_at);

    CREATE TABLE jobs (
      id TEXT PRIMARY KEY,
      kind TEXT NOT NULL,
      title TEXT NOT NULL,
      state TEXT NOT NULL,
      attempts INTEGER NOT NULL,
      not_before INTEGER,
      created_at INTEGER NOT NULL,
      created_by TEXT NOT NULL,
      finished_at INTEGER,
      actor TEXT NOT NULL,
      payload TEXT NOT NULL,
      progress TEXT,
      error TEXT
    ) STRICT;
    CREATE INDEX jobs_by_state ON jobs (state, created_at);
    CREATE INDEX jobs_by_end ON jobs (finished_at);
  `,
};
