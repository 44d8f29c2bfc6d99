import { copyFile, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clip } from './clips.ts';
import { ffmpeg } from './ffmpeg.ts';
import type { Studio } from './studio-server.ts';

const frameSize = { width: 960, height: 540 } as const;
/** Drawn smaller and enlarged: a body camera is no sharper than this at night, and drawing takes half the time. */
const drawnSize = { width: 640, height: 360 } as const;
export const frameRate = 24;

/** Drawing takes most of the time: this many frames a second are drawn, and the clip has that rate. */
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
        await open.open(clip.scene, drawnSize.width, drawnSize.height);
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
    `drawtext=text='●':x=${clip.stampAt === 'top-right' ? 'w-300' : '300'}:y=13:fontsize=18:font='DejaVu Sans':fontcolor=${color}:enable='${when}'`;
  const buffer = clip.buffered?.seconds ?? 0;
  return [
    `drawtext=text='${clip.stamp}':x=${place.x}:y=${place.y}:fontsize=17:${style}`,
    time(String(place.y + 24), 17),
    dot('0xe0322b', `gte(t,${buffer})`),
    ...(buffer > 0 ? [dot('0xe0a520', `lt(t,${buffer})`)] : []),
  ].join(',');
}

/** Frames and sound into one master without loss, from which the camera's files are made. */
export async function makeMaster(
  clip: Clip,
  frames: string,
  sound: string,
  work: string,
  effort: Effort,
): Promise<string> {
  const shape = clip.format === 'asf' ? 'crop=720:540,scale=640:480:flags=lanczos,' : '';
  const picture = `[0:v]scale=${frameSize.width}:${frameSize.height}:flags=lanczos,trim=duration=${clip.seconds},${shape}${stampFilter(clip)},format=yuv420p[v]`;
  const master = join(work, `${clip.scene}.mkv`);
  const inputs = ['-framerate', String(effort.drawnPerSecond), '-i', join(frames, '%05d.jpg'), '-i', sound];
  const codecs = ['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '0', '-c:a', 'pcm_s16le'];
  await ffmpeg(['-y', ...inputs, '-filter_complex', picture, '-map', '[v]', '-map', '1:a', ...codecs, master]);
  return master;
}

/** What each container of the cards holds. The cruiser's recorder writes MPEG-4 in ASF, which no browser plays. */
const encoders: Readonly<Record<Clip['format'], readonly string[]>> = {
  mp4: [
    '-c:v',
    'libx264',
    '-preset',
    'slow',
    '-crf',
    '26',
    '-profile:v',
    'high',
    '-level',
    '3.1',
    '-c:a',
    'aac',
    '-b:a',
    '80k',
    '-movflags',
    '+faststart',
  ],
  mkv: [
    '-c:v',
    'libx264',
    '-preset',
    'slow',
    '-crf',
    '26',
    '-profile:v',
    'high',
    '-level',
    '3.1',
    '-c:a',
    'aac',
    '-b:a',
    '80k',
  ],
  asf: ['-c:v', 'mpeg4', '-q:v', '6', '-c:a', 'mp2', '-b:a', '96k', '-f', 'asf'],
};

/** A camera that minds its battery: every other frame while running, an uneven pace otherwise. */
const unevenPace = "select='if(between(t,3,6.5),not(mod(n,2)),not(eq(mod(n,5),3))*not(eq(mod(n,7),2)))'";

/** The master into the camera's file or files. */
export async function cutClip(clip: Clip, master: string, cards: string): Promise<void> {
  const seconds = clip.seconds / clip.files.length;
  for (const [part, file] of clip.files.entries()) {
    const target = join(cards, file);
    await mkdir(dirname(target), { recursive: true });
    const takenAt = new Date(Date.parse(clip.startsAt) + part * seconds * 1000).toISOString();
    const pace = clip.variableRate ? ['-vf', unevenPace, '-vsync', 'vfr'] : ['-vsync', 'cfr', '-r', String(frameRate)];
    await ffmpeg([
      '-y',
      '-ss',
      String(part * seconds),
      '-t',
      String(seconds),
      '-i',
      master,
      ...pace,
      '-g',
      '48',
      '-threads',
      '2',
      '-map_metadata',
      '-1',
      '-fflags',
      '+bitexact',
      '-flags:v',
      '+bitexact',
      '-flags:a',
      '+bitexact',
      '-metadata',
      `creation_time=${takenAt}`,
      '-metadata',
      `comment=${clip.stamp}`,
      ...encoders[clip.format],
      target,
    ]);
  }
}
