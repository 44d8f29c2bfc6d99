import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fill, movie } from '#test/support/card.ts';
import { officer, openBench } from './ingest-bench.ts';

const event = (time: string, kind: string, value = 'on'): string =>
  `${JSON.stringify({ time, kind, source: 'unit 12', value })}\n`;

describe('segments of one recording', () => {
  it('become one recording, in order, with its facts', async () => {
    await using bench = await openBench();
    fill(bench.card, {
      'JaneDoe_202611202241_V300A1234-1.mp4': movie(),
      'JaneDoe_202611202241_V300A1234-0.mp4': movie(),
      'SamRoe_202611202241_V300A1234-0.mp4': movie(),
    });
    expect(await bench.ingest.offloadPath(bench.card, officer)).toMatchObject({ sealed: 3 });
    const jane = (await bench.catalog.recordings.all()).find(({ officer: who }) => who === 'JaneDoe');
    expect(jane).toMatchObject({
      title: 'V300A1234 · 20 Nov 2026, 22:41',
      device: { id: 'V300A1234' },
      profileId: 'motorola-v300-v500-export',
      start: { at: Date.UTC(2026, 10, 21, 3, 41), precision: 'minute', from: 'file-name', doubt: null },
      offloadedBy: 'officer (command line)',
    });
    expect(jane?.segments.map(({ index, fileName }) => [index, fileName])).toEqual([
      [0, 'JaneDoe_202611202241_V300A1234-0.mp4'],
      [1, 'JaneDoe_202611202241_V300A1234-1.mp4'],
    ]);
  });

  it('join the recording they belong to when they come later, in any order, with or without the earlier ones', async () => {
    await using bench = await openBench();
    const name = (segment: number): string => `JaneDoe_202611202241_V300A1234-${segment}.mp4`;
    fill(bench.card, { [name(1)]: movie() });
    await bench.ingest.offloadPath(bench.card, officer);
    fill(bench.card, { [name(2)]: movie() });
    await bench.ingest.offloadPath(bench.card, officer);
    rmSync(join(bench.card, name(1)));
    rmSync(join(bench.card, name(2)));
    fill(bench.card, { [`later/${name(0)}`]: movie() });
    await bench.ingest.offloadPath(bench.card, officer);
    const all = await bench.catalog.recordings.all();
    expect(all.map(({ segments }) => segments.map(({ index }) => index))).toEqual([[0, 1, 2]]);
    // The same name once more, with other content: no segment is replaced.
    fill(bench.card, { [`other/${name(1)}`]: movie() });
    await bench.ingest.offloadPath(bench.card, officer);
    expect(
      (await bench.catalog.recordings.all()).map(({ segments }) => segments.map(({ index }) => index)).sort(),
    ).toEqual([[0, 1, 2], [1]]);
  });

  it('of a card cut every five minutes go on where the last offload ended', async () => {
    await using bench = await openBench();
    fill(bench.card, { 'DCIM/20261120_140000.mp4': movie(), 'DCIM/20261120_140500.mp4': movie() });
    await bench.ingest.offloadPath(bench.card, officer);
    rmSync(join(bench.card, 'DCIM'), { recursive: true });
    fill(bench.card, {
      'DCIM/20261120_141000.mp4': movie(),
      'DCIM/20261120_141500.mp4': movie(),
      'DCIM/20261120_150000.mp4': movie(),
    });
    await bench.ingest.offloadPath(bench.card, officer);
    const all = await bench.catalog.recordings.all();
    expect(all.map(({ segments }) => segments.map(({ fileName, index }) => [index, fileName.slice(9, 15)]))).toEqual([
      [[0, '150000']],
      [
        [0, '140000'],
        [1, '140500'],
        [2, '141000'],
        [3, '141500'],
      ],
    ]);
  });

  it('leave the gap of a damaged one', async () => {
    await using bench = await openBench();
    fill(bench.card, {
      'JaneDoe_202611202241_V3-0.mp4': movie(),
      'JaneDoe_202611202241_V3-1.mp4': '',
      'JaneDoe_202611202241_V3-2.mp4': movie(),
    });
    expect(await bench.ingest.offloadPath(bench.card, officer)).toMatchObject({ sealed: 2, damaged: 1 });
    expect((await bench.catalog.recordings.all()).map(({ segments }) => segments.map(({ index }) => index))).toEqual([
      [0, 2],
    ]);
  });
});

