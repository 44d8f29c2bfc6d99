import { afterEach, beforeEach, expect, it } from 'vitest';
import { chainStart } from '#common/audit/index.ts';
import type { Catalog } from '#core/catalog/index.ts';
import { aDamagedItem, openTestCatalog, type TempFolder, tempFolder, theStation } from '#test/support/catalog.ts';

let folder: TempFolder;
let catalogs: readonly Catalog[] = [];

beforeEach(async () => {
  folder = tempFolder();
  // One after the other: making a catalog is the first one's work alone.
  const first = await openTestCatalog(folder.path);
  catalogs = [first, await openTestCatalog(folder.path)];
});
afterEach(async () => {
  await Promise.all(catalogs.map((catalog) => catalog.close()));
  folder.dispose();
});

it('two writers at once keep one chain and one feed', async () => {
  const each = 40;
  const commits = catalogs.flatMap((catalog, writer) =>
    Array.from({ length: each }, (_, i) =>
      catalog.commit({
        actor: theStation,
        // Without a write, the first thing a commit does is to read the head of the chain: the lock must be held by then.
        writes: i % 2 === 0 ? [{ put: 'damaged', value: aDamagedItem() }] : [],
        events: [{ kind: 'folder.watched', location: `/writer-${writer}` }],
      }),
    ),
  );
  const seqs = (await Promise.all(commits)).map((committed) => committed.entries[0]!.seq);
  expect(seqs.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 2 * each }, (_, i) => i + 1));

  const [first, second] = catalogs;
  expect(first!.epoch).toBe(second!.epoch);
  const links = await first!.audit.links(0, 1000);
  expect(links).toEqual(await second!.audit.links(0, 1000));
  let previous = chainStart;
  for (const link of links) {
    expect(link).toMatchObject({ previous, hash: link.recomputed });
    previous = link.hash;
  }
  const { changes } = await second!.changes.since(0, 1000);
  expect(changes.map((change) => change.seq)).toEqual(Array.from({ length: each }, (_, i) => i + 1));
});
