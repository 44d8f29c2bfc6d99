import type { ObjectStore, PutCondition, StoreCall } from './port.ts';

/**
 * What access goes beyond what is needed, as far as reading shows it. `rules`: it may read what only an owner needs to read, the
 * bucket's policy or the rules by which objects are deleted, so it may well change them too; that is never tried, because a
 * trial that succeeded would have changed them.
 */
export type Excess = 'rules' | 'other-prefixes' | 'other-buckets' | 'everybody-reads' | 'everybody-writes';

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
  /**
   * Asks the store itself to delete an object for good. `held`: refused because of its retention; `not-allowed`: this access may
   * delete nothing for good, whatever is held.
   */
  tryDelete(key: string, options?: StoreCall): Promise<'deleted' | 'held' | 'not-allowed'>;
  /** Puts bytes under an MD5 that is not theirs; `untried` where there is no such thing. */
  putWithWrongMd5(key: string, bytes: Uint8Array, options?: StoreCall): Promise<'refused' | 'accepted' | 'untried'>;
  /** Puts with a condition that the store alone has to keep: the port itself looks first where stores are known not to. */
  putIf(key: string, bytes: Uint8Array, condition: PutCondition, options?: StoreCall): Promise<'refused' | 'accepted'>;
  /** Asks and looks only: sends nothing that a store could apply. */
  excess(options?: StoreCall): Promise<readonly Excess[]>;
  /** Whether anything lies there that is not below this prefix, of whatever name. */
  holdsMoreThan(prefix: string, options?: StoreCall): Promise<boolean>;
  /**
   * Removes every version of all objects below a prefix and gives up its uploads; what remains is counted, not thrown.
   * `before`: only what is older than that by the store's clock, in milliseconds UTC.
   */
  erase(prefix: string, options?: StoreCall & { readonly before?: number }): Promise<{ readonly remaining: number }>;
}

export type InspectableStore = ObjectStore & StoreInsight;
