import { z } from 'zod';
import { type Actor, actorName } from '#common/audit/index.ts';
import { type ReconcileRun, reconcileModeSchema } from '#common/contract/index.ts';
import { ExpectedError, type WireError } from '#common/errors/index.ts';
import type { JobProgress } from '#common/evidence/index.ts';
import type { Catalog } from '#core/catalog/index.ts';
import { createRateMeter, type Effects, type JobContext, type JobHandler } from '#core/jobs/index.ts';
import type { Clock } from '#core/kernel/index.ts';
import type { Vault } from '#core/vault/index.ts';
import type { Cloud, Visit } from '../cloud.ts';
import { placeOf } from '../connect.ts';
import { identityKey, isStoreOf, readIdentity } from '../identity.ts';
import { compareAll, eventsOf, isRepairable, withCounts } from './compare.ts';
import type { Lookout } from './look.ts';
import { patientCarrier, usualWaitsMs } from './patient-carrier.ts';
import { remedy } from './remedy.ts';
import type { Kept, Report } from './report.ts';

/** What a stored comparison job has to do. `token` names the result that it works on. */
export const taskSchema = z.discriminatedUnion('work', [
  z.object({
    work: z.literal('compare'),
    token: z.string(),
    mode: reconcileModeSchema,
    repair: z.boolean(),
  }),
  z.object({ work: z.literal('repair'), token: z.string() }),
]);
export type Task = z.infer<typeof taskSchema>;

export type ReconcileOptions = {
  readonly catalog: Catalog;
  readonly vault: Vault;
  readonly cloud: Pick<Cloud, 'visit'>;
  readonly clock: Clock;
  readonly report: Report;
  readonly waitsMs?: readonly number[];
};

