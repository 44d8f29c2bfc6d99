import type { z } from 'zod';
import type { Actor, AuditEvent } from '#common/audit/index.ts';
import { CancelledError, type WireError } from '#common/errors/index.ts';
import type { Job, JobKind, JobProgress } from '#common/evidence/index.ts';
import type { JobId } from '#common/ids/index.ts';
import type { Write } from '../catalog/index.ts';

/** Why running work is interrupted. `stop`: the station is closing, the job goes on after the next start. */
export type Interruption = 'pause' | 'cancel' | 'stop';

/** The reason on a handler's signal. Let it propagate after cleaning up (`signal.throwIfAborted()`). */
export class JobInterrupted extends CancelledError {
  readonly interruption: Interruption;

  constructor(interruption: Interruption) {
    super(`The job was interrupted (${interruption}).`);
    this.interruption = interruption;
  }
}

/** What a handler gets beside its payload. */
export type JobContext = {
  readonly job: Job;
  /** Who asked for the work. */
  readonly actor: Actor;
  /** Aborted with a {@link JobInterrupted} on pause, cancel and stop. */
  readonly signal: AbortSignal;
  /** Cheap: call it as often as there is news. Shown at most five times a second, never stored by itself. */
  readonly progress: (progress: JobProgress) => void;
};

/** What goes into the transaction that ends a job. */
export type Effects = { readonly writes?: readonly Write[]; readonly events?: readonly AuditEvent[] };

/** How a job ended without having done its work. */
export type Ending = {
  readonly state: 'failed' | 'parked' | 'cancelled';
  /** Null when it was cancelled. */
  readonly error: WireError | null;
  readonly job: Job;
  /** Who cancelled it; who asked for it otherwise. */
  readonly actor: Actor;
};

/** How one kind of long work is done. */
export type JobHandler<Payload> = {
  /** What the payload must look like; a stored one that does not is parked. */
  readonly payload: z.ZodType<Payload>;
  /**
   * Does the work. Must be idempotent and go on where it stopped: it is called again after pause, stop, crash and failure.
   * What it returns is committed in the same transaction as the job's end. An ExpectedError fails the job at once (but for
   * `worker-crashed` and `station-busy`); anything else is tried again after 1, 5 and 30 seconds and then parked.
   */
  run(payload: Payload, context: JobContext): Promise<Effects | undefined> | Promise<void>;
  /**
   * What to change when the job fails, is parked or is cancelled (also when it never ran), in the same transaction. Not
   * called while `run` is running, nor when the payload cannot be understood.
   */
  ended?(payload: Payload, ending: Ending): Promise<Effects | undefined> | Effects | undefined;
};

/** New work. `writes` and `events` go into the same transaction as the job. */
export type NewJob = {
  readonly kind: JobKind;
  /** What it works on, for people. */
  readonly title: string;
  /** Anything JSON can hold; must fit the schema of the kind. */
  readonly payload: unknown;
  readonly actor: Actor;
  readonly writes?: readonly Write[];
  readonly events?: readonly AuditEvent[];
};

/** Long work that outlives crashes and restarts. */
export interface Jobs {
  /** To be called before `start`, once for each kind. Work of a kind without a handler waits. */
  register<Payload>(kind: JobKind, handler: JobHandler<Payload>): void;
  /** Stores the job and begins it as soon as its kind has room. Throws what `commit` of the catalog throws. */
  enqueue(job: NewJob): Promise<Job>;
  /** Unfinished jobs, and those that ended within the last day; newest first. */
  list(): Promise<readonly Job[]>;
  get(id: JobId): Promise<Job | null>;
  /** Interrupts or holds back a job; resolves when its handler has stopped. Outlives a restart. Throws `not-found`, `conflict`. */
  pause(id: JobId, actor: Actor): Promise<void>;
  /** Lets a paused or parked job go on, with all its attempts. Throws `not-found`, `conflict`. */
  resume(id: JobId, actor: Actor): Promise<void>;
  /** Ends a job for good; resolves when its handler has stopped. Throws `not-found`, `conflict` when it has ended otherwise. */
  cancel(id: JobId, actor: Actor): Promise<void>;
  /** Resolves with the job when it is done, failed, parked or cancelled. Throws `not-found`. */
  finished(id: JobId): Promise<Job>;
  /** Tells of every new state and, at most five times a second, of progress. Returns what ends the telling. */
  onChange(listener: (job: Job) => void): () => void;
  /** Takes up what is stored: work that ran when the station crashed is queued again. */
  start(): Promise<void>;
  /** Interrupts running work, which goes on after the next start, and resolves when all of it has stopped. */
  stop(): Promise<void>;
}
