export { type CloudDesk } from './types.ts';
export { withoutStore } from './without-store.ts';
