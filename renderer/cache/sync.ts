import type { Client } from '#renderer/bridge/index.ts';
import type { Replica } from './replica.ts';

const pageSize = 500;

/** Keeps a replica as new as the catalog until it is stopped. */
export type Sync = {
  readonly stop: () => void /** Resolves when the pull under way has ended. */;
  readonly idle: () => Promise<void>;
};

/**
 * Pulls the change feed in pages: at once, whenever the core says there is something new, and after every reconnection.
 * Pulls never overlap; a wish that comes during one is remembered.
 */
export function startSync(client: Client, replica: Replica): Sync {
  const state = { stopped: false, wanted: false };
  const stopped = (): boolean => state.stopped;
  let running: Promise<void> | null = null;

  const pullAll = async (): Promise<void> => {
    while (state.wanted && !stopped()) {
      state.wanted = false;
      try {
        while (!stopped() && (await pullPage(client, replica, stopped)) === 'more');
        if (!stopped()) replica.setFreshness({ state: 'current' });
      } catch (cause) {
        if (!stopped()) replica.setFreshness({ state: 'behind', cause });
      }
    }
    running = null;
  };

  const want = (): void => {
    state.wanted = true;
    running ??= replica.whole.then(pullAll);
  };

  const stopEvents = client.onEvent((event) => {
    if (event.kind === 'library.head' && event.head !== replica.position().seq) want();
  });
  const stopConnection = client.onConnection((connection) => {
    if (connection.state === 'open') want();
  });
  want();

  return {
    stop: () => {
      state.stopped = true;
      stopEvents();
      stopConnection();
    },
    idle: () => running ?? Promise.resolve(),
  };
}

async function pullPage(client: Client, replica: Replica, stopped: () => boolean): Promise<'more' | 'done'> {
  const { epoch, seq } = replica.position();
  const page = await client.call('library.changes', { since: seq, limit: pageSize });
  if (stopped()) return 'done';
  const otherCatalog = page.epoch !== epoch && epoch !== null;
  // The same catalog with fewer changes was put back from a copy: what we hold beyond it never happened.
  if (otherCatalog || page.head < seq) {
    await replica.forget();
    return 'more';
  }
  const end = page.changes.at(-1)?.seq ?? page.head;
  await replica.apply(page.changes, { epoch: page.epoch, seq: end });
  if (end >= page.head) return 'done';
  if (replica.freshness().state === 'filling') {
    replica.setFreshness({ state: 'filling', done: end, head: page.head });
  }
  return 'more';
}
