import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { frameCount } from '#common/time/index.ts';
import { readFacts, scanFrames, tableFromFrames } from '#core/media/native/index.ts';
import { decodedTimes, footageFolder, type MediaFolder, makers, mediaFolder } from '#test/support/media-files.ts';
import { sealForTest } from '#test/support/sealed-file.ts';

const never = new AbortController().signal;
let folder: MediaFolder;
beforeAll(() => {
  folder = mediaFolder();
});
afterAll(() => folder.remove());

const files: readonly (readonly [name: string, make: (path: string) => void])[] = [
  ['constant-rate.mp4', makers.constantRate],
  ['b-frames.mp4', makers.bFrames],
  ['variable-rate.mp4', (path: string) => makers.variableRate(path, 2)],
  ['edit-list.mp4', makers.editList],
  ['start-offset.mp4', makers.startOffset],
  ['hevc.mp4', makers.hevc],
  ['matroska.mkv', makers.matroska],
  ['no-presentation-times.asf', makers.asf],
  ['truncated-data.mp4', makers.truncatedData],
  ['ntsc.avi', makers.ntscAvi],
  ['transport-stream.ts', makers.transportStream],
];

describe('the frame table', () => {
  it.each(files)('of %s names the frames that decode, at their times', async (name, make) => {
    const path = folder.file(name);
    make(path);
    const access = await sealForTest(path, 'evd_table');
    const { table } = await scanFrames(access, never);
    expect(table).toEqual(await tableFromFrames(access, never));
    const { pts, timeBase } = decodedTimes(path);
    expect(`${table.timeBase.num}/${table.timeBase.den}`).toBe(timeBase);
    // FFprobe knows no time for the last frame of an AVI file with B-frames, but shows it.
    const known = pts.map((time, i) => time ?? (pts[i - 1] ?? 0) + 1);
    // A transport stream is counted from its beginning, wherever the recorder's clock stood.
    const shift = name.endsWith('.ts') ? known[0]! - table.originTicks : 0;
    expect(table.pts.map((time) => time + table.originTicks + shift)).toEqual(known);
    expect(table.originTicks).toBeLessThan(table.timeBase.den);
  });

  it('leaves out what an edit list hides, and keeps the clock of a late picture', async () => {
    makers.editList(folder.file('cut.mp4'));
    const { table: cut } = await scanFrames(await sealForTest(folder.file('cut.mp4'), 'evd_cut'), never);
    expect(frameCount(cut)).toBeLessThan(48);
    expect(cut.keyframes[0]).toBeGreaterThan(0);
    makers.startOffset(folder.file('late.mp4'));
    const { table: late } = await scanFrames(await sealForTest(folder.file('late.mp4'), 'evd_late'), never);
    expect(late.originTicks / late.timeBase.den).toBeCloseTo(0.4, 2);
  });

  it('goes on where the clock of a recorder started again: no frame is taken for a repetition', async () => {
    makers.joinedStreams(folder.file('joined.ts'));
    const { table } = await scanFrames(await sealForTest(folder.file('joined.ts'), 'evd_joined'), never);
    expect(frameCount(table)).toBe(96);
    expect(table.pts.every((time, i) => i === 0 || time > table.pts[i - 1]!)).toBe(true);
    expect(table.pts.at(-1)! / table.timeBase.den).toBeLessThan(4.2);
  });

  it('of footage from a real camera', async () => {
    const footage = footageFolder();
    if (footage === null) return;
    for (const [name, frames] of [
      ['people-walking.mp4', 1394],
      ['faces-walking.mp4', 35],
      ['face-turning.mp4', 62],
    ] as const) {
      makers.copyOf(folder.file(name), `${footage}/${name}`);
      const { table } = await scanFrames(await sealForTest(folder.file(name), 'evd_real'), never);
      expect(frameCount(table)).toBe(frames);
    }
  });
});

describe('the facts', () => {
  it('are those of the picture that players show, and count the others', async () => {
    makers.twoPictures(folder.file('two-pictures.mp4'));
    const access = await sealForTest(folder.file('two-pictures.mp4'), 'evd_two');
    const { video, tracks } = await readFacts(access, await scanFrames(access, never));
    expect([video.width, video.height, video.frames]).toEqual([320, 180, 48]);
    expect(tracks).toEqual({ pictures: 2, sounds: 0 });
  });

  it.each([90, 180, 270] as const)('tell a rotation of %i degrees clockwise and the upright size', async (degrees) => {
    const path = folder.file(`rotated-${degrees}.mp4`);
    makers.rotated(path, degrees);
    const access = await sealForTest(path, 'evd_rotated');
    const { video } = await readFacts(access, await scanFrames(access, never));
    expect(video.rotation).toBe(degrees);
    expect([video.width, video.height]).toEqual(degrees === 180 ? [320, 180] : [180, 320]);
  });

  it.each([
    ['constant-rate.mp4', makers.constantRate, { playsInBrowser: true, variableRate: false, pixelAspect: 1 }],
    ['variable-rate.mp4', makers.variableRate, { playsInBrowser: true, variableRate: true, pixelAspect: 1 }],
    ['matroska.mkv', makers.matroska, { playsInBrowser: false, variableRate: false, pixelAspect: 1 }],
    ['wide-pixels.mp4', makers.widePixels, { playsInBrowser: true, variableRate: false, pixelAspect: 2 }],
    ['ten-bit.mp4', makers.tenBit, { playsInBrowser: false, variableRate: false, pixelAspect: 1 }],
    ['telephone-sound.mov', makers.telephoneSound, { playsInBrowser: false, variableRate: false, pixelAspect: 1 }],
    ['hevc.mp4', makers.hevc, { playsInBrowser: false, variableRate: false, pixelAspect: 1 }],
  ] as const)('of %s', async (name, make, expected) => {
    const path = folder.file(name);
    make(path);
    const access = await sealForTest(path, 'evd_facts');
    const { video, playsInBrowser } = await readFacts(access, await scanFrames(access, never));
    const { variableRate, pixelAspect } = video;
    expect({ playsInBrowser, variableRate, pixelAspect }).toEqual(expected);
  });
});
