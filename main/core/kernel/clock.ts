/** Time is always passed in, so that every result can be repeated. */
export type Clock = {
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: () => number;
};

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Date.now() };
