import { z } from 'zod';
import { type Actor, actorName } from '#common/audit/index.ts';
import { CancelledError, ExpectedError, toWireError } from '#common/errors/index.ts';
import type { JobProgress, Recording, Release, Render, Segment, Verdict } from '#common/evidence/index.ts';
import { type JobId, type ReleaseId, type RenderId, releaseIdSchema } from '#common/ids/index.ts';
import { decodeFrameTable } from '#common/time/index.ts';
import type { Catalog } from '#core/catalog/index.ts';
import type { Jobs } from '#core/jobs/index.ts';
import { type Clock, newId } from '#core/kernel/index.ts';
import type { StoredObject, Vault } from '#core/vault/index.ts';
import type { GuardWorker } from './guard.ts';
import type { Manifest } from './manifest.ts';
import { type PackagePlan, planPackage, safeStem } from './package-plan.ts';
import { redactionRows } from './redaction-log.ts';
import type { Signer } from './ssh-signature.ts';

/** What a person says when they release something. `confirmation` is the recording's title, typed by hand. */
export type ReleaseRequest = {
  readonly renderId: RenderId;
  readonly requester: string;
  readonly reason: string;
  readonly confirmation: string;
};

export type ReleasesOptions = {
  readonly catalog: Catalog;
  readonly vault: Vault;
  readonly jobs: Jobs;
  readonly worker: GuardWorker;
  readonly signer: Signer;
  readonly agency: { readonly name: string; readonly training: boolean };
  readonly clock: Clock;
};

/** Release packages: nothing leaves that the guard has not passed. */
export type Releases = {
  /**
   * Records the decision and starts building. Throws `not-found`, `not-passed`, `stale-version` (the redaction was changed after the
   * render), `conflict` (other versions of it wait for a decision), `invalid-request` (wrong confirmation).
   */
  create(request: ReleaseRequest, actor: Actor): Promise<{ readonly release: Release; readonly jobId: JobId }>;
  /** A finished package, for download; writes the audit line. Throws `not-found`, `not-ready`. */
  open(releaseId: ReleaseId, actor: Actor): Promise<{ readonly mediaId: ReleaseId; readonly fileName: string }>;
};

const payloadSchema = z.object({ releaseId: releaseIdSchema });
/** The name in `allowed_signers`: a role at the department, not a person. */
const signerIdentity = 'release@plainview';

