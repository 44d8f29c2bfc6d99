import {
  clockStart,
  type LoggedEntry,
  type LogicalTime,
  type SharedEntry,
  sawTime,
  sharedEntrySchema,
  type WriterId,
} from '#common/changes/index.ts';
import type { Catalog, KeptEntry } from '#core/catalog/index.ts';
import type { Clock } from '#core/kernel/index.ts';
import type { ReadObject } from './read-log.ts';
import type { Applied, EntryHandler, EntrySource } from './types.ts';

const actor = { kind: 'station' } as const;
const keptAtOnce = 200;

export type TakeInOptions = {
  readonly catalog: Catalog;
  readonly handlers: readonly EntryHandler[];
  readonly clock: Clock;
};
type Call = { readonly signal: AbortSignal };

/** Entries of one kind that stand one after the other. `place` is that of the first. */
type Run = { readonly kind: string; readonly place: number; readonly entries: LoggedEntry[] };

function runsOf(entries: readonly LoggedEntry[]): readonly Run[] {
  const runs: Run[] = [];
  for (const [place, entry] of entries.entries()) {
    const last = runs.at(-1);
    if (last?.kind === entry.kind) last.entries.push(entry);
    else runs.push({ kind: entry.kind, place, entries: [entry] });
  }
  return runs;
}

type Step = () => Promise<Applied>;

/** What is to be done for a run: at once where its handler can, else one by one. */
function stepsOf(handler: EntryHandler, run: readonly LoggedEntry[], from: EntrySource, call: Call): readonly Step[] {
  const entries: SharedEntry[] = run.map((entry) => sharedEntrySchema.parse(entry));
  const { applyAll } = handler;
  if (applyAll !== undefined) return [() => applyAll(entries, from, call)];
  return entries.map((entry) => () => handler.apply(entry, from, call));
}

/** Does one step after the other, each seeing what the one before changed. The changes of the last are given back, not committed. */
async function allButTheLast(catalog: Catalog, steps: readonly Step[]): Promise<Applied> {
  let waiting: Applied = { writes: [], events: [] };
  for (const step of steps) {
    if (waiting.writes.length > 0 || waiting.events.length > 0) await catalog.commit({ actor, ...waiting });
    waiting = await step();
  }
  return waiting;
}

/**
 * Takes in one object of another's log. The last commit of it also says that it was taken in: after a crash in the middle, all of
 * it comes again. True when all its times can be believed.
 */
export async function takeIn(
  { catalog, handlers, clock }: TakeInOptions,
  writer: WriterId,
  { seq, hash, entries }: ReadObject,
  call: Call,
): Promise<boolean> {
  const steps = runsOf(entries).flatMap((run): readonly Step[] => {
    const handler = handlers.find(({ kind }) => kind === run.kind);
    if (handler !== undefined) return stepsOf(handler, run.entries, { writer, seq }, call);
    const writes = run.entries.map((entry, index) => {
      const value: KeptEntry = { writer, seq, place: run.place + index, entry };
      return { put: 'kept-entry', value } as const;
    });
    return [() => Promise.resolve({ writes, events: [] })];
  });
  const last = await allButTheLast(catalog, steps);
  const times = entries.map(({ at }) => ({ at, farAhead: sawTime(clockStart, clock.now(), at).farAhead }));
  const time = times.reduce<LogicalTime | null>(
    (newest, { at, farAhead }) => (farAhead || (newest !== null && newest >= at) ? newest : at),
    null,
  );
  const read = { put: 'log-read', writer, position: { seq, hash }, time } as const;
  await catalog.commit({ actor, writes: [...last.writes, read], events: last.events });
  return times.every(({ farAhead }) => !farAhead);
}

/** Takes in what was kept until somebody understood it. */
export async function takeInKept({ catalog, handlers }: TakeInOptions, call: Call): Promise<void> {
  for (const handler of handlers) {
    for (;;) {
      const kept = await catalog.logs.kept(handler.kind, keptAtOnce);
      const first = kept[0];
      if (first === undefined) break;
      const { writer, seq } = first;
      const together = kept.filter((one) => one.writer === writer && one.seq === seq);
      const entries = together.map(({ entry }) => entry);
      const last = await allButTheLast(catalog, stepsOf(handler, entries, { writer, seq }, call));
      const done = together.map(({ place }) => ({ delete: 'kept-entry', value: { writer, seq, place } }) as const);
      await catalog.commit({ actor, writes: [...last.writes, ...done], events: last.events });
    }
  }
}
