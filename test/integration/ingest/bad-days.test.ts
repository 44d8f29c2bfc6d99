import { rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CancelledError } from '#common/errors/index.ts';
import type { JobProgress } from '#common/evidence/index.ts';
import type { Volume } from '#core/devices/index.ts';
import { fill, mayMount, mountImage, mountTmpfs, movie, remountImage } from '#test/support/card.ts';
import { officer, openBench } from './ingest-bench.ts';

const mounting = mayMount();

/** Twelve movies of a few megabytes, an hour apart. */
function twelve(size = 4_000_000): Record<string, Uint8Array> {
  return Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [
      `DCIM/100MEDIA/20261120_${String(i + 8).padStart(2, '0')}0000.mp4`,
      movie(size),
    ]),
  );
}

describe('a card pulled in the middle', () => {
  it('keeps what is sealed, says how far it came, and goes on when it is docked again', async () => {
    await using bench = await openBench({ inspect: null, threads: 1 });
    const files = twelve();
    fill(bench.card, files);
    const pulled = bench.ingest.offloadPath(bench.card, officer, {
      onProgress: ({ items }) => {
        if (items.done === 3) rmSync(join(bench.card), { recursive: true, force: true });
      },
    });
    await expect(pulled).rejects.toMatchObject({
      code: 'source-gone',
      message: expect.stringMatching(
        /^The camera was unplugged after \d+ of 12 recordings were sealed\. Dock it again: the offload continues where it stopped\.$/,
      ) as string,
    });
    const sealed = (await bench.catalog.recordings.all()).length;
    expect(sealed).toBeGreaterThanOrEqual(3);
    expect(sealed).toBeLessThan(12);
    expect(await bench.vault.recoverPartials()).toEqual([]);
    expect(await bench.vault.list()).toHaveLength(sealed);
    expect(await bench.events('offload.stopped')).toHaveLength(1);

    fill(bench.card, files);
    expect(await bench.ingest.offloadPath(bench.card, officer)).toMatchObject({ sealed: 12 - sealed, known: sealed });
    expect(await bench.catalog.recordings.all()).toHaveLength(12);
  });

  it.skipIf(!mounting)(
    'notices an ext4 card that was unmounted lazily, and continues by itself when it is back',
    { timeout: 180_000 },
    async () => {
      const image = join(process.env['TMPDIR'] ?? '/tmp', `plainview-card-${process.pid}.img`);
      const point = `/media/plainview-test-${process.pid}/BWC-07`;
      using card = mountImage(image, 96, 'BWC-07', point);
      fill(card.path, twelve());
      const { createVolumeSource } = await import('#core/devices/index.ts');
      const { silentLogger } = await import('#core/kernel/index.ts');
      const all = createVolumeSource({ logger: silentLogger });
      const ours = (volumes: Awaited<ReturnType<typeof all.list>>) =>
        volumes.filter(({ mountPoint }) => mountPoint === point);
      await using bench = await openBench({
        inspect: null,
        threads: 1,
        volumes: {
          list: async () => ours(await all.list()),
          watch: (listener) => all.watch((volumes) => listener(ours(volumes))),
        },
      });
      const dock = await eventually(async () =>
        (await bench.ingest.docks()).docks.find(({ state }) => state === 'ready'),
      );
      expect(dock).toMatchObject({
        kind: 'volume',
        label: 'BWC-07',
        device: { id: 'BWC-07' },
        profile: { id: 'generic-dcim' },
        counts: { fresh: 12 },
      });
      const jobId = await bench.ingest.startOffload(dock.id, officer);
      await eventually(async () => (await bench.catalog.recordings.all()).length >= 2 || undefined);
      card.unmount();
      const ended = await bench.jobs.finished(jobId);
      expect(ended).toMatchObject({
        state: 'failed',
        error: { code: 'source-gone', message: expect.stringContaining('unplugged after') as string },
      });
      await eventually(async () => (await bench.ingest.docks()).docks.length === 0 || undefined);
      const sealed = (await bench.catalog.recordings.all()).length;
      expect(sealed).toBeLessThan(12);

      using again = remountImage(image, point);
      await eventually(async () => (await bench.catalog.recordings.all()).length === 12 || undefined, 60_000);
      const [back] = (await bench.ingest.docks()).docks;
      await eventually(async () => (await bench.ingest.docks()).docks.find(({ state }) => state === 'nothing-new'));
      expect(back?.id).toBe(dock.id);
      expect(await bench.vault.list()).toHaveLength(12);
      again.unmount();
      rmSync(image);
      rmSync(join(point, '..'), { recursive: true, force: true });
    },
  );
});

