import type { Actor } from '#common/audit/index.ts';
import { ExpectedError, toWireError, type WireError } from '#common/errors/index.ts';
import type { JobKind } from '#common/evidence/index.ts';
import type { Catalog, JobRow } from '../catalog/index.ts';
import type { Clock, Logger } from '../kernel/index.ts';
import { type Entry, inTurn, toJob } from './entry.ts';
import { afterFailure, afterInterruption, isFinal, type Verdict } from './outcome.ts';
import type { Effects } from './types.ts';
import type { Understand, Work } from './work.ts';

/** A job that was running in so many crashes is likely to be what causes them. */
const mostCrashes = 5;

export type RunnerOptions = {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly retryDelaysMs: readonly number[];
  readonly understand: (kind: JobKind) => Understand | undefined;
  /** A new state is stored. */
  readonly changed: (entry: Entry) => void;
  /** Something may begin that could not before. */
  readonly free: () => void;
};

/** Carries jobs from state to state. Everything it stores is stored before anybody is told. */
export type Runner = {
  readonly begin: (entry: Entry) => void;
  readonly set: (entry: Entry, changes: Partial<JobRow>, actor: Actor, effects: Effects) => Promise<void>;
  /** Ends a job that is not running. To be called in its turn. */
  readonly cancelIdle: (entry: Entry, actor: Actor) => Promise<void>;
  /** Queues again what was running when the station crashed. */
  readonly recover: (entry: Entry) => Promise<void>;
  /** Holds a queued job back until its next attempt is due. */
  readonly waitFor: (entry: Entry) => void;
  readonly forgetWait: (entry: Entry) => void;
};

