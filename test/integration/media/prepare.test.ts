import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MediaState } from '#common/evidence/index.ts';
import { decodeFrameTable } from '#common/time/index.ts';
import { nodeProcessSpawner, type ProcessSpawner } from '#core/kernel/index.ts';
import { readFacts, scanFrames } from '#core/media/native/index.ts';
import { type Darkroom, officer, openDarkroom } from '#test/support/darkroom.ts';
import { decodeFrame } from '#test/support/decoded-frames.ts';
import { ffmpegOutput, type MediaFolder, makers, mediaFolder } from '#test/support/media-files.ts';

const never = new AbortController().signal;
let folder: MediaFolder;
let room: Darkroom;
beforeAll(async () => {
  folder = mediaFolder();
  room = await openDarkroom();
});
afterAll(async () => {
  await room[Symbol.asyncDispose]();
  folder.remove();
});

async function prepared(name: string, make: (path: string) => void) {
  make(folder.file(name));
  const evidenceId = await room.add(folder.file(name));
  return { evidenceId, media: await room.prepare(evidenceId) };
}

function ready(media: MediaState): Extract<MediaState, { state: 'ready' }> {
  if (media.state !== 'ready') throw new Error(JSON.stringify(media));
  return media;
}

describe('preparing a recording', () => {
  it('that the browser plays makes a poster, a frame table and no proxy', async () => {
    const { evidenceId, media } = await prepared('plain.mp4', makers.constantRate);
    expect(ready(media).proxyId).toBeNull();
    expect((await room.media.frameTable(evidenceId)).pts).toHaveLength(48);
    expect(await room.media.contentType(evidenceId)).toBe('video/mp4');
  });

  it('makes an upright poster with square pixels and without metadata', async () => {
    const { media } = await prepared('turned.mp4', (path) => makers.rotated(path, 90));
    const reader = await room.vault.openReader(ready(media).posterId!);
    const jpeg = await reader.read(0, reader.size);
    await reader.close();
    expect([...jpeg.subarray(0, 2), ...jpeg.subarray(-2)]).toEqual([0xff, 0xd8, 0xff, 0xd9]);
    expect(Buffer.from(jpeg).toString('latin1')).not.toMatch(/lav[cf]|exif/i);
    // FFmpeg's own program turns it upright by the same tag; frame 15 is the one the poster shows.
    const path = folder.file('turned.mp4');
    const upright = ffmpegOutput(
      '-i',
      path,
      '-vf',
      'select=eq(n\\,15)',
      '-frames:v',
      '1',
      '-f',
      'rawvideo',
      '-pix_fmt',
      'gray',
    );
    makers.copyFrom(folder.file('poster.jpg'), jpeg);
    const shown = ffmpegOutput('-i', folder.file('poster.jpg'), '-f', 'rawvideo', '-pix_fmt', 'gray');
    expect(shown).toHaveLength(180 * 320);
    expect(meanDifference(upright, shown)).toBeLessThan(6);
  });

  it('makes a poster of footage that was cut out of the middle of a group of pictures', async () => {
    const { media } = await prepared('cut-out-of-group.mp4', makers.cutOutOfGroup);
    expect(ready(media).posterId).not.toBeNull();
  });

  it.each([
    ['hevc.mp4', makers.hevc],
    ['matroska.mkv', makers.matroska],
    ['ten-bit.mp4', makers.tenBit],
    ['telephone-sound.mov', makers.telephoneSound],
    ['no-presentation-times.asf', makers.asf],
  ])('%s makes a proxy with the same frames at the same times', async (name, make) => {
    const { evidenceId, media } = await prepared(name, make);
    const { proxyId, facts } = ready(media);
    expect(facts.playsInBrowser).toBe(false);
    const access = await room.vault.access(proxyId!);
    const scan = await scanFrames(access, never);
    const made = scan.table;
    const original = await room.media.frameTable(evidenceId);
    expect({ ...made, keyframes: [], lastDuration: 0 }).toEqual({ ...original, keyframes: [], lastDuration: 0 });
    expect((await readFacts(access, scan)).playsInBrowser).toBe(true);
    const source = await decodeFrame(await room.vault.access(evidenceId), 20);
    const shown = await decodeFrame(access, 20);
    expect(meanDifference(source.bytes, shown.bytes)).toBeLessThan(4);
  });

  it('takes over the packets when only the container is in the way', async () => {
    const { media } = await prepared('only-container.mkv', makers.matroska);
    const { proxyId } = ready(media);
    const reader = await room.vault.openReader(proxyId!);
    const bytes = await reader.read(0, reader.size);
    await reader.close();
    makers.copyFrom(folder.file('proxy.mp4'), bytes);
    const packets = (path: string): Buffer =>
      ffmpegOutput('-i', path, '-map', '0:v', '-c', 'copy', '-bsf:v', 'h264_mp4toannexb', '-f', 'h264');
    expect(packets(folder.file('proxy.mp4')).equals(packets(folder.file('only-container.mkv')))).toBe(true);
  });

  it('leaves no plaintext on the disk: nothing of the film is found in any file', async () => {
    const { evidenceId } = await prepared('secret.mkv', makers.hevcMatroska);
    const original = readFileSync(folder.file('secret.mkv'));
    const needle = original.subarray(5000, 5032);
    for (const id of await room.vault.list()) {
      const { path } = await room.vault.access(id);
      expect(readFileSync(path).includes(needle), id).toBe(false);
    }
    expect((await room.segment(evidenceId)).media.state).toBe('ready');
  });

  it('again changes nothing, and after a crash in the middle it comes to the same end', async () => {
    const { evidenceId, media } = await prepared('again.mkv', makers.hevcMatroska);
    const before = await room.catalog.changes.head();
    await room.prepare(evidenceId);
    expect(await room.catalog.changes.head()).toBe(before);
    // As it stands when the station died while the proxy was made.
    const { facts, proxyId } = ready(media);
    const undone: MediaState = { state: 'making-proxy', facts };
    await room.catalog.commit({
      actor: officer,
      writes: [{ put: 'segment-media', evidenceId, media: undone }],
      events: [],
    });
    expect(ready(await room.prepare(evidenceId)).proxyId).toBe(proxyId);
  });

  it('makes a playable copy when a browser gave up on the original; no frame changes its number', async () => {
    const { evidenceId, media } = await prepared('lost-frames.mp4', makers.lostFrames);
    expect(ready(media).proxyId).toBeNull();
    const before = await room.media.frameTable(evidenceId);
    await room.media.mendLater(evidenceId, officer);
    expect((await room.segment(evidenceId)).media.state).toBe('making-proxy');
    const job = (await room.jobs.list()).find((one) => one.title === 'lost-frames.mp4')!;
    expect((await room.jobs.finished(job.id)).state).toBe('done');
    const mended = ready((await room.segment(evidenceId)).media);
    expect(mended.facts.undecodableFrames).toBe(2);
    expect(await room.media.frameTable(evidenceId)).toEqual(before);
    const access = await room.vault.access(mended.proxyId!);
    const { table, plain } = await scanFrames(access, never);
    expect(plain).toBe(true);
    expect(table.pts).toEqual(before.pts);
    const last = await decodeFrame(await room.vault.access(evidenceId), 129);
    for (const frame of [129, 130, 131]) {
      expect(meanDifference(last.bytes, (await decodeFrame(access, frame)).bytes)).toBeLessThan(4);
    }
    await expect(room.media.mendLater(evidenceId, officer)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('shows the original again when no copy could be made', async () => {
    const { evidenceId, media } = await prepared('cancelled.mp4', (path) => makers.constantRate(path, 60));
    await room.media.mendLater(evidenceId, officer);
    const job = (await room.jobs.list()).find((one) => one.title === 'cancelled.mp4')!;
    await room.jobs.cancel(job.id, officer);
    expect((await room.segment(evidenceId)).media).toEqual(media);
  });

  it('that cannot be played ends with the reason, and the original stays', async () => {
    const { evidenceId, media } = await prepared('text.mp4', makers.text);
    expect(media).toEqual({ state: 'unplayable', reason: 'This is not a media file: it holds text.' });
    await room.vault.verify(evidenceId);
  });

  it('goes through the queue, and the audit log names the proxy', async () => {
    makers.hevc(folder.file('queued.mp4'));
    const evidenceId = await room.add(folder.file('queued.mp4'));
    await room.media.prepareLater([evidenceId]);
    const job = (await room.jobs.list()).find((one) => one.title === 'queued.mp4')!;
    expect((await room.jobs.finished(job.id)).state).toBe('done');
    const { proxyId } = ready((await room.segment(evidenceId)).media);
    const entries = await room.catalog.audit.page(null, 100);
    expect(entries.map((entry) => entry.event)).toContainEqual(
      expect.objectContaining({ kind: 'proxy.made', evidenceId, proxyId }),
    );
    const frames = await room.catalog.frameTables.get(evidenceId);
    expect(decodeFrameTable(frames!).pts).toHaveLength(48);
  });
});

describe('a worker that crashes', () => {
  it('fails the one file with a clear error; the next file gets a new worker', async () => {
    const started: { kill: () => void }[] = [];
    const spawner: ProcessSpawner = {
      spawn: (entry, name) => {
        const endpoint = nodeProcessSpawner.spawn(entry, name);
        started.push(endpoint);
        return endpoint;
      },
    };
    await using fragile = await openDarkroom({ spawner });
    makers.constantRate(folder.file('long.mp4'), 60);
    makers.constantRate(folder.file('next.mp4'));
    const [long, next] = [await fragile.add(folder.file('long.mp4')), await fragile.add(folder.file('next.mp4'))];
    const failing = fragile.prepare(long);
    const following = fragile.prepare(next);
    while (started.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    started[0]!.kill();
    await expect(failing).rejects.toMatchObject({ code: 'worker-crashed' });
    expect((await following).state).toBe('ready');
    expect(started).toHaveLength(2);
    expect((await fragile.prepare(long)).state).toBe('ready');
  });
});

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  expect(a.length).toBe(b.length);
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs((a[i] ?? 0) - (b[i] ?? 0));
  return sum / a.length;
}
