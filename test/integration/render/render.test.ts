import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EvidenceId, RenderId } from '#common/ids/index.ts';
import { mutedSpans, type Track } from '#common/redaction/index.ts';
import { endOfFrame, type FrameTable } from '#common/time/index.ts';
import { newId } from '#core/kernel/index.ts';
import { readFacts, scanFrames } from '#core/media/native/index.ts';
import { type Darkroom, officer, openDarkroom } from '#test/support/darkroom.ts';
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

const rateOfSound = 48_000;

function box(first: number, last: number): Track {
  const start = { x: 20, y: 30, width: 64, height: 48 };
  const keyframes = [
    { frame: first, box: start },
    { frame: last, box: { ...start, x: 90, y: 60 } },
  ];
  return { id: newId('track'), name: 'Face', style: { kind: 'solid' }, range: { first, last }, keyframes };
}

type Done = { readonly evidenceId: EvidenceId; readonly renderId: RenderId; readonly table: FrameTable };

/** Prepares a file, hides a box on frames 5 to 20 and what is said on frames 10 to 14, and renders it. */
async function rendered(name: string, make: (path: string) => void): Promise<Done> {
  make(folder.file(name));
  const evidenceId = await room.add(folder.file(name));
  const media = await room.prepare(evidenceId);
  if (media.state !== 'ready') throw new Error(`${name} is ${JSON.stringify(media)}.`);
  const project = await room.projects.open(evidenceId, officer);
  const mute = { id: newId('mute'), name: 'Name', range: { first: 10, last: 14 } };
  const edits = [
    { kind: 'put-track', track: box(5, 20), at: 0 },
    { kind: 'put-mute', mute, at: 0 },
  ] as const;
  const { version } = await room.projects.edit(
    { projectId: project.id, version: 0, edits: structuredClone(edits) as never },
    officer,
  );
  const { render, jobId } = await room.renders.start({ projectId: project.id, version }, officer);
  const job = await room.jobs.finished(jobId);
  if (job.state !== 'done') throw new Error(JSON.stringify(job.error));
  return { evidenceId, renderId: render.id, table: await room.media.frameTable(evidenceId) };
}

const takenOut = (id: RenderId): Promise<string> => room.takeOut(id, folder.file(`${id}.mp4`));

describe('a render', () => {
  it.each([
    ['constant-rate.mp4', makers.constantRate],
    ['b-frames.mp4', makers.bFrames],
    ['variable-rate.mp4', (path: string) => makers.variableRate(path, 2)],
    ['edit-list.mp4', makers.editList],
    ['start-offset.mp4', makers.startOffset],
    ['rotated.mp4', (path: string) => makers.rotated(path, 270)],
    ['wide-pixels.mp4', makers.widePixels],
    ['hevc.mp4', makers.hevc],
    ['ten-bit.mp4', makers.tenBit],
    ['full-range.mp4', makers.fullRange],
    ['matroska.mkv', makers.matroska],
    ['telephone-sound.mov', makers.telephoneSound],
    ['ntsc.avi', makers.ntscAvi],
    ['transport-stream.ts', makers.transportStream],
    ['broken-sound.mp4', makers.brokenSound],
    ['lost-frames.mp4', makers.lostFrames],
    ['size-change.ts', makers.sizeChange],
  ] as const)('of %s passes the guard with every frame at its time, from zero', async (name, make) => {
    const { evidenceId, renderId, table } = await rendered(name, make);
    expect(await room.renderState(renderId)).toBe('passed');
    const access = await room.vault.access(renderId);
    const scan = await scanFrames(access, never);
    const made = scan.table;
    // A time base of 1001/30000 becomes 1/30000 and a step of 1001.
    expect(made.timeBase).toEqual({ num: 1, den: table.timeBase.den });
    expect(made.originTicks).toBe(0);
    expect(made.pts).toEqual(table.pts.map((time) => time * table.timeBase.num));
    expect(made.lastDuration).toBe(table.lastDuration * table.timeBase.num);
    const original = await readFacts(await room.vault.access(evidenceId), { table, plain: true });
    const facts = await readFacts(access, scan);
    expect(facts.video.rotation).toBe(0);
    expect(facts.playsInBrowser).toBe(true);
    expect([facts.video.width, facts.video.height]).toEqual([original.video.width, original.video.height]);
    expect(facts.video.pixelAspect).toBeCloseTo(original.video.pixelAspect, 5);
  });

  it('leaves the original as it was: hash, size and bytes', async () => {
    const { evidenceId } = await rendered('untouched.mp4', makers.constantRate);
    const before = await room.segment(evidenceId);
    const { plaintextSha256, plaintextSize } = await room.vault.verify(evidenceId);
    expect([plaintextSha256, plaintextSize]).toEqual([before.sha256, before.sizeBytes]);
  });

  it('carries the colour tags, and nobody’s name, place or tool', async () => {
    const { renderId } = await rendered('tagged.mp4', makers.taggedAndColoured);
    const path = await takenOut(renderId);
    const reader = await room.vault.openReader(renderId);
    const whole = Buffer.from(await reader.read(0, reader.size)).toString('latin1');
    await reader.close();
    const original = readFileSync(folder.file('tagged.mp4')).toString('latin1');
    for (const trace of ['Officer Field', '+38.9', 'Chapter', 'x264', 'udta', 'elst']) {
      expect(original.includes(trace), `${trace} in the original`).toBe(true);
      expect(whole.includes(trace), `${trace} in the render`).toBe(false);
    }
    for (const tool of ['Lavc', 'Lavf', 'pasp']) expect(whole.includes(tool), tool).toBe(false);
    expect(makers.coloursOf(path)).toEqual({ space: 'bt709', transfer: 'bt709', primaries: 'bt709', range: 'tv' });
  });
});

