import { isMainThread, parentPort } from 'node:worker_threads';
import { CancelledError } from '#common/errors/index.ts';
import { type CallContext, type FromWorker, packFailure, type ToWorker, type WorkerApi } from './worker-protocol.ts';

/** The part of Electron's `process.parentPort` that is used; a utility process has it, nothing else does. */
type ElectronParentPort = {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): void;
  postMessage(message: unknown): void;
};

type ParentLine = {
  readonly send: (message: FromWorker) => void;
  /** `gone` is called when the parent has died. */
  readonly listen: (receive: (message: ToWorker) => void, gone: () => void) => void;
  readonly end: () => void;
};

function electronPort(): ElectronParentPort | null {
  const here: Pick<NodeJS.Process, 'pid'> & { readonly parentPort?: ElectronParentPort | null } = process;
  return here.parentPort ?? null;
}

function findParent(): ParentLine {
  if (!isMainThread && parentPort !== null) {
    const port = parentPort;
    return {
      send: (message) => port.postMessage(message),
      listen: (receive) => void port.on('message', receive),
      end: () => port.close(),
    };
  }
  const utility = electronPort();
  if (utility !== null) {
    return {
      send: (message) => utility.postMessage(message),
      // Electron ends its utility processes itself when the main process dies.
      listen: (receive) => utility.on('message', (event) => receive(event.data as ToWorker)),
      end: () => process.exit(0),
    };
  }
  if (process.send === undefined) throw new Error('A worker entry was started by hand: it needs a parent.');
  return {
    send: (message) => {
      if (process.connected) process.send?.(message);
    },
    listen: (receive, gone) => {
      process.on('message', (message) => receive(message as ToWorker));
      process.on('disconnect', gone);
    },
    end: () => {
      // The last replies are still on their way: leave only when the channel is flushed and closed.
      process.removeAllListeners('disconnect').on('disconnect', () => process.exit(0));
      if (process.connected) process.disconnect();
      else process.exit(0);
    },
  };
}

type Method = (params: unknown, context: CallContext) => unknown;

/**
 * Answers the calls of the process or thread that started this one; to be called once, by a worker entry.
 * Works in a worker thread, a forked Node process and an Electron utility process. When the parent closes the worker or
 * dies, running calls are cancelled, `onClose` runs (close databases and files there), and the worker ends.
 */
export function serveWorker(api: WorkerApi, options: { readonly onClose?: () => Promise<void> | void } = {}): void {
  const parent = findParent();
  const running = new Map<number, AbortController>();
  let closing = false;

  async function answer(id: number, name: string, params: unknown): Promise<void> {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const method = Object.hasOwn(api, name) ? (api[name] as Method) : undefined;
      if (method === undefined) throw new Error(`The worker has no method "${name}".`);
      const value: unknown = await method(params, {
        signal: controller.signal,
        progress: (progress) => {
          if (running.has(id)) parent.send({ type: 'progress', id, value: progress });
        },
      });
      running.delete(id);
      parent.send({ type: 'result', id, value });
    } catch (thrown) {
      running.delete(id);
      const cancelled = controller.signal.aborted && thrown instanceof Error && thrown.name === 'AbortError';
      parent.send({ type: 'failure', id, failure: packFailure(cancelled ? new CancelledError() : thrown) });
    }
  }

  async function close(): Promise<void> {
    if (closing) return;
    closing = true;
    for (const controller of running.values()) controller.abort();
    // Cancelled calls remove their partial files; give them the time to do it.
    for (let waited = 0; running.size > 0 && waited < 5000; waited += 20) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    try {
      await options.onClose?.();
    } finally {
      parent.end();
    }
  }

  parent.listen(
    (message) => {
      switch (message.type) {
        case 'call':
          void answer(message.id, message.name, message.params);
          return;
        case 'cancel':
          running.get(message.id)?.abort();
          return;
        case 'close':
          void close();
          return;
      }
    },
    () => void close(),
  );
  parent.send({ type: 'ready' });
}