describe('what comes with a recording', () => {
  it('is sealed and its triggers are read from what was sealed', async () => {
    await using bench = await openBench();
    const folder = 'doe_ACCC8E12AB34_20261120T140633Z';
    const triggers =
      event('2026-11-20T14:06:33.000Z', 'holster', 'drawn') +
      event('2026-11-20T14:06:30.000Z', 'light-bar') +
      'nonsense\n';
    fill(bench.card, {
      [`${folder}/20261120_140603_7C2F.mp4`]: movie(),
      [`${folder}/20261120_140603_7C2F_ACCC8E12AB34_gpstrail.json`]: '[]',
      [`${folder}/20261120_140603_7C2F.triggers.jsonl`]: triggers,
    });
    const summary = await bench.ingest.offloadPath(join(bench.card, folder), officer);
    expect(summary).toMatchObject({ sealed: 1 });
    const [recording] = await bench.catalog.recordings.all();
    expect(recording?.sidecars.map(({ kind }) => kind).sort()).toEqual(['gps', 'triggers']);
    expect(recording?.triggers.map(({ kind }) => kind)).toEqual(['light-bar', 'holster']);
    expect(summary.items.find(({ path }) => path.endsWith('triggers.jsonl'))?.reason).toContain('Line 3');
    for (const { sidecarId, sha256 } of recording?.sidecars ?? [])
      expect((await bench.vault.stat(sidecarId)).plaintextSha256).toBe(sha256);
    expect(await bench.events('sidecar.sealed')).toHaveLength(2);
  });

  it('may come later, and a longer list of the same triggers adds only what is new', async () => {
    await using bench = await openBench();
    fill(bench.card, { 'DCIM/20261120_140000.mp4': movie() });
    await bench.ingest.offloadPath(bench.card, officer);
    const first = event('2026-11-20T19:00:05.000Z', 'button');
    fill(bench.card, { 'DCIM/20261120_140000.triggers.jsonl': first });
    expect(await bench.ingest.offloadPath(bench.card, officer)).toMatchObject({ sealed: 0, known: 1 });
    fill(bench.card, {
      'DCIM/20261120_140000.triggers.jsonl': first + event('2026-11-20T19:00:09.000Z', 'door', 'open'),
    });
    await bench.ingest.offloadPath(bench.card, officer);
    const [recording] = await bench.catalog.recordings.all();
    expect(recording?.triggers.map(({ kind }) => kind)).toEqual(['button', 'door']);
    expect(recording?.sidecars).toHaveLength(2);
  });
});

