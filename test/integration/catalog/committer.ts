import { openCatalog } from '#core/catalog/index.ts';
import { silentLogger, systemClock } from '#core/kernel/index.ts';
import { aDamagedItem, catalogEntry, catalogKey, theStation } from '#test/support/catalog.ts';

/** Commits without end, and says the number of each commit that was confirmed. Started by `killed.test.ts`. */
const [path] = process.argv.slice(2);
if (path === undefined) throw new Error('The path of the catalog is missing.');

const catalog = await openCatalog({
  path,
  key: catalogKey,
  entry: catalogEntry,
  clock: systemClock,
  logger: silentLogger,
});
for (;;) {
  const { head } = await catalog.commit({
    actor: theStation,
    writes: [{ put: 'damaged', value: aDamagedItem() }],
    events: [{ kind: 'folder.watched', location: '/x' }],
  });
  process.send?.(head);
}
