export type { CarrierOpener } from './carrier.ts';
export { type Cloud, type CloudOptions, createCloud } from './cloud.ts';
export type { Applied, EntryHandler, EntrySource, Teller } from './feed/types.ts';
export { threadCarriers } from './thread-carrier.ts';
export type { CloudDesk } from './types.ts';
export { withoutStore } from './without-store.ts';
