import type { MediaFacts } from '#common/evidence/index.ts';

/** Codecs that need about half the bits of H.264 for the same picture. */
const thrifty = new Set(['hevc', 'av1', 'vp9', 'vvc']);
/** Even a still hall needs this much, or masks would smear: bits a second in all, and for every pixel. */
const leastLimit = 600_000;
const leastForPixel = 0.04;

/** How the picture of a render is encoded. The limit keeps noisy footage from growing beyond the camera's own file. */
export function videoSettings({
  codec,
  width,
  height,
  framesPerSecond,
}: Pick<MediaFacts['video'], 'codec' | 'width' | 'height' | 'framesPerSecond'>) {
  const factor = thrifty.has(codec) ? 2.4 : 1.2;
  const least = Math.max(leastLimit, width * height * Math.min(framesPerSecond, 60) * leastForPixel);
  const limit = (bits: number): number => Math.max(least, bits * factor);
  return { preset: 'veryfast', quality: 21, secondsBetweenKeyframes: 2, limit } as const;
}
