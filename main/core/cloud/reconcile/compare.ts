import type { AuditEvent } from '#common/audit/index.ts';
import type { Finding, ReconcileRun } from '#common/contract/index.ts';
import type { StoreSettings } from '#core/catalog/index.ts';
import { classify, type Verdict } from './classify.ts';
import { findingOf, foreignFinding, sizeOf, unknownHere, uploadFinding } from './finding.ts';
import { type Lookout, lookAgain, lookAtSteps, prove } from './look.ts';
import { type RemedyTools, remedy } from './remedy.ts';
import { isProblem, type Kept, type Report } from './report.ts';
import { leftUploads, unknownInVault } from './strays.ts';
import type { Pair } from './types.ts';
import { type Step, type Walked, walkNames } from './walk.ts';

/** Names that are looked at together; also how much is done again after a crash. */
const batchSize = 200;
const thoroughBatchSize = 20;
/** Files that are read back at once. */
const provedAtOnce = 3;

export type Comparing = {
  readonly lookout: Lookout;
  readonly report: Report;
  readonly settings: StoreSettings;
  readonly tools: RemedyTools;
  readonly now: () => number;
  /** Writes what was found into the audit log. */
  readonly record: (events: readonly AuditEvent[]) => Promise<void>;
  readonly onItems: (done: number, current: string | null) => void;
};

/**
 * Compares everything from where `kept` stands and keeps what is found, batch by batch. Memory does not grow with what is compared.
 * Throws what the store throws and CancelledError; what was kept until then stays.
 */
export async function compareAll(kept: Kept, comparing: Comparing): Promise<Kept> {
  const { lookout, tools } = comparing;
  const { carrier, catalog, keys, signal } = lookout;
  // A vault without a single file is a disk that is not connected, not a hundred thousand losses.
  const vaultThere = await hasAny(lookout.vault.walk());
  const size = kept.run.mode === 'thorough' ? thoroughBatchSize : batchSize;
  let state = kept;
  let batch: Walked[] = [];
  const flush = async (): Promise<void> => {
    if (batch.length === 0) return;
    state = await compareBatch(state, batch, comparing, vaultThere);
    batch = [];
  };
  const sides = {
    count: () => catalog.originals.count(),
    ids: (after: string, limit: number) => catalog.originals.ids(after, limit),
    nameOf: keys.nameOf,
    list: (prefix: string, after: string | null) => carrier.list({ prefix, after }, { signal }),
  };
  for await (const walked of walkNames(sides, { after: state.cursor })) {
    signal.throwIfAborted();
    batch.push(walked);
    if (batch.length >= size) await flush();
  }
  await flush();
  const strays = [
    ...(await leftUploads(lookout, comparing.now())).map(uploadFinding),
    ...(await unknownInVault(lookout)).map(unknownHere),
  ];
  const repaired = kept.run.repair ? await repairStrays(strays, tools) : strays;
  await comparing.record(eventsOf(repaired));
  state = await comparing.report.add(counted(state, [], repaired), repaired);
  return { ...state, run: { ...state.run, remarks: remarksOf(state, vaultThere) } };
}

async function compareBatch(
  kept: Kept,
  batch: readonly Walked[],
  comparing: Comparing,
  vaultThere: boolean,
): Promise<Kept> {
  const { lookout, report, now, onItems } = comparing;
  const { mode, repair } = kept.run;
  const steps = batch.flatMap((walked) => (walked.kind === 'step' ? [walked.step] : []));
  const first = await lookAtSteps(lookout, steps);
  const pairs: Pair[] = [];
  const findings: Finding[] = batch.flatMap((walked) =>
    walked.kind === 'foreign' ? [foreignFinding(walked.found)] : [],
  );
  let at = kept;
  await inLanes(mode === 'thorough' ? provedAtOnce : 1, steps, async (step, index) => {
    lookout.signal.throwIfAborted();
    const pair = await settled(first[index], step, comparing, mode === 'thorough');
    const verdict = withVault(classify(pair, now()), vaultThere);
    pairs.push(pair);
    at = seen(at, pair, verdict);
    if (verdict === null) return;
    const found = findingOf(pair, verdict);
    findings.push(repair && isProblem(found) ? await remedy(found, pair, comparing.tools) : found);
    onItems(0, found.name);
  });
  findings.sort((a, b) => (a.object < b.object ? -1 : 1));
  await comparing.record(eventsOf(findings));
  const cursor = steps.at(-1)?.name ?? kept.cursor;
  const next = await report.add({ ...counted(at, pairs, findings), cursor }, findings);
  onItems(steps.length, null);
  return next;
}

/** What stands in the listings may have changed since; whatever is not as it should be is looked at again before it is said. */
async function settled(
  pair: Pair | undefined,
  step: Step,
  { lookout, now }: Comparing,
  thorough: boolean,
): Promise<Pair> {
  const quick = pair === undefined ? null : classify(pair, now());
  const sure = pair !== undefined && (quick === null || quick.level === 'calm');
  const fresh = sure ? pair : await lookAgain(lookout, step.name, step.id);
  if (!thorough) return fresh;
  const proved = await prove(lookout, fresh);
  const verdict = classify(proved, now());
  if (verdict === null || verdict.level === 'calm' || proved.there.bytes?.same !== false) return proved;
  // Once more before a read-back is believed that found other bytes.
  return prove(lookout, await lookAgain(lookout, step.name, step.id));
}

