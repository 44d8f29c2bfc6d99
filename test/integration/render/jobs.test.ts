import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Verdict } from '#common/evidence/index.ts';
import type { JobId } from '#common/ids/index.ts';
import type { Track } from '#common/redaction/index.ts';
import { newId, nodeProcessSpawner, type ProcessSpawner } from '#core/kernel/index.ts';
import { type Darkroom, officer, openDarkroom } from '#test/support/darkroom.ts';
import { type MediaFolder, makers, mediaFolder } from '#test/support/media-files.ts';

let folder: MediaFolder;
beforeAll(() => {
  folder = mediaFolder();
  makers.constantRate(folder.file('short.mp4'));
  makers.constantRate(folder.file('long.mp4'), 120);
});
afterAll(() => folder.remove());

const track: Track = {
  id: newId('track'),
  name: 'Face',
  style: { kind: 'solid' },
  range: { first: 0, last: 10 },
  keyframes: [{ frame: 0, box: { x: 10, y: 10, width: 50, height: 50 } }],
};

async function started(room: Darkroom, name: string) {
  const evidenceId = await room.add(folder.file(name));
  await room.prepare(evidenceId);
  const project = await room.projects.open(evidenceId, officer);
  const edits = [{ kind: 'put-track' as const, track: structuredClone(track) as never, at: 0 }];
  const { version } = await room.projects.edit({ projectId: project.id, version: 0, edits }, officer);
  const { render, jobId } = await room.renders.start({ projectId: project.id, version }, officer);
  return { evidenceId, project, version, renderId: render.id, jobId };
}

function vaultFiles(room: Darkroom): readonly string[] {
  return readdirSync(join(room.folder, 'vault'), { recursive: true }).map(String);
}

/** Resolves when the job has told of frames done. */
function underWay(room: Darkroom, jobId: JobId): Promise<void> {
  return new Promise((resolve) => {
    const stop = room.jobs.onChange((job) => {
      if (job.id !== jobId || job.progress?.phase !== 'Rendering' || job.progress.items.done < 20) return;
      stop();
      resolve();
    });
  });
}

describe('projects', () => {
  it('are made once, edited on top of a version, and audited edit by edit', async () => {
    await using room = await openDarkroom();
    const evidenceId = await room.add(folder.file('short.mp4'));
    const [one, two] = await Promise.all([
      room.projects.open(evidenceId, officer),
      room.projects.open(evidenceId, officer),
    ]);
    expect(one.id).toBe(two.id);
    const put = { kind: 'put-track' as const, track: structuredClone(track) as never, at: 0 };
    const take = { kind: 'remove-track' as const, id: track.id };
    const edit = { projectId: one.id, version: 0, edits: [put, take, put] };
    expect(await room.projects.edit(edit, officer)).toEqual({ version: 3 });
    await expect(room.projects.edit(edit, officer)).rejects.toMatchObject({ code: 'stale-version' });
    // All or none: the second of these cannot be done.
    const impossible = { projectId: one.id, version: 3, edits: [take, take] };
    await expect(room.projects.edit(impossible, officer)).rejects.toMatchObject({ code: 'not-found' });
    const stored = await room.projects.open(evidenceId, officer);
    expect([stored.version, stored.document.tracks]).toEqual([3, [track]]);
    const events = (await room.catalog.audit.page(null, 10)).map((entry) => entry.event);
    const edited = events.flatMap((event) => (event.kind === 'redaction.edited' ? [event] : []));
    expect(edited.map((event) => [event.version, event.edit.kind])).toEqual([
      [3, 'put-track'],
      [2, 'remove-track'],
      [1, 'put-track'],
    ]);
  });
});

