import { CancelledError } from '#common/errors/index.ts';
import { type Logger, type ProcessSpawner, startProcess, type WorkerClient } from '#core/kernel/index.ts';
import type { MediaApi } from './media-worker.ts';

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

  function current(): WorkerClient<MediaApi> {
    if (closed) throw new CancelledError('The media workers were closed.');
    if (worker !== null) return worker;
    const started = startProcess<MediaApi>(entry, { name: 'media', spawner, logger });
    worker = started;
    started.onExit(() => {
      if (worker === started) worker = null;
    });
    return started;
  }

  return {
    run: (signal, work) => {
      const turn = last.then(() => {
        signal?.throwIfAborted();
        return work(current());
      });
      last = turn.catch(() => undefined);
      return turn;
    },
    close: async () => {
      closed = true;
      await worker?.close();
      await last;
    },
  };
}
