import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Dock, StationEvent } from '#common/contract/index.ts';
import type { Job } from '#common/evidence/index.ts';
import { type Client, noteProblem } from '#renderer/bridge/index.ts';

/** What goes on at the station now, as the core last told. */
export type Desk = {
  readonly docks: readonly Dock[];
  readonly watching: readonly { readonly location: string }[];
  /** `failed` keeps what was thrown. */
  readonly docksLoad: { readonly state: 'loading' | 'ready' } | { readonly state: 'failed'; readonly cause: unknown };
  /** Newest first. */
  readonly jobs: readonly Job[];
  readonly lastAnchorAt: number | null;
};

/** Fills and follows the desk while somebody is signed in. */
export type DeskControl = {
  readonly store: StoreApi<Desk>;
  readonly refresh: () => Promise<void>;
  readonly stop: () => void;
};

const empty: Desk = { docks: [], watching: [], docksLoad: { state: 'loading' }, jobs: [], lastAnchorAt: null };

export function createDesk(client: Client): DeskControl {
  const store = createStore<Desk>(() => empty);
  const { setState } = store;

  /** The docks and jobs that were told of while an answer was awaited, one set for each. What was told is newer than the answer. */
  const asking = new Set<Set<string>>();

  const refresh = async (): Promise<void> => {
    const told = new Set<string>();
    asking.add(told);
    const [docks, jobs, anchor] = await Promise.allSettled([
      client.call('dock.list', {}),
      client.call('jobs.list', {}),
      client.call('audit.lastAnchor', {}),
    ]);
    asking.delete(told);
    setState((desk) => ({
      ...(docks.status === 'fulfilled'
        ? {
            docks: exceptTold(docks.value.docks, desk.docks, told),
            watching: docks.value.watching,
            docksLoad: { state: 'ready' },
          }
        : { docksLoad: { state: 'failed', cause: docks.reason } }),
      ...(jobs.status === 'fulfilled' ? { jobs: exceptTold(jobs.value.jobs, desk.jobs, told, 'first') } : {}),
      ...(anchor.status === 'fulfilled' ? { lastAnchorAt: anchor.value.at } : {}),
    }));
    for (const result of [jobs, anchor]) if (result.status === 'rejected') noteProblem(result.reason);
  };

  const stops = [
    client.onEvent((event) => {
      const id = idOf(event);
      if (id !== null) for (const told of asking) told.add(id);
      if (event.kind === 'dock.changed') setState(({ docks }) => ({ docks: put(docks, event.dock) }));
      else if (event.kind === 'dock.removed')
        setState(({ docks }) => ({ docks: docks.filter((dock) => dock.id !== event.dockId) }));
      else if (event.kind === 'job.changed') setState(({ jobs }) => ({ jobs: put(jobs, event.job, 'first') }));
      else if (event.kind === 'audit.anchored') setState({ lastAnchorAt: event.at });
    }),
    client.onConnection((connection) => {
      if (connection.state === 'open') void refresh();
    }),
  ];
  void refresh();

  return { store, refresh, stop: () => stops.forEach((stop) => stop()) };
}

/** Which dock or job an event is about; null for everything else. */
function idOf(event: StationEvent): string | null {
  if (event.kind === 'dock.changed') return event.dock.id;
  if (event.kind === 'dock.removed') return event.dockId;
  return event.kind === 'job.changed' ? event.job.id : null;
}

/** An answer, with what was told of since it was asked for as it is known now: changed, new or gone. */
function exceptTold<T extends { readonly id: string }>(
  answer: readonly T[],
  known: readonly T[],
  told: ReadonlySet<string>,
  where: 'first' | 'last' = 'last',
): readonly T[] {
  const now = new Map(known.filter(({ id }) => told.has(id)).map((item) => [item.id, item]));
  const listed = new Set(answer.map(({ id }) => id));
  const kept = answer.flatMap((item) => (told.has(item.id) ? (now.get(item.id) ?? []) : item));
  const fresh = [...now.values()].filter(({ id }) => !listed.has(id));
  return where === 'first' ? [...fresh, ...kept] : [...kept, ...fresh];
}

function put<T extends { readonly id: string }>(all: readonly T[], item: T, where: 'first' | 'last' = 'last') {
  const index = all.findIndex((other) => other.id === item.id);
  if (index >= 0) return all.with(index, item);
  return where === 'first' ? [item, ...all] : [...all, item];
}