describe('a full disk', () => {
  it.skipIf(!mounting)('stops with clear words, keeps what is whole, and goes on after room was made', async () => {
    using small = mountTmpfs('24m');
    await using bench = await openBench({ inspect: null, vaultFolder: small.path });
    fill(bench.card, twelve());
    writeFileSync(join(small.path, 'ballast'), Buffer.alloc(8_000_000));
    await expect(bench.ingest.offloadPath(bench.card, officer)).rejects.toMatchObject({
      code: 'destination-full',
      nextStep: expect.stringContaining('Make room') as string,
    });
    const recordings = await bench.catalog.recordings.all();
    expect(recordings.length).toBeGreaterThan(0);
    expect(recordings.length).toBeLessThan(5);
    for (const { segments } of recordings) await bench.vault.verify(segments[0]!.evidenceId);
    expect(await bench.vault.list()).toHaveLength(recordings.length);
    expect(await bench.vault.recoverPartials()).toEqual([]);
    expect((await bench.events('offload.stopped'))[0]?.reason).toContain('full');
    rmSync(join(small.path, 'ballast'));
    const kept = new Set(recordings.map(({ segments }) => segments[0]!.sourcePath));
    const unsealed = Object.keys(twelve(0)).filter((name) => !kept.has(name));
    for (const name of unsealed.slice(1)) rmSync(join(bench.card, name));
    expect(await bench.ingest.offloadPath(bench.card, officer)).toMatchObject({
      sealed: 1,
      known: recordings.length,
      failed: 0,
    });
  });
});

describe('an offload that is interrupted', () => {
  it('by a signal leaves no partial and goes on', async () => {
    await using bench = await openBench({ inspect: null, threads: 1 });
    fill(bench.card, twelve());
    const stop = new AbortController();
    const run = bench.ingest.offloadPath(bench.card, officer, {
      signal: stop.signal,
      onProgress: ({ items }) => {
        if (items.done === 2) stop.abort();
      },
    });
    await expect(run).rejects.toBeInstanceOf(CancelledError);
    const sealed = (await bench.catalog.recordings.all()).length;
    expect(sealed).toBeLessThan(12);
    expect(await bench.vault.recoverPartials()).toEqual([]);
    expect(await bench.ingest.offloadPath(bench.card, officer)).toMatchObject({ sealed: 12 - sealed, known: sealed });
  });

  it('by pause, resume and a restart of the station ends complete', { timeout: 180_000 }, async () => {
    let bench = await openBench({ inspect: null, threads: 1 });
    fill(bench.card, twelve());
    await bench.ingest.watchFolder(bench.card, officer);
    const dock = await eventually(async () =>
      (await bench.ingest.docks()).docks.find(({ state }) => state === 'ready'),
    );
    const jobId = await bench.ingest.startOffload(dock.id, officer);
    expect(await bench.ingest.startOffload(dock.id, officer)).toBe(jobId);
    await eventually(async () => (await bench.catalog.recordings.all()).length >= 1 || undefined);
    await bench.jobs.pause(jobId, officer);
    const atPause = (await bench.catalog.recordings.all()).length;
    expect(atPause).toBeLessThan(12);
    expect((await bench.ingest.docks()).docks[0]).toMatchObject({ state: 'offloading', jobId });
    await bench.jobs.resume(jobId, officer);
    await eventually(async () => (await bench.catalog.recordings.all()).length > atPause || undefined);
    bench = await bench.restart();
    await using reopened = bench;
    const job = await reopened.jobs.finished(jobId).catch(() => null);
    expect(job?.state ?? 'done').toBe('done');
    expect(await reopened.catalog.recordings.all()).toHaveLength(12);
    expect(await reopened.vault.list()).toHaveLength(12);
    const same = await eventually(async () =>
      (await reopened.ingest.docks()).docks.find(({ state }) => state === 'nothing-new'),
    );
    expect(same.id).toBe(dock.id);
    expect(await reopened.events('offload.finished')).toHaveLength(1);
  });

  it('between vault and catalog uses what was sealed instead of making it twice', async () => {
    let bench = await openBench({ inspect: null });
    fill(bench.card, { 'DCIM/a.mp4': movie(2_000_000) });
    const { newId } = await import('#core/kernel/index.ts');
    const stray = newId('evidence');
    // What a crash leaves: the object is in the vault, and no row speaks of it.
    await bench.vault.sealFile(stray, join(bench.card, 'DCIM/a.mp4'));
    bench = await bench.restart();
    await using reopened = bench;
    await reopened.ingest.offloadPath(reopened.card, officer);
    expect(await reopened.vault.list()).toEqual([stray]);
    expect((await reopened.catalog.recordings.all())[0]?.segments[0]?.evidenceId).toBe(stray);
  });
});

describe('an object in the vault that nobody can read', () => {
  it('and that no row speaks of keeps nobody from docking a camera', async () => {
    let bench = await openBench({ inspect: null });
    fill(bench.card, { 'DCIM/a.mp4': movie(2_000_000) });
    const { newId } = await import('#core/kernel/index.ts');
    const stray = newId('evidence');
    await bench.vault.sealFile(stray, join(bench.card, 'DCIM/a.mp4'));
    writeFileSync((await bench.vault.access(stray)).path.replace('.sealed', '.json'), '{"format":');
    bench = await bench.restart();
    await using reopened = bench;
    expect(await reopened.ingest.offloadPath(reopened.card, officer)).toMatchObject({ sealed: 1, failed: 0 });
    // Left where it is: whoever examines the vault will want to see it.
    expect(await reopened.vault.list()).toContain(stray);
  });
});

