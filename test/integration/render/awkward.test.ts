import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId, sha256Hex } from '#core/kernel/index.ts';
import { awkward } from '#test/support/awkward-media.ts';
import { type Darkroom, officer, openDarkroom } from '#test/support/darkroom.ts';
import { decodedTimes, ffmpegOutput, type MediaFolder, mediaFolder } from '#test/support/media-files.ts';

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

/** Hides a moving box for the whole recording and mutes its first half second, renders, and takes the file out of the vault. */
async function rendered(name: string): Promise<string> {
  const original = folder.file(name);
  const before = sha256Hex(readFileSync(original));
  const evidenceId = await room.add(original);
  const media = await room.prepare(evidenceId);
  if (media.state !== 'ready') throw new Error(`${name} is ${JSON.stringify(media)}.`);
  const project = await room.projects.open(evidenceId, officer);
  const last = media.facts.video.frames - 1;
  const box = { x: 30.5, y: 31, width: 77, height: 45 };
  const track = {
    id: newId('track'),
    name: 'Face',
    style: { kind: 'solid' as const },
    range: { first: 0, last },
    keyframes: [{ frame: 0, box }, ...(last > 0 ? [{ frame: last, box: { ...box, x: 60, y: 80 } }] : [])],
  };
  const mute = { id: newId('mute'), name: 'Name', range: { first: 0, last: Math.min(last, 3) } };
  const { version } = await room.projects.edit(
    {
      projectId: project.id,
      version: 0,
      edits: [
        { kind: 'put-track', track, at: 0 },
        { kind: 'put-mute', mute, at: 0 },
      ],
    },
    officer,
  );
  const { render, jobId } = await room.renders.start({ projectId: project.id, version }, officer);
  const job = await room.jobs.finished(jobId);
  expect(job.error).toBeNull();
  expect(await room.renderState(render.id)).toBe('passed');
  // Neither the file on the card nor the sealed original was touched.
  expect(sha256Hex(readFileSync(original))).toBe(before);
  expect((await room.vault.verify(evidenceId)).plaintextSha256).toBe(before);
  return room.takeOut(render.id, folder.file(`${name}.render.mp4`));
}

type Probe = {
  readonly streams: readonly { readonly codec_name: string; readonly tags?: Record<string, string> }[];
  readonly format: { readonly tags?: Record<string, string> };
  readonly chapters: readonly unknown[];
};

function probe(path: string): Probe {
  const run = spawnSync('ffprobe', [
    '-v',
    'error',
    '-show_streams',
    '-show_format',
    '-show_chapters',
    '-of',
    'json',
    path,
  ]);
  return JSON.parse(run.stdout.toString()) as Probe;
}

/** Seconds from the first frame to every frame, rounded to microseconds. */
function secondsOf(path: string): readonly number[] {
  const { pts, timeBase } = decodedTimes(path);
  const [num = 1, den = 1] = timeBase.split('/').map(Number);
  return pts.map((time) => Math.round((((time ?? 0) - (pts[0] ?? 0)) * num * 1e6) / den));
}

const streamsOf: Readonly<Record<string, readonly string[]>> = {
  'no-sound.mp4': ['h264'],
  'one-frame.mp4': ['h264'],
};

describe('a render of an awkward recording has all its frames at their times, and nothing else of it', () => {
  it.each(Object.keys(awkward) as (keyof typeof awkward)[])('%s', async (name) => {
    awkward[name](folder.file(name));
    const made = await rendered(name);
    const { streams, format, chapters } = probe(made);
    expect(streams.map((stream) => stream.codec_name)).toEqual(streamsOf[name] ?? ['h264', 'aac']);
    // What FFmpeg calls tags are also the fields every MP4 file must have.
    const fields = ['language', 'handler_name', 'vendor_id', 'major_brand', 'minor_version', 'compatible_brands'];
    const tags = [format, ...streams].flatMap((part) => Object.keys(part.tags ?? {}));
    expect(tags.filter((tag) => !fields.includes(tag))).toEqual([]);
    expect(chapters).toEqual([]);
    const whole = readFileSync(made).toString('latin1');
    for (const trace of ['OfficerField', 'elst', 'udta', 'meta', 'x264', 'Lav']) expect(whole).not.toContain(trace);
    const [planned, shown] = [secondsOf(folder.file(name)), secondsOf(made)];
    expect(shown.length).toBe(planned.length);
    // Both clocks round to their own ticks.
    for (const [i, time] of shown.entries())
      expect(Math.abs(time - (planned[i] ?? 0)), `frame ${i}`).toBeLessThanOrEqual(2);
  });
});

describe('the sound of a render stays in step', () => {
  const samplesOf = (path: string): Float32Array => {
    const bytes = ffmpegOutput('-ignore_editlist', '1', '-i', path, '-map', '0:a', '-f', 'f32le', '-ac', '1');
    return new Float32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 4));
  };
  const loudestNear = (samples: Float32Array, at: number): number => {
    const near = samples.subarray(at - 2000, at + 2000);
    return near.reduce((best, sample, i) => (Math.abs(sample) > Math.abs(near[best] ?? 0) ? i : best), 0) - 2000;
  };

  it.each([
    ['sound-late.mov', [0.55, 1.05, 1.55], 0.3, 0],
    // Matroska counts milliseconds.
    ['sound-gap.mkv', [1.25, 1.75], 0.85, 48],
  ] as const)('%s', async (name, clicks, quiet, off) => {
    awkward[name](folder.file(name));
    const samples = samplesOf(await rendered(name));
    for (const click of clicks)
      expect(Math.abs(loudestNear(samples, click * 48_000)), `click at ${click} s`).toBeLessThanOrEqual(off);
    const silence = samples.subarray((quiet - 0.02) * 48_000, (quiet + 0.02) * 48_000);
    expect(Math.max(...silence.map(Math.abs))).toBeLessThan(0.01);
  });
});
