import { CancelledError, ExpectedError, fromWireError, toWireError, type WireError } from '#common/errors/index.ts';

/** The worker entries of the core. The shell says where each lies: source in development, bundled in the app. */
export type WorkerEntryName = 'catalog' | 'seal' | 'media' | 'render' | 'guard' | 'cloud';
/** Where the program of each worker lies. */
export type WorkerEntries = Readonly<Record<WorkerEntryName, URL>>;

/** What a worker's method gets beside its parameters. */
export type CallContext<Progress = unknown> = {
  /** Fires when the caller gave up. Stop, clean up, then throw `CancelledError` (or `signal.throwIfAborted()`). */
  readonly signal: AbortSignal;
  readonly progress: (value: Progress) => void;
};

/**
 * The methods of a worker by name. Parameters, progress values and results cross by structured clone.
 * Write it as a `type` (not an `interface`) of methods `(params: P, context: CallContext<Progress>) => Result`.
 */
export type WorkerApi = Record<string, (params: never, context: CallContext) => unknown>;

export type ParamsOf<Api extends WorkerApi, Name extends keyof Api> = Parameters<Api[Name]>[0];
export type ResultOf<Api extends WorkerApi, Name extends keyof Api> = Awaited<ReturnType<Api[Name]>>;
export type ProgressOf<Api extends WorkerApi, Name extends keyof Api> =
  Parameters<Api[Name]> extends [unknown, CallContext<infer Progress>] ? Progress : never;

/** An error on its way between processes: what people may see, and for the log what they may not. */
export type WireFailure = {
  readonly wire: WireError;
  /** The message and stack of a bug, or of the cause of an expected error. */
  readonly detail: { readonly message: string; readonly stack: string } | null;
};

export type ToWorker =
  | { readonly type: 'call'; readonly id: number; readonly name: string; readonly params: unknown }
  | { readonly type: 'cancel'; readonly id: number }
  | { readonly type: 'close' };

export type FromWorker =
  | { readonly type: 'ready' }
  | { readonly type: 'progress'; readonly id: number; readonly value: unknown }
  | { readonly type: 'result'; readonly id: number; readonly value: unknown }
  | { readonly type: 'failure'; readonly id: number; readonly failure: WireFailure };

function detailOf(thrown: unknown): WireFailure['detail'] {
  if (thrown instanceof Error) return { message: thrown.message, stack: thrown.stack ?? thrown.message };
  return { message: String(thrown), stack: String(thrown) };
}

export function packFailure(thrown: unknown): WireFailure {
  const wire = toWireError(thrown);
  if (thrown instanceof CancelledError) return { wire, detail: null };
  if (thrown instanceof ExpectedError) {
    return { wire, detail: thrown.cause === undefined ? null : detailOf(thrown.cause) };
  }
  return { wire, detail: detailOf(thrown) };
}

export function unpackFailure({ wire, detail }: WireFailure): Error {
  if (detail === null) return fromWireError(wire);
  const original = new Error(detail.message);
  original.stack = detail.stack;
  // A bug stays a bug with its own words and stack: whoever logs it gives it the one reference people see.
  if (wire.family !== 'expected') return original;
  const error = fromWireError(wire);
  error.cause = original;
  return error;
}