export function createReleases(options: ReleasesOptions): Releases {
  const { catalog, vault, jobs, worker, signer, agency, clock } = options;

  jobs.register('release', {
    payload: payloadSchema,
    async run({ releaseId }, { actor, signal, progress }) {
      const release = await needRelease(releaseId);
      if (release.status.state === 'ready') return undefined;
      const material = await gather(release.renderId);
      const facts = describe(release, material, actor);
      const rows = redactionRows(material.render.document, decodeFrameTable(material.frames));
      const plan = await planPackage(facts, rows, material.recording, signer);
      const packed = await pack(plan, material.render.id, releaseId, signal, progress);
      const fileName = `${safeStem(material.segment.fileName)}-release-${facts.releasedAt.slice(0, 10)}.zip`;
      const { plaintextSha256: sha256, plaintextSize: sizeBytes } = packed;
      const { renderId, requester, reason } = release;
      return {
        writes: [{ put: 'release', value: { ...release, status: { state: 'ready', fileName, sizeBytes, sha256 } } }],
        events: [{ kind: 'release.created', releaseId, renderId, requester, reason, sha256 }],
      };
    },
    async ended({ releaseId }, { error }) {
      const release = await needRelease(releaseId);
      const status = {
        state: 'failed',
        error: error ?? toWireError(new CancelledError('The release was cancelled.')),
      } as const;
      return { writes: [{ put: 'release', value: { ...release, status } }] };
    },
  });

  async function pack(
    plan: PackagePlan,
    renderId: RenderId,
    releaseId: ReleaseId,
    signal: AbortSignal,
    progress: (progress: JobProgress) => void,
  ): Promise<StoredObject> {
    await vault.remove(releaseId);
    const place = await vault.reserve(releaseId);
    try {
      const onProgress = (done: number): void =>
        progress({
          phase: 'Packing',
          items: { done: 0, total: 1 },
          bytes: { done, total: plan.video.sizeBytes },
          rate: null,
          remainingMs: null,
          current: plan.video.path,
        });
      const work = { plan, video: await vault.access(renderId), target: place.access };
      return await place.commit(await worker.pack(work, { signal, onProgress }));
    } catch (error) {
      await place.abort();
      throw error;
    }
  }

  async function needRelease(id: ReleaseId): Promise<Release> {
    const release = await catalog.releases.get(id);
    if (release === null) throw new ExpectedError('not-found', 'There is no such release.', { subject: id });
    return release;
  }

  type Material = {
    readonly render: Render;
    readonly verdict: Verdict;
    readonly recording: Recording;
    readonly segment: Segment;
    readonly frames: NonNullable<Awaited<ReturnType<Catalog['frameTables']['get']>>>;
  };

  async function gather(renderId: RenderId): Promise<Material> {
    const render = await catalog.renders.get(renderId);
    if (render === null) throw new ExpectedError('not-found', 'There is no such redacted copy.', { subject: renderId });
    if (render.status.state !== 'passed' || !render.status.verdict.passed) {
      throw new ExpectedError('not-passed', 'This redacted copy has not passed its check, so it cannot be released.', {
        subject: renderId,
        nextStep: 'Open the recording, mend what the check found, and render it again.',
      });
    }
    const recording = await catalog.recordings.get(render.recordingId);
    const segment = recording?.segments.find((part) => part.evidenceId === render.evidenceId);
    const frames = await catalog.frameTables.get(render.evidenceId);
    if (recording === null || segment === undefined || frames === null) {
      throw new ExpectedError('not-found', 'The original of this redacted copy is not in the catalog.', {
        subject: render.evidenceId,
      });
    }
    return { render, verdict: render.status.verdict, recording, segment, frames };
  }

  /** What leaves must hide what people want hidden now: a copy that was right yesterday may show what was found since. */
  async function refuseStale(render: Render): Promise<void> {
    const project = await catalog.projects.get(render.projectId);
    if (project === null) {
      throw new ExpectedError('not-found', 'The redaction of this copy is not in the catalog.', { subject: render.id });
    }
    if (project.version !== render.projectVersion) {
      throw new ExpectedError('stale-version', 'The redaction was changed after this copy was rendered.', {
        subject: render.id,
        nextStep: `This copy is of version ${render.projectVersion}, the redaction is at version ${project.version}. Render it again, and release that copy.`,
      });
    }
    if (project.branches.length > 0) {
      const names = [...new Set(project.branches.flatMap((branch) => branch.names))].join(', ');
      throw new ExpectedError(
        'conflict',
        `There is another version of this redaction, by ${names}, that nobody has decided on.`,
        {
          subject: render.id,
          nextStep: 'Open the recording, compare the versions and choose one. Then release a copy of that.',
        },
      );
    }
  }

  function describe(
    release: Release,
    { render, verdict, recording, segment }: Material,
    actor: Actor,
  ): Omit<Manifest, 'files'> {
    const iso = (at: number): string => new Date(at).toISOString();
    return {
      format: 'plainview-release/1',
      releaseId: release.id,
      renderId: render.id,
      agency,
      releasedAt: iso(release.createdAt),
      releasedBy: actorName(actor),
      requester: release.requester,
      reason: release.reason,
      original: {
        evidenceId: segment.evidenceId,
        fileName: segment.fileName,
        sha256: segment.sha256,
        sizeBytes: segment.sizeBytes,
        device: recording.device.name,
        startedAt: iso(recording.start.at),
        sealedAt: iso(segment.sealedAt),
      },
      check: verdict,
      signer: { publicKey: signer.publicKey, fingerprint: signer.fingerprint, identity: signerIdentity },
    };
  }

  return {
    async create({ renderId, requester, reason, confirmation }, actor) {
      const { render, recording } = await gather(renderId);
      await refuseStale(render);
      if (confirmation.trim() !== recording.title) {
        throw new ExpectedError('invalid-request', 'The confirmation is not the title of the recording.', {
          subject: recording.title,
          nextStep: `Type the title exactly as it is shown: ${recording.title}`,
        });
      }
      const release: Release = {
        id: newId('release'),
        renderId,
        recordingId: recording.id,
        requester,
        reason,
        status: { state: 'building' },
        createdAt: clock.now(),
        createdBy: actorName(actor),
      };
      const job = await jobs.enqueue({
        kind: 'release',
        title: `Release of ${recording.title}`,
        payload: { releaseId: release.id },
        actor,
        writes: [{ put: 'release', value: release }],
        events: [],
      });
      return { release, jobId: job.id };
    },

    async open(releaseId, actor) {
      const release = await needRelease(releaseId);
      if (release.status.state !== 'ready') {
        throw new ExpectedError('not-ready', 'This package is not finished.', {
          subject: releaseId,
          nextStep: 'Wait until the status strip shows that it is packed.',
        });
      }
      const { fileName, sha256 } = release.status;
      await catalog.commit({ actor, writes: [], events: [{ kind: 'release.downloaded', releaseId, sha256 }] });
      return { mediaId: releaseId, fileName };
    },
  };
}