export function createRunner(options: RunnerOptions): Runner {
  const { catalog, clock, logger, retryDelaysMs, understand, changed, free } = options;
  const longestWait = Math.max(0, ...retryDelaysMs);

  async function set(entry: Entry, changes: Partial<JobRow>, actor: Actor, effects: Effects): Promise<void> {
    const row = { ...entry.row, ...changes };
    const { writes = [], events = [] } = effects;
    await catalog.commit({ actor, writes: [...writes, { put: 'job', value: row }], events });
    entry.row = { ...row, progress: entry.row.progress };
    changed(entry);
  }

  function forgetWait(entry: Entry): void {
    if (entry.timer !== null) clearTimeout(entry.timer);
    entry.timer = null;
  }

  function hold(entry: Entry, ms: number): void {
    forgetWait(entry);
    entry.timer = setTimeout(() => {
      entry.timer = null;
      free();
    }, ms);
    entry.timer.unref();
  }

  function waitFor(entry: Entry): void {
    const left = (entry.row.notBefore ?? 0) - clock.now();
    // Never longer than the longest delay: the clock may have been set back since.
    if (left > 0) hold(entry, Math.min(left, longestWait));
  }

  function understandRow({ kind, payload, title }: JobRow): Work | ExpectedError {
    try {
      const work = understand(kind)?.(payload);
      if (work !== undefined) return work;
      throw new Error(`There is no handler for ${kind} jobs.`);
    } catch (error) {
      return new ExpectedError('invalid-request', 'What this job has to do cannot be understood.', {
        subject: title,
        nextStep: 'Cancel it and start the work again.',
        cause: error,
      });
    }
  }

  function wireOf(entry: Entry, thrown: unknown): WireError {
    const fields = { error: thrown, job: entry.row.id, kind: entry.row.kind, attempt: entry.row.attempts };
    return toWireError(thrown, logger.error(`A job stopped: ${entry.row.title}`, fields));
  }

  /** Stores an end without success, with what the handler wants changed for it. */
  async function conclude(entry: Entry, work: Work | null, verdict: Verdict, actor: Actor): Promise<void> {
    const { state, error } = verdict;
    if (work !== null && (state === 'failed' || state === 'parked' || state === 'cancelled')) {
      try {
        const job = toJob({ ...entry.row, ...verdict });
        await set(entry, verdict, actor, await work.ended({ state, error, job, actor }));
        return;
      } catch (thrown) {
        // The job's own state must not hang on what else was to change with it.
        logger.error('What a job wanted changed at its end could not be stored', { error: thrown, job: entry.row.id });
      }
    }
    await set(entry, verdict, actor, {});
    if (state === 'queued') waitFor(entry);
  }

  /** Null when there is nothing to run (any more). */
  async function prepare(entry: Entry): Promise<Work | null> {
    if (entry.row.state !== 'queued' || entry.controller.signal.aborted) return null;
    const { actor } = entry.row;
    const work = understandRow(entry.row);
    if (work instanceof ExpectedError) {
      await set(entry, { state: 'parked', error: wireOf(entry, work), notBefore: null }, actor, {});
      return null;
    }
    const attempts = entry.row.attempts + 1;
    await set(entry, { state: 'running', attempts, error: null, notBefore: null }, actor, {});
    return work;
  }

  async function attempt(entry: Entry, work: Work): Promise<void> {
    const { actor } = entry.row;
    let thrown: unknown;
    try {
      entry.controller.signal.throwIfAborted();
      const effects = await work.run({
        job: toJob(entry.row),
        actor,
        signal: entry.controller.signal,
        progress: (progress) => {
          entry.row = { ...entry.row, progress };
          entry.shown.call();
        },
      });
      await inTurn(entry, () => set(entry, { state: 'done', error: null, finishedAt: clock.now() }, actor, effects));
      return;
    } catch (error) {
      thrown = error;
    }
    await inTurn(entry, async () => {
      const { interruption } = entry;
      if (interruption === null) {
        const failure = { final: isFinal(thrown), error: wireOf(entry, thrown) };
        await conclude(entry, work, afterFailure(entry.row, failure, retryDelaysMs, clock.now()), actor);
        return;
      }
      if (!isInterruption(thrown)) logger.warn('A job failed while it was being interrupted', { error: thrown });
      await conclude(entry, work, afterInterruption(entry.row, interruption.kind, clock.now()), interruption.actor);
    });
  }

  async function runOnce(entry: Entry): Promise<void> {
    try {
      const work = await inTurn(entry, () => prepare(entry));
      if (work !== null) await attempt(entry, work);
    } catch (error) {
      // The catalog itself refused. The row may still say "running"; it is tried again here, and after a restart.
      logger.error('The state of a job could not be stored', { error, job: entry.row.id });
      if (entry.row.state === 'running') entry.row = { ...entry.row, state: 'queued' };
      hold(entry, longestWait);
    } finally {
      entry.run = null;
      free();
    }
  }

  return {
    begin: (entry) => {
      entry.controller = new AbortController();
      entry.interruption = null;
      entry.run = runOnce(entry);
    },
    set,
    cancelIdle: (entry, actor) => {
      forgetWait(entry);
      const work = understandRow(entry.row);
      const verdict = afterInterruption(entry.row, 'cancel', clock.now());
      return conclude(entry, work instanceof ExpectedError ? null : work, verdict, actor);
    },
    recover: (entry) =>
      inTurn(entry, async () => {
        if (entry.row.attempts < mostCrashes) {
          await set(entry, { state: 'queued', notBefore: null }, { kind: 'station' }, {});
          return;
        }
        const error = new ExpectedError('worker-crashed', 'The station stopped several times during this job.', {
          subject: entry.row.title,
          nextStep: 'Resume it if the reason is known, or cancel it.',
        });
        await set(entry, { state: 'parked', error: wireOf(entry, error) }, { kind: 'station' }, {});
      }),
    waitFor,
    forgetWait,
  };
}

function isInterruption(thrown: unknown): boolean {
  return thrown instanceof Error && (thrown.name === 'CancelledError' || thrown.name === 'AbortError');
}