describe('the sound of a render', () => {
  /** The first sound track as one channel of samples, as a player without edit lists hears it. */
  const samplesOf = (path: string): Float32Array => {
    const bytes = ffmpegOutput('-ignore_editlist', '1', '-i', path, '-map', '0:a', '-f', 'f32le', '-ac', '1');
    return new Float32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 4));
  };

  it('lines up with the original to the sample', async () => {
    const { renderId } = await rendered('clicks.mov', makers.clicks);
    const samples = samplesOf(await takenOut(renderId));
    // The click at 0.75 s is past the muted frames 10 to 14 (0.42 to 0.63 s) and their margin.
    for (let click = 36_000; click < 4 * rateOfSound; click += 24_000) {
      const near = samples.subarray(click - 2000, click + 2000);
      const loudest = near.reduce((best, sample, i) => (Math.abs(sample) > Math.abs(near[best]!) ? i : best), 0);
      expect(loudest - 2000, `click at ${click}`).toBe(0);
    }
  });

  it('is exactly silent in a muted span, whatever is loud around it', async () => {
    const { renderId, table } = await rendered('loud.mp4', makers.loudNoise);
    const samples = samplesOf(await takenOut(renderId));
    const [span] = mutedSpans([{ id: newId('mute'), name: 'Name', range: { first: 10, last: 14 } }], table);
    const at = (ticks: number): number => (ticks * table.timeBase.num * rateOfSound) / table.timeBase.den;
    const muted = samples.subarray(Math.floor(at(span!.from)), Math.ceil(at(span!.to)));
    expect(muted.length).toBeGreaterThan(9000);
    expect(muted.every((sample) => sample === 0)).toBe(true);
    const outside = [samples.subarray(2048, 12_000), samples.subarray(40_000, 60_000)];
    for (const part of outside) expect(Math.hypot(...part) / Math.sqrt(part.length)).toBeGreaterThan(0.05);
  });

  it('ends with the picture, at most a packet later', async () => {
    const { renderId, table } = await rendered('long-sound.mp4', makers.longSound);
    const samples = samplesOf(await takenOut(renderId));
    const end = (endOfFrame(table, table.pts.length - 1) * table.timeBase.num * rateOfSound) / table.timeBase.den;
    expect(samples.length).toBeLessThanOrEqual(end + 1024);
    expect(samples.length).toBeGreaterThan(end - 1024);
  });

  it('begins with the picture when the original’s sound began before it', async () => {
    const { renderId } = await rendered('late-picture.mov', makers.latePicture);
    const samples = samplesOf(await takenOut(renderId));
    // The click 0.75 s into the sound lies 0.25 s after the first frame, which came at 0.5 s.
    const near = samples.subarray(10_000, 14_000);
    const loudest = near.reduce((best, sample, i) => (Math.abs(sample) > Math.abs(near[best]!) ? i : best), 0);
    expect(Math.abs(10_000 + loudest - 12_000)).toBeLessThanOrEqual(1);
  });
});
