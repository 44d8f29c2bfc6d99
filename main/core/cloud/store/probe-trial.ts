import type { StoreCheck, StoreReport } from '#common/contract/index.ts';
import type { Clock } from '#core/kernel/index.ts';
import type { InspectableStore } from './insight.ts';

export type Finding = Pick<StoreCheck, 'outcome' | 'words'>;

/** One probe under way: what the steps need, and what they find out for those that follow. */
export type Trial = {
  readonly store: InspectableStore;
  readonly clock: Clock;
  readonly identityKey: string;
  /** Below this lies what all probes put. */
  readonly root: string;
  readonly signal: AbortSignal;
  readonly leftoverAfterMs: number;
  /** A key of this probe alone. */
  readonly key: (name: string) => string;
  readonly outcome: (name: StoreCheck['name']) => StoreCheck['outcome'] | null;
  /** Milliseconds UTC by the store's clock, as far as it is known. */
  readonly storeTime: () => number;
  /** Rights that are needed and not there. */
  readonly missing: Set<string>;
  holds: StoreReport['holds'];
  /** Something may have been put. */
  touched: boolean;
  /** The store locks every new object by itself. */
  fixed: boolean;
  /** What is put will stay: as little as possible is put. */
  sparing: boolean;
  /** Until then our own lock on an object of the probe holds, by the store's clock. */
  heldUntil: number;
  /** The store's clock minus ours where only an object's date tells. */
  skew: number | null;
};
