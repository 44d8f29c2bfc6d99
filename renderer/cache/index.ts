export { type Codec, plainCodec } from './codec.ts';
export { openDexieStore } from './dexie-store.ts';
export {
  clearReplicas,
  type Durability,
  type Freshness,
  openReplica,
  type Replica,
  type Snapshot,
  type StoreOpener,
} from './replica.ts';
export type { Draft, Position, ReplicaStore, Row, ValueOf } from './store.ts';
export { type Sync, startSync } from './sync.ts';
