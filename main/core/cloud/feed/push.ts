import type { LoggedEntry, LogPosition, WriterId } from '#common/changes/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import type { Catalog, LogObject } from '#core/catalog/index.ts';
import type { Carrier } from '../carrier.ts';
import type { StoreKeys } from '../keys.ts';
import {
  checkpointKey,
  checkpointLength,
  headKey,
  joinCheckpoint,
  type LogHead,
  logKey,
  openLogObject,
  sealHead,
  sealLogObject,
} from './log-format.ts';

/** Entries that go into one object, and bytes of JSON after which it is full: what others read at once stays small. */
const mostEntries = 500;
const fullBytes = 256 * 1024;
const station = { kind: 'station' } as const;

export type PushOptions = { readonly catalog: Catalog; readonly keys: StoreKeys };
type Call = { readonly signal: AbortSignal };

/** Whether this station is still the only one that goes on with its log. */
export type Pushed = 'done' | 'forked';

/**
 * Puts what is unsent into the log. It can be cut off at any point and done again: what is put was stored here before, so that it is
 * the same bytes again, and an object that is there is never put over.
 */
export async function pushLog({ catalog, keys }: PushOptions, carrier: Carrier, call: Call): Promise<Pushed> {
  for (;;) {
    const { position, packed, writer } = await catalog.logs.state();
    if (position.seq < packed.seq) {
      for (const object of await catalog.logs.objects(position.seq, checkpointLength)) {
        if ((await putObject(keys, carrier, writer, object, call)) === 'forked') return 'forked';
        const write = { put: 'log-acknowledged', seq: object.seq } as const;
        await catalog.commit({ actor: station, writes: [write], events: [] });
      }
      continue;
    }
    await putCheckpoints(catalog, carrier, writer, position, call);
    if (!(await packNext(catalog, keys, writer, packed))) return 'done';
  }
}

/** False when there is nothing to pack. */
async function packNext(catalog: Catalog, keys: StoreKeys, writer: WriterId, after: LogPosition): Promise<boolean> {
  const entries: LoggedEntry[] = [];
  let bytes = 0;
  let upTo = 0;
  for (const { number, entry } of await catalog.logs.unsent(mostEntries)) {
    bytes += JSON.stringify(entry).length;
    if (entries.length > 0 && bytes > fullBytes) break;
    entries.push(entry);
    upTo = number;
  }
  if (entries.length === 0) return false;
  const value = sealLogObject(keys.objectKey, writer, after, entries);
  await catalog.commit({ actor: station, writes: [{ put: 'log-object', value, upTo }], events: [] });
  return true;
}

/** Puts an object of our log where nothing is yet, and looks what is there then. */
async function putObject(
  { objectKey }: StoreKeys,
  carrier: Carrier,
  writer: WriterId,
  { seq, sealed }: LogObject,
  call: Call,
): Promise<Pushed> {
  const key = logKey(writer, seq);
  const found = await carrier.putSmall({ key, bytes: sealed, replace: false }, call);
  if (same(found, sealed)) return 'done';
  // Somebody who has our keys put another object there; whoever has not can only have damaged it.
  if (openLogObject(objectKey, writer, seq, found).good) return 'forked';
  await putOver(carrier, key, sealed, call);
  return 'done';
}

/** Puts every checkpoint whose objects are all there; then they need not be kept here. */
async function putCheckpoints(
  catalog: Catalog,
  carrier: Carrier,
  writer: WriterId,
  { seq }: LogPosition,
  call: Call,
): Promise<void> {
  for (;;) {
    const first = (await catalog.logs.objects(0, 1))[0];
    if (first === undefined) return;
    const number = Math.ceil(first.seq / checkpointLength);
    const last = number * checkpointLength;
    if (last > seq) return;
    const objects = await catalog.logs.objects(last - checkpointLength, checkpointLength);
    const bytes = joinCheckpoint(objects.map(({ sealed }) => sealed));
    const key = checkpointKey(writer, number);
    const found = await carrier.putSmall({ key, bytes, replace: false }, call);
    if (!same(found, bytes)) await putOver(carrier, key, bytes, call);
    await catalog.commit({ actor: station, writes: [{ put: 'log-checkpointed', seq: last }], events: [] });
  }
}

/** Tells how far our log goes and how far we have read the others. Gives the bytes that are there now. */
export async function putHead(
  keys: StoreKeys,
  carrier: Carrier,
  head: Omit<LogHead, 'format' | 'version'>,
  call: Call,
): Promise<Uint8Array> {
  const bytes = sealHead(keys.objectKey, head);
  await putOver(carrier, headKey(head.writer), bytes, call);
  return bytes;
}

async function putOver(carrier: Carrier, key: string, bytes: Uint8Array, call: Call): Promise<void> {
  const found = await carrier.putSmall({ key, bytes, replace: true }, call);
  if (same(found, bytes)) return;
  throw new ExpectedError('verification-failed', 'The store does not give back what it was given.', {
    subject: key,
    nextStep: 'It is tried again. If it happens again, the store or the line to it is damaged.',
  });
}

export function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/**
 * Goes on under a new name. All that is still kept of the old log is told again: whoever went on with it may have put other objects
 * in the place of ours, and what is told twice changes nothing.
 */
export async function forkLog({ catalog, keys }: PushOptions): Promise<void> {
  const { writer } = await catalog.logs.state();
  const objects = await catalog.logs.objects(0, Number.MAX_SAFE_INTEGER);
  const again = objects.flatMap(({ seq, sealed }) => {
    const opened = openLogObject(keys.objectKey, writer, seq, sealed);
    if (opened.good) return opened.value.entries;
    throw new Error(`Object ${seq} of this station's own log does not open.`, { cause: opened.cause });
  });
  await catalog.commit({
    actor: station,
    writes: [{ put: 'log-forked', again }],
    events: [{ kind: 'store.log-forked', writer, again: again.length }],
  });
}
