import type { Change, ReplyOf, RequestOf, StationEvent } from '#common/contract/index.ts';
import type { Client, Connection } from '#renderer/bridge/index.ts';

/**
 * The core's side of the change feed, as small as it can be and as true: every thing once, under its newest number; pages in
 * order. Tests change it and see what a replica makes of it.
 */
export type Feed = {
  epoch: string;
  readonly put: (kind: Change['kind'], value: { readonly id: string; readonly [fact: string]: unknown }) => void;
  readonly remove: (kind: Change['kind'], id: string) => void;
  readonly restart: (epoch: string) => void;
  readonly rewindTo: (seq: number) => void;
  readonly head: () => number;
  readonly client: Client;
  readonly tellHead: () => void;
  readonly setConnection: (connection: Connection) => void;
  /** Every request for changes that was answered. */
  readonly asked: RequestOf<'library.changes'>[];
  /** Makes the next requests wait until it is called again with false. */
  readonly hold: (held: boolean) => void;
  failWith: Error | null;
};

export function createFeed(): Feed {
  let changes: Change[] = [];
  let seq = 0;
  let held = false;
  let release: (() => void)[] = [];
  const events = new Set<(event: StationEvent) => void>();
  const connections = new Set<(connection: Connection) => void>();
  const asked: RequestOf<'library.changes'>[] = [];
  const record = (kind: Change['kind'], id: string, value: object | null): void => {
    changes = changes.filter((change) => !(change.kind === kind && change.id === id));
    changes.push({ seq: ++seq, kind, id, value } as Change);
  };
  const feed: Feed = {
    epoch: 'first',
    failWith: null,
    put: (kind, value) => record(kind, value.id, value),
    remove: (kind, id) => record(kind, id, null),
    restart: (epoch) => {
      feed.epoch = epoch;
      changes = [];
      seq = 0;
    },
    rewindTo: (to) => {
      changes = changes.filter((change) => change.seq <= to);
      seq = to;
    },
    head: () => seq,
    tellHead: () => {
      for (const listener of events) listener({ kind: 'library.head', head: seq });
    },
    setConnection: (connection) => {
      for (const listener of connections) listener(connection);
    },
    asked,
    hold: (next) => {
      held = next;
      if (next) return;
      for (const go of release) go();
      release = [];
    },
    client: {
      call: async (method, params) => {
        if (method !== 'library.changes') throw new Error(`The feed does not know ${method}.`);
        const { since, limit } = params as RequestOf<'library.changes'>;
        if (held) await new Promise<void>((go) => release.push(go));
        if (feed.failWith !== null) throw feed.failWith;
        asked.push({ since, limit });
        const page: ReplyOf<'library.changes'> = {
          epoch: feed.epoch,
          changes: structuredClone(changes.filter((change) => change.seq > since).slice(0, limit)),
          head: seq,
        };
        return page as never;
      },
      onEvent: (listener) => {
        events.add(listener);
        return () => events.delete(listener);
      },
      connection: () => ({ state: 'open' }),
      onConnection: (listener) => {
        connections.add(listener);
        return () => connections.delete(listener);
      },
      close: () => undefined,
    },
  };
  return feed;
}
