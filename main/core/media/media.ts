import { z } from 'zod';
import type { Actor, AuditEvent } from '#common/audit/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import type { Job, JobKind, JobProgress, MediaFacts, MediaState, Segment } from '#common/evidence/index.ts';
import {
  type EvidenceId,
  evidenceIdSchema,
  type PosterId,
  type ProxyId,
  posterIdSchema,
  proxyIdSchema,
} from '#common/ids/index.ts';
import { decodeFrameTable, type FrameTable, type FrameTableWire } from '#common/time/index.ts';
import type { Catalog, Write } from '#core/catalog/index.ts';
import type { Clock, Logger, ProcessSpawner } from '#core/kernel/index.ts';
import type { SealedAccess, Vault } from '#core/vault/index.ts';
import { createLane } from './lane.ts';
import { frameProgress } from './progress.ts';

/** What preparing gets from whoever runs it. */
export type PrepareContext = {
  readonly signal: AbortSignal;
  readonly progress: (progress: JobProgress) => void;
};

/** The part of the job queue that is used; `jobs` has it. */
export type PrepareQueue = {
  register<Payload>(
    kind: JobKind,
    handler: {
      readonly payload: z.ZodType<Payload>;
      run(payload: Payload, context: PrepareContext): Promise<void>;
      ended(payload: Payload): Promise<{ readonly writes: readonly Write[] } | undefined>;
    },
  ): void;
  enqueue(job: {
    readonly kind: JobKind;
    readonly title: string;
    readonly payload: unknown;
    readonly actor: Actor;
    readonly writes?: readonly Write[];
    readonly events?: readonly AuditEvent[];
  }): Promise<Job>;
};

export type MediaOptions = {
  readonly catalog: Catalog;
  readonly vault: Vault;
  readonly jobs: PrepareQueue;
  readonly spawner: ProcessSpawner;
  /** The `media` worker entry. */
  readonly entry: URL;
  readonly logger: Logger;
  readonly clock: Clock;
};

/** What a look into a sealed file found: a picture that decodes, or the reason why not, in words. */
export type Inspection = { readonly kind: 'ok' } | { readonly kind: 'damaged'; readonly reason: string };

/** Makes sealed recordings fit to be looked at: facts, frame table, poster, and a proxy where the browser needs one. */
export interface Media {
  /**
   * Looks into a sealed file, also one that is in no catalog yet. Throws `worker-crashed` when the file brings FFmpeg down,
   * `tampered`, `not-found`.
   */
  inspect(access: SealedAccess): Promise<Inspection>;
  /**
   * Prepares one evidence item and stores every step in the catalog. Safe to repeat after a crash, a pause or success: what
   * is there already is kept. A file that cannot be played ends as `unplayable` with the reason, which is no error.
   * Throws `not-found`, `worker-crashed`, what the vault throws; CancelledError when the signal fired.
   */
  prepare(evidenceId: EvidenceId, context: PrepareContext): Promise<void>;
  /** Puts a `prepare` job for each item into the queue. */
  prepareLater(evidenceIds: readonly EvidenceId[]): Promise<void>;
  /**
   * Puts a job into the queue that makes a copy which plays, because a browser cannot decode the original although it should:
   * a part of it is damaged, say. Frames keep their numbers. Throws `not-found`; `not-ready` while it is being prepared;
   * `conflict` when what does not play is such a copy already.
   */
  mendLater(evidenceId: EvidenceId, actor: Actor): Promise<void>;
  /** The frame table. Throws `not-ready` before it is known. */
  frameTable(evidenceId: EvidenceId): Promise<FrameTable>;
  /** The content type of the original as the media door tells it. */
  contentType(evidenceId: EvidenceId): Promise<string>;
  /** Ends the worker processes. */
  close(): Promise<void>;
}

/** `mend`: a copy is wanted although the original seemed to play. */
const payloadSchema = z.object({ evidenceId: evidenceIdSchema, mend: z.boolean().optional() });
const station: Actor = { kind: 'station' };

