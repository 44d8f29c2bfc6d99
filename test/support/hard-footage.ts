import type { MaskStyle, RedactionDocument, Track } from '#common/redaction/index.ts';
import { newId } from '#core/kernel/index.ts';
import { ffmpeg } from './media-files.ts';

/** Numbers that look random and are the same for the same seed. */
export type Dice = {
  /** From 0 up to 1. */
  readonly roll: () => number;
  readonly between: (least: number, most: number) => number;
  readonly pick: <T>(from: readonly T[]) => T;
};

export function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  const roll = (): number => {
    // Mulberry32: each step mixes a counter.
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    roll,
    between: (least, most) => least + Math.floor(roll() * (most - least + 1)),
    pick: (from) => {
      const picked = from[Math.floor(roll() * from.length)];
      if (picked === undefined) throw new Error('There is nothing to pick from.');
      return picked;
    },
  };
}

/** Pictures that are hard to encode, or hard to hide things in. */
const scenes: Readonly<Record<string, string>> = {
  'test card': 'testsrc2=size=$S:rate=$R',
  noise: 'nullsrc=s=$S:r=$R,geq=random(1)*255:128+40*random(2):128+40*random(3)',
  checkerboard: 'nullsrc=s=$S:r=$R,geq=255*mod(X+Y+N\\,2):128:128',
  stripes: 'nullsrc=s=$S:r=$R,geq=235*mod(floor((Y+N)/3)\\,2):128:128',
  glare: 'color=white:s=$S:r=$R,noise=alls=20:allf=t',
  night: 'color=0x181818:s=$S:r=$R,noise=alls=12:allf=t',
  detail: 'mandelbrot=s=$S:rate=$R',
  sparks: 'life=s=$S:r=$R:mold=10',
  colours: 'rgbtestsrc=s=$S:r=$R,hue=h=40*t:s=2',
};

/** A short clip of a hard scene at a rate that may starve it; `footage` adds real people. Returns what it is, in words. */
export function makeHardClip(dice: Dice, path: string, frames: number, footage: string | null): string {
  const names = [
    ...Object.keys(scenes),
    ...(footage === null ? [] : ['people-walking', 'face-turning', 'faces-walking']),
  ];
  const name = dice.pick(names);
  const size = dice.pick(['320x180', '640x360', '854x480', '1280x720']);
  const rate = dice.pick([10, 25, 30]);
  const bits = dice.pick(['150k', '400k', '1M', '4M']);
  const group = dice.pick([1, 12, 250]);
  const scene = scenes[name]?.replaceAll('$S', size).replaceAll('$R', String(rate));
  const picture = scene === undefined ? ['-i', `${footage}/${name}.mp4`] : ['-f', 'lavfi', '-i', scene];
  const sound = ['-f', 'lavfi', '-i', `anoisesrc=color=pink:amplitude=0.4,tremolo=f=${dice.between(2, 9)}:d=0.9`];
  ffmpeg(
    ...[
      ...picture,
      ...sound,
      '-map',
      '0:v',
      '-map',
      '1:a',
      '-vf',
      `scale=${size.replace('x', ':')},fps=${rate},format=yuv420p`,
    ],
    ...['-c:v', 'libx264', '-preset', 'ultrafast', '-b:v', bits, '-g', String(group), '-frames:v', String(frames)],
    ...['-c:a', 'aac', '-t', String(frames / rate), path],
  );
  return `${name} ${size} at ${rate}/s, ${bits}, group ${group}`;
}

/** Some boxes of all styles, standing or moving, small or large, over one another and beyond the edges; and a mute. */
export function hardDocument(dice: Dice, width: number, height: number, frames: number): RedactionDocument {
  const styles = (): MaskStyle =>
    dice.pick<MaskStyle>([
      { kind: 'solid' },
      { kind: 'solid' },
      { kind: 'pixelate', block: dice.pick([16, 20, 32]) },
      { kind: 'blur', radius: dice.pick([16, 24, 40]) },
    ]);
  const box = () => ({
    x: dice.roll() * width - 20,
    y: dice.roll() * height - 20,
    width: 6 + (dice.roll() * width) / 3,
    height: 6 + (dice.roll() * height) / 3,
  });
  const track = (): Track => {
    const [first, last] = [dice.between(0, 5), dice.between(frames - 6, frames - 1)];
    const keyframes = [{ frame: first, box: box() }, ...(dice.roll() < 0.7 ? [{ frame: last, box: box() }] : [])];
    return { id: newId('track'), name: 'Somebody', style: styles(), range: { first, last }, keyframes };
  };
  const from = dice.between(0, frames - 4);
  const mute = { id: newId('mute'), name: 'Name', range: { first: from, last: dice.between(from, frames - 1) } };
  return { tracks: Array.from({ length: dice.between(1, 4) }, track), mutes: dice.roll() < 0.5 ? [mute] : [] };
}
