import { ExpectedError } from '#common/errors/index.ts';
import type { Migration } from './migrations/index.ts';
import type { Store } from './store.ts';

type Applied = { readonly number: number; readonly name: string };

/**
 * Brings the database up to the newest of `migrations` (numbered 1, 2, 3 … without a gap), each in its own transaction.
 * Throws `not-ready` when the database is newer than the program, a bug when a number was given to another migration.
 */
export function migrate(
  store: Store,
  migrations: readonly Migration[],
  context: { readonly path: string; readonly now: number },
): void {
  store.exec(
    'CREATE TABLE IF NOT EXISTS schema_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, applied_at INTEGER NOT NULL) STRICT',
  );
  checkNewest(store, migrations, context.path);
  for (const [index, migration] of migrations.entries()) {
    if (migration.number !== index + 1) throw new Error(`Migration ${migration.number} stands in place ${index + 1}.`);
    store.writing(() => {
      // Asked again inside the transaction: another process may have been faster.
      const applied = store.get('SELECT number, name FROM schema_migrations WHERE number = ?', migration.number) as
        | Applied
        | undefined;
      if (applied === undefined) {
        store.exec(migration.sql);
        store.run('INSERT INTO schema_migrations VALUES (?, ?, ?)', migration.number, migration.name, context.now);
      } else if (applied.name !== migration.name) {
        throw new Error(`Migration ${migration.number} is "${applied.name}" here, "${migration.name}" in the program.`);
      }
    });
  }
}

function checkNewest(store: Store, migrations: readonly Migration[], path: string): void {
  const newest =
    (store.get('SELECT max(number) AS number FROM schema_migrations') as { number: number | null } | undefined)
      ?.number ?? 0;
  if (newest <= migrations.length) return;
  throw new ExpectedError('not-ready', 'This data folder was last used by a newer Plainview.', {
    subject: path,
    nextStep: 'Update Plainview on this computer. An older one could lose what the newer one wrote.',
  });
}
