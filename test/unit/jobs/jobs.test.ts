import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Actor } from '#common/audit/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import type { Job, JobProgress } from '#common/evidence/index.ts';
import type { Catalog } from '#core/catalog/index.ts';
import {
  createJobs,
  type Effects,
  type Ending,
  type JobContext,
  type Jobs,
  type JobsOptions,
} from '#core/jobs/index.ts';
import { newId, silentLogger } from '#core/kernel/index.ts';
import {
  aDamagedItem,
  type HandClock,
  handClock,
  openRaw,
  openTestCatalog,
  type TempFolder,
  tempFolder,
  theStation,
} from '#test/support/catalog.ts';

const actor: Actor = { kind: 'command-line', osUser: 'dana' };
const payload = z.object({ name: z.string() });
type Payload = z.infer<typeof payload>;

let folder: TempFolder;
let catalog: Catalog;
let clock: HandClock;
let jobs: Jobs;

/** What the handler does next; tests set it. */
let behave: (given: Payload, context: JobContext) => Promise<void>;
let ran: string[];
let endings: Ending[];

function createWith(options: Partial<JobsOptions> = {}): Jobs {
  const created = createJobs({ catalog, clock, logger: silentLogger, retryDelaysMs: [5, 5, 5], ...options });
  created.register('offload', {
    payload,
    run: async (given, context) => {
      ran.push(given.name);
      await behave(given, context);
    },
    ended: (_given, ending) => {
      endings.push(ending);
      return { events: [{ kind: 'offload.stopped', jobId: ending.job.id, reason: ending.state }] };
    },
  });
  return created;
}

beforeEach(async () => {
  folder = tempFolder();
  clock = handClock();
  catalog = await openTestCatalog(folder.path, { clock });
  behave = () => Promise.resolve();
  ran = [];
  endings = [];
  jobs = createWith();
});
afterEach(async () => {
  await jobs.stop();
  await catalog.close();
  folder.dispose();
});

function enqueue(name = 'BWC-07'): Promise<Job> {
  return jobs.enqueue({ kind: 'offload', title: name, payload: { name }, actor });
}

/** Works until it is interrupted. */
function untilInterrupted(_given: Payload, { signal }: JobContext): Promise<void> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error));
  });
}

/** As when the power goes: nothing of the old process does anything any more. */
async function crashAndRestart(): Promise<void> {
  const state = openRaw(folder.path);
  const rows = state.prepare('SELECT id, state, attempts FROM jobs').all() as {
    id: string;
    state: string;
    attempts: number;
  }[];
  await jobs.stop();
  for (const row of rows)
    state.prepare('UPDATE jobs SET state = ?, attempts = ? WHERE id = ?').run(row.state, row.attempts, row.id);
  state.close();
  await restart();
}

async function restart(): Promise<void> {
  await jobs.stop();
  jobs = createWith();
}

async function stateOf(id: Job['id']): Promise<string | undefined> {
  return (await catalog.jobs.get(id))?.state;
}

describe('a job', () => {
  it('is stored with what it belongs to, runs, and is done', async () => {
    const damaged = aDamagedItem();
    await jobs.start();
    const job = await jobs.enqueue({
      kind: 'offload',
      title: 'BWC-07',
      payload: { name: 'one' },
      actor,
      writes: [{ put: 'damaged', value: damaged }],
      events: [{ kind: 'folder.watched', location: '/x' }],
    });
    expect(job).toMatchObject({ state: 'queued', createdBy: 'dana (command line)', attempts: 0 });
    expect(await jobs.finished(job.id)).toMatchObject({
      state: 'done',
      finishedAt: clock.time,
      attempts: 1,
      error: null,
    });
    expect(await catalog.damaged.get(damaged.id)).toEqual(damaged);
    expect((await catalog.audit.head()).seq).toBe(1);
    expect(await stateOf(job.id)).toBe('done');
    expect(ran).toEqual(['one']);
    expect(endings).toEqual([]);
  });

  it('does not exist when what it belongs to cannot be stored', async () => {
    const orphan = jobs.enqueue({
      kind: 'offload',
      title: 'x',
      payload: { name: 'x' },
      actor,
      writes: [{ put: 'segment-media', evidenceId: newId('evidence'), media: { state: 'waiting' } }],
    });
    await expect(orphan).rejects.toMatchObject({ code: 'not-found' });
    expect(await jobs.list()).toEqual([]);
  });

  it('of a payload that does not suit its kind is a bug', async () => {
    await expect(jobs.enqueue({ kind: 'offload', title: 'x', payload: { name: 4 }, actor })).rejects.toThrow();
  });

  it('waits until the queue is started, and for a handler', async () => {
    const job = await enqueue();
    const strange = await jobs.enqueue({ kind: 'render', title: 'y', payload: {}, actor });
    expect(ran).toEqual([]);
    await jobs.start();
    await jobs.finished(job.id);
    expect((await jobs.get(strange.id))?.state).toBe('queued');
  });

  it('commits what its handler returns together with its end', async () => {
    const seen: string[] = [];
    jobs.register('prepare', {
      payload,
      run: () => Promise.resolve<Effects>({ events: [{ kind: 'folder.watched', location: '/done' }] }),
    });
    jobs.onChange((job) => void seen.push(job.state));
    await jobs.start();
    const job = await jobs.enqueue({ kind: 'prepare', title: 'x', payload: { name: 'x' }, actor });
    await jobs.finished(job.id);
    expect(seen).toEqual(['queued', 'running', 'done']);
    expect((await catalog.audit.page(null, 1))[0]).toMatchObject({ actor, event: { location: '/done' } });
  });
});

