import { readRow } from './bodies.ts';
import type { Store } from './store.ts';
import { type JobRow, jobRowSchema } from './types.ts';

type StoredJob = {
  readonly id: string;
  readonly kind: string;
  readonly title: string;
  readonly state: string;
  readonly attempts: number;
  readonly not_before: number | null;
  readonly created_at: number;
  readonly created_by: string;
  readonly finished_at: number | null;
  readonly actor: string;
  readonly payload: string;
  readonly progress: string | null;
  readonly error: string | null;
};

function toJob(row: StoredJob): JobRow {
  return readRow(jobRowSchema, 'job', row.id, () => ({
    id: row.id,
    kind: row.kind,
    title: row.title,
    state: row.state,
    attempts: row.attempts,
    notBefore: row.not_before,
    createdAt: row.created_at,
    createdBy: row.created_by,
    finishedAt: row.finished_at,
    actor: JSON.parse(row.actor) as unknown,
    payload: row.payload,
    progress: row.progress === null ? null : (JSON.parse(row.progress) as unknown),
    error: row.error === null ? null : (JSON.parse(row.error) as unknown),
  }));
}

export function getJob(store: Store, id: string): JobRow | null {
  const row = store.get('SELECT * FROM jobs WHERE id = ?', id) as StoredJob | undefined;
  return row === undefined ? null : toJob(row);
}

export function unfinishedJobs(store: Store): readonly JobRow[] {
  return (
    store.all(
      `SELECT * FROM jobs WHERE state IN ('queued', 'running', 'paused', 'parked') ORDER BY created_at, rowid`,
    ) as readonly StoredJob[]
  ).map(toJob);
}

export function jobsFinishedSince(store: Store, instant: number): readonly JobRow[] {
  return (
    store.all(
      'SELECT * FROM jobs WHERE finished_at >= ? ORDER BY finished_at DESC, rowid DESC',
      instant,
    ) as readonly StoredJob[]
  ).map(toJob);
}

export function putJob(store: Store, given: JobRow): void {
  const job = jobRowSchema.parse(given);
  store.run(
    `INSERT INTO jobs (id, kind, title, state, attempts, not_before, created_at, created_by, finished_at, actor,
       payload, progress, error) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, title = excluded.title, state = excluded.state,
       attempts = excluded.attempts, not_before = excluded.not_before, finished_at = excluded.finished_at,
       actor = excluded.actor, payload = excluded.payload, progress = excluded.progress, error = excluded.error`,
    job.id,
    job.kind,
    job.title,
    job.state,
    job.attempts,
    job.notBefore,
    job.createdAt,
    job.createdBy,
    job.finishedAt,
    JSON.stringify(job.actor),
    job.payload,
    job.progress === null ? null : JSON.stringify(job.progress),
    job.error === null ? null : JSON.stringify(job.error),
  );
}
