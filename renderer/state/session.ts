import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ReplyOf, RequestOf, Session } from '#common/contract/index.ts';
import { type Client, noteProblem } from '#renderer/bridge/index.ts';
import { clearReplicas, openReplica, type Replica, type Sync, sealWith, startSync } from '#renderer/cache/index.ts';

/** What the first screen knows of the station. */
export type StationStatus = ReplyOf<'station.status'>;

/** Where this window stands. `endedBecause` is set when the core ended the session and nobody signed out here. */
export type SessionState =
  | { readonly phase: 'starting' }
  | { readonly phase: 'unreachable'; readonly cause: unknown }
  | { readonly phase: 'signed-out'; readonly status: StationStatus; readonly endedBecause: string | null }
  | {
      readonly phase: 'signed-in';
      readonly status: StationStatus;
      readonly session: Session;
      readonly replica: Replica;
    };

/** Signing in and out, and everything that hangs on it: the replica of the agency and its pulling. */
export type SessionControl = {
  readonly store: StoreApi<SessionState>;
  readonly start: () => Promise<void>;
  readonly signIn: (request: RequestOf<'session.signIn'>) => Promise<void>;
  readonly practise: (username: string) => Promise<void>;
  readonly setUp: (request: RequestOf<'setup.department'>) => Promise<void>;
  /** Ends the session at the core and removes the copy of the catalog from this window. */
  readonly signOut: () => Promise<void>;
  readonly stop: () => void;
};

export function createSessionControl(client: Client): SessionControl {
  const store = createStore<SessionState>(() => ({ phase: 'starting' }));
  let sync: Sync | null = null;
  /** The other windows of this browser share our session: they hear when it ends. */
  const windows = new BroadcastChannel('plainview-session');

  const enter = async (session: Session): Promise<void> => {
    const [status, seal] = await Promise.all([
      client.call('station.status', {}),
      client.call('session.cacheKey', {}).then(({ key }) => sealWith(key)),
    ]);
    const replica = await openReplica(session.account.id, seal);
    sync = startSync(client, replica);
    store.setState({ phase: 'signed-in', status, session, replica }, true);
    void clearReplicas(session.account.id);
  };

  const leave = async (endedBecause: string | null): Promise<void> => {
    const before = store.getState();
    sync?.stop();
    sync = null;
    const status = before.phase === 'signed-in' ? before.status : await client.call('station.status', {});
    store.setState({ phase: 'signed-out', status, endedBecause }, true);
    if (before.phase === 'signed-in') await before.replica.close();
    await clearReplicas();
    if (before.phase !== 'signed-in') return;
    // A department may have been set up, or a person added, since the status was asked.
    const fresh = await client.call('station.status', {});
    if (store.getState().phase === 'signed-out')
      store.setState({ phase: 'signed-out', status: fresh, endedBecause }, true);
  };

  const start = async (): Promise<void> => {
    try {
      const { session } = await client.call('session.current', {});
      if (session === null) await leave(null);
      else await enter(session);
    } catch (cause) {
      store.setState({ phase: 'unreachable', cause }, true);
    }
  };

  /** After a lost connection the core may be another one, which knows nothing of us; or another window signed out. */
  const look = async (because: string): Promise<void> => {
    const state = store.getState();
    if (state.phase === 'unreachable') return start();
    if (state.phase !== 'signed-in') return;
    const { session } = await client.call('session.current', {});
    if (session?.account.id !== state.session.account.id) await leave(because);
  };

  const stops = [
    client.onEvent((event) => {
      if (event.kind === 'session.ended' && store.getState().phase === 'signed-in')
        void leave(event.reason).catch(noteProblem);
    }),
    client.onConnection((connection) => {
      if (connection.state === 'open') void look('The station was started again.').catch(noteProblem);
    }),
  ];

  windows.onmessage = () => void look('Somebody signed out in another window.').catch(noteProblem);

  return {
    store,
    start,
    signIn: async (request) => enter(await client.call('session.signIn', request)),
    practise: async (username) => enter(await client.call('session.practise', { username })),
    setUp: async (request) => enter(await client.call('setup.department', request)),
    signOut: async () => {
      await client.call('session.signOut', {});
      windows.postMessage('signed out');
      await leave(null);
    },
    stop: () => {
      for (const stop of stops) stop();
      sync?.stop();
      windows.close();
    },
  };
}
