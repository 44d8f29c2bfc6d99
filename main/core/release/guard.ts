import type { Verdict } from '#common/evidence/index.ts';
import { type Logger, type ProcessSpawner, startProcess } from '#core/kernel/index.ts';
import type { SealedWriteResult } from '#core/vault/index.ts';
import type { GuardApi, GuardPlan, GuardProgress, PackWork } from './guard-api.ts';

type Options<Progress> = { readonly signal: AbortSignal; readonly onProgress: (progress: Progress) => void };

/** The release area's worker process: a new one for each piece of work, so that a crash fails that piece alone. */
export type GuardWorker = {
  /** Examines a finished file. The verdict says what was found; it throws only when the file cannot be examined at all. */
  check(plan: GuardPlan, options: Options<GuardProgress>): Promise<Verdict>;
  /** Writes a package into the vault; progress in bytes of the video. Throws `not-passed` when the video is another file. */
  pack(work: PackWork, options: Options<number>): Promise<SealedWriteResult>;
};

/** Runs guard and packer in processes of their own. `entry` leads to `guard-worker`. */
export function createGuardWorker(spawner: ProcessSpawner, entry: URL, logger: Logger): GuardWorker {
  const start = () => startProcess<GuardApi>(entry, { name: 'guard', spawner, logger });
  return {
    async check(plan, options) {
      const worker = start();
      try {
        return await worker.call('check', plan, options);
      } finally {
        await worker.close();
      }
    },
    async pack(work, options) {
      const worker = start();
      try {
        return await worker.call('pack', work, options);
      } finally {
        await worker.close();
      }
    },
  };
}
