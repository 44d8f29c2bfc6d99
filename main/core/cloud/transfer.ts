import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { CancelledError, ExpectedError } from '#common/errors/index.ts';
import { createMd5, createSha256 } from '#core/kernel/index.ts';
import { proveSealed, type SealedAccess } from '#core/vault/index.ts';
import { type ReadBack, readBack } from './read-back.ts';
import type { ObjectStore, StoredPart } from './store/port.ts';

/** One sealed file and where it goes. */
export type TransferPlan = {
  readonly access: SealedAccess;
  readonly key: string;
  /** Bytes of the sealed file. */
  readonly sizeBytes: number;
  /** A multiple of 1 MiB, so that every part is made of whole segments. */
  readonly partSize: number;
  /** What the ledger says the store has acknowledged. */
  readonly resume: { readonly upload: string; readonly parts: readonly StoredPart[] } | null;
  /** What lies under the key was found to be something else: it is put over it. */
  readonly replace: boolean;
};

/** How a file travels: it is there already (as far as its size tells), something else is, in one piece, or in parts. */
export type Begun =
  | { readonly way: 'there' }
  | { readonly way: 'other'; readonly sizeBytes: number }
  | { readonly way: 'whole' }
  | { readonly way: 'parts'; readonly upload: string; readonly resumed: boolean };

/** One part further. `part` is new for the ledger; null when there is nothing to note. */
export type Step = {
  readonly part: StoredPart | null;
  /** Bytes that were really sent now. */
  readonly sentBytes: number;
  /** Bytes of the file that are behind us. */
  readonly position: number;
  readonly done: boolean;
};

/** One file on its way. The order is begin, `next` until done, `complete`, `check`; `close` at any time. */
export interface Transfer {
  readonly begun: Begun;
  next(signal: AbortSignal): Promise<Step>;
  complete(signal: AbortSignal): Promise<void>;
  /** Reads it back. `onBytes` gets the bytes compared so far. */
  check(signal: AbortSignal, onBytes: (bytes: number) => void): Promise<ReadBack>;
  close(): Promise<void>;
}

/**
 * Begins a transfer or goes on with one. The sealed file is authenticated segment by segment while it is read, so that what has
 * rotted on this disk is refused as `tampered` and never put away as evidence.
 */
