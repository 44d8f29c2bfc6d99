import { z } from 'zod';
import type { Actor, AuditEvent } from '#common/audit/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import type { JobProgress, Placement, Recording } from '#common/evidence/index.ts';
import { type RecordingId, recordingIdSchema } from '#common/ids/index.ts';
import type { Catalog, Write } from '#core/catalog/index.ts';
import { createRateMeter, type Effects, type JobContext, type Jobs } from '#core/jobs/index.ts';
import type { Clock } from '#core/kernel/index.ts';
import type { Vault } from '#core/vault/index.ts';
import { whenStoreIsThere } from './patient.ts';

/** Full copies that a person wants on this station. */
export interface Pins {
  /** Puts the fetching into the queue. Writes `recording.pinned`. Throws `not-found`; `conflict` for what is sealed here. */
  pin(recordingId: RecordingId, actor: Actor): Promise<void>;
  /** Writes `recording.unpinned`. Throws `not-found`, `conflict`. */
  unpin(recordingId: RecordingId, actor: Actor): Promise<void>;
}

const payloadSchema = z.object({ recordingId: recordingIdSchema });

type PinOptions = {
  readonly catalog: Catalog;
  readonly vault: Vault;
  readonly jobs: Jobs;
  readonly clock: Clock;
  /** Something is kept, or may be let go. */
  readonly onChange: () => void;
};

type InCloud = Placement & { readonly where: Extract<Placement['where'], { state: 'only-in-cloud' }> };

function isInCloud(placement: Placement | undefined): placement is InCloud {
  return placement?.where.state === 'only-in-cloud';
}

/** Registers the `fetch` handler. */
export function createPins({ catalog, vault, jobs, clock, onChange }: PinOptions): Pins {
  async function find(recordingId: RecordingId): Promise<Recording> {
    const recording = await catalog.recordings.get(recordingId);
    if (recording !== null) return recording;
    throw new ExpectedError('not-found', 'There is no such recording.', { subject: recordingId });
  }

  async function inCloud({ segments, sidecars }: Recording): Promise<readonly InCloud[]> {
    const ids = [...segments.map(({ evidenceId }) => evidenceId), ...sidecars.map(({ sidecarId }) => sidecarId)];
    const records = await Promise.all(ids.map((id) => catalog.placements.get(id)));
    return records.map((record) => record?.placement).filter(isInCloud);
  }

  async function needInCloud(recording: Recording): Promise<readonly InCloud[]> {
    const found = await inCloud(recording);
    if (found.length > 0) return found;
    throw new ExpectedError('conflict', 'This recording was sealed on this station and stays here anyway.', {
      subject: recording.title,
    });
  }

  async function unfinished(recordingId: RecordingId) {
    return (await catalog.jobs.unfinished()).filter(
      ({ kind, payload }) => kind === 'fetch' && payload.includes(recordingId),
    );
  }

  function pinned(found: readonly InCloud[], value: boolean): readonly Write[] {
    return found.map(({ id }) => ({ put: 'kept-here', id, pinned: value }));
  }

  /** Tells bytes of the whole recording; they go on counting from one original to the next. */
  function meter(found: readonly InCloud[], title: string, progress: (progress: JobProgress) => void) {
    const rates = createRateMeter(clock);
    const total = found.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    return (items: number, done: number, away: string | null): void => {
      const speed = away === null ? rates.update(done, total) : { rate: null, remainingMs: null };
      progress({
        phase: away === null ? 'Fetching' : 'Waiting',
        items: { done: items, total: found.length },
        bytes: { done, total },
        ...speed,
        current: away ?? title,
      });
    };
  }

  async function run({ recordingId }: z.infer<typeof payloadSchema>, context: JobContext): Promise<void> {
    const recording = await find(recordingId);
    const found = (await inCloud(recording)).filter(({ where }) => where.pinned === true);
    const tell = meter(found, recording.title, context.progress);
    let done = 0;
    for (const [index, { id, sizeBytes }] of found.entries()) {
      const before = done;
      await whenStoreIsThere(
        () => vault.cache.fetch(id, { signal: context.signal, onBytes: (bytes) => tell(index, before + bytes, null) }),
        context.signal,
        (error) => tell(index, before, error instanceof Error ? error.message : null),
      );
      done += sizeBytes;
      await catalog.commit({ actor: context.actor, writes: [{ put: 'kept-here', id, here: true }], events: [] });
      onChange();
    }
    tell(found.length, done, null);
  }

  /** Whoever stops the fetching does not want the copy. */
  async function ended({ recordingId }: z.infer<typeof payloadSchema>, state: string): Promise<Effects | undefined> {
    const recording = state === 'cancelled' ? await catalog.recordings.get(recordingId) : null;
    const found = recording === null ? [] : (await inCloud(recording)).filter(({ where }) => where.pinned === true);
    if (found.length === 0) return undefined;
    return { writes: pinned(found, false), events: [{ kind: 'recording.unpinned', recordingId }] };
  }

  jobs.register('fetch', { payload: payloadSchema, run, ended: (payload, { state }) => ended(payload, state) });

  return {
    pin: async (recordingId, actor) => {
      const recording = await find(recordingId);
      const found = await needInCloud(recording);
      const already = found.every(({ where }) => where.pinned === true);
      if (already && (found.every(({ where }) => where.here === true) || (await unfinished(recordingId)).length > 0)) {
        return;
      }
      const event: AuditEvent = { kind: 'recording.pinned', recordingId };
      await jobs.enqueue({
        kind: 'fetch',
        title: recording.title,
        payload: { recordingId },
        actor,
        writes: pinned(found, true),
        events: already ? [] : [event],
      });
      onChange();
    },
    unpin: async (recordingId, actor) => {
      const found = (await needInCloud(await find(recordingId))).filter(({ where }) => where.pinned === true);
      if (found.length === 0) return;
      await catalog.commit({
        actor,
        writes: pinned(found, false),
        events: [{ kind: 'recording.unpinned', recordingId }],
      });
      for (const { id } of await unfinished(recordingId)) await jobs.cancel(id, actor);
      onChange();
    },
  };
}
