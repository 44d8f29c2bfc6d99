import type { Transferable } from 'node:worker_threads';
import { CancelledError, ExpectedError } from '#common/errors/index.ts';
import type { Logger } from './log.ts';
import {
  type MessageEndpoint,
  type ProcessSpawner,
  type ThreadOptions,
  threadEndpoint,
  type WorkerExit,
} from './worker-endpoint.ts';
import {
  type FromWorker,
  type ParamsOf,
  type ProgressOf,
  type ResultOf,
  type ToWorker,
  unpackFailure,
  type WorkerApi,
} from './worker-protocol.ts';

/** How long a worker may take to close before it is ended. */
const closingMs = 10_000;
const keptOutput = 4000;

/** What a caller may add to a call of a worker. */
export type CallOptions<Progress> = {
  /** On abort the worker is told; the call settles when the worker has cleaned up, normally with CancelledError. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (value: Progress) => void;
  /** Buffers to move instead of copy (threads only). */
  readonly transfer?: readonly Transferable[];
};

/** A running worker. Whoever started it closes it. */
export interface WorkerClient<Api extends WorkerApi> {
  /**
   * Calls a method of the worker. Expected errors arrive as they were thrown. When the worker dies, every pending and
   * later call rejects with ExpectedError `worker-crashed`.
   */
  call<Name extends keyof Api & string>(
    name: Name,
    params: ParamsOf<Api, Name>,
    options?: CallOptions<ProgressOf<Api, Name>>,
  ): Promise<ResultOf<Api, Name>>;
  /** Called once when the worker has ended, for whatever reason. */
  onExit(listener: (exit: WorkerExit) => void): void;
  /** Lets the worker close what it holds, and waits until it has ended. Pending calls are cancelled. Safe to repeat. */
  close(): Promise<void>;
  /** Ends the worker at once. */
  kill(): void;
}

type Pending = {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: ((value: never) => void) | undefined;
  readonly release: () => void;
};

function crash(name: string, exit: WorkerExit, output: string): ExpectedError {
  const ending = exit.signal === null ? `exit code ${exit.code ?? 'unknown'}` : `signal ${exit.signal}`;
  return new ExpectedError('worker-crashed', `The ${name} worker stopped unexpectedly (${ending}).`, {
    subject: name,
    nextStep: 'Try again. If it happens again with the same file, that file may be damaged.',
    cause: exit.error ?? new Error(output.trim() === '' ? ending : output.trim()),
  });
}

/** Puts the request and reply protocol on an endpoint that runs `serveWorker`. */
function connectWorker<Api extends WorkerApi>(
  endpoint: MessageEndpoint,
  name: string,
  logger: Logger,
): WorkerClient<Api> {
  const pending = new Map<number, Pending>();
  const exitListeners: ((exit: WorkerExit) => void)[] = [];
  const ended = Promise.withResolvers<undefined>();
  let waiting: (() => void)[] | null = [];
  let nextId = 1;
  let exit: WorkerExit | null = null;
  let closing = false;
  let output = '';

  function send(message: ToWorker, transfer?: readonly Transferable[]): void {
    if (exit !== null) return;
    if (waiting === null) endpoint.send(message, transfer);
    else waiting.push(() => endpoint.send(message, transfer));
  }

  function settle(id: number): Pending | undefined {
    const call = pending.get(id);
    pending.delete(id);
    call?.release();
    return call;
  }

  function receive(message: FromWorker): void {
    switch (message.type) {
      case 'ready': {
        const queued = waiting ?? [];
        waiting = null;
        for (const sendNow of queued) sendNow();
        return;
      }
      case 'progress':
        pending.get(message.id)?.onProgress?.(message.value as never);
        return;
      case 'result':
        settle(message.id)?.resolve(message.value);
        return;
      case 'failure':
        settle(message.id)?.reject(unpackFailure(message.failure));
        return;
    }
  }

  endpoint.onMessage((message) => receive(message as FromWorker));
  endpoint.onOutput((text) => {
    output = (output + text).slice(-keptOutput);
    logger.warn(`The ${name} worker wrote`, { text });
  });
  endpoint.onExit((ending) => {
    exit = ending;
    const error = closing ? new CancelledError(`The ${name} worker was closed.`) : crash(name, ending, output);
    if (!closing) logger.error(`The ${name} worker stopped unexpectedly`, { error, pendingCalls: pending.size });
    for (const id of [...pending.keys()]) settle(id)?.reject(error);
    for (const listener of exitListeners) listener(ending);
    ended.resolve(undefined);
  });

  return {
    call: (method, params, options = {}) => {
      const { signal, onProgress, transfer } = options;
      if (signal?.aborted === true) return Promise.reject(new CancelledError());
      if (closing) return Promise.reject(new CancelledError(`The ${name} worker was closed.`));
      if (exit !== null) return Promise.reject(crash(name, exit, output));
      const id = nextId++;
      const reply = Promise.withResolvers<unknown>();
      const cancel = (): void => send({ type: 'cancel', id });
      signal?.addEventListener('abort', cancel, { once: true });
      pending.set(id, {
        resolve: reply.resolve,
        reject: reply.reject,
        onProgress,
        release: () => signal?.removeEventListener('abort', cancel),
      });
      try {
        send({ type: 'call', id, name: method, params }, transfer);
      } catch (error) {
        // Parameters that cannot be cloned are a bug of the caller.
        settle(id)?.reject(error instanceof Error ? error : new Error(String(error)));
      }
      return reply.promise as Promise<ResultOf<Api, typeof method>>;
    },
    onExit: (listener) => {
      if (exit === null) exitListeners.push(listener);
      else listener(exit);
    },
    close: async () => {
      if (!closing) {
        for (const id of pending.keys()) send({ type: 'cancel', id });
        send({ type: 'close' });
        closing = true;
      }
      const timer = setTimeout(() => {
        logger.warn(`The ${name} worker did not close in time and was ended`);
        endpoint.kill();
      }, closingMs);
      await ended.promise;
      clearTimeout(timer);
    },
    kill: () => {
      endpoint.kill();
    },
  };
}

/** Starts a worker thread whose entry calls `serveWorker`. `workerData` reaches it as in node:worker_threads. */
export function startThread<Api extends WorkerApi>(
  entry: URL,
  options: ThreadOptions & { readonly name: string; readonly logger: Logger },
): WorkerClient<Api> {
  return connectWorker<Api>(threadEndpoint(entry, options.name, options), options.name, options.logger);
}

/** Starts a worker process whose entry calls `serveWorker`: a crash there (native media code) leaves this process alone. */
export function startProcess<Api extends WorkerApi>(
  entry: URL,
  options: { readonly name: string; readonly spawner: ProcessSpawner; readonly logger: Logger },
): WorkerClient<Api> {
  return connectWorker<Api>(options.spawner.spawn(entry, options.name), options.name, options.logger);
}
