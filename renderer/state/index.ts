export type { Action, Command, CommandTable } from './commands.ts';
export { CannotNow, createCommandTable } from './commands.ts';
export type { Desk } from './desk.ts';
export { type Deed, type Loaded, useDeed, useLoaded } from './loading.ts';
export type { Notice, Notices } from './notices.ts';
export { navigate, parseRoute, type Route, routeHash, useRoute } from './route.ts';
export type { SessionState, StationStatus } from './session.ts';
export { listenForShortcuts, pressText } from './shortcuts.ts';
export {
  createStation,
  DeskProvider,
  type Station,
  StationProvider,
  useAction,
  useCatalog,
  useCatalogState,
  useClient,
  useCommandList,
  useCommands,
  useConnection,
  useDesk,
  useDeskControl,
  useMay,
  useNotices,
  useReplica,
  useSession,
  useSessionState,
  useStation,
  useTitle,
} from './station.tsx';
