export type { Asked, StoreDraft, UnconfirmedSecret } from './cloud.ts';
export type { Action, Command, CommandTable } from './commands.ts';
export { CannotNow, createCommandTable } from './commands.ts';
export type { Desk } from './desk.ts';
export { type Deed, type Loaded, useDeed, useLoaded } from './loading.ts';
export type { Notice, Notices } from './notices.ts';
export { navigate, parseRoute, type Route, routeHash, type StorePage, useRoute } from './route.ts';
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
  useCloud,
  useCloudControl,
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
