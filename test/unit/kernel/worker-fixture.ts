import { ExpectedError } from '#common/errors/index.ts';
import { type CallContext, serveWorker } from '#core/kernel/index.ts';

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const api = {
  pid: () => process.pid,
  echo: (params: { readonly value: unknown }) => params.value,
  count: (params: { readonly to: number }, context: CallContext<number>) => {
    for (let i = 1; i <= params.to; i++) context.progress(i);
    return params.to;
  },
  untilCancelled: async (_params: null, { signal }: CallContext) => {
    while (!signal.aborted) await pause(5);
    signal.throwIfAborted();
    return 'never';
  },
  full: (): never => {
    throw new ExpectedError('destination-full', 'The disk is full.', {
      subject: 'disk 1',
      nextStep: 'Make room.',
      cause: new Error('ENOSPC'),
    });
  },
  bug: (): never => {
    throw new TypeError('undefined is not a camera');
  },
  forever: () => new Promise<never>(() => undefined),
  crash: () => {
    process.stderr.write('last words\n');
    setTimeout(() => {
      throw new Error('uncaught in the worker');
    }, 10);
    return new Promise<never>(() => undefined);
  },
};
export type FixtureApi = typeof api;

const keepAlive = setInterval(() => undefined, 1000);
serveWorker(api, { onClose: () => clearInterval(keepAlive) });
