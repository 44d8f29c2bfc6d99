import { type Actor, actorName } from '#common/audit/index.ts';
import { CancelledError } from '#common/errors/index.ts';
import type { Job, JobKind } from '#common/evidence/index.ts';
import type { JobId } from '#common/ids/index.ts';
import type { Catalog, JobRow } from '../catalog/index.ts';
import { type Clock, type Logger, newId } from '../kernel/index.ts';
import { type Entry, hasEnded, inTurn, interrupt, noSuchJob, toJob, wrongState } from './entry.ts';
import { createRunner } from './runner.ts';
import { createThrottle } from './throttle.ts';
import { JobInterrupted, type Jobs } from './types.ts';
import { type Understand, understanding } from './work.ts';

const day = 24 * 60 * 60 * 1000;
const showEveryMs = 200;

/** `concurrency`: how many jobs of a kind run at once (1 unless told). `retryDelaysMs`: waits between attempts. */
export type JobsOptions = {
  readonly catalog: Catalog;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly concurrency?: Readonly<Partial<Record<JobKind, number>>>;
  readonly retryDelaysMs?: readonly number[];
};

/** Puts the job queue on a catalog. Register the handlers, then `start`. */
export function createJobs(options: JobsOptions): Jobs {
  const { catalog, clock, logger, concurrency = {}, retryDelaysMs = [1_000, 5_000, 30_000] } = options;
  const handlers = new Map<JobKind, Understand>();
  const entries = new Map<JobId, Entry>();
  const listeners = new Set<(job: Job) => void>();
  const waiting = new Set<(reason: Error) => void>();
  let started = false;

  function tell(job: Job): void {
    for (const listener of listeners) {
      try {
        listener(job);
      } catch (error) {
        // Whoever listens badly must not stop the work.
        logger.error('A listener to jobs failed', { error });
      }
    }
  }

  function adopt(row: JobRow): Entry {
    const entry: Entry = {
      row,
      run: null,
      controller: new AbortController(),
      interruption: null,
      timer: null,
      lastTurn: Promise.resolve(),
      shown: createThrottle(showEveryMs, () => tell(toJob(entry.row))),
    };
    entries.set(row.id, entry);
    return entry;
  }

  const runner = createRunner({
    catalog,
    clock,
    logger,
    retryDelaysMs,
    understand: (kind) => handlers.get(kind),
    changed: (entry) => {
      entry.shown.cancel();
      if (hasEnded(entry.row.state)) entries.delete(entry.row.id);
      tell(toJob(entry.row));
    },
    free: pump,
  });

  /** Begins whatever may begin. */
  function pump(): void {
    if (!started) return;
    const running = new Map<JobKind, number>();
    for (const { run, row } of entries.values()) {
      if (run !== null) running.set(row.kind, (running.get(row.kind) ?? 0) + 1);
    }
    for (const entry of entries.values()) {
      const { kind, state } = entry.row;
      const busy = running.get(kind) ?? 0;
      if (state !== 'queued' || entry.run !== null || entry.timer !== null) continue;
      if (!handlers.has(kind) || busy >= (concurrency[kind] ?? 1)) continue;
      running.set(kind, busy + 1);
      runner.begin(entry);
    }
  }

  async function find(id: JobId, deed: string): Promise<Entry> {
    const entry = entries.get(id);
    if (entry !== undefined) return entry;
    const row = await catalog.jobs.get(id);
    if (row === null) throw noSuchJob(id);
    if (hasEnded(row.state)) throw wrongState(row, deed);
    return entries.get(id) ?? adopt(row);
  }

  async function get(id: JobId): Promise<Job | null> {
    const entry = entries.get(id);
    if (entry !== undefined) return toJob(entry.row);
    const row = await catalog.jobs.get(id);
    return row === null ? null : toJob(row);
  }

  async function pause(id: JobId, actor: Actor): Promise<void> {
    const entry = await find(id, 'paused');
    await inTurn(entry, async () => {
      const { state } = entry.row;
      if (state === 'paused') return;
      if (state !== 'queued' && state !== 'running') throw wrongState(entry.row, 'paused');
      // Stored before the handler has stopped: a crash in between must not undo what the person decided.
      await runner.set(entry, { state: 'paused' }, actor, {});
      if (entry.run !== null) interrupt(entry, 'pause', actor, new JobInterrupted('pause'));
      runner.forgetWait(entry);
    });
    await entry.run;
  }

  async function resume(id: JobId, actor: Actor): Promise<void> {
    const entry = await find(id, 'resumed');
    await entry.run;
    await inTurn(entry, async () => {
      const { state } = entry.row;
      if (state === 'queued' || state === 'running') return;
      if (state !== 'paused' && state !== 'parked') throw wrongState(entry.row, 'resumed');
      await runner.set(entry, { state: 'queued', attempts: 0, error: null, notBefore: null }, actor, {});
    });
    pump();
  }

  async function cancel(id: JobId, actor: Actor): Promise<void> {
    const entry = await find(id, 'cancelled');
    await inTurn(entry, async () => {
      const { state } = entry.row;
      if (state === 'cancelled') return;
      if (hasEnded(state)) throw wrongState(entry.row, 'cancelled');
      // A paused job may still be winding down.
      const active = entry.run !== null && (state === 'running' || state === 'paused');
      if (active) interrupt(entry, 'cancel', actor, new JobInterrupted('cancel'));
      else await runner.cancelIdle(entry, actor);
    });
    await entry.run;
    await inTurn(entry, async () => {
      if (!hasEnded(entry.row.state)) await runner.cancelIdle(entry, actor);
    });
  }

  return {
    register: (kind, handler) => {
      if (started || handlers.has(kind)) throw new Error(`The handler for ${kind} jobs comes too late or twice.`);
      handlers.set(kind, understanding(handler));
    },
    enqueue: async ({ kind, title, payload, actor, writes = [], events = [] }) => {
      const text = JSON.stringify(payload);
      handlers.get(kind)?.(text);
      const row: JobRow = {
        id: newId('job'),
        kind,
        title,
        state: 'queued',
        progress: null,
        error: null,
        attempts: 0,
        createdAt: clock.now(),
        createdBy: actorName(actor),
        finishedAt: null,
        actor,
        payload: text,
        notBefore: null,
      };
      await catalog.commit({ actor, writes: [...writes, { put: 'job', value: row }], events });
      adopt(row);
      tell(toJob(row));
      pump();
      return toJob(row);
    },
    list: async () => {
      const found = new Map<JobId, Job>();
      for (const row of await catalog.jobs.unfinished()) found.set(row.id, toJob(row));
      for (const { row } of entries.values()) found.set(row.id, toJob(row));
      for (const row of await catalog.jobs.finishedSince(clock.now() - day)) found.set(row.id, toJob(row));
      return [...found.values()].sort((a, b) => b.createdAt - a.createdAt);
    },
    get,
    pause,
    resume,
    cancel,
    finished: async (id) => {
      const outcome = Promise.withResolvers<Job>();
      const listener = (job: Job): void => {
        if (job.id === id && (hasEnded(job.state) || job.state === 'parked')) outcome.resolve(job);
      };
      listeners.add(listener);
      waiting.add(outcome.reject);
      try {
        const job = await get(id);
        if (job === null) throw noSuchJob(id);
        listener(job);
        return await outcome.promise;
      } finally {
        listeners.delete(listener);
        waiting.delete(outcome.reject);
      }
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    start: async () => {
      if (started) return;
      for (const row of await catalog.jobs.unfinished()) {
        const entry = entries.get(row.id) ?? adopt(row);
        if (row.state === 'running') await runner.recover(entry);
        else if (row.state === 'queued') runner.waitFor(entry);
      }
      started = true;
      pump();
    },
    stop: async () => {
      started = false;
      const all = [...entries.values()];
      for (const entry of all) {
        runner.forgetWait(entry);
        if (entry.run !== null) interrupt(entry, 'stop', { kind: 'station' }, new JobInterrupted('stop'));
      }
      await Promise.all(all.map((entry) => entry.run ?? Promise.resolve()));
      for (const entry of all) entry.shown.cancel();
      entries.clear();
      for (const reject of waiting) reject(new CancelledError('The station is stopping.'));
    },
  };
}