export async function beginTransfer(store: ObjectStore, plan: TransferPlan, signal: AbortSignal): Promise<Transfer> {
  const handle = await openSealed(plan);
  try {
    const { begun, known } = await findWay(store, plan, signal);
    return createTransfer(store, plan, handle, begun, known);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function openSealed({ access, sizeBytes }: TransferPlan): Promise<FileHandle> {
  const { path, sealedId } = access;
  let handle: FileHandle;
  try {
    handle = await open(path, constants.O_RDONLY | (process.platform === 'win32' ? 0 : constants.O_NOFOLLOW));
  } catch (cause) {
    throw new ExpectedError('source-unreadable', 'The sealed file cannot be read from the vault.', {
      subject: sealedId,
      nextStep: 'Check that the disk of the vault is connected and healthy.',
      cause,
    });
  }
  if ((await handle.stat()).size === sizeBytes) return handle;
  await handle.close();
  throw new ExpectedError('tampered', 'The sealed file is not as long as it was sealed.', { subject: sealedId });
}

/** What is read, proved and hashed at once: whole segments of a sealed file. */
const pieceSize = 1024 * 1024;

type PartRead = { readonly bytes: Uint8Array; readonly md5: string };

/** What the store has of the upload: what ledger and store agree on, and what only the store lists. */
type Known = { readonly agreed: ReadonlyMap<number, StoredPart>; readonly listed: ReadonlyMap<number, StoredPart> };
const nothingKnown: Known = { agreed: new Map(), listed: new Map() };

async function findWay(
  store: ObjectStore,
  plan: TransferPlan,
  signal: AbortSignal,
): Promise<{ begun: Begun; known: Known }> {
  const { key, sizeBytes, partSize, resume, replace } = plan;
  const head = replace ? null : await store.head(key, { signal });
  if (head !== null) {
    const begun: Begun = head.sizeBytes === sizeBytes ? { way: 'there' } : { way: 'other', sizeBytes: head.sizeBytes };
    return { begun, known: nothingKnown };
  }
  if (sizeBytes <= partSize) return { begun: { way: 'whole' }, known: nothingKnown };
  const listed = resume === null ? null : await store.listParts(key, resume.upload, { signal });
  if (resume !== null && listed !== null) {
    return { begun: { way: 'parts', upload: resume.upload, resumed: true }, known: compare(resume.parts, listed) };
  }
  // A crash between the beginning of an upload and its line in the ledger leaves parts that nobody would ever use.
  for (const left of await store.listUploads(key, { signal })) {
    if (left.key === key) await store.abortUpload(key, left.upload, { signal });
  }
  const upload = await store.beginUpload(key, partSize, { signal });
  return { begun: { way: 'parts', upload, resumed: false }, known: nothingKnown };
}

function compare(ledger: readonly StoredPart[], listed: readonly StoredPart[]): Known {
  const inStore = new Map(listed.map((part) => [part.number, part]));
  const agreed = new Map<number, StoredPart>();
  for (const part of ledger) {
    const there = inStore.get(part.number);
    if (there === undefined || there.sizeBytes !== part.sizeBytes || there.etag !== part.etag) continue;
    if (there.md5 !== null && part.md5 !== null && there.md5 !== part.md5) continue;
    agreed.set(part.number, part);
  }
  return { agreed, listed: inStore };
}

function createTransfer(
  store: ObjectStore,
  plan: TransferPlan,
  handle: FileHandle,
  begun: Begun,
  known: Known,
): Transfer {
  const { access, key, sizeBytes, partSize, replace } = plan;
  const condition = replace ? {} : ({ condition: { ifAbsent: true } } as const);
  const count = Math.ceil(sizeBytes / partSize);
  const proof = proveSealed(access, sizeBytes);
  const hash = createSha256();
  const parts: StoredPart[] = [];
  // One part is sent while the next is read into the other buffer.
  const buffers = [0, 1].map(() => Buffer.allocUnsafe(Math.min(partSize, sizeBytes)));
  let number = 0;
  let reading: Promise<PartRead> | null = null;
  let sha256: string | null = null;

  async function read(part: number): Promise<PartRead> {
    const start = (part - 1) * partSize;
    const bytes = (buffers[part % 2] ?? Buffer.alloc(0)).subarray(0, Math.min(partSize, sizeBytes - start));
    const md5 = createMd5();
    // Piece by piece, so that in between the part before gets on.
    for (let from = 0; from < bytes.length; from += pieceSize) {
      const piece = bytes.subarray(from, from + pieceSize);
      for (let filled = 0; filled < piece.length; ) {
        const { bytesRead } = await handle.read(piece, filled, piece.length - filled, start + from + filled);
        if (bytesRead === 0) throw new ExpectedError('tampered', 'The sealed file was cut short.', { subject: key });
        filled += bytesRead;
      }
      proof.add(piece);
      hash.update(piece);
      md5.update(piece);
    }
    if (part === count) sha256 = hash.digestHex();
    return { bytes, md5: md5.digestHex() };
  }

  function readAhead(): void {
    reading = number < count ? read(number + 1) : null;
    // It is looked at when its turn comes.
    reading?.catch(() => undefined);
  }

  async function send({ bytes, md5 }: PartRead, signal: AbortSignal): Promise<Pick<Step, 'part' | 'sentBytes'>> {
    switch (begun.way) {
      case 'whole':
        await unlessThere(() => store.put(key, bytes, { signal, ...condition }));
        return { part: null, sentBytes: bytes.length };
      case 'parts': {
        const agreed = known.agreed.get(number);
        if (agreed !== undefined) {
          parts.push(agreed);
          return { part: null, sentBytes: 0 };
        }
        // Acknowledged by the store, but the station was cut off before it noted that.
        const listed = known.listed.get(number);
        if (listed?.md5 !== undefined && listed.sizeBytes === bytes.length && listed.md5 === md5) {
          parts.push(listed);
          return { part: listed, sentBytes: 0 };
        }
        const part = await store.putPart(key, begun.upload, { number, bytes, md5 }, { signal });
        parts.push(part);
        return { part, sentBytes: bytes.length };
      }
      case 'there':
      case 'other':
        return { part: null, sentBytes: 0 };
    }
  }

  return {
    begun,
    next: async (signal) => {
      if (signal.aborted) throw new CancelledError();
      if (number === 0) readAhead();
      const part = await reading;
      if (part === null) throw new Error('The transfer has no more parts.');
      number++;
      readAhead();
      const sent = await send(part, signal);
      return { ...sent, position: Math.min(sizeBytes, number * partSize), done: number === count };
    },
    complete: async (signal) => {
      if (begun.way !== 'parts') return;
      try {
        await store.completeUpload(key, begun.upload, parts, { signal, ...condition });
      } catch (error) {
        if (!(error instanceof ExpectedError)) throw error;
        // Somebody was faster: the read-back tells what is there now.
        if (error.code === 'store-conflict') await store.abortUpload(key, begun.upload, { signal });
        // The answer to an earlier completion was lost on its way.
        else if (error.code !== 'not-found' || (await store.head(key, { signal })) === null) throw error;
      }
    },
    check: (signal, onBytes) => {
      if (sha256 === null) throw new Error('A file is compared when all of it was read.');
      return readBack(store, { key, sizeBytes, sha256 }, signal, onBytes);
    },
    close: async () => {
      await reading?.catch(() => undefined);
      await handle.close();
    },
  };
}

/** What is there already is not put again: the read-back tells whether it is the same. */
async function unlessThere(put: () => Promise<unknown>): Promise<void> {
  try {
    await put();
  } catch (error) {
    if (!(error instanceof ExpectedError && error.code === 'store-conflict')) throw error;
  }
}