describe('a render job', () => {
  it('ends passed, with the verdict in the audit log; only then can it be opened', async () => {
    await using room = await openDarkroom();
    const { renderId, jobId, project, version } = await started(room, 'short.mp4');
    await expect(room.renders.open(renderId, officer)).rejects.toMatchObject({ code: 'not-passed' });
    await expect(room.renders.start({ projectId: project.id, version: version - 1 }, officer)).rejects.toMatchObject({
      code: 'stale-version',
    });
    expect((await room.jobs.finished(jobId)).state).toBe('done');
    expect(await room.renders.open(renderId, officer)).toEqual({ mediaId: renderId, contentType: 'video/mp4' });
    const stored = await room.vault.verify(renderId);
    const kinds = (await room.catalog.audit.page(null, 20)).map((entry) => entry.event);
    expect(kinds).toContainEqual(expect.objectContaining({ kind: 'render.passed', sha256: stored.plaintextSha256 }));
    expect(kinds.some((event) => event.kind === 'render.started')).toBe(true);
    expect(kinds.some((event) => event.kind === 'render.viewed')).toBe(true);
  });

  it('whose file fails the check deletes it and says which frame and why', async () => {
    const verdict = (sha256: string): Verdict => ({
      passed: false,
      checkedAt: 1,
      sha256,
      sizeBytes: 1,
      frames: 48,
      regions: 11,
      checks: [
        { name: 'coverage', passed: false, detail: 'frame 7, region 10,10 50×50: 90 steps from the plan', frame: 7 },
      ],
    });
    await using room = await openDarkroom({
      guard: {
        check: async ({ result }) => verdict((await room.vault.stat(result.sealedId as never)).plaintextSha256),
      },
    });
    const { renderId, jobId } = await started(room, 'short.mp4');
    const job = await room.jobs.finished(jobId);
    expect(job).toMatchObject({
      state: 'failed',
      error: { code: 'guard-failed', message: expect.stringContaining('frame 7') as string },
    });
    expect(await room.vault.has(renderId)).toBe(false);
    const render = (await room.catalog.renders.get(renderId))!;
    expect(render.status).toMatchObject({ state: 'failed', verdict: { passed: false } });
    const events = (await room.catalog.audit.page(null, 20)).map((entry) => entry.event);
    expect(events).toContainEqual(
      expect.objectContaining({
        kind: 'render.failed',
        renderId,
        reason: expect.stringContaining('frame 7') as string,
      }),
    );
    await expect(room.renders.open(renderId, officer)).rejects.toMatchObject({ code: 'not-passed' });
  });

  it('that is cancelled leaves nothing behind', async () => {
    await using room = await openDarkroom();
    const { renderId, jobId } = await started(room, 'long.mp4');
    await underWay(room, jobId);
    await room.jobs.cancel(jobId, officer);
    expect(await room.renderState(renderId)).toBe('cancelled');
    expect(vaultFiles(room).filter((name) => name.includes(renderId))).toEqual([]);
  });

  it('that is paused begins again when it is resumed, and passes', async () => {
    await using room = await openDarkroom();
    const { renderId, jobId } = await started(room, 'long.mp4');
    await underWay(room, jobId);
    await room.jobs.pause(jobId, officer);
    expect(vaultFiles(room).filter((name) => name.includes(renderId))).toEqual([]);
    await room.jobs.resume(jobId, officer);
    expect((await room.jobs.finished(jobId)).state).toBe('done');
    expect(await room.renderState(renderId)).toBe('passed');
  });

  it('whose worker dies is tried again from scratch', async () => {
    const renderers: { kill: () => void }[] = [];
    const spawner: ProcessSpawner = {
      spawn: (entry, name) => {
        const endpoint = nodeProcessSpawner.spawn(entry, name);
        if (name === 'render') renderers.push(endpoint);
        return endpoint;
      },
    };
    await using room = await openDarkroom({ spawner });
    const { renderId, jobId } = await started(room, 'long.mp4');
    await underWay(room, jobId);
    renderers[0]!.kill();
    expect((await room.jobs.finished(jobId)).state).toBe('done');
    expect(renderers).toHaveLength(2);
    expect(await room.renderState(renderId)).toBe('passed');
  });
});
