import { describe, expect, it } from 'vitest';
import { createSoundTrack, type SampleSpan, silenceMargin } from '../../../main/core/media/native/sound-track.ts';

const rate = 1000;

/** Pushes ramps whose samples are their own time, and returns what comes out. */
function place(
  pieces: readonly { readonly at: number; readonly from: number; readonly length: number }[],
  options: { readonly most?: number; readonly silence?: readonly SampleSpan[]; readonly blockSize?: number } = {},
): number[] {
  const out: number[] = [];
  const track = createSoundTrack({
    channels: 1,
    sampleRate: rate,
    most: options.most ?? 100_000,
    silence: options.silence ?? [],
    blockSize: options.blockSize ?? 64,
    onBlock: ([channel], samples) => out.push(...channel!.subarray(0, samples)),
  });
  for (const { at, from, length } of pieces) track.push([Float32Array.from({ length }, (_, i) => from + i)], at);
  track.end();
  return out;
}

const ramp = (from: number, length: number): number[] => Array.from({ length }, (_, i) => from + i);
const silence = (length: number): number[] => ramp(0, length).fill(0);

describe('sound in its place', () => {
  it('passes through when it begins at zero', () => {
    expect(place([{ at: 0, from: 1, length: 150 }])).toEqual(ramp(1, 150));
  });

  it('is cut before zero, across blocks', () => {
    expect(
      place([
        { at: -100, from: 1, length: 60 },
        { at: -40, from: 61, length: 60 },
      ]),
    ).toEqual(ramp(101, 20));
  });

  it('begins with silence when it begins late', () => {
    expect(place([{ at: 70, from: 1, length: 10 }])).toEqual([...silence(70), ...ramp(1, 10)]);
  });

  it('keeps its count of samples when the clock only rounds', () => {
    const pieces = Array.from({ length: 10 }, (_, i) => ({ at: i * 33 + (i % 3), from: 1 + i * 33, length: 33 }));
    expect(place(pieces)).toEqual(ramp(1, 330));
  });

  it('fills a gap with silence and goes on where the clock says', () => {
    expect(
      place([
        { at: 0, from: 1, length: 10 },
        { at: 110, from: 500, length: 10 },
      ]),
    ).toEqual([...ramp(1, 10), ...silence(100), ...ramp(500, 10)]);
  });

  it('leaves out what was there already when the clock jumps back', () => {
    expect(
      place([
        { at: 0, from: 1, length: 100 },
        { at: 50, from: 1000, length: 80 },
        { at: 130, from: 2000, length: 5 },
      ]),
    ).toEqual([...ramp(1, 100), ...ramp(1050, 30), ...ramp(2000, 5)]);
  });

  it('never grows beyond what is wanted', () => {
    expect(place([{ at: 90, from: 1, length: 500 }], { most: 200 })).toEqual([...silence(90), ...ramp(1, 110)]);
  });

  it('is silent over a muted span and an encoder’s window on both sides, and nowhere else', () => {
    const span = { from: 5000, to: 5010 };
    const out = place([{ at: 0, from: 1, length: 10_000 }], { silence: [span], blockSize: 1024 });
    const quiet = out.flatMap((sample, i) => (sample === 0 ? [i] : []));
    expect(quiet[0]).toBe(span.from - silenceMargin);
    expect(quiet.at(-1)).toBe(span.to + silenceMargin - 1);
    expect(quiet).toHaveLength(10 + 2 * silenceMargin);
  });
});
