import { CancelledError, ExpectedError } from '#common/errors/index.ts';

/** What long work is given: told that something moved, and asked to end when nobody waits for it any more. */
export type Progress = {
  /** Something moved. Throws when nobody waits any more, so that a loop ends. */
  readonly moved: () => void;
  readonly signal: AbortSignal;
};

type Patience = {
  readonly stallMs: number;
  readonly signal: AbortSignal | undefined;
  /** For people, in the error of a stall. */
  readonly place: string;
};

function stalled(patience: Patience): ExpectedError {
  const seconds = Math.round(patience.stallMs / 1000);
  return new ExpectedError('store-unreachable', `The store did not move for ${seconds} seconds.`, {
    subject: patience.place,
    nextStep: 'Check the network and the store. What was under way is tried again.',
  });
}

/**
 * Waits for work only as long as it moves: a share that hangs answers neither with data nor with an error, and the system's
 * call cannot be taken back. Throws `store-unreachable` after a stall, CancelledError on the signal; the work itself ends at its
 * next step.
 */
export async function patiently<T>(patience: Patience, work: (progress: Progress) => Promise<T>): Promise<T> {
  if (patience.signal?.aborted === true) throw new CancelledError();
  const ending = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const ended = new Promise<never>((_, reject) => {
    const end = (error: Error): void => {
      ending.abort(error);
      reject(error);
    };
    timer = setTimeout(() => end(stalled(patience)), patience.stallMs);
    onAbort = () => end(new CancelledError());
    patience.signal?.addEventListener('abort', onAbort, { once: true });
  });
  const progress: Progress = {
    moved: () => {
      ending.signal.throwIfAborted();
      timer?.refresh();
    },
    signal: ending.signal,
  };
  try {
    return await Promise.race([work(progress), ended]);
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) patience.signal?.removeEventListener('abort', onAbort);
  }
}
