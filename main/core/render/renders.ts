import { z } from 'zod';
import { type Actor, type AuditEvent, actorName } from '#common/audit/index.ts';
import type { ParsedRequestOf, ReplyOf } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import type { JobProgress, MediaFacts, Phase, Render, RenderState, Verdict } from '#common/evidence/index.ts';
import { type RenderId, renderIdSchema } from '#common/ids/index.ts';
import type { RedactionDocument } from '#common/redaction/index.ts';
import type { FrameTableWire } from '#common/time/index.ts';
import type { Catalog } from '#core/catalog/index.ts';
import { stale } from '#core/changes/index.ts';
import { createRateMeter, type Effects, type Ending, type JobContext, type Jobs } from '#core/jobs/index.ts';
import { type Clock, type Logger, newId, type ProcessSpawner, startProcess } from '#core/kernel/index.ts';
import type { SealedAccess, StoredObject, Vault } from '#core/vault/index.ts';
import type { RenderApi } from './render-worker.ts';

/** What a finished file must turn out to be; the guard knows nothing of how it was made. */
export type CheckPlan = {
  readonly source: SealedAccess;
  readonly result: SealedAccess;
  readonly facts: MediaFacts;
  readonly frames: FrameTableWire;
  readonly document: RedactionDocument;
  /** When the check is made, ms UTC. */
  readonly now: number;
};

/** The machine check of finished files. */
export interface RenderGuard {
  check(
    plan: CheckPlan,
    options: { readonly signal: AbortSignal; readonly onProgress: (progress: { readonly frames: number }) => void },
  ): Promise<Verdict>;
}

/** Renders of redacted recordings: nothing of one can be used before the guard has passed it. */
export interface Renders {
  /**
   * Freezes the document as it stands and puts its render into the queue. Throws `not-found`, `stale-version` when the
   * project has moved on, `not-ready` when the recording cannot be played yet.
   */
  start(input: ParsedRequestOf<'render.start'>, actor: Actor): Promise<ReplyOf<'render.start'>>;
  /** Writes `render.viewed`. Throws `not-found`; `not-passed` for anything but a passed render. */
  open(renderId: RenderId, actor: Actor): Promise<ReplyOf<'render.open'>>;
}

export type RendersOptions = {
  readonly catalog: Catalog;
  readonly vault: Vault;
  readonly jobs: Jobs;
  readonly spawner: ProcessSpawner;
  /** The `render` worker entry. */
  readonly entry: URL;
  readonly guard: RenderGuard;
  readonly logger: Logger;
  readonly clock: Clock;
};

const payloadSchema = z.object({ renderId: renderIdSchema });
type Payload = z.infer<typeof payloadSchema>;