function withVault(verdict: Verdict | null, vaultThere: boolean): Verdict | null {
  if (verdict === null || vaultThere || verdict.kind !== 'lost-here') return verdict;
  return {
    ...verdict,
    words: 'The vault of this station holds nothing at all. Check that its disk is connected. The store has it.',
    remedy: null,
  };
}

/** Keeps what tells a store that was set back to an earlier state from one that lost single objects. */
function seen(kept: Kept, { here }: Pair, verdict: Verdict | null): Kept {
  const where = here?.known.record?.placement.where;
  if (where?.state !== 'verified') return kept;
  if (verdict?.kind === 'lost-there') {
    return { ...kept, lost: kept.lost + 1, oldestLostAt: Math.min(where.at, kept.oldestLostAt ?? where.at) };
  }
  if (verdict === null) return { ...kept, newestPresentAt: Math.max(where.at, kept.newestPresentAt ?? where.at) };
  return kept;
}

function remarksOf({ lost, oldestLostAt, newestPresentAt }: Kept, vaultThere: boolean): ReconcileRun['remarks'] {
  const remarks: ReconcileRun['remarks'] = [];
  if (!vaultThere) {
    const words =
      'The vault of this station holds nothing at all. Check that its disk is connected, then compare again.';
    remarks.push({ kind: 'vault-empty', words });
  }
  if (oldestLostAt === null) return remarks;
  if (newestPresentAt === null) {
    const words =
      'Nothing that was verified in the store is there any more. Find out who emptied it, or whether it is the right one.';
    remarks.push({ kind: 'emptied', words });
  } else if (lost > 1 && oldestLostAt > newestPresentAt) {
    const words =
      'All that was sent before a certain time is there and all that was sent after it is gone: the store looks as if it had been set back to an earlier state. Ask whoever runs it.';
    remarks.push({ kind: 'rolled-back', words });
  }
  return remarks;
}

function counted(kept: Kept, pairs: readonly Pair[], findings: readonly Finding[]): Kept {
  const tallies = { ...kept.run.tallies };
  const add = (which: Finding['class'], bytes: number): void => {
    tallies[which] = { items: tallies[which].items + 1, bytes: tallies[which].bytes + bytes };
  };
  const told = new Set(findings.map(({ object }) => object));
  for (const pair of pairs) if (!told.has(pair.name)) add('same', sizeOf(pair) ?? 0);
  for (const finding of findings) add(finding.class, finding.sizeBytes ?? 0);
  return { ...kept, run: withCounts({ ...kept.run, tallies }, [], findings) };
}

/** The counts of a run when some findings take the place of others. */
export function withCounts(run: ReconcileRun, before: readonly Finding[], after: readonly Finding[]): ReconcileRun {
  const change = (of: (finding: Finding) => boolean): number => after.filter(of).length - before.filter(of).length;
  return {
    ...run,
    problems: run.problems + change(isProblem),
    repairable: run.repairable + change(isRepairable),
    repaired: run.repaired + change(({ outcome }) => outcome?.done === true),
  };
}

/** True for what a repair puts right without a person's decision on this very item. */
export function isRepairable(finding: Finding): boolean {
  return finding.remedy !== null && finding.remedy !== 'restore' && isProblem(finding);
}

async function repairStrays(strays: readonly Finding[], tools: RemedyTools): Promise<readonly Finding[]> {
  const done: Finding[] = [];
  for (const stray of strays) done.push(isRepairable(stray) ? await remedy(stray, null, tools) : stray);
  return done;
}

/** One line for each sort of finding that somebody should know of, and one for each sort of repair. */
export function eventsOf(findings: readonly Finding[]): readonly AuditEvent[] {
  const found = new Map<string, string[]>();
  const repaired = new Map<string, string[]>();
  const add = (lines: Map<string, string[]>, sort: string, finding: Finding): void => {
    const objects = lines.get(sort) ?? [];
    objects.push(finding.id ?? finding.object);
    lines.set(sort, objects);
  };
  for (const finding of findings) {
    if (finding.level === 'calm') continue;
    add(found, finding.kind, finding);
    if (finding.outcome?.done === true && finding.remedy !== null) add(repaired, finding.remedy, finding);
  }
  return [
    ...[...found].map(([finding, objects]) => ({ kind: 'reconcile.found', finding, objects }) as const),
    ...[...repaired].map(([how, objects]) => ({ kind: 'reconcile.repaired', remedy: how, objects }) as const),
  ];
}

async function hasAny(source: AsyncIterable<unknown>): Promise<boolean> {
  for await (const _ of source) return true;
  return false;
}

/** Works on all items, some at a time; the first failure ends it. */
async function inLanes<T>(
  lanes: number,
  items: readonly T[],
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index];
      if (item !== undefined) await work(item, index);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
