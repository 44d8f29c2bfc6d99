import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Transferable, Worker } from 'node:worker_threads';

/** How a worker ended: an exit code, or the signal that ended it. */
export type WorkerExit = {
  readonly code: number | null;
  readonly signal: string | null;
  /** What ended it, when that is known (an uncaught error of a thread, a program that could not start). */
  readonly error: Error | null;
};

/** One end of a line to a worker, whatever carries it: a thread, a Node process, an Electron utility process. */
export interface MessageEndpoint {
  /** Structured clone; `transfer` is honoured by threads and ignored by processes. */
  send(message: unknown, transfer?: readonly Transferable[]): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Whatever it prints on standard output or error. */
  onOutput(listener: (text: string) => void): void;
  /** Called exactly once. */
  onExit(listener: (exit: WorkerExit) => void): void;
  /** Ends it at once. */
  kill(): void;
}

/** Starts processes. Node's is here; the Electron shell supplies one made of utility processes. */
export interface ProcessSpawner {
  /** `name` is what the process is called in logs. The process must end by itself when this one dies. */
  spawn(entry: URL, name: string): MessageEndpoint;
}

/** Worker processes as plain Node processes (browser and cli shells, tests). */
export const nodeProcessSpawner: ProcessSpawner = {
  spawn: (entry) => {
    const child = fork(fileURLToPath(entry), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      execArgv: [],
    });
    let exited = false;
    const exitListeners: ((exit: WorkerExit) => void)[] = [];
    const exit = (ending: WorkerExit): void => {
      if (exited) return;
      exited = true;
      for (const listener of exitListeners) listener(ending);
    };
    child.on('error', (error) => {
      // A failed send also arrives here; only a process that never started has no exit event to follow.
      if (child.pid === undefined) exit({ code: null, signal: null, error });
    });
    // 'close' follows 'exit' once all output was read, so that the last words are in the log before the calls fail.
    child.on('close', (code, signal) => exit({ code, signal, error: null }));
    return {
      send: (message) => {
        if (child.connected) child.send(message as object);
      },
      onMessage: (listener) => void child.on('message', listener),
      onOutput: (listener) => {
        for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', listener);
      },
      onExit: (listener) => void exitListeners.push(listener),
      kill: () => void child.kill('SIGKILL'),
    };
  },
};

export type ThreadOptions = { readonly workerData?: unknown; readonly transfer?: readonly Transferable[] };

export function threadEndpoint(entry: URL, name: string, options: ThreadOptions): MessageEndpoint {
  const worker = new Worker(entry, {
    name,
    workerData: options.workerData,
    transferList: [...(options.transfer ?? [])],
    stdout: true,
    stderr: true,
    execArgv: [],
  });
  let lastError: Error | null = null;
  worker.on('error', (error) => {
    lastError = error instanceof Error ? error : new Error(String(error));
  });
  return {
    send: (message, transfer) => worker.postMessage(message, transfer),
    onMessage: (listener) => void worker.on('message', listener),
    onOutput: (listener) => {
      for (const stream of [worker.stdout, worker.stderr]) stream.setEncoding('utf8').on('data', listener);
    },
    onExit: (listener) => void worker.once('exit', (code) => listener({ code, signal: null, error: lastError })),
    kill: () => void worker.terminate(),
  };
}
