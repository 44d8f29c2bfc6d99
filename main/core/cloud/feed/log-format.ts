import { z } from 'zod';
import {
  type LoggedEntry,
  type LogPosition,
  loggedEntrySchema,
  logPositionSchema,
  type WriterId,
  writerIdSchema,
} from '#common/changes/index.ts';
import { instantSchema, sha256Schema } from '#common/evidence/index.ts';
import { sha256Hex } from '#core/kernel/index.ts';
import { openInMemory, sealInMemory } from '#core/vault/index.ts';

/** Objects of a log that one checkpoint holds. */
export const checkpointLength = 64;

/** Below this lies one head for each writer. */
export const headsPrefix = 'heads/';
const lengthBytes = 4;

const digits = (number: number): string => String(number).padStart(10, '0');

/** Where object `seq` of a log lies. */
export function logKey(writer: WriterId, seq: number): string {
  return `writers/${writer}/log/${digits(seq)}`;
}

/** Where it is said how far a log goes. */
export function headKey(writer: WriterId): string {
  return `${headsPrefix}${writer}`;
}

/** Where checkpoint `number` (from 1) lies. */
export function checkpointKey(writer: WriterId, number: number): string {
  return `checkpoints/${writer}/${digits(number)}`;
}

/** Whose head lies under a key; null for what is none of ours. */
export function writerOfHead(key: string): WriterId | null {
  return writerIdSchema.safeParse(key.slice(headsPrefix.length)).data ?? null;
}

const logObjectSchema = z.object({
  format: z.literal('plainview log'),
  version: z.literal(1),
  writer: writerIdSchema,
  seq: z.number().int().positive(),
  /** SHA-256 of the object before as it lies in the store; 64 zeros for the first. */
  previous: sha256Schema,
  entries: z.array(loggedEntrySchema),
});
export type LogContent = Readonly<z.infer<typeof logObjectSchema>>;

const headSchema = z.object({
  format: z.literal('plainview head'),
  version: z.literal(1),
  writer: writerIdSchema,
  ...logPositionSchema.shape,
  /** What people call the writer's station. */
  name: z.string().max(300),
  at: instantSchema,
  /** How far the writer has read the logs of others. */
  seen: z.record(writerIdSchema, logPositionSchema),
});
export type LogHead = Readonly<z.infer<typeof headSchema>>;

/** Why an object cannot be used. */
export type Unusable = 'changed' | 'truncated' | 'not-understood';
export type Opened<T> =
  | { readonly good: true; readonly value: T }
  | { readonly good: false; readonly fault: Unusable; readonly cause: unknown };

/** The length of what is sealed, then what is sealed: so that a piece that was cut off can be told from one that was changed. */
function seal(objectKey: Uint8Array, key: string, value: unknown): Uint8Array {
  const sealed = sealInMemory(objectKey, key, new TextEncoder().encode(JSON.stringify(value)));
  const framed = Buffer.alloc(lengthBytes + sealed.length);
  framed.writeUInt32BE(sealed.length);
  framed.set(sealed, lengthBytes);
  return new Uint8Array(framed);
}

function open<Schema extends z.ZodType>(
  schema: Schema,
  objectKey: Uint8Array,
  key: string,
  framed: Uint8Array,
): Opened<z.output<Schema>> {
  const announced = framed.length < lengthBytes ? null : viewOf(framed).getUint32(0);
  if (announced === null || framed.length < lengthBytes + announced) {
    return { good: false, fault: 'truncated', cause: null };
  }
  if (framed.length > lengthBytes + announced) return { good: false, fault: 'changed', cause: null };
  let plaintext: Uint8Array;
  try {
    plaintext = openInMemory(objectKey, key, framed.subarray(lengthBytes));
  } catch (cause) {
    return { good: false, fault: 'changed', cause };
  }
  try {
    return { good: true, value: schema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plaintext))) };
  } catch (cause) {
    return { good: false, fault: 'not-understood', cause };
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Seals the next object of a log. It is sealed once and kept: sealed again it would be other bytes. */
export function sealLogObject(
  objectKey: Uint8Array,
  writer: WriterId,
  after: LogPosition,
  entries: readonly LoggedEntry[],
): LogPosition & { readonly sealed: Uint8Array } {
  const seq = after.seq + 1;
  const content: LogContent = {
    format: 'plainview log',
    version: 1,
    writer,
    seq,
    previous: after.hash,
    entries: [...entries],
  };
  const sealed = seal(objectKey, logKey(writer, seq), content);
  return { seq, hash: sha256Hex(sealed), sealed };
}

/** Opens what lies under the key of object `seq` of a log. */
export function openLogObject(
  objectKey: Uint8Array,
  writer: WriterId,
  seq: number,
  sealed: Uint8Array,
): Opened<LogContent> {
  const opened = open(logObjectSchema, objectKey, logKey(writer, seq), sealed);
  if (!opened.good || (opened.value.writer === writer && opened.value.seq === seq)) return opened;
  return { good: false, fault: 'not-understood', cause: null };
}

export function sealHead(objectKey: Uint8Array, head: Omit<LogHead, 'format' | 'version'>): Uint8Array {
  return seal(objectKey, headKey(head.writer), { format: 'plainview head', version: 1, ...head } satisfies LogHead);
}

export function openHead(objectKey: Uint8Array, writer: WriterId, sealed: Uint8Array): Opened<LogHead> {
  const opened = open(headSchema, objectKey, headKey(writer), sealed);
  if (!opened.good || opened.value.writer === writer) return opened;
  return { good: false, fault: 'not-understood', cause: null };
}

/** The objects of a checkpoint as they lie in the log, one after the other: each begins with its length. */
export function joinCheckpoint(objects: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(objects));
}

/** Null when these are not as many whole objects as a checkpoint has. */
export function splitCheckpoint(bytes: Uint8Array): readonly Uint8Array[] | null {
  const objects: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (at + lengthBytes > bytes.length) return null;
    const end = at + lengthBytes + viewOf(bytes).getUint32(at);
    if (end > bytes.length) return null;
    objects.push(bytes.subarray(at, end));
    at = end;
  }
  return objects.length === checkpointLength ? objects : null;
}