/** Compares, or repairs what was found; goes on where it was after a crash, a pause or a restart. */
export function reconcileHandler(options: ReconcileOptions): JobHandler<Task> {
  const { report, clock, cloud } = options;
  return {
    payload: taskSchema,
    run: (task, context) =>
      cloud.visit(context.signal, async (visit) => {
        await checkIdentity(visit);
        return task.work === 'compare' ? compare(task, context, visit) : repair(task, context, visit);
      }),
    ended: async (task, { state, error }) => {
      const kept = await report.read();
      if (kept?.token === task.token)
        await report.save(ended(kept, state === 'cancelled' ? 'stopped' : 'failed', error));
      return undefined;
    },
  };

  function ended(kept: Kept, state: ReconcileRun['state'], error: WireError | null): Kept {
    return { ...kept, run: { ...kept.run, state, error, finishedAt: clock.now() } };
  }

  async function compare(
    task: Extract<Task, { work: 'compare' }>,
    context: JobContext,
    visit: Visit,
  ): Promise<Effects> {
    const begun = await begin(task, context.actor, visit);
    const telling = await tellProgress(begun, context, 'Comparing');
    const lookout = lookoutOf(visit, telling);
    const tools = { lookout, now: () => clock.now(), takeIn: (name: string) => visit.takeIn(name, context.actor) };
    const compared = await compareAll(begun, {
      lookout,
      report,
      settings: visit.settings,
      tools,
      now: tools.now,
      record: (events) => record(context.actor, events),
      onItems: telling.items,
    });
    const done = ended(compared, 'done', null);
    await report.save(done);
    const { mode, problems, tallies } = done.run;
    const items = Object.values(tallies).reduce((sum, tally) => sum + tally.items, 0);
    return { events: [{ kind: 'reconcile.finished', mode, items, problems }] };
  }

  /** The result this job works on: one that was begun before and is gone on with, or a new one. */
  async function begin(task: Extract<Task, { work: 'compare' }>, actor: Actor, visit: Visit): Promise<Kept> {
    const { token, mode, repair: repairing } = task;
    const kept = await report.read();
    const running = { state: 'running', error: null, finishedAt: null } as const;
    if (kept?.token === token) return { ...kept, run: { ...kept.run, ...running, repair: repairing } };
    const none = { items: 0, bytes: 0 };
    const fresh: Kept = {
      token,
      run: {
        mode,
        repair: repairing,
        ...running,
        place: placeOf(visit.settings.target),
        startedAt: clock.now(),
        startedBy: actorName(actor),
        tallies: { same: none, 'missing-here': none, 'missing-there': none, different: none, error: none },
        problems: 0,
        repairable: 0,
        repaired: 0,
        remarks: [],
      },
      cursor: null,
      blocks: [],
      newestPresentAt: null,
      oldestLostAt: null,
      lost: 0,
    };
    await report.begin(fresh);
    return fresh;
  }

  async function repair(task: Extract<Task, { work: 'repair' }>, context: JobContext, visit: Visit): Promise<Effects> {
    let kept = await report.read();
    if (kept === null || kept.token !== task.token) return {};
    const telling = await tellProgress(kept, context, 'Repairing');
    const lookout = lookoutOf(visit, telling);
    const tools = { lookout, now: () => clock.now(), takeIn: (name: string) => visit.takeIn(name, context.actor) };
    for (let index = 0; index < kept.blocks.length; index++) {
      const before = await report.block(kept, index);
      if (!before.some(isRepairable)) continue;
      const after = [];
      for (const finding of before) {
        visit.signal.throwIfAborted();
        after.push(isRepairable(finding) ? await remedy(finding, null, tools) : finding);
        telling.items(1, finding.name);
      }
      const changed = after.filter((finding, at) => finding !== before[at]);
      await record(
        context.actor,
        eventsOf(changed).filter(({ kind }) => kind === 'reconcile.repaired'),
      );
      kept = await report.replace({ ...kept, run: withCounts(kept.run, before, after) }, index, after);
    }
    return {};
  }

  async function record(actor: Actor, events: Parameters<Catalog['commit']>[0]['events']): Promise<void> {
    if (events.length > 0) await options.catalog.commit({ actor, writes: [], events });
  }

  function lookoutOf({ carrier, keys, signal }: Visit, telling: Telling): Lookout {
    const waiting = { waitsMs: options.waitsMs ?? usualWaitsMs, signal, onTrouble: telling.trouble };
    const { catalog, vault } = options;
    return { catalog, vault, carrier: patientCarrier(carrier, waiting), keys, signal, onBytes: telling.bytes };
  }

  async function tellProgress(kept: Kept, context: JobContext, phase: JobProgress['phase']): Promise<Telling> {
    const { mode, tallies } = kept.run;
    const tallied = Object.values(tallies).reduce((sum, { items }) => sum + items, 0);
    const summary = await options.catalog.placements.summary();
    const expected = Object.values(summary).reduce<number>((sum, one) => sum + (isTally(one) ? one.bytes : 0), 0);
    const count =
      phase === 'Comparing' ? Math.max(await options.catalog.originals.count(), tallied) : kept.run.repairable;
    const meter = createRateMeter(clock);
    let [items, bytes, current] = [phase === 'Comparing' ? tallied : 0, 0, null as string | null];
    // Both sides are read in a thorough comparison; in a quick one nothing is.
    const totalBytes = mode === 'thorough' ? 2 * expected : 0;
    const tell = (): void => {
      const total = Math.max(count, items);
      const byBytes = totalBytes > 0 && phase === 'Comparing';
      const share = { done: bytes, total: Math.max(totalBytes, bytes) };
      const speed = byBytes ? meter.update(share.done, share.total) : meter.update(items, total);
      context.progress({
        phase,
        items: { done: items, total },
        bytes: byBytes ? share : null,
        rate: byBytes ? speed.rate : null,
        remainingMs: speed.remainingMs,
        current,
      });
    };
    tell();
    return {
      items: (done, name) => {
        items += done;
        current = name;
        tell();
      },
      bytes: (more) => {
        bytes += more;
        tell();
      },
      trouble: (error) => {
        current = error === null ? null : `${error.message} It is tried again.`;
        tell();
      },
    };
  }
}

type Telling = {
  readonly items: (done: number, current: string | null) => void;
  readonly bytes: (bytes: number) => void;
  readonly trouble: (error: ExpectedError | null) => void;
};

function isTally(value: unknown): value is { readonly bytes: number } {
  return typeof value === 'object' && value !== null && 'bytes' in value;
}

/** A store that was exchanged for another says nothing about what is in ours. */
async function checkIdentity({ carrier, keys, settings, signal }: Visit): Promise<void> {
  const found = await carrier.getSmall(identityKey, { signal });
  if (found !== null) {
    const identity = readIdentity(found);
    if (identity.storeId === settings.storeId && isStoreOf(identity, keys)) return;
  }
  throw new ExpectedError(
    'tampered',
    found === null
      ? "The store's description of itself is gone."
      : 'What lies there is not the store that this station was connected to.',
    {
      subject: placeOf(settings.target),
      nextStep: 'Ask whoever runs the store what was done to it. Nothing was compared and nothing was changed.',
    },
  );
}
