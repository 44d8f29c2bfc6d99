import type { Migration } from './migration.ts';

/** A few spots of a file that was read from a camera, hashed: its name, size and date come again when the camera's clock starts anew. */
export const samples: Migration = {
  number: 6,
  name: 'samples',
  sql: 'ALTER TABLE source_files ADD COLUMN sample TEXT;',
};
