import type { Migration } from './migration.ts';

/** Who may sign in. `password` is null for the people of the training agency. */
export const people: Migration = {
  number: 4,
  name: 'people',
  sql: `
    CREATE TABLE accounts (
      id TEXT PRIMARY KEY,
      username TEXT NOT NULL UNIQUE COLLATE NOCASE,
      display_name TEXT NOT NULL,
      role TEXT NOT NULL,
      active INTEGER NOT NULL CHECK (active IN (0, 1)),
      password TEXT,
      failures INTEGER NOT NULL,
      locked_until INTEGER
    ) STRICT;
  `,
};
