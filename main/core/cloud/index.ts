export type { CarrierOpener } from './carrier.ts';
export { type Cloud, type CloudOptions, createCloud } from './cloud.ts';
export type { Applied, EntryHandler, EntrySource, Teller } from './feed/types.ts';
export { createReconcile, type Reconcile } from './reconcile/desk.ts';
export { threadCarriers } from './thread-carrier.ts';
export type { CloudDesk, Outstanding } from './types.ts';
export { withoutComparison, withoutStore } from './without-store.ts';
