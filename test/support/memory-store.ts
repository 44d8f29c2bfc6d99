import { createHash } from 'node:crypto';
import { CancelledError, ExpectedError } from '#common/errors/index.ts';
import type { ObjectHead, ObjectStore, StoreCall, StoredPart } from '#core/cloud/store/port.ts';

const md5 = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

type Kept = { bytes: Uint8Array; readonly modifiedAt: number; retainUntil: number | null };
type Unfinished = {
  readonly key: string;
  readonly partSize: number;
  readonly parts: Map<number, StoredPart & { bytes: Uint8Array }>;
};

/** What was asked of the store. */
export type Asked = { readonly what: keyof ObjectStore; readonly key: string; readonly bytes: number };

/** A store in memory that does what the port says, remembers what it was asked, and can be made to fail. */
export type MemoryStore = ObjectStore & {
  readonly objects: Map<string, Kept>;
  readonly uploads: Map<string, Unfinished>;
  readonly asked: Asked[];
  /** Called before anything is done; what it throws is what the caller gets. */
  fault: ((asked: Asked) => void | Promise<void>) | null;
  /** Called after it was done and before the caller learns of it: an answer that is lost on its way. */
  lost: ((asked: Asked) => void) | null;
  /** Whether it lists the MD5 of parts; many stores do not. */
  listsMd5: boolean;
  /** Whether deletion can be refused. */
  lock: boolean;
};

export function unreachable(): ExpectedError {
  return new ExpectedError('store-unreachable', 'The store does not answer.');
}

