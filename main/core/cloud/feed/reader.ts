import { type LogPosition, logStart, type WriterId } from '#common/changes/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import { sha256Hex } from '#core/kernel/index.ts';
import type { Carrier } from '../carrier.ts';
import type { StoreKeys } from '../keys.ts';
import { isCancelled } from '../outcome.ts';
import type { HeadListing } from './heads.ts';
import { checkpointLength, headKey, type LogHead, logKey, splitCheckpoint } from './log-format.ts';
import type { LogFault } from './read-log.ts';
import { type TakeInOptions, takeIn } from './take-in.ts';
import type { Fault, Troubles } from './troubles.ts';

/** Answers of one log that are taken in before it is looked what else there is: other logs and our own news do not wait for hours. */
const answersAtOnce = 32;

export type ReaderOptions = TakeInOptions & {
  readonly keys: StoreKeys;
  readonly troubles: Troubles;
  /** One writer's log could not be read or taken in `failures` times in a row. Gives when it is tried again. */
  readonly onFailure: (cause: unknown, writer: WriterId, failures: number) => number;
};
type Call = { readonly signal: AbortSignal };

/** What is known of another's log beside how far it was taken in. */
type Known = {
  head: LogHead | null;
  /** How the listing named the head when all up to it had been taken in and was good; null while it has to be looked at. */
  done: string | null;
  notBefore: number;
  failures: number;
};

/** How a look at one log ended. */
type Outcome = Fault | 'more' | 'good' | 'failed';

/** Takes in what other writers tell. What is wrong with one of them stops nobody else. */
export interface Reader {
  /** True when there is more at once. */
  look(carrier: Carrier, listing: HeadListing, self: WriterId, call: Call): Promise<boolean>;
  /** How far others say they have read the log of a writer. */
  claimsOf(writer: WriterId): readonly LogPosition[];
}

/** What makes all of the store useless for now, not one log. */
function concernsAll(cause: unknown): boolean {
  if (!(cause instanceof ExpectedError)) return isCancelled(cause);
  return cause.code === 'store-unreachable' || cause.code === 'store-busy' || cause.code === 'worker-crashed';
}

