import { type Logger, startThread } from '#core/kernel/index.ts';
import type { CarrierOpener } from './carrier.ts';
import type { CarrierApi } from './carrier-api.ts';

/** Carriers with a thread of their own each: reading, hashing and talking to the store happen there. */
export function threadCarriers(options: { readonly entry: URL; readonly logger: Logger }): CarrierOpener {
  return async (access) => {
    const worker = startThread<CarrierApi>(options.entry, { name: 'cloud', logger: options.logger });
    try {
      await worker.call('open', access);
    } catch (error) {
      await worker.close();
      throw error;
    }
    return {
      begin: (plan, { signal }) => worker.call('begin', plan, { signal }),
      next: ({ signal }) => worker.call('next', undefined, { signal }),
      complete: ({ signal }) => worker.call('complete', undefined, { signal }),
      check: ({ signal, onBytes }) => worker.call('check', undefined, { signal, onProgress: onBytes }),
      drop: () => worker.call('drop', undefined),
      putSmall: (small, { signal }) => worker.call('putSmall', small, { signal }),
      getSmall: (key, { signal }) => worker.call('getSmall', key, { signal }),
      getRange: (range, { signal }) => worker.call('getRange', range, { signal }),
      remove: (key, { signal }) => worker.call('remove', key, { signal }),
      retain: (keys, until, { signal }) => worker.call('retain', { keys, until }, { signal }),
      abortUpload: (key, upload, { signal }) => worker.call('abortUpload', { key, upload }, { signal }),
      list: (params, { signal }) => worker.call('list', params, { signal }),
      listUploads: (prefix, { signal }) => worker.call('listUploads', prefix, { signal }),
      head: (key, { signal }) => worker.call('head', key, { signal }),
      readBack: (expected, { signal, onBytes }) => worker.call('readBack', expected, { signal, onProgress: onBytes }),
      examine: (params, { signal }) => worker.call('examine', params, { signal }),
      readHead: (question, { signal }) => worker.call('readHead', question, { signal }),
      readLog: (question, { signal }) => worker.call('readLog', question, { signal }),
      probe: ({ signal }) => worker.call('probe', undefined, { signal }),
      close: () => worker.close(),
    };
  };
}
