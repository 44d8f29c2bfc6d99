import type { Actor } from '#common/audit/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import type { Job, JobState } from '#common/evidence/index.ts';
import type { JobRow } from '../catalog/index.ts';
import type { Throttle } from './throttle.ts';
import type { Interruption } from './types.ts';

/** A job that has not ended, as it lives in this process. */
export type Entry = {
  row: JobRow;
  /** Its run from being picked to being settled; null when nothing runs. */
  run: Promise<void> | null;
  controller: AbortController;
  interruption: { readonly kind: Interruption; readonly actor: Actor } | null;
  /** Set while it waits for its next attempt. */
  timer: ReturnType<typeof setTimeout> | null;
  /** Changes of its state, one after the other. */
  lastTurn: Promise<unknown>;
  readonly shown: Throttle;
};

/** Done, failed or cancelled: nothing will happen to it any more. */
export function hasEnded(state: JobState): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}

/** The job without what only the core may know. */
export function toJob(row: JobRow): Job {
  const { id, kind, title, state, progress, error, attempts, createdAt, createdBy, finishedAt } = row;
  return { id, kind, title, state, progress, error, attempts, createdAt, createdBy, finishedAt };
}

/** Does `work` when every earlier change of this job is through. */
export function inTurn<Result>(entry: Entry, work: () => Promise<Result>): Promise<Result> {
  const turn = entry.lastTurn.then(work);
  entry.lastTurn = turn.catch(() => undefined);
  return turn;
}

/** Tells a running handler to stop. A cancel outranks a pause, and both outrank the end of the station. */
export function interrupt(entry: Entry, kind: Interruption, actor: Actor, reason: Error): void {
  const rank = { stop: 0, pause: 1, cancel: 2 };
  if (entry.interruption === null || rank[kind] > rank[entry.interruption.kind]) entry.interruption = { kind, actor };
  entry.controller.abort(reason);
}

export function noSuchJob(id: string): ExpectedError {
  return new ExpectedError('not-found', 'There is no such job.', { subject: id });
}

export function wrongState(row: JobRow, deed: string): ExpectedError {
  return new ExpectedError('conflict', `This job cannot be ${deed}: it is ${row.state}.`, { subject: row.title });
}
