import type { StoreReport, StoreTarget } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import {
  type HeadAnswer,
  type HeadQuestion,
  type LogAnswer,
  type LogQuestion,
  readHead,
  readLog,
} from './feed/read-log.ts';
import { type ReadBack, readBack } from './read-back.ts';
import { examineManifests, type ManifestFound } from './reconcile/examine.ts';
import type { KeyPage, ObjectHead, ObjectStore } from './store/port.ts';
import { type Begun, beginTransfer, type Step, type Transfer, type TransferPlan } from './transfer.ts';

type Call = { readonly signal: AbortSignal };

/**
 * Carries one original at a time into the store, and small objects beside. Runs where it may compute: in a thread of its own.
 * The order is `begin`, `next` until done, `complete`, `check`, `drop`; everything throws what the store throws.
 */
export interface Carrier {
  begin(plan: TransferPlan, call: Call): Promise<Begun>;
  next(call: Call): Promise<Step>;
  complete(call: Call): Promise<void>;
  check(call: Call & { readonly onBytes: (bytes: number) => void }): Promise<ReadBack>;
  /** Lets go of the file; what the store has acknowledged stays there. Safe to repeat. */
  drop(): Promise<void>;

  /** Puts a small object (unless one is there and `replace` is false) and gives what is there then. */
  putSmall(
    small: { readonly key: string; readonly bytes: Uint8Array; readonly replace: boolean },
    call: Call,
  ): Promise<Uint8Array>;
  /** Null when it is not there. */
  getSmall(key: string, call: Call): Promise<Uint8Array | null>;
  /** The bytes of an object from `start` up to `end`. Throws `not-found`; `verification-failed` when there are fewer. */
  getRange(
    range: { readonly key: string; readonly start: number; readonly end: number },
    call: Call,
  ): Promise<Uint8Array>;
  /** False when the store holds it back. */
  remove(key: string, call: Call): Promise<boolean>;
  retain(keys: readonly string[], until: number, call: Call): Promise<void>;
  abortUpload(key: string, upload: string, call: Call): Promise<void>;
  /** A page of keys in their order, after a key (null: from the first). */
  list(params: { readonly prefix: string; readonly after: string | null }, call: Call): Promise<KeyPage>;
  listUploads(prefix: string, call: Call): Promise<readonly UnfinishedUpload[]>;
  /** Null when it is not there. */
  head(key: string, call: Call): Promise<ObjectHead | null>;
  /** Reads a whole object back and compares it with what it must be. `onBytes` gets the bytes compared so far. */
  readBack(
    expected: { readonly key: string; readonly sizeBytes: number; readonly sha256: string },
    call: Call & { readonly onBytes: (bytes: number) => void },
  ): Promise<ReadBack>;
  /** Opens the manifests of these names; answers in their order. */
  examine(
    params: { readonly objectKey: Uint8Array; readonly names: readonly string[] },
    call: Call,
  ): Promise<readonly ManifestFound[]>;
  /** Opens the head of a writer's log. */
  readHead(question: HeadQuestion, call: Call): Promise<HeadAnswer>;
  /** Reads on in a writer's log and proves that it follows. */
  readLog(question: LogQuestion, call: Call): Promise<LogAnswer>;
  /** Tries what the store can do and leaves nothing there. */
  probe(call: Call): Promise<StoreReport>;
  close(): Promise<void>;
}

/** An upload that was begun and not completed. */
export type UnfinishedUpload = Awaited<ReturnType<ObjectStore['listUploads']>>[number];

/** What it takes to reach a store. The secret goes to where the carrier works and nowhere else. */
export type StoreAccess = {
  readonly target: StoreTarget;
  readonly secretAccessKey: string | null;
  /** False for a store that nobody has founded yet, or that is only looked at: its description need not be there. */
  readonly inUse: boolean;
};

/** Opens a carrier for a store; whoever opened it closes it. */
export type CarrierOpener = (access: StoreAccess) => Promise<Carrier>;

/** Manifests and descriptions are far smaller; something larger is not ours and is not taken into memory. */
const largestSmall = 64 * 1024 * 1024;

/** A carrier in this thread, on a store that it closes in the end. */
export function createCarrier(store: ObjectStore, probe: (call: Call) => Promise<StoreReport>): Carrier {
  let transfer: Transfer | null = null;

  async function drop(): Promise<void> {
    const dropped = transfer;
    transfer = null;
    await dropped?.close();
  }

  function present(): Transfer {
    if (transfer === null) throw new Error('Nothing is being carried.');
    return transfer;
  }

  async function getSmall(key: string, { signal }: Call): Promise<Uint8Array | null> {
    const head = await store.head(key, { signal });
    if (head === null) return null;
    if (head.sizeBytes > largestSmall) {
      throw new ExpectedError('too-large', 'What lies under this name in the store is far too large.', {
        subject: key,
      });
    }
    return (await store.get(key, { signal })).bytes;
  }

  /** The same in one request: what is larger comes cut off, and cut off it is no good. */
  async function getAtOnce(key: string, { signal }: Call): Promise<Uint8Array | null> {
    try {
      return (await store.get(key, { signal, range: { start: 0, end: largestSmall } })).bytes;
    } catch (error) {
      if (error instanceof ExpectedError && error.code === 'not-found') return null;
      throw error;
    }
  }

  return {
    begin: async (plan, { signal }) => {
      await drop();
      transfer = await beginTransfer(store, plan, signal);
      return transfer.begun;
    },
    next: ({ signal }) => present().next(signal),
    complete: ({ signal }) => present().complete(signal),
    check: ({ signal, onBytes }) => present().check(signal, onBytes),
    drop,
    putSmall: async ({ key, bytes, replace }, call) => {
      try {
        await store.put(key, bytes, { signal: call.signal, ...(replace ? {} : { condition: { ifAbsent: true } }) });
      } catch (error) {
        if (!(error instanceof ExpectedError && error.code === 'store-conflict')) throw error;
      }
      const found = await getSmall(key, call);
      if (found !== null) return found;
      throw new ExpectedError('not-found', 'The store took an object and does not have it.', { subject: key });
    },
    getSmall,
    getRange: async ({ key, start, end }, { signal }) =>
      (await store.get(key, { signal, range: { start, end } })).bytes,
    remove: async (key, { signal }) => {
      try {
        await store.remove(key, { signal });
        return true;
      } catch (error) {
        if (error instanceof ExpectedError && error.code === 'store-conflict') return false;
        throw error;
      }
    },
    retain: async (keys, until, { signal }) => {
      for (const key of keys) await store.retain(key, until, { signal });
    },
    abortUpload: (key, upload, { signal }) => store.abortUpload(key, upload, { signal }),
    list: ({ prefix, after }, { signal }) => store.list(prefix, { signal, ...(after === null ? {} : { after }) }),
    listUploads: (prefix, { signal }) => store.listUploads(prefix, { signal }),
    head: (key, { signal }) => store.head(key, { signal }),
    readBack: (expected, { signal, onBytes }) => readBack(store, expected, signal, onBytes),
    examine: (params, { signal }) => examineManifests(store, params, signal),
    readHead: (question, call) => readHead((key) => getAtOnce(key, call), question),
    readLog: (question, call) => readLog((key) => getAtOnce(key, call), question),
    probe,
    close: async () => {
      await drop();
      await store.close();
    },
  };
}
