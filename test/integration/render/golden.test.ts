import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PixelRect } from '#common/geometry/index.ts';
import { type Channel, coverAt, paintChannel, type RedactionDocument } from '#common/redaction/index.ts';
import { newId } from '#core/kernel/index.ts';
import { type Darkroom, officer, openDarkroom } from '#test/support/darkroom.ts';
import { type DecodedFrame, decodeFrames } from '#test/support/decoded-frames.ts';
import { footageFolder, type MediaFolder, makers, mediaFolder } from '#test/support/media-files.ts';

/** How far a block of 8 × 8 samples may stray on average from what was planned; the encoder is not exact. */
const insideTolerance = 5;
const outsideTolerance = 9;
const step = 7;

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

/** One of each style, moving, over and beside one another and out of the picture. */
function documentFor(frames: number, width: number, height: number): RedactionDocument {
  const styles = [{ kind: 'solid' }, { kind: 'pixelate', block: 16 }, { kind: 'blur', radius: 16 }] as const;
  const tracks = styles.map((style, i) => ({
    id: newId('track'),
    name: style.kind,
    style,
    range: { first: 2 + i, last: frames - 3 - i },
    keyframes: [
      { frame: 4, box: { x: 10.5 + (i * width) / 3, y: height / 4, width: width / 4, height: height / 3 } },
      { frame: frames - 5, box: { x: (i * width) / 4 - 20, y: height / 2.5, width: width / 5, height: height / 2.2 } },
    ],
  }));
  return { tracks, mutes: [] };
}

function channelsOf({ bytes, width, height }: DecodedFrame, black: number): readonly Channel[] {
  let offset = 0;
  return [0, 1, 2].map((plane) => {
    const sub = plane === 0 ? 1 : 2;
    const made: Channel = {
      data: bytes,
      offset,
      pixelStride: 1,
      rowStride: Math.ceil(width / sub),
      width: Math.ceil(width / sub),
      height: Math.ceil(height / sub),
      subX: sub,
      subY: sub,
      black: plane === 0 ? black : 128,
    };
    offset += made.width * made.height;
    return made;
  });
}

/** The blocks of luma that stray most, inside any of the rectangles and outside all of them. */
function strays(planned: DecodedFrame, shown: DecodedFrame, rects: readonly PixelRect[]) {
  const worst = { inside: 0, outside: 0 };
  for (let top = 0; top + 8 <= planned.height; top += 8) {
    for (let left = 0; left + 8 <= planned.width; left += 8) {
      let sum = 0;
      for (let y = top; y < top + 8; y++) {
        for (let x = left; x < left + 8; x++) {
          sum += Math.abs(planned.bytes[y * planned.width + x]! - shown.bytes[y * shown.width + x]!);
        }
      }
      const touches = rects.some(
        (rect) =>
          left < rect.left + rect.width && left + 8 > rect.left && top < rect.top + rect.height && top + 8 > rect.top,
      );
      const within = rects.some(
        (rect) =>
          left >= rect.left &&
          left + 8 <= rect.left + rect.width &&
          top >= rect.top &&
          top + 8 <= rect.top + rect.height,
      );
      if (within) worst.inside = Math.max(worst.inside, sum / 64);
      if (!touches) worst.outside = Math.max(worst.outside, sum / 64);
    }
  }
  return worst;
}

async function compare(path: string, black: number): Promise<void> {
  const evidenceId = await room.add(path);
  const media = await room.prepare(evidenceId);
  if (media.state !== 'ready') throw new Error(JSON.stringify(media));
  const { width, height, frames } = media.facts.video;
  const document = documentFor(frames, width, height);
  const project = await room.projects.open(evidenceId, officer);
  const edits = document.tracks.map((track, at) => ({
    kind: 'put-track' as const,
    track: structuredClone(track) as never,
    at,
  }));
  const { version } = await room.projects.edit({ projectId: project.id, version: 0, edits }, officer);
  const { render, jobId } = await room.renders.start({ projectId: project.id, version }, officer);
  const job = await room.jobs.finished(jobId);
  expect(job.error).toBeNull();
  const wanted = (index: number): boolean => index % step === 0 || index < 5 || index > frames - 6;
  const sources = await decodeFrames(await room.vault.access(evidenceId), wanted);
  const results = await decodeFrames(await room.vault.access(render.id), wanted);
  expect(results.map((frame) => frame.index)).toEqual(sources.map((frame) => frame.index));
  for (const [i, source] of sources.entries()) {
    const covers = coverAt(document, source.index, { width, height });
    for (const { rect, style } of covers) {
      for (const channel of channelsOf(source, black)) paintChannel(channel, rect, style);
    }
    const { inside, outside } = strays(
      source,
      results[i]!,
      covers.map((cover) => cover.rect),
    );
    expect(inside, `inside a mask of frame ${source.index}`).toBeLessThan(insideTolerance);
    expect(outside, `outside the masks of frame ${source.index}`).toBeLessThan(outsideTolerance);
  }
}

describe('the render equals painting the document on the original’s frames', () => {
  it.each([
    ['constant-rate.mp4', makers.constantRate, 16],
    ['variable-rate.mp4', (path: string) => makers.variableRate(path, 2), 16],
    ['rotated.mp4', (path: string) => makers.rotated(path, 90), 16],
    ['odd-chroma.mp4', makers.fullChroma, 16],
  ] as const)('of %s', async (name, make, black) => {
    make(folder.file(name));
    await compare(folder.file(name), black);
  });

  it.each(['faces-walking.mp4', 'face-turning.mp4'])('of real footage: %s', async (name) => {
    const footage = footageFolder();
    if (footage === null) return;
    makers.copyOf(folder.file(name), `${footage}/${name}`);
    await compare(folder.file(name), 16);
  });
});
