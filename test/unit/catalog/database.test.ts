import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore } from '#core/catalog/database.ts';
import type { Store } from '#core/catalog/store.ts';
import { catalogKey, type TempFolder, tempFolder } from '#test/support/catalog.ts';

let folder: TempFolder;
let store: Store;

beforeEach(() => {
  folder = tempFolder();
  store = openStore({ path: join(folder.path, 'catalog.db'), key: catalogKey, create: true, now: 0 });
});
afterEach(() => {
  store.close();
  folder.dispose();
});

function locations(): readonly unknown[] {
  return store.all('SELECT location FROM watched_folders');
}

it('says that the disk is full, and keeps nothing of what did not fit', () => {
  store.run('INSERT INTO watched_folders VALUES (?)', '/before');
  const { page_count: pages } = store.get('PRAGMA page_count') as { page_count: number };
  store.exec(`PRAGMA max_page_count = ${pages + 2}`);
  const filling = (): void =>
    store.writing(() => {
      for (let i = 0; i < 1000; i++) store.run('INSERT INTO watched_folders VALUES (?)', `/${i}`.padEnd(500, 'x'));
    });
  expect(filling).toThrow(expect.objectContaining({ code: 'destination-full' }));
  expect(locations()).toEqual([{ location: '/before' }]);
  store.writing(() => store.run('INSERT INTO watched_folders VALUES (?)', '/after'));
  expect(locations()).toHaveLength(2);
});

it('is opened with every safety on', () => {
  const pragma = (name: string): unknown => Object.values(store.get(`PRAGMA ${name}`) as object)[0];
  expect([pragma('journal_mode'), pragma('synchronous'), pragma('foreign_keys'), pragma('busy_timeout')]).toEqual([
    'wal',
    2,
    1,
    10_000,
  ]);
});

it('begins a write only when nobody else is writing, and says so when it never comes to that', () => {
  const other = openStore({ path: join(folder.path, 'catalog.db'), key: catalogKey, create: false, now: 0 });
  other.exec('PRAGMA busy_timeout = 50');
  let entered = false;
  store.writing(() => {
    const writing = (): void =>
      other.writing(() => {
        entered = true;
      });
    expect(writing).toThrow(expect.objectContaining({ code: 'station-busy' }));
  });
  expect(entered).toBe(false);
  other.close();
});