describe('running', () => {
  it('keeps the order and the room of the kind', async () => {
    jobs = createWith({ concurrency: { offload: 2 } });
    let now = 0;
    let most = 0;
    behave = async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setTimeout(resolve, 10));
      now--;
    };
    const all: Job[] = [];
    for (let i = 0; i < 6; i++) all.push(await enqueue(`n${i}`));
    await jobs.start();
    await Promise.all(all.map((job) => jobs.finished(job.id)));
    expect(most).toBe(2);
    expect(ran).toEqual(['n0', 'n1', 'n2', 'n3', 'n4', 'n5']);
  });

  it('shows progress, not too often, and does not write it each time', async () => {
    const progress = (done: number): JobProgress => ({
      phase: 'Copying',
      items: { done, total: 400 },
      bytes: null,
      rate: null,
      remainingMs: null,
      current: null,
    });
    const shown: number[] = [];
    jobs.onChange((job) => {
      if (job.state === 'running' && job.progress !== null) shown.push(job.progress.items.done);
    });
    let stored: unknown;
    behave = async (_given, context) => {
      for (let i = 1; i <= 400; i++) {
        context.progress(progress(i));
        if (i % 80 === 0) await new Promise((resolve) => setTimeout(resolve, 100));
      }
      stored = (await catalog.jobs.get(context.job.id))?.progress;
      expect((await jobs.get(context.job.id))?.progress).toEqual(progress(400));
    };
    await jobs.start();
    const done = await jobs.finished((await enqueue()).id);
    expect(done.progress).toEqual(progress(400));
    expect(stored).toBeNull();
    expect(shown[0]).toBe(1);
    expect(shown.length).toBeGreaterThan(1);
    expect(shown.length).toBeLessThanOrEqual(5);
  });

  it('is not stopped by a listener that throws', async () => {
    jobs.onChange(() => {
      throw new Error('bad listener');
    });
    await jobs.start();
    expect(await jobs.finished((await enqueue()).id)).toMatchObject({ state: 'done' });
  });
});

describe('failing', () => {
  beforeEach(() => jobs.start());

  it('fails at once when the world says no, and tells what to do', async () => {
    behave = () =>
      Promise.reject(new ExpectedError('source-gone', 'The card was pulled.', { nextStep: 'Dock it again.' }));
    const job = await jobs.finished((await enqueue()).id);
    expect(job).toMatchObject({
      state: 'failed',
      attempts: 1,
      error: { code: 'source-gone', nextStep: 'Dock it again.' },
    });
    expect(endings).toMatchObject([{ state: 'failed', error: { code: 'source-gone' }, actor }]);
    expect((await catalog.audit.page(null, 1))[0]?.event).toMatchObject({ kind: 'offload.stopped', reason: 'failed' });
    expect(ran).toHaveLength(1);
  });

  it.each([
    ['a bug', () => new Error('boom')],
    ['a crashed worker', () => new ExpectedError('worker-crashed', 'The media worker stopped.')],
  ])('tries again after %s, and parks it in the end', async (_name, thrown) => {
    behave = () => Promise.reject(thrown());
    const job = await jobs.finished((await enqueue()).id);
    expect(job).toMatchObject({ state: 'parked', attempts: 4, finishedAt: null });
    expect(job.error).not.toBeNull();
    expect(ran).toHaveLength(4);
    expect(endings).toMatchObject([{ state: 'parked' }]);
    expect((await jobs.list())[0]).toMatchObject({ state: 'parked' });
    behave = () => Promise.resolve();
    await jobs.resume(job.id, actor);
    await expect.poll(() => stateOf(job.id)).toBe('done');
  });

  it('gets over a passing failure', async () => {
    behave = () => (ran.length < 3 ? Promise.reject(new Error('boom')) : Promise.resolve());
    expect(await jobs.finished((await enqueue()).id)).toMatchObject({ state: 'done', attempts: 3, error: null });
  });

  it('parks what cannot be understood, shows it, and lets it be cancelled', async () => {
    await jobs.stop();
    const raw = openRaw(folder.path);
    const [broken, other] = [await enqueue(), await enqueue()];
    raw.prepare('UPDATE jobs SET payload = ? WHERE id = ?').run('{"name":', broken.id);
    raw.prepare('UPDATE jobs SET payload = ? WHERE id = ?').run('{"title":"x"}', other.id);
    raw.close();
    await restart();
    await jobs.start();
    for (const { id } of [broken, other]) {
      expect(await jobs.finished(id)).toMatchObject({ state: 'parked', error: { code: 'invalid-request' } });
    }
    expect((await jobs.list()).map((job) => job.state)).toEqual(['parked', 'parked']);
    await jobs.cancel(broken.id, actor);
    expect(await stateOf(broken.id)).toBe('cancelled');
    expect(ran).toEqual([]);
  });

  it('still ends when what it wanted changed cannot be stored', async () => {
    await jobs.stop();
    jobs = createWith();
    jobs.register('prepare', {
      payload,
      run: () => Promise.reject<Effects>(new ExpectedError('damaged-media', 'Broken.')),
      ended: () => ({ writes: [{ put: 'segment-media', evidenceId: newId('evidence'), media: { state: 'waiting' } }] }),
    });
    await jobs.start();
    const job = await jobs.enqueue({ kind: 'prepare', title: 'x', payload: { name: 'x' }, actor });
    expect(await jobs.finished(job.id)).toMatchObject({ state: 'failed', error: { code: 'damaged-media' } });
  });
});