export function createMemoryStore(now: () => number = () => 0): MemoryStore {
  const objects = new Map<string, Kept>();
  const uploads = new Map<string, Unfinished>();
  let lastUpload = 0;

  async function asking<T>(asked: Asked, call: StoreCall | undefined, work: () => T): Promise<T> {
    // A store is never as fast as a function call, and can be given up while it works.
    await new Promise((resolve) => setImmediate(resolve));
    if (call?.signal?.aborted === true) throw new CancelledError();
    store.asked.push(asked);
    const ended = Promise.withResolvers<never>();
    const end = (): void => ended.reject(new CancelledError());
    call?.signal?.addEventListener('abort', end, { once: true });
    try {
      await Promise.race([ended.promise, Promise.resolve(store.fault?.(asked))]);
    } finally {
      call?.signal?.removeEventListener('abort', end);
    }
    const result = work();
    store.lost?.(asked);
    return result;
  }

  function headOf(key: string): ObjectHead | null {
    const kept = objects.get(key);
    if (kept === undefined) return null;
    const { bytes, modifiedAt, retainUntil } = kept;
    return { key, sizeBytes: bytes.length, etag: md5(bytes), modifiedAt, version: null, retainUntil };
  }

  function place(key: string, bytes: Uint8Array, condition?: object): ObjectHead {
    const present = headOf(key);
    const holds =
      condition === undefined ||
      ('ifAbsent' in condition ? present === null : 'ifMatch' in condition && present?.etag === condition.ifMatch);
    if (!holds) throw new ExpectedError('store-conflict', 'Something is there already.', { subject: key });
    objects.set(key, { bytes: Uint8Array.from(bytes), modifiedAt: now(), retainUntil: null });
    return headOf(key) as ObjectHead;
  }

  function known(key: string, upload: string): Unfinished {
    const unfinished = uploads.get(upload);
    if (unfinished?.key === key) return unfinished;
    throw new ExpectedError('not-found', 'The store knows no such upload.', { subject: upload });
  }

  const store: MemoryStore = {
    kind: 'folder',
    objects,
    uploads,
    asked: [],
    fault: null,
    lost: null,
    listsMd5: true,
    lock: false,
    describe: () => 'memory',
    put: (key, bytes, options) =>
      asking({ what: 'put', key, bytes: bytes.length }, options, () => place(key, bytes, options?.condition)),
    head: (key, options) => asking({ what: 'head', key, bytes: 0 }, options, () => headOf(key)),
    get: (key, options) =>
      asking({ what: 'get', key, bytes: 0 }, options, () => {
        const head = headOf(key);
        if (head === null) throw new ExpectedError('not-found', 'There is no such object.', { subject: key });
        const { start, end } = options?.range ?? { start: 0, end: head.sizeBytes };
        return { bytes: objects.get(key)?.bytes.slice(start, end) ?? new Uint8Array(0), ...head };
      }),
    list: (prefix, options) =>
      asking({ what: 'list', key: prefix, bytes: 0 }, options, () => {
        const keys = [...objects.keys()].filter((key) => key.startsWith(prefix) && key > (options?.after ?? '')).sort();
        const page = keys.slice(0, options?.limit ?? 1000);
        const next = page.length < keys.length ? (page.at(-1) ?? null) : null;
        return { objects: page.map((key) => headOf(key) as ObjectHead), next };
      }),
    remove: (key, options) =>
      asking({ what: 'remove', key, bytes: 0 }, options, () => {
        if ((objects.get(key)?.retainUntil ?? 0) > now()) throw new ExpectedError('store-conflict', 'It is held.');
        objects.delete(key);
      }),
    beginUpload: (key, partSize, options) =>
      asking({ what: 'beginUpload', key, bytes: 0 }, options, () => {
        const upload = `upload-${++lastUpload}`;
        uploads.set(upload, { key, partSize, parts: new Map() });
        return upload;
      }),
    putPart: (key, upload, { number, bytes }, options) =>
      asking({ what: 'putPart', key, bytes: bytes.length }, options, () => {
        const part = { number, sizeBytes: bytes.length, etag: `"${md5(bytes)}"`, md5: md5(bytes) };
        known(key, upload).parts.set(number, { ...part, bytes: Uint8Array.from(bytes) });
        return part;
      }),
    listParts: (key, upload, options) =>
      asking({ what: 'listParts', key, bytes: 0 }, options, () => {
        const unfinished = uploads.get(upload);
        if (unfinished?.key !== key) return null;
        return [...unfinished.parts.values()]
          .sort((a, b) => a.number - b.number)
          .map(({ number, sizeBytes, etag, md5: sum }) => ({
            number,
            sizeBytes,
            etag,
            md5: store.listsMd5 ? sum : null,
          }));
      }),
    completeUpload: (key, upload, parts, options) =>
      asking({ what: 'completeUpload', key, bytes: 0 }, options, () => {
        const unfinished = known(key, upload);
        const bytes = parts.map(({ number, etag }) => {
          const part = unfinished.parts.get(number);
          if (part?.etag !== etag) throw new ExpectedError('verification-failed', 'A part is not what was listed.');
          return part.bytes;
        });
        if (bytes.slice(0, -1).some((part) => part.length !== unfinished.partSize)) {
          throw new ExpectedError('verification-failed', 'A part does not have the size that was announced.');
        }
        const head = place(key, Buffer.concat(bytes), options?.condition);
        uploads.delete(upload);
        return head;
      }),
    abortUpload: (key, upload, options) =>
      asking({ what: 'abortUpload', key, bytes: 0 }, options, () => void uploads.delete(upload)),
    listUploads: (prefix, options) =>
      asking({ what: 'listUploads', key: prefix, bytes: 0 }, options, () =>
        [...uploads].flatMap(([upload, { key }]) => (key.startsWith(prefix) ? [{ key, upload, begunAt: 0 }] : [])),
      ),
    retain: (key, until, options) =>
      asking({ what: 'retain', key, bytes: 0 }, options, () => {
        const kept = objects.get(key);
        if (!store.lock) throw new ExpectedError('store-unsupported', 'Nothing can be held here.');
        if (kept === undefined) throw new ExpectedError('not-found', 'There is no such object.', { subject: key });
        kept.retainUntil = Math.max(until, kept.retainUntil ?? 0);
      }),
    close: () => Promise.resolve(),
  };
  return store;
}
