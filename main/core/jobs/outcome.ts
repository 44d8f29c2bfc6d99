import { ExpectedError, type WireError } from '#common/errors/index.ts';
import type { JobState } from '#common/evidence/index.ts';
import type { JobRow } from '../catalog/index.ts';
import type { Interruption } from './types.ts';

/** The part of a job that changes when its handler has stopped. */
export type Verdict = {
  readonly state: JobState;
  readonly error: WireError | null;
  readonly attempts: number;
  readonly notBefore: number | null;
  readonly finishedAt: number | null;
};

/** Expected errors that say nothing about the work itself, so that it is worth trying again. */
const passing: readonly string[] = ['worker-crashed', 'station-busy'];

/** True when trying again cannot help: the world itself refused the work. */
export function isFinal(thrown: unknown): boolean {
  return thrown instanceof ExpectedError && !passing.includes(thrown.code);
}

/** What becomes of a job whose handler was interrupted. An interrupted attempt does not count. */
export function afterInterruption(row: JobRow, interruption: Interruption, now: number): Verdict {
  const again = { error: null, attempts: Math.max(0, row.attempts - 1), notBefore: null, finishedAt: null };
  switch (interruption) {
    case 'pause':
      return { ...again, state: 'paused' };
    case 'stop':
      return { ...again, state: 'queued' };
    case 'cancel':
      return { ...again, state: 'cancelled', attempts: row.attempts, finishedAt: now };
  }
}

/**
 * What becomes of a job whose handler failed by itself. `retryDelaysMs` holds the wait after the first failure, the
 * second and so on; one more failure and a person has to decide.
 */
export function afterFailure(
  row: JobRow,
  failure: { readonly final: boolean; readonly error: WireError },
  retryDelaysMs: readonly number[],
  now: number,
): Verdict {
  const { error } = failure;
  const { attempts } = row;
  if (failure.final) return { state: 'failed', error, attempts, notBefore: null, finishedAt: now };
  const delay = retryDelaysMs[attempts - 1];
  if (delay === undefined) return { state: 'parked', error, attempts, notBefore: null, finishedAt: null };
  return { state: 'queued', error, attempts, notBefore: now + delay, finishedAt: null };
}