describe('docks', () => {
  it('of a watched folder are listed with what is new, offloaded side by side, and free again afterwards', async () => {
    await using bench = await openBench();
    fill(bench.card, {
      'BWC-01/DCIM/20261120_140000.mp4': movie(4_000_000),
      'BWC-02/DCIM/20261120_140000.mp4': movie(4_000_000),
      'BWC-03/DCIM/20010101_000000.mp4': movie(),
      'BWC-03/DCIM/empty.mp4': '',
    });
    const told: string[] = [];
    bench.ingest.onDockChange((change) =>
      told.push(change.kind === 'dock.changed' ? `${change.dock.label} ${change.dock.state}` : 'removed'),
    );
    await bench.ingest.watchFolder(bench.card, officer);
    await bench.ingest.watchFolder(bench.card, officer);
    const ready = await settled(bench, 'ready', 3);
    expect(ready.map(({ label, counts }) => [label, counts.fresh]).sort()).toEqual([
      ['BWC-01', 1],
      ['BWC-02', 1],
      ['BWC-03', 2],
    ]);
    expect(ready.find(({ label }) => label === 'BWC-03')?.clockDoubt).toContain('2001');
    const jobs = await Promise.all(ready.map(({ id }) => bench.ingest.startOffload(id, officer)));
    const ended = await Promise.all(jobs.map((id) => bench.jobs.finished(id)));
    expect(ended.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
    const free = await settled(bench, 'nothing-new', 3);
    const third = free.find(({ label }) => label === 'BWC-03')!;
    expect(third.counts).toEqual({ fresh: 0, known: 1, damaged: 1, refused: 0, other: 0 });
    const { files, total } = bench.ingest.files({ dockId: third.id, offset: 0, limit: 10 });
    expect(total).toBe(2);
    expect(files.find(({ state }) => state === 'damaged')?.reason).toContain('empty');
    expect(told).toEqual(
      expect.arrayContaining(['BWC-01 scanning', 'BWC-01 ready', 'BWC-01 offloading', 'BWC-01 nothing-new']),
    );
    expect(await bench.events('folder.watched')).toHaveLength(1);
    await bench.ingest.unwatchFolder(bench.card, officer);
    expect((await bench.ingest.docks()).docks).toEqual([]);
    expect(told.filter((text) => text === 'removed')).toHaveLength(3);
  });

  it('show what appears in a watched folder and what leaves it', async () => {
    await using bench = await openBench();
    const watched = join(bench.folder, 'drop');
    mkdirSync(watched);
    await bench.ingest.watchFolder(watched, officer);
    await settled(bench, 'not-a-camera', 1);
    fill(watched, { 'JaneDoe_202611202241_V3-0.mp4': movie() });
    const [dock] = await settled(bench, 'ready', 1);
    expect(dock?.profile?.id).toBe('motorola-v300-v500-export');
    renameSync(watched, `${watched}-gone`);
    const [lost] = await settled(bench, 'unreadable', 1);
    expect(lost?.problem).toContain('cannot be read');
    await expect(bench.ingest.startOffload(lost!.id, officer)).rejects.toMatchObject({ code: 'not-ready' });
  });

  it('are not made of the station’s own data, nor of paths that are no folder', async () => {
    await using bench = await openBench();
    for (const [location, code] of [
      [join(bench.folder, 'data'), 'invalid-request'],
      [bench.folder, 'invalid-request'],
      ['relative/path', 'invalid-request'],
      [join(bench.folder, 'nowhere'), 'not-found'],
    ] as const) {
      await expect(bench.ingest.watchFolder(location, officer), location).rejects.toMatchObject({ code });
    }
    fill(bench.card, { file: 'x' });
    await expect(bench.ingest.watchFolder(join(bench.card, 'file'), officer)).rejects.toMatchObject({
      code: 'source-unreadable',
    });
    await expect(bench.ingest.unwatchFolder(bench.card, officer)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('on a volume that is no camera say so, and other volumes are not held up', async () => {
    const folder = await openBench();
    await using bench = folder;
    fill(bench.folder, { 'stick/holiday.mp4': movie(), 'cam/DCIM/a.mp4': movie() });
    const volume = (name: string) => ({
      id: name,
      label: name,
      serial: name,
      mountPoint: join(bench.folder, name),
      fileSystem: 'vfat',
      sizeBytes: null,
      readOnly: false,
    });
    const { createIngest } = await import('#core/ingest/index.ts');
    const { loadProfiles } = await import('#core/devices/index.ts');
    const { silentLogger } = await import('#core/kernel/index.ts');
    const { assetsDir } = await import('#test/support/profiles.ts');
    const { createJobs } = await import('#core/jobs/index.ts');
    const clock = { now: () => Date.UTC(2026, 10, 21) };
    const list = ['stick', 'missing', 'cam'].map(volume);
    const ingest = createIngest({
      ...{
        catalog: bench.catalog,
        vault: bench.vault,
        sealPool: bench.pool,
        clock,
        logger: silentLogger,
        zone: 'America/New_York',
      },
      jobs: createJobs({ catalog: bench.catalog, clock, logger: silentLogger }),
      profiles: await loadProfiles(assetsDir),
      volumes: {
        list: () => Promise.resolve(list),
        watch: (listener) => {
          setTimeout(() => listener(list), 1);
          return { [Symbol.dispose]: () => undefined };
        },
      },
      dataDir: join(bench.folder, 'data'),
      inspect: null,
      afterSeal: () => undefined,
    });
    await ingest.start();
    const docks = await settled({ ingest }, 'ready', 1);
    expect(docks[0]?.label).toBe('cam');
    const all = (await ingest.docks()).docks;
    expect(all.find(({ label }) => label === 'stick')).toMatchObject({
      state: 'not-a-camera',
      problem: expect.stringContaining('1 video here') as string,
    });
    expect(all.find(({ label }) => label === 'missing')?.state).toBe('unreadable');
    await ingest.close();
  });
});

async function settled(bench: Pick<Awaited<ReturnType<typeof openBench>>, 'ingest'>, state: string, number: number) {
  const end = performance.now() + 30_000;
  for (;;) {
    const { docks } = await bench.ingest.docks();
    const found = docks.filter((dock) => dock.state === state);
    if (found.length === number && docks.every((dock) => dock.state !== 'scanning')) return found;
    if (performance.now() > end)
      throw new Error(`Docks are ${docks.map((dock) => `${dock.label} ${dock.state}`).join(', ')}.`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