describe('pausing', () => {
  it('interrupts running work, outlives a restart, and resumes', async () => {
    behave = untilInterrupted;
    await jobs.start();
    const job = await enqueue();
    await expect.poll(() => ran.length).toBe(1);
    await jobs.pause(job.id, actor);
    expect(await catalog.jobs.get(job.id)).toMatchObject({ state: 'paused', attempts: 0 });
    await restart();
    await jobs.start();
    await jobs.pause(job.id, actor);
    expect(ran).toHaveLength(1);
    behave = () => Promise.resolve();
    await jobs.resume(job.id, actor);
    expect(await jobs.finished(job.id)).toMatchObject({ state: 'done' });
    expect(endings).toEqual([]);
  });

  it('holds back what has not begun', async () => {
    const job = await enqueue();
    await jobs.pause(job.id, actor);
    await jobs.start();
    expect((await jobs.get(job.id))?.state).toBe('paused');
    expect(ran).toEqual([]);
  });

  it('tells the handler why', async () => {
    const reasons: unknown[] = [];
    behave = (given, context) =>
      untilInterrupted(given, context).catch((error: unknown) => {
        reasons.push((context.signal.reason as { interruption: string }).interruption);
        throw error;
      });
    await jobs.start();
    const job = await enqueue();
    await expect.poll(() => ran.length).toBe(1);
    await jobs.pause(job.id, actor);
    await jobs.resume(job.id, actor);
    await expect.poll(() => ran.length).toBe(2);
    await jobs.stop();
    await restart();
    await jobs.start();
    await expect.poll(() => ran.length).toBe(3);
    await jobs.cancel(job.id, actor);
    expect(reasons).toEqual(['pause', 'stop', 'cancel']);
  });

  it('does not undo work that was finished before it could stop', async () => {
    let finish = (): void => undefined;
    behave = () => new Promise((resolve) => (finish = resolve));
    await jobs.start();
    const job = await enqueue();
    await expect.poll(() => ran.length).toBe(1);
    const pausing = jobs.pause(job.id, actor);
    await expect.poll(() => stateOf(job.id)).toBe('paused');
    finish();
    await pausing;
    expect(await stateOf(job.id)).toBe('done');
  });

  it('is refused for what has ended', async () => {
    await jobs.start();
    const job = await enqueue();
    await jobs.finished(job.id);
    for (const deed of ['pause', 'resume', 'cancel'] as const) {
      await expect(jobs[deed](job.id, actor)).rejects.toMatchObject({ code: 'conflict' });
      await expect(jobs[deed](newId('job'), actor)).rejects.toMatchObject({ code: 'not-found' });
    }
  });
});

