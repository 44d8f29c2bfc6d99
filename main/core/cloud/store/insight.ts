import type { ObjectStore, StoreCall } from './port.ts';

/** What access goes beyond what is needed. */
export type Excess = 'bucket-policy' | 'lifecycle' | 'other-prefixes' | 'other-buckets' | 'everybody-writes';

/**
 * What a set-up asks of a store beyond keeping objects. Nothing here changes anything but below the keys it is given.
 * `unknown`: the store does not say, or this access may not ask.
 */
export interface StoreInsight {
  /** The store's clock minus ours in milliseconds, by its last answer; null when it has none of its own. */
  clockSkew(): number | null;
  versioning(options?: StoreCall): Promise<'on' | 'suspended' | 'off' | 'unknown'>;
  /** `defaultDays`: the store itself locks every new object for so long. */
  objectLock(
    options?: StoreCall,
  ): Promise<{ readonly state: 'on'; readonly defaultDays: number | null } | { readonly state: 'off' | 'unknown' }>;
  /** Whether this access may have an object locked, asked with a date that has passed, which locks nothing. */
  mayRetain(key: string, options?: StoreCall): Promise<boolean>;
  /** Puts bytes under an MD5 that is not theirs; `untried` where there is no such thing. */
  putWithWrongMd5(key: string, bytes: Uint8Array, options?: StoreCall): Promise<'refused' | 'accepted' | 'untried'>;
  excess(options?: StoreCall): Promise<readonly Excess[]>;
  /** Removes every version of all objects below a prefix and gives up its uploads; what remains is counted, not thrown. */
  erase(prefix: string, options?: StoreCall): Promise<{ readonly remaining: number }>;
}

export type InspectableStore = ObjectStore & StoreInsight;
