import type { CallContext } from '#core/kernel/index.ts';
import type { Carrier, StoreAccess } from './carrier.ts';
import type { HeadQuestion, LogQuestion } from './feed/read-log.ts';
import type { TransferPlan } from './transfer.ts';

/** What a thread with one carrier answers. */
export type CarrierApi = ReturnType<typeof carrierApi>;

/** A carrier's questions as the methods of a worker. `open` is called once. */
export function carrierApi(open: (access: StoreAccess) => Carrier) {
  let opened: Carrier | null = null;

  function carrier(): Carrier {
    if (opened === null) throw new Error('The cloud worker was asked before it was opened.');
    return opened;
  }

  return {
    open: (access: StoreAccess) => {
      if (opened !== null) throw new Error('The cloud worker is open already.');
      opened = open(access);
    },
    begin: (plan: TransferPlan, { signal }: CallContext) => carrier().begin(plan, { signal }),
    next: (_: undefined, { signal }: CallContext) => carrier().next({ signal }),
    complete: (_: undefined, { signal }: CallContext) => carrier().complete({ signal }),
    check: (_: undefined, { signal, progress }: CallContext<number>) => carrier().check({ signal, onBytes: progress }),
    drop: () => carrier().drop(),
    putSmall: (small: Parameters<Carrier['putSmall']>[0], { signal }: CallContext) =>
      carrier().putSmall(small, { signal }),
    getSmall: (key: string, { signal }: CallContext) => carrier().getSmall(key, { signal }),
    getRange: (range: Parameters<Carrier['getRange']>[0], { signal }: CallContext) =>
      carrier().getRange(range, { signal }),
    remove: (key: string, { signal }: CallContext) => carrier().remove(key, { signal }),
    retain: (params: { readonly keys: readonly string[]; readonly until: number }, { signal }: CallContext) =>
      carrier().retain(params.keys, params.until, { signal }),
    abortUpload: (params: { readonly key: string; readonly upload: string }, { signal }: CallContext) =>
      carrier().abortUpload(params.key, params.upload, { signal }),
    list: (params: Parameters<Carrier['list']>[0], { signal }: CallContext) => carrier().list(params, { signal }),
    listUploads: (prefix: string, { signal }: CallContext) => carrier().listUploads(prefix, { signal }),
    head: (key: string, { signal }: CallContext) => carrier().head(key, { signal }),
    readBack: (expected: Parameters<Carrier['readBack']>[0], { signal, progress }: CallContext<number>) =>
      carrier().readBack(expected, { signal, onBytes: progress }),
    examine: (params: Parameters<Carrier['examine']>[0], { signal }: CallContext) =>
      carrier().examine(params, { signal }),
    readHead: (question: HeadQuestion, { signal }: CallContext) => carrier().readHead(question, { signal }),
    readLog: (question: LogQuestion, { signal }: CallContext) => carrier().readLog(question, { signal }),
    probe: (_: undefined, { signal }: CallContext) => carrier().probe({ signal }),
    /** Closes the store; for the end of the thread. */
    close: () => opened?.close(),
  };
}