describe('cancelling', () => {
  const supervisor: Actor = { kind: 'account', accountId: newId('account'), username: 'sgt', role: 'supervisor' };

  it.each([
    'queued',
    'running',
    'paused',
    'parked',
  ] as const)('ends a %s job once, in the name of who did it', async (state) => {
    behave = state === 'parked' ? () => Promise.reject(new Error('boom')) : untilInterrupted;
    const job = await enqueue();
    if (state !== 'queued') await jobs.start();
    if (state === 'running' || state === 'paused') await expect.poll(() => ran.length).toBe(1);
    if (state === 'paused') await jobs.pause(job.id, actor);
    if (state === 'parked') await jobs.finished(job.id);
    expect(await stateOf(job.id)).toBe(state);
    endings = [];
    await jobs.cancel(job.id, supervisor);
    expect(await catalog.jobs.get(job.id)).toMatchObject({ state: 'cancelled', finishedAt: clock.time });
    expect(endings).toMatchObject([{ state: 'cancelled', error: null, actor: supervisor }]);
    expect((await catalog.audit.page(null, 1))[0]).toMatchObject({ actor: supervisor, event: { reason: 'cancelled' } });
    expect(await jobs.list()).toMatchObject([{ state: 'cancelled' }]);
  });

  it('wins over a pause that is still winding down', async () => {
    let finish = (): void => undefined;
    behave = (_given, { signal }) => new Promise((_resolve, reject) => (finish = () => reject(signal.reason as Error)));
    await jobs.start();
    const job = await enqueue();
    await expect.poll(() => ran.length).toBe(1);
    const both = [jobs.pause(job.id, actor), jobs.cancel(job.id, supervisor)];
    await expect.poll(() => stateOf(job.id)).toBe('paused');
    finish();
    await Promise.all(both);
    expect(await stateOf(job.id)).toBe('cancelled');
  });

  it('and starting at the same moment ends in one of the two', async () => {
    for (let i = 0; i < 10; i++) {
      await jobs.start();
      const job = await enqueue(`n${i}`);
      await jobs.cancel(job.id, actor).catch((error: unknown) => expect(error).toMatchObject({ code: 'conflict' }));
      expect(['cancelled', 'done']).toContain(await stateOf(job.id));
    }
  });
});

describe('stopping and crashing', () => {
  it('a stop interrupts what runs, queues it, and the next start goes on', async () => {
    behave = untilInterrupted;
    await jobs.start();
    const job = await enqueue();
    await expect.poll(() => ran.length).toBe(1);
    const watching = jobs.finished(job.id);
    watching.catch(() => undefined);
    await jobs.stop();
    await expect(watching).rejects.toMatchObject({ name: 'CancelledError' });
    expect(await catalog.jobs.get(job.id)).toMatchObject({ state: 'queued', attempts: 0 });
    await restart();
    behave = () => Promise.resolve();
    await jobs.start();
    expect(await jobs.finished(job.id)).toMatchObject({ state: 'done' });
  });

  it('what ran at a crash runs again; what was paused stays paused', async () => {
    jobs = createWith({ concurrency: { offload: 2 } });
    behave = untilInterrupted;
    await jobs.start();
    const [running, paused] = [await enqueue('running'), await enqueue('paused')];
    await expect.poll(() => ran.length).toBe(2);
    await jobs.pause(paused.id, actor);
    await crashAndRestart();
    expect([await stateOf(running.id), await stateOf(paused.id)]).toEqual(['running', 'paused']);
    behave = () => Promise.resolve();
    await jobs.start();
    expect(await jobs.finished(running.id)).toMatchObject({ state: 'done', attempts: 2 });
    expect(ran).toEqual(['running', 'paused', 'running']);
    expect(await stateOf(paused.id)).toBe('paused');
  });

  it('parks what ran in five crashes', async () => {
    behave = untilInterrupted;
    const job = await enqueue();
    for (let crash = 1; crash <= 5; crash++) {
      await jobs.start();
      await expect.poll(() => ran.length).toBe(crash);
      await crashAndRestart();
    }
    await jobs.start();
    expect(await jobs.get(job.id)).toMatchObject({ state: 'parked', error: { code: 'worker-crashed' } });
    expect(ran).toHaveLength(5);
  });

  it('a wait for the next attempt outlives a restart, but no clock that was set back', async () => {
    const job = await enqueue();
    const row = (await catalog.jobs.get(job.id))!;
    const notBefore = clock.time + 365 * 24 * 3600 * 1000;
    await catalog.commit({ actor: theStation, writes: [{ put: 'job', value: { ...row, notBefore } }], events: [] });
    await restart();
    await jobs.start();
    expect(ran).toEqual([]);
    expect(await jobs.finished(job.id)).toMatchObject({ state: 'done' });
  });

  it('lists what ended within the last day', async () => {
    await jobs.start();
    const first = await enqueue('first');
    await jobs.finished(first.id);
    clock.time += 23 * 3600 * 1000;
    const second = await enqueue('second');
    await jobs.finished(second.id);
    expect((await jobs.list()).map((job) => job.title)).toEqual(['second', 'first']);
    clock.time += 2 * 3600 * 1000;
    expect((await jobs.list()).map((job) => job.title)).toEqual(['second']);
  });
});
