import { CancelledError } from '#common/errors/index.ts';
import { type Logger, type ProcessSpawner, startProcess, type WorkerClient } from '#core/kernel/index.ts';
import type { MediaApi } from './media-worker.ts';

/**
 * FFmpeg's binding keeps the reading buffer of every file it opened, about a third of a megabyte each: a card of thousands of
 * files would fill the memory of a small computer. So a process is replaced after this many.
 */
export const filesPerProcess = 300;

/** One worker process and a queue before it: a file that crashes it takes no other file along. */
export type Lane = {
  /** Runs `work` when all earlier work of this lane is through. */
  readonly run: <Result>(
    signal: AbortSignal | null,
    work: (worker: WorkerClient<MediaApi>) => Promise<Result>,
  ) => Promise<Result>;
  readonly close: () => Promise<void>;
};

export function createLane(spawner: ProcessSpawner, entry: URL, logger: Logger): Lane {
  let worker: WorkerClient<MediaApi> | null = null;
  let last: Promise<unknown> = Promise.resolve();
  let closed = false;
  let files = 0;

  function current(): WorkerClient<MediaApi> {
    if (closed) throw new CancelledError('The media workers were closed.');
    if (worker !== null) return worker;
    const started = startProcess<MediaApi>(entry, { name: 'media', spawner, logger });
    worker = started;
    files = 0;
    started.onExit(() => {
      if (worker === started) worker = null;
    });
    return started;
  }

  async function renew(): Promise<void> {
    files += 1;
    if (files < filesPerProcess || worker === null || closed) return;
    const old = worker;
    worker = null;
    await old.close();
  }

  return {
    run: (signal, work) => {
      const turn = last.then(() => {
        signal?.throwIfAborted();
        return work(current());
      });
      last = turn.catch(() => undefined).then(renew);
      return turn;
    },
    close: async () => {
      closed = true;
      await worker?.close();
      await last;
    },
  };
}
