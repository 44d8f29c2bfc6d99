import { type LoggedEntry, type LogPosition, type WriterId } from '#common/changes/index.ts';
import type { StoreTroubleKind } from '#common/evidence/index.ts';
import { sha256Hex } from '#core/kernel/index.ts';
import {
  checkpointKey,
  checkpointLength,
  headKey,
  type LogHead,
  logKey,
  openHead,
  openLogObject,
  splitCheckpoint,
} from './log-format.ts';

/** What is wrong with an object of a log. `found` is the SHA-256 of what lies there; null when nothing does. */
export type LogFault = {
  readonly kind: Exclude<StoreTroubleKind, 'clock-ahead'>;
  readonly object: string;
  readonly found: string | null;
};

/** One object of a log, opened, that follows the one before. */
export type ReadObject = LogPosition & { readonly entries: readonly LoggedEntry[] };

export type LogQuestion = {
  readonly objectKey: Uint8Array;
  readonly writer: WriterId;
  /** What is known already. */
  readonly after: LogPosition;
  /** How far the log goes, as its head says. */
  readonly end: LogPosition;
};

/** The next objects of a log, at most a checkpoint's, as far as they are good. */
export type LogAnswer = {
  readonly objects: readonly ReadObject[];
  /** Why it does not go on; null when it does. */
  readonly fault: LogFault | null;
  /** The objects were read one by one because their checkpoint was no good. */
  readonly checkpointFault: LogFault | null;
};

export type HeadQuestion = {
  readonly objectKey: Uint8Array;
  readonly writer: WriterId;
  /** All whose heads are there: one may lie in another's place. */
  readonly writers: readonly WriterId[];
};
export type HeadAnswer =
  | { readonly head: LogHead; readonly sealed: Uint8Array; readonly fault: null }
  | { readonly head: null; readonly sealed: Uint8Array | null; readonly fault: LogFault };

/** Gives a small object; null when it is not there. */
type Get = (key: string) => Promise<Uint8Array | null>;

/** A checkpoint is not worth it for fewer objects than this. */
const fewest = 8;
/** Objects that are asked for at once. */
const atOnce = 4;
/** How far around an object it is looked for another that was put in its place. */
const neighbours = checkpointLength;

export async function readHead(get: Get, { objectKey, writer, writers }: HeadQuestion): Promise<HeadAnswer> {
  const object = headKey(writer);
  const sealed = await get(object);
  if (sealed === null) return { head: null, sealed, fault: { kind: 'missing', object, found: null } };
  const opened = openHead(objectKey, writer, sealed);
  if (opened.good) return { head: opened.value, sealed, fault: null };
  const swapped = opened.fault === 'changed' && writers.some((other) => openHead(objectKey, other, sealed).good);
  return { head: null, sealed, fault: { kind: swapped ? 'swapped' : opened.fault, object, found: sha256Hex(sealed) } };
}

/** Reads on in a log and proves that every object follows the one before. */
export async function readLog(get: Get, question: LogQuestion): Promise<LogAnswer> {
  const { writer, after, end } = question;
  const from = after.seq + 1;
  const number = Math.ceil(from / checkpointLength);
  const last = Math.min(end.seq, number * checkpointLength);
  if (number * checkpointLength > end.seq || last - from + 1 < fewest) {
    return { ...(await readOneByOne(get, question, last)), checkpointFault: null };
  }
  const object = checkpointKey(writer, number);
  const bytes = await get(object);
  // Whoever wrote them may have gone down before the checkpoint was put.
  if (bytes === null) return { ...(await readOneByOne(get, question, last)), checkpointFault: null };
  const pieces = splitCheckpoint(bytes);
  if (pieces !== null) {
    const skipped = (from - 1) % checkpointLength;
    const read = follow(question, (seq) => pieces[skipped + seq - from] ?? null, last);
    if (read.fault === null) return { ...read, checkpointFault: null };
  }
  const kind = pieces === null ? 'truncated' : 'changed';
  const checkpointFault: LogFault = { kind, object, found: sha256Hex(bytes) };
  return { ...(await readOneByOne(get, question, last)), checkpointFault };
}

async function readOneByOne(
  get: Get,
  question: LogQuestion,
  last: number,
): Promise<Omit<LogAnswer, 'checkpointFault'>> {
  const objects: ReadObject[] = [];
  let after = question.after;
  while (after.seq < last) {
    const seqs = Array.from({ length: Math.min(atOnce, last - after.seq) }, (_, index) => after.seq + 1 + index);
    const found = await Promise.all(seqs.map((seq) => get(logKey(question.writer, seq))));
    const start = after.seq + 1;
    const read = follow({ ...question, after }, (seq) => found[seq - start] ?? null, seqs.at(-1) ?? last);
    objects.push(...read.objects);
    if (read.fault !== null) return { objects, fault: read.fault };
    after = objects.at(-1) ?? after;
  }
  return { objects, fault: null };
}

/** As many as are there, open, and follow one another up to `last`. */
function follow(
  { objectKey, writer, after, end }: LogQuestion,
  found: (seq: number) => Uint8Array | null,
  last: number,
): Omit<LogAnswer, 'checkpointFault'> {
  const objects: ReadObject[] = [];
  let previous = after.hash;
  for (let seq = after.seq + 1; seq <= last; seq++) {
    const object = logKey(writer, seq);
    const sealed = found(seq);
    if (sealed === null) return { objects, fault: { kind: 'missing', object, found: null } };
    const hash = sha256Hex(sealed);
    const opened = openLogObject(objectKey, writer, seq, sealed);
    if (!opened.good) {
      const swapped = opened.fault === 'changed' && isNeighbour(objectKey, writer, seq, sealed);
      return { objects, fault: { kind: swapped ? 'swapped' : opened.fault, object, found: hash } };
    }
    if (opened.value.previous !== previous || (seq === end.seq && hash !== end.hash)) {
      return { objects, fault: { kind: 'forked', object, found: hash } };
    }
    objects.push({ seq, hash, entries: opened.value.entries });
    previous = hash;
  }
  return { objects, fault: null };
}

function isNeighbour(objectKey: Uint8Array, writer: WriterId, seq: number, sealed: Uint8Array): boolean {
  for (let other = Math.max(1, seq - neighbours); other <= seq + neighbours; other++) {
    if (other !== seq && openLogObject(objectKey, writer, other, sealed).good) return true;
  }
  return false;
}
