import { join } from 'node:path';
import type { Actor } from '#common/audit/index.ts';
import type { ParsedRequestOf, ReplyOf } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import type { Job } from '#common/evidence/index.ts';
import type { Jobs } from '#core/jobs/index.ts';
import { newId } from '#core/kernel/index.ts';
import type { Cloud } from '../cloud.ts';
import { type ReconcileOptions, reconcileHandler, type Task } from './job.ts';
import { openReport } from './report.ts';

/** Comparing vault, catalog and store, and what can be asked of it; the words are those of the contract. */
export interface Reconcile {
  status(): Promise<ReplyOf<'reconcile.status'>>;
  findings(input: ParsedRequestOf<'reconcile.findings'>): Promise<ReplyOf<'reconcile.findings'>>;
  /** Writes `reconcile.started`. Throws `not-ready` without a store, `conflict` while a comparison runs. */
  start(input: ParsedRequestOf<'reconcile.start'>, actor: Actor): Promise<Job>;
  /** Writes `reconcile.repair-started`. Throws `not-found` when there is nothing to repair. */
  repair(actor: Actor): Promise<Job>;
}

/** Registers its work with the jobs, which must not have started yet. `folder` keeps the newest result, sealed with `key`. */
export function createReconcile(
  options: Omit<ReconcileOptions, 'report' | 'cloud'> & {
    readonly jobs: Jobs;
    readonly cloud: Pick<Cloud, 'visit' | 'status'>;
    readonly folder: string;
    readonly key: Uint8Array;
  },
): Reconcile {
  const { jobs, cloud } = options;
  const report = openReport(join(options.folder, 'comparison'), options.key);
  jobs.register('reconcile', reconcileHandler({ ...options, report }));

  async function newestJob(): Promise<Job | null> {
    return (await jobs.list()).find(({ kind }) => kind === 'reconcile') ?? null;
  }

  async function enqueue(task: Task, event: Parameters<Jobs['enqueue']>[0]['events'], actor: Actor): Promise<Job> {
    const { connection } = await cloud.status();
    if (connection === null) {
      throw new ExpectedError('not-ready', 'The department uses no store, so there is nothing to compare with.', {
        nextStep: 'Set a store up first.',
      });
    }
    const running = await newestJob();
    if (running !== null && !['done', 'failed', 'cancelled'].includes(running.state)) {
      throw new ExpectedError('conflict', 'A comparison is under way already.', {
        subject: running.title,
        nextStep: 'Wait until it is done, or cancel it first.',
      });
    }
    return jobs.enqueue({ kind: 'reconcile', title: connection.place, payload: task, actor, events: event ?? [] });
  }

  return {
    status: async () => {
      const [kept, job] = [await report.read(), await newestJob()];
      const run = kept?.run ?? null;
      const alive = job !== null && !['done', 'failed', 'cancelled'].includes(job.state);
      // Whatever became of its job: nobody works on it any more.
      return { run: run?.state === 'running' && !alive ? { ...run, state: 'stopped' } : run, job };
    },
    findings: async (input) => {
      const kept = await report.read();
      if (kept === null) return { items: [], total: 0 };
      const { items, total } = await report.page(kept, input);
      return { items: [...items], total };
    },
    start: async ({ mode, repair, goOn }, actor) => {
      const kept = goOn ? await report.read() : null;
      const token = kept !== null && kept.run.state !== 'done' && kept.run.mode === mode ? kept.token : newId('job');
      return enqueue({ work: 'compare', token, mode, repair }, [{ kind: 'reconcile.started', mode, repair }], actor);
    },
    repair: async (actor) => {
      const kept = await report.read();
      if (kept === null || kept.run.repairable === 0) {
        throw new ExpectedError('not-found', 'The newest comparison found nothing that can be repaired.', {
          nextStep: 'Compare first.',
        });
      }
      return enqueue({ work: 'repair', token: kept.token }, [{ kind: 'reconcile.repair-started' }], actor);
    },
  };
}