/** Registers the `prepare` handler. Worker processes are started when they are needed. */
export function createMedia(options: MediaOptions): Media {
  const { catalog, vault, jobs, spawner, entry, logger, clock } = options;
  // A proxy takes minutes; nobody should wait for it to see the poster of another recording.
  const quick = createLane(spawner, entry, logger);
  const slow = createLane(spawner, entry, logger);

  async function segmentOf(evidenceId: EvidenceId): Promise<Segment> {
    const recording = await catalog.recordings.byEvidence(evidenceId);
    const segment = recording?.segments.find((part) => part.evidenceId === evidenceId);
    if (segment === undefined) {
      throw new ExpectedError('not-found', 'There is no such recording.', { subject: evidenceId });
    }
    return segment;
  }

  async function store(
    evidenceId: EvidenceId,
    media: MediaState,
    more: readonly Write[],
    events: readonly AuditEvent[],
  ) {
    await catalog.commit({
      actor: station,
      writes: [...more, { put: 'segment-media', evidenceId, media }],
      events,
    });
  }

  async function isReady(evidenceId: EvidenceId, { media }: Segment): Promise<boolean> {
    if (media.state !== 'ready') return false;
    if ((await catalog.frameTables.get(evidenceId)) === null) return false;
    if (media.posterId !== null && !(await vault.has(media.posterId))) return false;
    return media.proxyId === null || vault.has(media.proxyId);
  }

  async function prepare(evidenceId: EvidenceId, context: PrepareContext): Promise<void> {
    const { signal, progress } = context;
    const segment = await segmentOf(evidenceId);
    if (await isReady(evidenceId, segment)) return;
    const say = frameProgress(clock, segment.fileName, progress);
    say(0, 0);
    await using borrowed = await vault.borrow(evidenceId, { signal });
    const source = borrowed.access;
    let facts: MediaFacts;
    let frames: FrameTableWire;
    try {
      ({ facts, frames } = await quick.run(signal, (worker) => worker.call('probe', source, { signal })));
    } catch (error) {
      if (!(error instanceof ExpectedError) || !unplayable.has(error.code)) throw error;
      logger.warn('A recording cannot be played', { evidenceId, error });
      await store(evidenceId, { state: 'unplayable', reason: error.message }, [], []);
      return;
    }
    const table: Write = { put: 'frame-table', evidenceId, value: frames };
    const posterId = await poster(evidenceId, source, signal);
    if (facts.playsInBrowser) {
      await store(evidenceId, { state: 'ready', facts, posterId, proxyId: null }, [table], []);
      return;
    }
    await store(evidenceId, { state: 'making-proxy', facts }, [table], []);
    say(0, frames.frames);
    const made = await proxy({ evidenceId, source, frames, fixed: false }, context, (done) => say(done, frames.frames));
    // The proxy's maker decoded every frame: what it found is the truth about them.
    const known: Write = { put: 'frame-table', evidenceId, value: made.frames };
    const ready = { state: 'ready', facts: withFrames(facts, made.frames), posterId, proxyId: made.proxyId } as const;
    await store(evidenceId, ready, [known], [madeEvent(evidenceId, made)]);
  }

  /** Makes the copy of a recording whose frames are known and stay as they are. */
  async function mend(evidenceId: EvidenceId, context: PrepareContext): Promise<void> {
    const { media, fileName } = await segmentOf(evidenceId);
    if (media.state !== 'making-proxy') return;
    const frames = await catalog.frameTables.get(evidenceId);
    if (frames === null) throw new Error(`${evidenceId} was shown without a frame table.`);
    const say = frameProgress(clock, fileName, context.progress);
    say(0, frames.frames);
    await using borrowed = await vault.borrow(evidenceId, { signal: context.signal });
    const source = borrowed.access;
    const posterId = await poster(evidenceId, source, context.signal);
    const made = await proxy({ evidenceId, source, frames, fixed: true }, context, (done) => say(done, frames.frames));
    const facts = { ...media.facts, undecodableFrames: made.missing };
    const ready = { state: 'ready', facts, posterId, proxyId: made.proxyId } as const;
    await store(evidenceId, ready, [], [madeEvent(evidenceId, made)]);
  }

  /** No copy could be made: the original is shown again, as far as it plays. */
  async function asBefore(evidenceId: EvidenceId): Promise<{ readonly writes: readonly Write[] } | undefined> {
    const { media } = await segmentOf(evidenceId);
    if (media.state !== 'making-proxy') return undefined;
    const posterId = posterIdSchema.parse(derivedId('pst', evidenceId));
    const shown = (await vault.has(posterId)) ? posterId : null;
    const before = { state: 'ready', facts: media.facts, posterId: shown, proxyId: null } as const;
    return { writes: [{ put: 'segment-media', evidenceId, media: before }] };
  }

  /** Null when no picture could be made; the recording plays all the same. */
  async function poster(evidenceId: EvidenceId, source: SealedAccess, signal: AbortSignal): Promise<PosterId | null> {
    const posterId = posterIdSchema.parse(derivedId('pst', evidenceId));
    if (await vault.has(posterId)) return posterId;
    try {
      const jpeg = await quick.run(signal, (worker) => worker.call('poster', source, { signal }));
      await (await vault.reserve(posterId)).abort();
      await vault.sealBytes(posterId, jpeg);
      return posterId;
    } catch (error) {
      if (!(error instanceof ExpectedError) || !unplayable.has(error.code)) throw error;
      logger.warn('A recording has no picture for the library', { evidenceId, error });
      return null;
    }
  }

  async function proxy(
    {
      evidenceId,
      ...params
    }: {
      readonly evidenceId: EvidenceId;
      readonly source: SealedAccess;
      readonly frames: FrameTableWire;
      readonly fixed: boolean;
    },
    { signal }: PrepareContext,
    onFrame: (done: number) => void,
  ): Promise<Proxy> {
    const proxyId = proxyIdSchema.parse(derivedId('prx', evidenceId));
    // A crash between sealing and storing leaves a proxy whose frames nobody noted: it is made again.
    await vault.remove(proxyId);
    const reservation = await vault.reserve(proxyId);
    await reservation.abort();
    try {
      const work = { ...params, target: reservation.access };
      const made = await slow.run(signal, (worker) => worker.call('proxy', work, { signal, onProgress: onFrame }));
      const stored = await reservation.commit(made.result);
      return { proxyId, sha256: stored.plaintextSha256, frames: made.frames, missing: made.missing };
    } catch (error) {
      await reservation.abort();
      throw error;
    }
  }

  jobs.register('prepare', {
    payload: payloadSchema,
    run: (job, context) => (job.mend === true ? mend(job.evidenceId, context) : prepare(job.evidenceId, context)),
    ended: (job) => (job.mend === true ? asBefore(job.evidenceId) : Promise.resolve(undefined)),
  });

  return {
    inspect: async (access) => {
      try {
        await quick.run(null, (worker) => worker.call('inspect', access));
        return { kind: 'ok' };
      } catch (error) {
        if (error instanceof ExpectedError && error.code === 'damaged-media') {
          return { kind: 'damaged', reason: error.message };
        }
        // Whole, but of a kind FFmpeg does not know: nothing to keep aside.
        if (error instanceof ExpectedError && error.code === 'unsupported-media') return { kind: 'ok' };
        throw error;
      }
    },
    prepare,
    prepareLater: async (evidenceIds) => {
      for (const evidenceId of evidenceIds) {
        const { fileName } = await segmentOf(evidenceId);
        await jobs.enqueue({ kind: 'prepare', title: fileName, payload: { evidenceId }, actor: station });
      }
    },
    mendLater: async (evidenceId, actor) => {
      const { media, fileName } = await segmentOf(evidenceId);
      if (media.state !== 'ready') {
        throw new ExpectedError('not-ready', 'This recording is not ready to be played.', { subject: fileName });
      }
      if (media.proxyId !== null) {
        throw new ExpectedError('conflict', 'What does not play is a copy made for playing already.', {
          subject: fileName,
          nextStep: 'Try again with another browser, or with a newer version of this one.',
        });
      }
      await jobs.enqueue({
        kind: 'prepare',
        title: fileName,
        payload: { evidenceId, mend: true },
        actor,
        writes: [{ put: 'segment-media', evidenceId, media: { state: 'making-proxy', facts: media.facts } }],
        events: [{ kind: 'proxy.wanted', evidenceId }],
      });
    },
    frameTable: async (evidenceId) => {
      const wire = await catalog.frameTables.get(evidenceId);
      if (wire !== null) return decodeFrameTable(wire);
      throw new ExpectedError('not-ready', 'This recording is still being prepared.', {
        subject: evidenceId,
        nextStep: 'Wait until the status strip shows that it is done.',
      });
    },
    contentType: async (evidenceId) => {
      const { media } = await segmentOf(evidenceId);
      // Chromium decides by this, and takes QuickTime files under the name of MP4.
      return media.state === 'ready' && media.facts.container === 'mp4' ? 'video/mp4' : 'application/octet-stream';
    },
    close: async () => {
      await Promise.all([quick.close(), slow.close()]);
    },
  };
}

/** A playable copy that was made; `missing` counts the frames that do not decode. */
type Proxy = {
  readonly proxyId: ProxyId;
  readonly sha256: string;
  readonly frames: FrameTableWire;
  readonly missing: number;
};

function madeEvent(evidenceId: EvidenceId, { proxyId, sha256 }: Proxy): AuditEvent {
  return { kind: 'proxy.made', evidenceId, proxyId, sha256 };
}

/** Codes that say something about the file, not about us. */
const unplayable = new Set<string>(['damaged-media', 'unsupported-media']);

/** The id of what is made from an evidence item: the same whenever it is made, so that making it again replaces it. */
function derivedId(prefix: 'pst' | 'prx', evidenceId: EvidenceId): string {
  return prefix + evidenceId.slice(evidenceId.indexOf('_'));
}

function withFrames(facts: MediaFacts, frames: FrameTableWire): MediaFacts {
  return facts.video.frames === frames.frames ? facts : { ...facts, video: { ...facts.video, frames: frames.frames } };
}
