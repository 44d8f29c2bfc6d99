import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useId,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react';
import { useStore } from 'zustand';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { may, type Permission } from '#common/access/index.ts';
import type { ChangeKind, Session } from '#common/contract/index.ts';
import type { Client, Connection } from '#renderer/bridge/index.ts';
import type { Durability, Freshness, Replica, Snapshot, ValueOf } from '#renderer/cache/index.ts';
import { type Cloud, type CloudControl, createCloud } from './cloud.ts';
import { type Action, type Command, type CommandTable, createCommandTable, usableCommands } from './commands.ts';
import { createDesk, type Desk, type DeskControl } from './desk.ts';
import { createNotices, type Notices } from './notices.ts';
import { createSessionControl, type SessionControl, type SessionState } from './session.ts';

/** Everything screens and features share. Made once for a window. */
export type Station = {
  readonly client: Client;
  readonly session: SessionControl;
  readonly commands: CommandTable;
  readonly notices: Notices;
  /** What the top bar says the person is looking at. */
  readonly title: StoreApi<{ readonly text: string; readonly detail: string | null }>;
  readonly mac: boolean;
};

export function createStation(client: Client, mac: boolean): Station {
  const session = createSessionControl(client);
  const notices = createNotices();
  const role = () => {
    const state = session.store.getState();
    return state.phase === 'signed-in' ? state.session.account.role : null;
  };
  return {
    client,
    session,
    notices,
    commands: createCommandTable(role, notices.sayError),
    title: createStore(() => ({ text: '', detail: null })),
    mac,
  };
}

const StationContext = createContext<Station | null>(null);
const DeskContext = createContext<DeskControl | null>(null);
const CloudContext = createContext<CloudControl | null>(null);

export function StationProvider({ station, children }: { readonly station: Station; readonly children: ReactNode }) {
  return <StationContext value={station}>{children}</StationContext>;
}

/** Follows docks, jobs and the store while its children are shown: put around everything a signed-in person sees. */
export function DeskProvider({ children }: { readonly children: ReactNode }) {
  const client = useClient();
  const [followed, setFollowed] = useState<{ readonly desk: DeskControl; readonly cloud: CloudControl } | null>(null);
  useEffect(() => {
    const opened = { desk: createDesk(client), cloud: createCloud(client) };
    setFollowed(opened);
    return () => {
      opened.desk.stop();
      opened.cloud.stop();
    };
  }, [client]);
  if (followed === null) return null;
  return (
    <DeskContext value={followed.desk}>
      <CloudContext value={followed.cloud}>{children}</CloudContext>
    </DeskContext>
  );
}

export function useStation(): Station {
  const station = useContext(StationContext);
  if (station === null) throw new Error('A component stands outside the station.');
  return station;
}

export function useClient(): Client {
  return useStation().client;
}

export function useSessionState(): SessionState {
  return useStore(useStation().session.store);
}

/** Who is signed in where. Only for what a signed-in person sees. */
export function useSession(): Session {
  return useSignedIn().session;
}

export function useReplica(): Replica {
  return useSignedIn().replica;
}

function useSignedIn() {
  const state = useSessionState();
  if (state.phase !== 'signed-in') throw new Error('Nobody is signed in.');
  return state;
}

/** Whether the person's role may do the deed. What it may not is not shown. */
export function useMay(permission: Permission): boolean {
  return may(useSession().account.role, permission);
}

/** All things of one kind from the offline copy of the catalog; drawn again when they change. */
export function useCatalog<K extends ChangeKind>(kind: K): Snapshot<ValueOf<K>> {
  const replica = useReplica();
  return useSyncExternalStore(replica.subscribe, () => replica.snapshot(kind));
}

/** How new the offline copy is, whether it outlives the window, and how many drafts were set aside unread. */
export function useCatalogState(): {
  readonly freshness: Freshness;
  readonly durability: Durability;
  readonly draftsAside: number;
} {
  const replica = useReplica();
  const freshness = useSyncExternalStore(replica.subscribe, replica.freshness);
  const durability = useSyncExternalStore(replica.subscribe, replica.durability);
  const draftsAside = useSyncExternalStore(replica.subscribe, replica.draftsAside);
  return { freshness, durability, draftsAside };
}

export function useConnection(): Connection {
  const client = useClient();
  return useSyncExternalStore(client.onConnection, client.connection);
}

export function useDesk<T>(select: (desk: Desk) => T): T {
  return useStore(useDeskControl().store, select);
}

export function useDeskControl(): DeskControl {
  const desk = useContext(DeskContext);
  if (desk === null) throw new Error('Docks and jobs are followed only while somebody is signed in.');
  return desk;
}

export function useCloud<T>(select: (cloud: Cloud) => T): T {
  return useStore(useCloudControl().store, select);
}

export function useCloudControl(): CloudControl {
  const cloud = useContext(CloudContext);
  if (cloud === null) throw new Error('The store is followed only while somebody is signed in.');
  return cloud;
}

export function useNotices(): Notices {
  return useStation().notices;
}

/** Says in the top bar what is shown here, until the component goes. */
export function useTitle(text: string, detail: string | null = null): void {
  const { title } = useStation();
  useEffect(() => {
    title.setState({ text, detail });
  }, [title, text, detail]);
}

/**
 * Lays commands into the table while the component is shown. Pass a list kept with `useMemo`, so that the table changes only
 * when the commands do.
 */
export function useCommands(commands: readonly Command[]): void {
  const table = useStation().commands;
  const id = useId();
  const owner = useMemo(() => Symbol(id), [id]);
  useEffect(() => table.put(owner, commands), [table, owner, commands]);
  useEffect(() => () => table.remove(owner), [table, owner]);
}

/** Every command the person may use now. */
export function useCommandList(): readonly Command[] {
  const { commands, session } = useStation();
  const entries = useStore(commands.store, (state) => state.entries);
  const role = useStore(session.store, (state) => (state.phase === 'signed-in' ? state.session.account.role : null));
  return useMemo(() => usableCommands(entries, role), [entries, role]);
}

/** A command for its button; null while it is not laid in or the role may not do it. */
export function useAction(id: string): Action | null {
  const { commands } = useStation();
  const command = useCommandList().find((each) => each.id === id);
  return useMemo(
    () =>
      command === undefined
        ? null
        : {
            id: command.id,
            title: command.title,
            shortcut: command.shortcuts?.[0] ?? null,
            disabledBecause: command.disabledBecause ?? null,
            run: () => commands.run(command),
          },
    [commands, command],
  );
}
