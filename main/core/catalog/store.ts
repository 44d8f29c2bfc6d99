/**
 * The open database with the few ways it is used. Statements are prepared once. Parameters are given in order; rows come
 * back as plain objects.
 */
export type Store = {
  readonly run: (sql: string, ...params: readonly unknown[]) => number;
  readonly get: (sql: string, ...params: readonly unknown[]) => unknown;
  readonly all: (sql: string, ...params: readonly unknown[]) => readonly unknown[];
  readonly exec: (sql: string) => void;
  /** Takes the write lock at once, so that what is read inside cannot be outdated when it is written. */
  readonly writing: <Result>(work: () => Result) => Result;
  /** Reads inside see one and the same state. */
  readonly reading: <Result>(work: () => Result) => Result;
  readonly close: () => void;
};
