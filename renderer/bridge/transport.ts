import type { Call } from '#common/contract/index.ts';
import { noteProblem } from './problems.ts';

/** How the way to the core stands. `lost` since when (ms UTC) and how often it was tried again. */
export type Connection =
  | { readonly state: 'connecting' }
  | { readonly state: 'open' }
  | { readonly state: 'lost'; readonly since: number; readonly attempts: number };

/** A way to the core: carries calls there and events back, and knows nothing of what they mean. */
export interface Transport {
  /**
   * Carries one call and gives the raw reply. `repeatable` calls survive a lost connection: they are sent again when it is
   * back. Others fail with `ConnectionLostError`, because nobody can tell whether they were done.
   */
  readonly exchange: (message: Call, repeatable: boolean) => Promise<unknown>;
  readonly onEvent: (listener: (event: unknown) => void) => () => void;
  readonly connection: () => Connection;
  readonly onConnection: (listener: (connection: Connection) => void) => () => void;
  readonly close: () => void;
}

/** The connection to the core went away before the call was answered. Whether it was done is unknown. */
export class ConnectionLostError extends Error {
  override readonly name = 'ConnectionLostError';

  constructor(message = 'The station did not answer.') {
    super(message);
  }
}

/** A set of listeners; a listener that throws does not keep the others from hearing. */
export type Listeners<T> = {
  readonly add: (listener: (value: T) => void) => () => void;
  readonly tell: (value: T) => void;
};

export function listeners<T>(): Listeners<T> {
  const all = new Set<(value: T) => void>();
  return {
    add: (listener) => {
      all.add(listener);
      return () => all.delete(listener);
    },
    tell: (value) => {
      for (const listener of [...all]) {
        try {
          listener(value);
        } catch (thrown) {
          noteProblem(thrown);
        }
      }
    },
  };
}
