import { createStore, type StoreApi } from 'zustand/vanilla';
import type { Dock } from '#common/contract/index.ts';
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

  const refresh = async (): Promise<void> => {
    const [docks, jobs, anchor] = await Promise.allSettled([
      client.call('dock.list', {}),
      client.call('jobs.list', {}),
      client.call('audit.lastAnchor', {}),
    ]);
    setState({
      ...(docks.status === 'fulfilled'
        ? { ...docks.value, docksLoad: { state: 'ready' } }
        : { docksLoad: { state: 'failed', cause: docks.reason } }),
      ...(jobs.status === 'fulfilled' ? { jobs: jobs.value.jobs } : {}),
      ...(anchor.status === 'fulfilled' ? { lastAnchorAt: anchor.value.at } : {}),
    });
    for (const result of [jobs, anchor]) if (result.status === 'rejected') noteProblem(result.reason);
  };

  const stops = [
    client.onEvent((event) => {
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

function put<T extends { readonly id: string }>(all: readonly T[], item: T, where: 'first' | 'last' = 'last') {
  const index = all.findIndex((other) => other.id === item.id);
  if (index >= 0) return all.with(index, item);
  return where === 'first' ? [item, ...all] : [...all, item];
}