describe('two cards that the factory made alike', () => {
  it('are offloaded side by side, each by its own job, and both are free afterwards', async () => {
    const folders = ['one', 'two'];
    let present: readonly Volume[] = [];
    let tell: ((volumes: readonly Volume[]) => void) | null = null;
    await using bench = await openBench({
      inspect: null,
      threads: 1,
      volumes: {
        list: () => Promise.resolve(present),
        watch: (listener) => {
          tell = listener;
          return { [Symbol.dispose]: () => undefined };
        },
      },
    });
    const volumes = folders.map((name): Volume => {
      const mountPoint = join(bench.card, name);
      const same = { label: 'NO NAME', serial: '1234-ABCD', fileSystem: 'vfat', sizeBytes: null, readOnly: false };
      return { ...same, id: `1234-ABCD at ${mountPoint}`, mountPoint };
    });
    for (const name of folders) fill(bench.card, { [`${name}/DCIM/20261120_140000.mp4`]: movie(40_000_000) });
    const show = (shown: readonly Volume[]): void => {
      present = shown;
      tell?.(shown);
    };
    show(volumes.slice(0, 1));
    const first = await eventually(async () =>
      (await bench.ingest.docks()).docks.find(({ state }) => state === 'ready'),
    );
    const jobs = [await bench.ingest.startOffload(first.id, officer)];
    show(volumes);
    const second = await eventually(async () =>
      (await bench.ingest.docks()).docks.find(({ id, state }) => id !== first.id && state === 'ready'),
    );
    jobs.push(await bench.ingest.startOffload(second.id, officer));
    expect(new Set(jobs).size).toBe(2);
    for (const id of jobs) expect((await bench.jobs.finished(id)).state).toBe('done');
    await eventually(
      async () => (await bench.ingest.docks()).docks.every(({ state }) => state === 'nothing-new') || undefined,
    );
    expect(await bench.catalog.recordings.all()).toHaveLength(2);
  });
});

describe('progress', () => {
  it('uses the fixed words, never goes back, and ends with everything sealed', async () => {
    await using bench = await openBench({ inspect: null });
    fill(bench.card, twelve(2_000_000));
    const seen: JobProgress[] = [];
    await bench.ingest.offloadPath(bench.card, officer, { onProgress: (progress) => seen.push(progress) });
    expect(new Set(seen.map(({ phase }) => phase))).toEqual(new Set(['Copying', 'Copied', 'Verified', 'Sealed']));
    const total = seen[0]!.bytes!.total;
    expect(total).toBe(24_000_000);
    for (const [index, { bytes, items }] of seen.entries()) {
      expect(bytes!.done).toBeLessThanOrEqual(total);
      expect(items.total).toBe(12);
      if (index === 0) continue;
      expect(bytes!.done).toBeGreaterThanOrEqual(seen[index - 1]!.bytes!.done);
      expect(items.done).toBeGreaterThanOrEqual(seen[index - 1]!.items.done);
    }
    expect(seen.at(-1)).toMatchObject({ phase: 'Sealed', items: { done: 12 }, bytes: { done: total }, current: null });
  });
});

describe('the camera', () => {
  it('is not changed by an offload, not even in its dates', async () => {
    await using bench = await openBench();
    fill(bench.card, { 'DCIM/a.mp4': movie(), 'DCIM/empty.mp4': '', 'DCIM/a.triggers.jsonl': '' });
    const old = new Date('2026-11-01T00:00:00Z');
    for (const name of ['DCIM/a.mp4', 'DCIM/empty.mp4', 'DCIM/a.triggers.jsonl', 'DCIM', '.'])
      utimesSync(join(bench.card, name), old, old);
    const facts = (name: string) => {
      const { size, mtimeMs, ctimeMs, ino, mode } = statSync(join(bench.card, name));
      return { size, mtimeMs, ctimeMs, ino, mode };
    };
    const names = ['DCIM/a.mp4', 'DCIM/empty.mp4', 'DCIM/a.triggers.jsonl', 'DCIM', '.'];
    const before = names.map(facts);
    await bench.ingest.offloadPath(bench.card, officer);
    expect(names.map(facts)).toEqual(before);
  });

  it.skipIf(!mounting)('may be mounted read-only', async () => {
    using card = mountTmpfs('16m');
    fill(card.path, { 'DCIM/a.mp4': movie() });
    const { execFileSync } = await import('node:child_process');
    execFileSync('mount', ['-o', 'remount,ro', card.path]);
    await using bench = await openBench();
    expect(await bench.ingest.offloadPath(card.path, officer)).toMatchObject({ sealed: 1 });
  });
});

async function eventually<T>(look: () => Promise<T | undefined>, withinMs = 30_000): Promise<T> {
  const end = performance.now() + withinMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > end) throw new Error('It did not happen in time.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
