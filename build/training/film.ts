import { copyFile, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clip } from './clips.ts';
import { ffmpeg } from './ffmpeg.ts';
import type { Studio } from './studio-server.ts';

export const frameSize = { width: 960, height: 540 } as const;
export const frameRate = 24;

/** Drawing every frame takes hours on a small machine: this many a second are drawn, the ones between are interpolated. */
export type Effort = { readonly drawnPerSecond: number };

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

const numbered = (folder: string, index: number): string => join(folder, `${String(index).padStart(5, '0')}.jpg`);

/**
 * Draws what is missing of a clip's frames and answers the folder that holds them in a row. Drawn frames are named by their place
 * at the full rate, so an interrupted run goes on where it was and a finer run draws only the frames between.
 */
export async function drawFrames(
  studio: () => Promise<Studio>,
  clip: Clip,
  work: string,
  effort: Effort,
): Promise<string> {
  const drawn = join(work, clip.scene);
  const row = join(work, `${clip.scene}-at-${effort.drawnPerSecond}`);
  await mkdir(drawn, { recursive: true });
  await rm(row, { recursive: true, force: true });
  await mkdir(row, { recursive: true });
  const count = clip.seconds * effort.drawnPerSecond + 1;
  let open: Studio | null = null;
  for (let i = 0; i < count; i++) {
    const place = (i * frameRate) / effort.drawnPerSecond;
    const path = numbered(drawn, place);
    if (!(await exists(path))) {
      if (open === null) {
        open = await studio();
        await open.open(clip.scene, frameSize.width, frameSize.height);
      }
      await writeFile(`${path}.part`, await open.shoot(clip.from + place / frameRate, place));
      await rename(`${path}.part`, path);
      if (i % effort.drawnPerSecond === 0) process.stdout.write(`${clip.name}: ${i} of ${count} frames\n`);
    }
    await copyFile(path, numbered(row, i));
  }
  return row;
}

const font = 'DejaVu Sans Mono';

/** The camera's own lettering. Burnt in after interpolation, so that digits stay crisp. */
function stampFilter(clip: Clip): string {
  const zone = -5 * 3600;
  const epoch = Date.parse(clip.startsAt) / 1000 + zone;
  const place = {
    'top-right': { x: 'w-tw-16', y: 14 },
    'top-left': { x: '16', y: 14 },
    bottom: { x: '12', y: -1 },
  }[clip.stampAt];
  const style = `font='${font}':fontcolor=0xf2f4f2:borderw=2:bordercolor=black@0.75`;
  const time = (y: string, size: number): string =>
    `drawtext=text='%{pts\\:gmtime\\:${epoch}\\:%Y-%m-%d %H\\\\\\:%M\\\\\\:%S} -0500':x=${place.x}:y=${y}:fontsize=${size}:${style}`;
  if (clip.stampAt === 'bottom') {
    const bar = 'drawbox=x=0:y=ih-30:w=iw:h=30:color=black@0.6:t=fill';
    return [bar, `drawtext=text='${clip.stamp}':x=w-tw-12:y=h-22:fontsize=15:${style}`, time('h-22', 15)].join(',');
  }
  const dot = (color: string, when: string): string =>
    `drawtext=text='●':x=${clip.stampAt === 'top-right' ? 'w-370' : '370'}:y=12:fontsize=20:font='DejaVu Sans':fontcolor=${color}:enable='${when}'`;
  const buffer = clip.buffered?.seconds ?? 0;
  return [
    `drawtext=text='${clip.stamp}':x=${place.x}:y=${place.y}:fontsize=17:${style}`,
    time(String(place.y + 24), 17),
    dot('0xe0322b', `gte(t,${buffer})`),
    ...(buffer > 0 ? [dot('0xe0a520', `lt(t,${buffer})`)] : []),
  ].join(',');
}

function pictureFilter(clip: Clip, effort: Effort): string {
  const smooth =
    effort.drawnPerSecond < frameRate
      ? `minterpolate=fps=${frameRate}:${effort.drawnPerSecond < 8 ? 'mi_mode=dup' : 'mi_mode=mci:mc_mode=aobmc:me_mode=bidir:vsbmc=1'}:scd=none,`
      : '';
  const shape = clip.format === 'asf' ? 'crop=720:540,scale=640:480:flags=lanczos,' : '';
  // A camera that thinks of its battery: fewer frames while running, an uneven pace after.
  const uneven = clip.variableRate
    ? ",select='if(between(t,3,6.5),not(mod(n,2)),not(eq(mod(n,5),3))*not(eq(mod(n,7),2)))'"
    : '';
  return `${smooth}trim=duration=${clip.seconds},${shape}${stampFilter(clip)}${uneven},format=yuv420p`;
}

/** Frames and sound into the camera's file or files. */
export async function cutClip(clip: Clip, frames: string, sound: string, cards: string, effort: Effort): Promise<void> {
  const targets = clip.files.map((file) => join(cards, file));
  for (const target of targets) await mkdir(dirname(target), { recursive: true });
  const [first] = targets;
  if (first === undefined) throw new Error(`${clip.name} has no file.`);
  const segmentSeconds = clip.seconds / targets.length;
  const inputs = ['-y', '-framerate', String(effort.drawnPerSecond), '-i', join(frames, '%05d.jpg'), '-i', sound];
  const picture = [
    '-filter_complex',
    `[0:v]${pictureFilter(clip, effort)}[v]`,
    '-map',
    '[v]',
    '-map',
    '1:a',
    '-t',
    String(clip.seconds),
  ];
  const plain = [
    '-map_metadata',
    '-1',
    '-fflags',
    '+bitexact',
    '-flags:v',
    '+bitexact',
    '-flags:a',
    '+bitexact',
    '-threads',
    '2',
  ];
  const tags = ['-metadata', `creation_time=${clip.startsAt}`, '-metadata', `comment=${clip.stamp}`];
  const pace = clip.variableRate ? ['-vsync', 'vfr'] : ['-vsync', 'cfr', '-r', String(frameRate)];
  if (clip.format === 'asf') {
    await ffmpeg([
      ...inputs,
      ...picture,
      ...pace,
      ...plain,
      ...tags,
      '-c:v',
      'mpeg4',
      '-q:v',
      '5',
      '-g',
      '48',
      '-c:a',
      'mp2',
      '-b:a',
      '96k',
      '-f',
      'asf',
      first,
    ]);
    return;
  }
  const x264 = [
    '-c:v',
    'libx264',
    '-preset',
    'slow',
    '-crf',
    '24',
    '-g',
    '48',
    '-profile:v',
    'high',
    '-level',
    '3.1',
    '-force_key_frames',
    `expr:gte(t,n_forced*${segmentSeconds > 12 ? 2 : segmentSeconds})`,
  ];
  const aac = ['-c:a', 'aac', '-b:a', '80k', '-ar', '48000'];
  if (targets.length === 1) {
    const container = clip.format === 'mp4' ? ['-movflags', '+faststart'] : [];
    await ffmpeg([...inputs, ...picture, ...pace, ...plain, ...tags, ...x264, ...aac, ...container, first]);
    return;
  }
  const pattern = first.replace(/-0\.mp4$/, '-%d.mp4');
  await ffmpeg([
    ...inputs,
    ...picture,
    ...pace,
    ...plain,
    ...tags,
    ...x264,
    ...aac,
    '-f',
    'segment',
    '-segment_time',
    String(segmentSeconds),
    '-reset_timestamps',
    '1',
    '-segment_format',
    'mp4',
    '-segment_format_options',
    'movflags=+faststart',
    pattern,
  ]);
}
