import type { Store } from './store.ts';
import type { IntegrityReport } from './types.ts';

type BrokenReference = { readonly table: string; readonly rowid: number | null; readonly parent: string };

/** Asks SQLite to check every page, index and reference. */
export function checkIntegrity(store: Store): IntegrityReport {
  const pages = (store.all('PRAGMA integrity_check(100)') as readonly { integrity_check: string }[])
    .map((row) => row.integrity_check)
    .filter((line) => line !== 'ok');
  const references = (store.all('PRAGMA foreign_key_check') as readonly BrokenReference[]).map(
    (row) => `A row of ${row.table} names something missing in ${row.parent}.`,
  );
  const problems = [...pages, ...references];
  return { intact: problems.length === 0, problems };
}