export function createReader(options: ReaderOptions): Reader {
  const { catalog, keys, clock, troubles } = options;
  const { objectKey } = keys;
  const known = new Map<WriterId, Known>();
  /** What others say and what was compared with what we know, so that it is asked once. */
  const compared = new Set<string>();
  let positions = new Map<WriterId, LogPosition>();

  function knownOf(writer: WriterId): Known {
    const one = known.get(writer) ?? { head: null, done: null, notBefore: 0, failures: 0 };
    known.set(writer, one);
    return one;
  }

  function claimsOf(writer: WriterId): readonly LogPosition[] {
    return [...known.values()].flatMap(({ head }) => {
      const claim = head === null || head.writer === writer ? undefined : head.seen[writer];
      return claim === undefined || claim.seq === 0 ? [] : [claim];
    });
  }

  /** Bytes that do not open where they lie and were taken in from elsewhere were put there by somebody. */
  async function exactly({ kind, object, found }: LogFault): Promise<Fault> {
    const other = kind === 'changed' && found !== null ? await catalog.logs.objectWith(found) : null;
    return { kind: other === null ? kind : 'swapped', object };
  }

  /** A head that is older than what is known: is it shown again alone, or is the log behind it gone too? */
  async function older(carrier: Carrier, writer: WriterId, { seq, hash }: LogPosition, call: Call): Promise<Fault> {
    const there = await carrier.getSmall(logKey(writer, seq), call);
    const kind = there !== null && sha256Hex(there) === hash ? 'replayed' : 'rolled-back';
    return { kind, object: headKey(writer) };
  }

  /** Whether what others have read of a log is what is there for us. */
  async function contradicted(
    carrier: Carrier,
    writer: WriterId,
    position: LogPosition,
    call: Call,
  ): Promise<Fault | null> {
    const { head } = knownOf(writer);
    for (const claim of claimsOf(writer)) {
      if (head !== null && claim.seq > head.seq) return older(carrier, writer, claim, call);
      const name = `${writer} ${claim.seq} ${claim.hash}`;
      if (claim.seq > position.seq || compared.has(name)) continue;
      const ours = await catalog.logs.hash(writer, claim.seq);
      if (ours !== null && ours !== claim.hash) return { kind: 'forked', object: logKey(writer, claim.seq) };
      compared.add(name);
    }
    return null;
  }

  /** Reads on in one log, as far as it is done at once. */
  async function readOn(carrier: Carrier, writer: WriterId, listing: HeadListing, call: Call): Promise<Outcome> {
    const position = positionOf(writer);
    const one = knownOf(writer);
    const writers = [...listing.keys()];
    const answer = await carrier.readHead({ objectKey, writer, writers }, call);
    if (answer.fault !== null) return exactly(answer.fault);
    const { head } = answer;
    one.head = head;
    if (head.seq < position.seq) return older(carrier, writer, position, call);
    if (head.seq === position.seq) {
      return head.hash === position.hash ? 'good' : { kind: 'forked', object: logKey(writer, head.seq) };
    }
    for (let answers = 0; answers < answersAtOnce; answers++) {
      const after = positionOf(writer);
      if (after.seq === head.seq) return 'good';
      const fault = await readPiece(carrier, head, after, call);
      if (fault !== null) return fault;
    }
    return 'more';
  }

  async function readPiece(carrier: Carrier, head: LogHead, after: LogPosition, call: Call): Promise<Fault | null> {
    const { writer, name, seq: last, hash: lastHash } = head;
    const from = { writer, name };
    const question = { objectKey, writer, after, end: { seq: last, hash: lastHash } };
    const { objects, fault, checkpointFault } = await carrier.readLog(question, call);
    for (const object of objects) {
      const { seq, hash } = object;
      call.signal.throwIfAborted();
      const believed = await takeIn(options, writer, object, call);
      positions.set(writer, { seq, hash });
      if (believed) await troubles.over(writer, ({ kind }) => kind === 'clock-ahead');
      else await troubles.found({ kind: 'clock-ahead', object: logKey(writer, seq) }, from, true);
    }
    if (checkpointFault !== null) await troubles.found(await exactly(checkpointFault), from, true);
    return fault === null ? null : exactly(fault);
  }

  /** A checkpoint that was no good is looked at again until it is: nobody needs it here any more, a new station will. */
  async function lookAtCheckpoints(carrier: Carrier, writer: WriterId, call: Call): Promise<void> {
    for (const { object } of troubles.of(writer).filter(isCheckpoint)) {
      const pieces = splitCheckpoint((await carrier.getSmall(object, call)) ?? new Uint8Array(0));
      if (pieces === null) continue;
      const first = (Number(object.slice(object.lastIndexOf('/') + 1)) - 1) * checkpointLength + 1;
      let good = true;
      for (const [index, piece] of pieces.entries()) {
        good &&= sha256Hex(piece) === (await catalog.logs.hash(writer, first + index));
      }
      if (good) await troubles.over(writer, (trouble) => trouble.object === object);
    }
  }

  async function lookAt(carrier: Carrier, writer: WriterId, listing: HeadListing, call: Call): Promise<Outcome> {
    const one = knownOf(writer);
    try {
      const position = positionOf(writer);
      if (!listing.has(writer)) return position.seq === 0 ? 'good' : { kind: 'missing', object: headKey(writer) };
      const signature = listing.get(writer) ?? null;
      const outcome =
        signature !== null && one.done === signature ? 'good' : await readOn(carrier, writer, listing, call);
      one.failures = 0;
      if (outcome !== 'good') return outcome;
      one.done = signature;
      await lookAtCheckpoints(carrier, writer, call);
      return (await contradicted(carrier, writer, positionOf(writer), call)) ?? 'good';
    } catch (cause) {
      if (concernsAll(cause) || call.signal.aborted) throw cause;
      one.failures++;
      one.notBefore = options.onFailure(cause, writer, one.failures);
      return 'failed';
    }
  }

  function positionOf(writer: WriterId): LogPosition {
    return positions.get(writer) ?? logStart;
  }

  return {
    claimsOf,
    look: async (carrier, listing, self, call) => {
      positions = new Map((await catalog.logs.positions()).map(({ writer, position }) => [writer, position]));
      const writers = [...new Set([...listing.keys(), ...positions.keys()])].filter((writer) => writer !== self).sort();
      let more = false;
      for (const writer of writers) {
        call.signal.throwIfAborted();
        const one = knownOf(writer);
        if (clock.now() < one.notBefore) continue;
        const outcome = await lookAt(carrier, writer, listing, call);
        if (outcome === 'more') more = true;
        else if (outcome === 'good')
          await troubles.over(writer, (trouble) => !isCheckpoint(trouble) && trouble.kind !== 'clock-ahead');
        else if (outcome !== 'failed') {
          one.done = null;
          await troubles.found(outcome, { writer, name: one.head?.name ?? null });
        }
      }
      return more;
    },
  };
}

function isCheckpoint({ object }: { readonly object: string }): boolean {
  return object.startsWith('checkpoints/');
}