/** Registers the `render` handler. Every render runs in a worker process of its own. */
export function createRenders(options: RendersOptions): Renders {
  const { catalog, vault, jobs, spawner, entry, guard, logger, clock } = options;

  async function get(renderId: RenderId): Promise<Render> {
    const render = await catalog.renders.get(renderId);
    if (render === null) throw new ExpectedError('not-found', 'There is no such render.', { subject: renderId });
    return render;
  }

  async function materialOf(
    render: Pick<Render, 'evidenceId'>,
  ): Promise<{ facts: MediaFacts; frames: FrameTableWire }> {
    const recording = await catalog.recordings.byEvidence(render.evidenceId);
    const media = recording?.segments.find((part) => part.evidenceId === render.evidenceId)?.media;
    const frames = await catalog.frameTables.get(render.evidenceId);
    if (media?.state === 'ready' && frames !== null) return { facts: media.facts, frames };
    throw new ExpectedError('not-ready', 'This recording is not ready to be rendered.', {
      subject: render.evidenceId,
      nextStep: 'Wait until it can be played, then render it.',
    });
  }

  async function mark(
    render: Render,
    status: RenderState,
    actor: Actor,
    events: readonly AuditEvent[] = [],
  ): Promise<void> {
    await catalog.commit({ actor, writes: [{ put: 'render', value: { ...render, status } }], events });
  }

  /** Tells frames done of one phase. */
  function meter(phase: Phase, total: number, current: string, progress: (progress: JobProgress) => void) {
    const rates = createRateMeter(clock);
    return (done: number): void => {
      const { rate, remainingMs } = rates.update(done, total);
      progress({ phase, items: { done, total }, bytes: null, rate, remainingMs, current });
    };
  }

  /** Renders from scratch: a half-written file is worth nothing, and starting again needs no trust in it. */
  async function make(render: Render, context: JobContext): Promise<StoredObject> {
    const { facts, frames } = await materialOf(render);
    // Of a recording that is only in the cloud, all is fetched first and stays until the render is made.
    await using borrowed = await vault.borrow(render.evidenceId, { signal: context.signal });
    const source = borrowed.access;
    await vault.remove(render.id);
    const reservation = await vault.reserve(render.id);
    await reservation.abort();
    const tell = meter('Rendering', frames.frames, context.job.title, context.progress);
    tell(0);
    const worker = startProcess<RenderApi>(entry, { name: 'render', spawner, logger });
    try {
      const result = await worker.call(
        'render',
        { source, target: reservation.access, frames, document: render.document, video: facts.video },
        { signal: context.signal, onProgress: tell },
      );
      return await reservation.commit(result);
    } catch (error) {
      await reservation.abort();
      throw error;
    } finally {
      await worker.close();
    }
  }

  async function check(render: Render, stored: StoredObject, context: JobContext): Promise<Verdict> {
    const { facts, frames } = await materialOf(render);
    const tell = meter('Checking', frames.frames, context.job.title, context.progress);
    tell(0);
    await using borrowed = await vault.borrow(render.evidenceId, { signal: context.signal });
    const verdict = await guard.check(
      {
        source: borrowed.access,
        result: await vault.access(render.id),
        facts,
        frames,
        document: render.document,
        now: clock.now(),
      },
      { signal: context.signal, onProgress: (progress) => tell(progress.frames) },
    );
    if (verdict.sha256 !== stored.plaintextSha256)
      throw new Error('The guard looked at another file than was rendered.');
    return verdict;
  }

  async function run({ renderId }: Payload, context: JobContext): Promise<Effects | undefined> {
    const render = await get(renderId);
    if (render.status.state === 'passed') return undefined;
    try {
      await mark(render, { state: 'rendering' }, context.actor);
      const stored = await make(render, context);
      await mark(render, { state: 'checking' }, context.actor);
      const verdict = await check(render, stored, context);
      if (!verdict.passed) await refuse(render, verdict, context.actor);
      return {
        writes: [{ put: 'render', value: { ...render, status: { state: 'passed', verdict } } }],
        events: [{ kind: 'render.passed', renderId, sha256: verdict.sha256, checks: verdict.checks }],
      };
    } catch (error) {
      // Whatever went wrong, an output that has not passed does not stay.
      await vault.remove(renderId);
      if (context.signal.aborted) await mark(render, { state: 'queued' }, context.actor);
      throw error;
    }
  }

  async function refuse(render: Render, verdict: Verdict, actor: Actor): Promise<never> {
    const fault = verdict.checks.find((one) => !one.passed);
    const reason = fault === undefined ? 'a check failed' : fault.detail;
    await vault.remove(render.id);
    await mark(render, { state: 'failed', verdict, error: null }, actor, [
      { kind: 'render.failed', renderId: render.id, reason, checks: verdict.checks },
    ]);
    throw new ExpectedError('guard-failed', `The finished file did not pass the machine check: ${reason}.`, {
      subject: render.id,
      nextStep: 'The file was deleted. Render again; if it fails again at the same place, report it.',
    });
  }

  async function ended({ renderId }: Payload, ending: Ending): Promise<Effects | undefined> {
    const render = await catalog.renders.get(renderId);
    if (render === null || render.status.state === 'passed' || render.status.state === 'failed') return undefined;
    await vault.remove(renderId);
    if (ending.state === 'cancelled') {
      return { writes: [{ put: 'render', value: { ...render, status: { state: 'cancelled' } } }] };
    }
    const status: RenderState = { state: 'failed', verdict: null, error: ending.error };
    const reason = ending.error?.message ?? 'The render failed.';
    return {
      writes: [{ put: 'render', value: { ...render, status } }],
      events: [{ kind: 'render.failed', renderId, reason, checks: [] }],
    };
  }

  jobs.register('render', { payload: payloadSchema, run, ended });

  return {
    start: async ({ projectId, version }, actor) => {
      const project = await catalog.projects.get(projectId);
      if (project === null) throw new ExpectedError('not-found', 'There is no such redaction.', { subject: projectId });
      if (project.version !== version) throw stale(projectId);
      await materialOf(project);
      const recording = await catalog.recordings.get(project.recordingId);
      const render: Render = {
        id: newId('render'),
        projectId,
        evidenceId: project.evidenceId,
        recordingId: project.recordingId,
        projectVersion: version,
        operation: project.head,
        document: project.document,
        status: { state: 'queued' },
        startedAt: clock.now(),
        startedBy: actorName(actor),
      };
      const job = await jobs.enqueue({
        kind: 'render',
        title: `Render of ${recording?.title ?? project.recordingId}`,
        payload: { renderId: render.id },
        actor,
        writes: [{ put: 'render', value: render }],
        events: [{ kind: 'render.started', renderId: render.id, projectId, projectVersion: version }],
      });
      return { render, jobId: job.id };
    },
    open: async (renderId, actor) => {
      const render = await get(renderId);
      if (render.status.state !== 'passed') {
        throw new ExpectedError('not-passed', 'This render has not passed the machine check.', {
          subject: renderId,
          nextStep: 'Only a render that passed can be watched and released.',
        });
      }
      await catalog.commit({ actor, writes: [], events: [{ kind: 'render.viewed', renderId }] });
      return { mediaId: renderId, contentType: 'video/mp4' };
    },
  };
}
