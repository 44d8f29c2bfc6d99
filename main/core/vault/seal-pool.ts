import { CancelledError } from '#common/errors/index.ts';
import { type Logger, startThread, type WorkerClient } from '#core/kernel/index.ts';
import type { ReadBackResult } from './read-back.ts';
import type { SealFileParams, SealFileResult, SealProgress } from './seal-file.ts';
import type { SealWorkerApi } from './seal-worker.ts';
import type { SealedAccess } from './sealed-reader.ts';

/** Two cores are kept busy by three threads: one computes while another waits for the disk. */
const defaultThreads = 3;

/** How many threads seal, and where their program lies. */
export type SealPoolOptions = {
  /** The `seal` worker entry. */
  readonly entry: URL;
  readonly logger: Logger;
  /** Files worked on at once (default 3). */
  readonly threads?: number;
};

/** Threads that seal and verify whole files, first come first served. Whoever made it closes it. */
export interface SealPool {
  /** See `sealFile`. A cancelled call that has not begun leaves the queue at once. */
  seal(
    params: SealFileParams,
    options?: {
      readonly signal?: AbortSignal | undefined;
      readonly onProgress?: ((progress: SealProgress) => void) | undefined;
    },
  ): Promise<SealFileResult>;
  /** Reads a sealed file from the disk and authenticates all of it. Throws `tampered`. */
  verify(
    access: SealedAccess,
    options?: {
      readonly signal?: AbortSignal | undefined;
      readonly onVerified?: ((plaintextBytes: number) => void) | undefined;
    },
  ): Promise<ReadBackResult>;
  /** Cancels what is queued or running and ends the threads. */
  close(): Promise<void>;
}

type Worker = WorkerClient<SealWorkerApi>;
type Waiting = { readonly grant: (worker: Worker) => void; readonly refuse: (error: Error) => void };

/** Threads are started when the first files come, so that a station that only reads pays nothing. */
export function createSealPool({ entry, logger, threads = defaultThreads }: SealPoolOptions): SealPool {
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  const queue: Waiting[] = [];
  let closed = false;

  function start(): Worker {
    const worker = startThread<SealWorkerApi>(entry, { name: 'seal', logger });
    all.add(worker);
    worker.onExit(() => {
      all.delete(worker);
      const place = idle.indexOf(worker);
      if (place >= 0) idle.splice(place, 1);
    });
    return worker;
  }

  function take(signal: AbortSignal | undefined): Promise<Worker> {
    if (closed || signal?.aborted === true) return Promise.reject(new CancelledError());
    const worker = idle.pop() ?? (all.size < threads ? start() : undefined);
    if (worker !== undefined) return Promise.resolve(worker);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        queue.splice(queue.indexOf(waiting), 1);
        reject(new CancelledError());
      };
      const waiting: Waiting = {
        grant: (free) => {
          signal?.removeEventListener('abort', leave);
          resolve(free);
        },
        refuse: (error) => {
          signal?.removeEventListener('abort', leave);
          reject(error);
        },
      };
      signal?.addEventListener('abort', leave, { once: true });
      queue.push(waiting);
    });
  }

  /** A worker that has crashed is replaced: it failed its own file, not those that wait. */
  function giveBack(worker: Worker): void {
    const next = queue.shift();
    const usable = all.has(worker) ? worker : null;
    if (next === undefined) {
      if (usable !== null) idle.push(usable);
    } else next.grant(usable ?? start());
  }

  async function use<T>(signal: AbortSignal | undefined, work: (worker: Worker) => Promise<T>): Promise<T> {
    const worker = await take(signal);
    try {
      return await work(worker);
    } finally {
      if (!closed) giveBack(worker);
    }
  }

  return {
    seal: (params, { signal, onProgress } = {}) =>
      use(signal, (worker) =>
        worker.call('seal', params, { ...(signal && { signal }), ...(onProgress && { onProgress }) }),
      ),
    verify: (access, { signal, onVerified } = {}) =>
      use(signal, (worker) =>
        worker.call('verify', access, { ...(signal && { signal }), ...(onVerified && { onProgress: onVerified }) }),
      ),
    close: async () => {
      closed = true;
      for (const waiting of queue.splice(0)) waiting.refuse(new CancelledError());
      await Promise.all([...all].map((worker) => worker.close()));
    },
  };
}
