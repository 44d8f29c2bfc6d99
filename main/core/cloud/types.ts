import type { Actor } from '#common/audit/index.ts';
import type { ParsedRequestOf, ReplyOf, StoreStatus } from '#common/contract/index.ts';

/** What this station has that the store does not have, or has and other stations cannot know of. */
export type Outstanding = {
  /** Originals that are not verified in the store yet. */
  readonly items: number;
  readonly bytes: number;
  /** Originals that the store should have and has not. */
  readonly missing: number;
  /** The store acknowledged all that this station tells others. */
  readonly told: boolean;
};

/** What can be asked of the department's store; the words are those of the contract. */
export interface CloudDesk {
  status(): Promise<StoreStatus>;
  /** Tries a store and reports. Writes `store.probed`. */
  probe(input: ParsedRequestOf<'store.probe'>, actor: Actor): Promise<ReplyOf<'store.probe'>>;
  /**
   * Takes a store into use. Writes `store.connected`. Throws `already-exists` while one is in use, `not-passed` when the probe
   * finds it unusable, `key-missing` and `key-wrong` for a recovery secret that is not there or not this store's.
   */
  connect(input: ParsedRequestOf<'store.connect'>, actor: Actor): Promise<ReplyOf<'store.connect'>>;
  /** Writes `store.secret-shown`. */
  recoverySecret(actor: Actor): Promise<ReplyOf<'store.recoverySecret'>>;
  /** Writes `store.secret-confirmed`. */
  confirmRecovery(input: ParsedRequestOf<'store.confirmRecovery'>, actor: Actor): Promise<void>;
  /** Writes `store.disconnected`. */
  disconnect(input: ParsedRequestOf<'store.disconnect'>, actor: Actor): Promise<void>;
  setLimits(limits: ParsedRequestOf<'store.setLimits'>, actor: Actor): Promise<void>;
  setRetention(input: ParsedRequestOf<'store.setRetention'>, actor: Actor): Promise<void>;
  pause(actor: Actor): Promise<void>;
  resume(actor: Actor): Promise<void>;
  /** Keeps a full copy of what lies only in the store. Writes `recording.pinned`. Throws `not-found`, `conflict`, `not-ready`. */
  pin(input: ParsedRequestOf<'store.pin'>, actor: Actor): Promise<void>;
  /** Writes `recording.unpinned`. */
  unpin(input: ParsedRequestOf<'store.unpin'>, actor: Actor): Promise<void>;
  setCache(limits: ParsedRequestOf<'store.setCache'>, actor: Actor): Promise<void>;
  /** For the command line, which waits until nothing is. */
  outstanding(): Promise<Outstanding>;
  queue(input: ParsedRequestOf<'store.queue'>): Promise<ReplyOf<'store.queue'>>;
  sendFirst(input: ParsedRequestOf<'store.sendFirst'>): Promise<void>;
}

/** How it stands where there is no store. */
export const noStore: StoreStatus = {
  connection: null,
  activity: 'none',
  error: null,
  lastContactAt: null,
  nextTryAt: null,
  waiting: { items: 0, bytes: 0 },
  verified: { items: 0, bytes: 0 },
  missing: { items: 0 },
  cache: null,
  rate: null,
  remainingMs: null,
  current: [],
  troubles: [],
};
