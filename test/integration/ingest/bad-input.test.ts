import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sampleOf } from '#core/ingest/sample.ts';
import { newId } from '#core/kernel/index.ts';
import { fill, movie, truncatedMovie } from '#test/support/card.ts';
import { ffprobe, officer, openBench, today } from './ingest-bench.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('a card with bad input', () => {
  it('gives what can be kept to the vault, the rest to the damaged tray with words, and loses nothing', async () => {
    await using bench = await openBench();
    const good = movie();
    fill(bench.card, {
      'DCIM/100MEDIA/20261120_140000.mp4': good,
      'DCIM/100MEDIA/20261120_150000.mp4': '',
      'DCIM/100MEDIA/20261120_160000.mp4': truncatedMovie(),
      'DCIM/100MEDIA/20261120_170000.mp4': 'Dear officer,\nthis is a letter, named like a video.\n'.repeat(50),
      'DCIM/100MEDIA/20261120_180000.mp4': new Uint8Array(100_000),
      'DCIM/100MEDIA/20261120_190000.mp4': Buffer.concat([movie().subarray(0, 200), Buffer.alloc(5000, 0xa7)]),
      'DCIM/100MEDIA/20261120_200000.avi': Buffer.concat([Buffer.from('RIFF\0\0\0\0AVI '), Buffer.alloc(3000, 0xa7)]),
      'DCIM/100MEDIA/cover.jpg': 'not media',
    });
    symlinkSync('/etc/passwd', join(bench.card, 'DCIM/100MEDIA/20261120_210000.mp4'));
    const summary = await bench.ingest.offloadPath(bench.card, officer);
    expect(summary).toMatchObject({ sealed: 1, known: 0, damaged: 6, refused: 1, failed: 0 });

    const recordings = await bench.catalog.recordings.all();
    expect(recordings).toHaveLength(1);
    const [segment] = recordings[0]!.segments;
    expect(segment).toMatchObject({
      sha256: sha256(good),
      sizeBytes: good.length,
      fileName: '20261120_140000.mp4',
      media: { state: 'waiting' },
    });
    const reader = await bench.vault.openReader(segment!.evidenceId);
    expect(Buffer.from(await reader.read(0, reader.size)).equals(good)).toBe(true);
    await reader.close();
    expect(bench.prepared).toEqual([segment!.evidenceId]);

    const reasons = new Map((await bench.catalog.damaged.all()).map((item) => [item.fileName, item]));
    expect(reasons.get('20261120_150000.mp4')).toMatchObject({
      sizeBytes: 0,
      reason: expect.stringContaining('empty') as string,
    });
    expect(reasons.get('20261120_160000.mp4')?.reason).toContain('no moov box');
    expect(reasons.get('20261120_170000.mp4')?.reason).toContain('holds text');
    expect(reasons.get('20261120_180000.mp4')?.reason).toContain('nothing but zeros');
    expect(reasons.get('20261120_190000.mp4')?.reason).toContain('no moov box');
    expect(reasons.get('20261120_200000.avi')?.reason).toContain('FFmpeg');
    for (const item of reasons.values()) {
      expect((await bench.vault.stat(item.id)).plaintextSha256).toBe(item.sha256);
      expect(item.sha256).toBe(sha256(readFileSync(join(bench.card, item.sourcePath))));
    }
    expect(await bench.vault.list()).toHaveLength(7);
    expect(await bench.vault.recoverPartials()).toEqual([]);
    const skipped = await bench.events('offload.skipped');
    expect(skipped).toMatchObject([
      { sourcePath: 'DCIM/100MEDIA/20261120_210000.mp4', reason: expect.stringContaining('link') as string },
    ]);
    const told = await bench.events('offload.started', 'evidence.sealed', 'evidence.damaged', 'offload.finished');
    expect(told).toHaveLength(9);
    expect(told.at(0)).toMatchObject({ kind: 'offload.started', files: 7 });
    expect(told.at(-1)).toMatchObject({ kind: 'offload.finished', sealed: 1, damaged: 6, known: 0 });
  });

  it.skipIf(process.platform === 'win32')('takes names as data, whatever they hold', async () => {
    await using bench = await openBench({ inspect: null });
    fill(bench.card, {
      '..\\..\\evil.mp4': movie(),
      '..%2f..%2fevil.mp4': movie(),
      'DCIM/new\nline \u{1b}[31m.mp4': movie(),
      'DCIM/\u{202e}4pm.exe.mp4': movie(),
      'DCIM/e\u{301}\u{1f600}.mp4': movie(),
      [`DCIM/${'x'.repeat(240)}.mp4`]: movie(),
    });
    writeFileSync(
      Buffer.concat([Buffer.from(`${bench.card}/DCIM/bad-`), Buffer.from([0xff]), Buffer.from('.mp4')]),
      movie(),
    );
    const summary = await bench.ingest.offloadPath(bench.card, officer);
    expect(summary).toMatchObject({ sealed: 6, refused: 1, failed: 0 });
    const names = (await bench.catalog.recordings.all()).map(({ segments }) => segments[0]!.fileName);
    expect(names.some((name) => /[\p{Cc}\u{202e}]/u.test(name))).toBe(false);
    expect(names).toContain('..\\..\\evil.mp4');
    expect((await bench.ingest.offloadPath(bench.card, officer)).known).toBe(6);
  });

  it('keeps two recordings of one name and different content, in two folders and at two times', async () => {
    await using bench = await openBench();
    fill(bench.card, { 'DCIM/100MEDIA/a.mp4': movie(), 'DCIM/101MEDIA/a.mp4': movie() });
    expect((await bench.ingest.offloadPath(bench.card, officer)).sealed).toBe(2);
    // The camera starts its numbers again after it was formatted.
    fill(bench.card, { 'DCIM/100MEDIA/a.mp4': movie() }, new Date('2026-11-21T00:00:00Z'));
    expect(await bench.ingest.offloadPath(bench.card, officer)).toMatchObject({ sealed: 1, known: 1 });
    expect(await bench.catalog.recordings.all()).toHaveLength(3);
  });

  it('keeps a recording that has the name, size and date of another: the clock of its camera starts anew every time', async () => {
    await using bench = await openBench({ inspect: null });
    const reset = new Date('2017-01-01T06:02:01Z');
    const name = 'Normal/2017_0101_060101_001A.MP4';
    const [first, second, third] = [movie(300_000), movie(300_000), movie(300_000)];
    // The last one differs at its end alone.
    third.set(first.subarray(0, 200_000));
    for (const bytes of [first, second, third]) {
      fill(bench.card, { [name]: bytes }, reset);
      expect(await bench.ingest.offloadPath(bench.card, officer)).toMatchObject({ sealed: 1, known: 0, damaged: 0 });
      expect(await bench.ingest.offloadPath(bench.card, officer)).toMatchObject({ sealed: 0, known: 1 });
    }
    const kept = (await bench.catalog.recordings.all()).flatMap(({ segments }) => segments.map((one) => one.sha256));
    expect(kept.sort()).toEqual([first, second, third].map(sha256).sort());
  });

  it('does not call a recording sealed whose sealed file is missing or broken, but seals it again', async () => {
    await using bench = await openBench({ inspect: null });
    fill(bench.card, { 'DCIM/a.mp4': movie(3_000_000), 'DCIM/b.mp4': movie(3_000_000) });
    await bench.ingest.offloadPath(bench.card, officer);
    const [missing, broken] = (await bench.catalog.recordings.all()).map(({ segments }) => segments[0]!.evidenceId);
    rmSync((await bench.vault.access(missing!)).path);
    // In the middle, where the comparison of beginning and end does not look; it comes back under another name.
    const { path } = await bench.vault.access(broken!);
    const bytes = readFileSync(path);
    bytes[1_500_000]! ^= 1;
    writeFileSync(path, bytes);
    for (const name of ['a', 'b'])
      renameSync(join(bench.card, `DCIM/${name}.mp4`), join(bench.card, `DCIM/${name}2.mp4`));
    expect(await bench.ingest.offloadPath(bench.card, officer)).toMatchObject({ sealed: 2, known: 0, failed: 0 });
    expect(await bench.ingest.offloadPath(bench.card, officer)).toMatchObject({ sealed: 0, known: 2 });
    const all = await bench.catalog.recordings.all();
    const sound = all.filter(({ segments }) => ![missing, broken].includes(segments[0]!.evidenceId));
    for (const { segments } of sound) await bench.vault.verify(segments[0]!.evidenceId);
    expect(sound).toHaveLength(2);
  });

  it('knows the same recording when it is docked twice, without reading it again', async () => {
    await using bench = await openBench();
    fill(bench.card, { 'DCIM/a.mp4': movie(), 'DCIM/empty.mp4': '', 'DCIM/a.triggers.jsonl': '' });
    await bench.ingest.offloadPath(bench.card, officer);
    const before = await bench.vault.list();
    const again = await bench.ingest.offloadPath(bench.card, officer);
    expect(again).toMatchObject({ sealed: 0, known: 2, damaged: 0, bytes: 0 });
    expect(await bench.vault.list()).toEqual(before);
    expect(await bench.events('evidence.seen-again')).toEqual([]);
  });

  it('knows a copy by its content: on another card, under another name, at the same time', async () => {
    await using bench = await openBench();
    const bytes = movie(3_000_000);
    fill(bench.card, {
      'cam1/DCIM/a.mp4': bytes,
      'cam2/DCIM/renamed.mp4': bytes,
      'cam2/DCIM/letter.mp4': 'a letter, not a video',
      'cam1/DCIM/letter2.mp4': 'a letter, not a video',
    });
    await Promise.all([
      bench.ingest.offloadPath(join(bench.card, 'cam1'), officer),
      bench.ingest.offloadPath(join(bench.card, 'cam2'), officer),
    ]);
    expect(await bench.catalog.recordings.all()).toHaveLength(1);
    expect(await bench.catalog.damaged.all()).toHaveLength(1);
    expect(await bench.vault.list()).toHaveLength(2);
    expect(await bench.events('evidence.seen-again')).toHaveLength(1);
    expect(await bench.vault.recoverPartials()).toEqual([]);
    expect(await bench.ingest.offloadPath(join(bench.card, 'cam2'), officer)).toMatchObject({ sealed: 0, known: 2 });
    expect(await bench.events('evidence.seen-again')).toHaveLength(1);
  });

  it('keeps every empty file for itself: each stands for a recording that is missing', async () => {
    await using bench = await openBench();
    fill(bench.card, {
      '01F4999902026111602323501.asf': '',
      '01F4999902026111602323501.mtd': '',
      '01F4999902026111702323501.asf': '',
      'Power.txt': 'x',
    });
    const summary = await bench.ingest.offloadPath(bench.card, officer);
    expect(summary.damaged).toBe(3);
    const damaged = await bench.catalog.damaged.all();
    expect(damaged.map(({ device }) => device.id)).toEqual(['01F499990', '01F499990', '01F499990']);
    expect(damaged.filter(({ reason }) => reason.includes('the card was pulled'))).toHaveLength(2);
    expect(damaged.find(({ fileName }) => fileName.endsWith('.mtd'))?.reason).toContain(
      'It lay beside 01F4999902026111602323501.asf',
    );
  });

  it('says that a clock is years wrong and keeps the recorded time', async () => {
    await using bench = await openBench();
    fill(bench.card, { 'DCIM/20010101_000500.mp4': movie() });
    const summary = await bench.ingest.offloadPath(bench.card, officer);
    const sentence =
      "The camera's clock says 2001, the file's date says 2026. Times of this camera cannot be trusted until its clock is set.";
    expect(summary.items[0]?.reason).toBe(sentence);
    expect((await bench.catalog.recordings.all())[0]?.start).toEqual({
      at: Date.UTC(2001, 0, 1, 5, 5),
      precision: 'second',
      from: 'file-name',
      doubt: sentence,
    });
  });

  it('takes a card of 10,000 files: seals what is new and knows the rest by its row', {
    timeout: 240_000,
  }, async () => {
    await using bench = await openBench({ inspect: null, threads: 3 });
    const pathOf = (i: number): string => `DCIM/${100 + (i % 20)}MEDIA/letter_${i}.mp4`;
    const all = Array.from({ length: 10_000 }, (_, i) => i);
    fill(bench.card, Object.fromEntries(all.map((i) => [pathOf(i), i < 50 ? `letter ${i}` : ''])));
    const modifiedMs = Date.UTC(2026, 10, 20, 23);
    const sealedId = newId('damaged');
    await bench.vault.sealBytes(sealedId, new Uint8Array(0));
    const sample = await sampleOf(join(bench.card, pathOf(50)));
    for (let from = 50; from < 10_000; from += 2000) {
      await bench.catalog.commit({
        actor: officer,
        writes: all.slice(from, from + 2000).map((i) => ({
          put: 'source-file' as const,
          value: {
            deviceId: 'card',
            sourcePath: pathOf(i),
            sizeBytes: 0,
            modifiedMs,
            sha256: 'e'.repeat(64),
            sealedId,
            sample,
          },
        })),
        events: [],
      });
    }
    expect(await bench.ingest.offloadPath(bench.card, officer)).toMatchObject({ damaged: 50, known: 9_950, failed: 0 });
    expect(await bench.ingest.offloadPath(bench.card, officer)).toMatchObject({ damaged: 0, known: 10_000, failed: 0 });
  });

  it('refuses a path with nothing to offload in words', async () => {
    await using bench = await openBench();
    await expect(bench.ingest.offloadPath(join(bench.folder, 'nowhere'), officer)).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(bench.ingest.offloadPath(bench.card, officer)).rejects.toMatchObject({ code: 'not-a-recording' });
    fill(bench.card, { 'letter.txt': 'x', 'a.mp4': movie() });
    await expect(bench.ingest.offloadPath(join(bench.card, 'letter.txt'), officer)).rejects.toMatchObject({
      code: 'not-a-recording',
    });
    expect(await bench.ingest.offloadPath(join(bench.card, 'a.mp4'), officer)).toMatchObject({ sealed: 1 });
  });

  it('is sealed all the same when the probe itself fails', async () => {
    const { ExpectedError } = await import('#common/errors/index.ts');
    await using bench = await openBench({
      inspect: () => Promise.reject(new ExpectedError('worker-crashed', 'The probe died.')),
    });
    fill(bench.card, { 'DCIM/a.mp4': movie() });
    expect(await bench.ingest.offloadPath(bench.card, officer)).toMatchObject({ sealed: 1, damaged: 0 });
  });

  it('names a file that is still being written and goes on with the others', async () => {
    let grow: (() => void) | null = null;
    await using bench = await openBench({
      inspect: (access, name) => ffprobe(access, name),
      now: () => {
        grow?.();
        return today;
      },
    });
    fill(bench.card, { 'DCIM/20261120_140000.mp4': movie(40_000_000), 'DCIM/20261120_150000.mp4': movie() });
    const growing = join(bench.card, 'DCIM/20261120_140000.mp4');
    const timer = setInterval(() => writeFileSync(growing, 'more', { flag: 'a' }), 2);
    grow = null;
    const summary = await bench.ingest.offloadPath(bench.card, officer);
    clearInterval(timer);
    expect(summary).toMatchObject({ sealed: 1, failed: 1 });
    expect(summary.items.find(({ outcome }) => outcome === 'failed')?.reason).toContain(
      'changed while it was being copied',
    );
    expect(await bench.ingest.offloadPath(bench.card, officer)).toMatchObject({ sealed: 1, known: 1, failed: 0 });
  });
});
