import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '#core/catalog/database.ts';
import { type Migration, migrations } from '#core/catalog/migrations/index.ts';
import type { Store } from '#core/catalog/store.ts';
import { catalogKey, type TempFolder, tempFolder } from '#test/support/catalog.ts';

let folder: TempFolder;
const stores: Store[] = [];

beforeEach(() => {
  folder = tempFolder();
});
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  folder.dispose();
});

function openWith(list: readonly Migration[], now = 1): Store {
  const path = join(folder.path, 'catalog.db');
  const store = openStore({ path, key: catalogKey, create: true, now, migrations: list });
  stores.push(store);
  return store;
}

function tables(store: Store): readonly string[] {
  const rows = store.all(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`,
  );
  return (rows as readonly { name: string }[]).map((row) => row.name);
}

/** What each step adds, and a row that must outlive every later step. */
const steps = [
  {
    adds: ['audit_entries', 'catalog_identity', 'change_feed'],
    insert: `INSERT INTO change_feed VALUES (1, 'recording', 'rec_1', 0)`,
    select: 'SELECT * FROM change_feed',
  },
  {
    adds: ['damaged_items', 'frame_tables', 'recordings', 'segments', 'source_files', 'watched_folders'],
    insert: `INSERT INTO recordings VALUES ('rec_1', 'BWC-07', NULL, 1, 2, '{}')`,
    select: 'SELECT * FROM recordings',
  },
  {
    adds: ['jobs', 'projects', 'releases', 'renders'],
    insert: `INSERT INTO projects VALUES ('red_1', 'evd_1', 'rec_1', 0, '{}')`,
    select: 'SELECT * FROM projects',
  },
  {
    adds: ['accounts'],
    insert: `INSERT INTO accounts VALUES ('acc_1', 'dfield', 'Dana', 'officer', 1, NULL, 0, NULL)`,
    select: 'SELECT * FROM accounts',
  },
  {
    adds: ['placements', 'sidecars', 'store_settings', 'upload_parts', 'uploads'],
    insert: `INSERT INTO placements VALUES ('evd_1', 'queued', 0, 1, NULL, 5, 0, '{}')`,
    select: 'SELECT * FROM placements',
  },
  {
    adds: [],
    insert: `INSERT INTO source_files VALUES ('BWC-07', 'a.mp4', 5, 1, 'aa', 'evd_1', 1, 'bb')`,
    select: 'SELECT * FROM source_files',
  },
  {
    adds: [
      'kept_entries',
      'log_hashes',
      'log_objects',
      'log_positions',
      'log_writer',
      'shared_entries',
      'store_troubles',
      'told_kinds',
    ],
    insert: `INSERT INTO shared_entries VALUES (1, 'original', '0', '{}')`,
    select: 'SELECT * FROM shared_entries',
  },
  {
    adds: ['documents', 'operations', 'operations_aside', 'project_versions'],
    insert: `INSERT INTO operations VALUES (1, 'opr_1', 'note', 'nte_1', '0', '{}')`,
    select: 'SELECT * FROM operations',
  },
];

it('has a test for every migration', () => {
  expect(migrations.map((migration) => migration.number)).toEqual(steps.map((_, index) => index + 1));
});

describe.each(migrations)('migration $number, $name', ({ number }) => {
  it('works on an empty database', () => {
    const store = openWith(migrations.slice(0, number));
    const expected = steps.slice(0, number).flatMap((step) => step.adds);
    expect(tables(store)).toEqual([...expected, 'schema_migrations'].sort());
  });

  it('works on the state before it and leaves what is there', () => {
    const before = openWith(migrations.slice(0, number - 1));
    const kept = steps.slice(0, number - 1);
    for (const step of kept) before.exec(step.insert);
    const rows = kept.map((step) => before.all(step.select));
    before.close();
    const after = openWith(migrations.slice(0, number), 2);
    expect(kept.map((step) => after.all(step.select))).toEqual(rows);
    for (const name of steps[number - 1]!.adds) expect(tables(after)).toContain(name);
    expect(after.all('SELECT number, applied_at FROM schema_migrations WHERE applied_at = 2')).toEqual([
      { number, applied_at: 2 },
    ]);
  });
});

describe('migrating', () => {
  const first: Migration = { number: 1, name: 'first', sql: 'CREATE TABLE a (x TEXT) STRICT' };

  it('does nothing the second time', () => {
    openWith([first]).close();
    expect(openWith([first], 2).all('SELECT * FROM schema_migrations')).toEqual([
      { number: 1, name: 'first', applied_at: 1 },
    ]);
  });

  it('leaves no trace of a step that fails', () => {
    openWith([first]).close();
    const broken: Migration = {
      number: 2,
      name: 'broken',
      sql: 'CREATE TABLE b (x TEXT) STRICT; SELECT * FROM nowhere',
    };
    expect(() => openWith([first, broken])).toThrow('nowhere');
    expect(tables(openWith([first]))).toEqual(['a', 'schema_migrations']);
  });

  it('refuses a database of a newer program', () => {
    openWith(migrations).close();
    expect(() => openWith(migrations.slice(0, -1))).toThrow('newer Plainview');
  });

  it('refuses a step that changed its meaning, and a gap', () => {
    openWith([first]).close();
    expect(() => openWith([{ ...first, name: 'other' }])).toThrow('Migration 1 is "first" here');
    expect(() => openWith([first, { ...first, number: 3 }])).toThrow('Migration 3 stands in place 2');
  });
});
