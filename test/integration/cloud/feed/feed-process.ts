// One look of a station in a process of its own, killed at a step: <data folder> <store folder> <step>. Ends with 7 when it was not.
import { createCarrier } from '#core/cloud/carrier.ts';
import { createFeed } from '#core/cloud/feed/feed.ts';
import { openFolderStore } from '#core/cloud/store/folder-store.ts';
import { silentLogger, systemClock } from '#core/kernel/index.ts';
import { openTestCatalog } from '#test/support/catalog.ts';
import { feedKeys, feedStoreId, tracing } from '#test/support/feed-bench.ts';

const [data, location, step] = process.argv.slice(2);
if (data === undefined || location === undefined || step === undefined)
  throw new Error('Two folders and a step, please.');

let steps = 0;
/** Each step can end the process three ways: before it, while it is under way, and after it was done. */
async function counted<T>(work: () => Promise<T>): Promise<T> {
  const at = steps;
  steps += 3;
  const die = (): void => void process.kill(process.pid, 'SIGKILL');
  if (Number(step) === at) die();
  const result = work();
  if (Number(step) === at + 1) setImmediate(die);
  const done = await result;
  if (Number(step) === at + 2) die();
  return done;
}

const catalog = await openTestCatalog(data, { clock: systemClock });
const store = openFolderStore({ folder: location, marker: null });
const feed = createFeed({
  catalog: { ...catalog, commit: (commit) => counted(() => catalog.commit(commit)) },
  keys: feedKeys,
  storeId: feedStoreId,
  stationName: 'Desk',
  openCarrier: () =>
    Promise.resolve(
      createCarrier(
        {
          ...store,
          list: (prefix, options) => counted(() => store.list(prefix, options)),
          get: (key, options) => counted(() => store.get(key, options)),
          put: (key, bytes, options) => counted(() => store.put(key, bytes, options)),
        },
        () => Promise.reject(new Error('Nobody probes here.')),
      ),
    ),
  handlers: [tracing()],
  clock: systemClock,
  logger: silentLogger,
  onChange: () => undefined,
});
await feed.poke();
if (feed.state().error !== null) throw new Error(JSON.stringify(feed.state().error));
await feed.stop();
await catalog.close();
process.exitCode = 7;
