export { clearReplicas } from './databases.ts';
export type { Drafts } from './drafts.ts';
export { type Durability, type Freshness, openReplica, type Replica, type Snapshot } from './replica.ts';
export { openRowStore } from './row-store.ts';
export { type Seal, sealWith } from './seal.ts';
export type { ValueOf } from './store.ts';
export { type Sync, startSync } from './sync.ts';
