import { spawn, spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import type { FrameTable } from '#common/time/index.ts';

/** How a numbered clip is made. Frames carry their own number as a bit pattern, so a test can read it from any pixels. */
export type NumberedClip = {
  readonly path: string;
  readonly frames: number;
  readonly width: number;
  readonly height: number;
  /** Presentation time of frame N in milliseconds as an expression of FFmpeg; absent: 30 frames a second. */
  readonly timesMs?: string;
  readonly bFrames?: boolean;
  /** Clockwise turn a player has to make. The frames given here are upright. */
  readonly rotation?: 0 | 90 | 180 | 270;
  /** Shape of a pixel, as FFmpeg writes it: `4/3`. */
  readonly pixelShape?: string;
  readonly sound?: boolean;
  /** The sound starts this much earlier than the picture. */
  readonly pictureLateMs?: number;
  /** Frames between keyframes. */
  readonly group?: number;
  readonly quality?: number;
};

/** The pattern: sixteen cells in two rows of eight at this place of the upright picture. White is one, most significant first. */
export const pattern = { left: 32, top: 24, cell: 20, columns: 8, rows: 2 } as const;
/** A red square with this place in the upright picture, for overlays to cover. */
export const landmark = { x: 220, y: 120, width: 64, height: 48 } as const;

/** The value of the pattern as seen through `lightness` (0 to 255) of points of the upright picture; null when it cannot be read. */
export function readPattern(lightness: (x: number, y: number) => number): number | null {
  let value = 0;
  for (let bit = 0; bit < 16; bit++) {
    const x = pattern.left + ((bit % pattern.columns) + 0.5) * pattern.cell;
    const y = pattern.top + (Math.floor(bit / pattern.columns) + 0.5) * pattern.cell;
    const light = lightness(x, y);
    if (light > 90 && light < 165) return null;
    value = value * 2 + (light > 127 ? 1 : 0);
  }
  return value;
}

function draw(clip: NumberedClip, frame: number, grey: Uint8Array): void {
  const { width, height } = clip;
  const red = width * height;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const ramp = 60 + ((x + y + frame * 3) % 128);
      grey[y * width + x] = ramp;
    }
  }
  grey.fill(128, red);
  for (let bit = 0; bit < 16; bit++) {
    const on = (frame >> (15 - bit)) & 1;
    const left = pattern.left + (bit % pattern.columns) * pattern.cell;
    const top = pattern.top + Math.floor(bit / pattern.columns) * pattern.cell;
    for (let y = top; y < top + pattern.cell; y++)
      grey.fill(on ? 235 : 16, y * width + left, y * width + left + pattern.cell);
  }
  for (let y = landmark.y; y < landmark.y + landmark.height; y++) {
    grey.fill(81, y * width + landmark.x, y * width + landmark.x + landmark.width);
    const row = red + (y >> 1) * (width >> 1) + (landmark.x >> 1);
    grey.fill(90, row, row + (landmark.width >> 1));
    const row2 = red + ((width * height) >> 2) + (y >> 1) * (width >> 1) + (landmark.x >> 1);
    grey.fill(240, row2, row2 + (landmark.width >> 1));
  }
}

/** Makes the clip with FFmpeg from raw frames. */
export async function makeNumberedClip(clip: NumberedClip): Promise<void> {
  const { path, frames, width, height } = clip;
  const rotation = clip.rotation ?? 0;
  const turn = { 0: [], 90: ['transpose=cclock'], 180: ['hflip', 'vflip'], 270: ['transpose=clock'] }[rotation];
  const first = `${path}.untagged.mp4`;
  const out = rotation === 0 ? path : first;
  const filters: string[] = [...turn];
  if (clip.pixelShape !== undefined) filters.push(`setsar=${clip.pixelShape}`);
  if (clip.timesMs !== undefined) filters.push('settb=1/1000', `setpts='${clip.timesMs}'`);
  if (clip.pictureLateMs !== undefined) filters.push(`setpts=PTS+${clip.pictureLateMs / 1000}/TB`);
  const args = ['-y', '-loglevel', 'error', '-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-s', `${width}x${height}`];
  args.push('-framerate', '30', '-i', 'pipe:0');
  if (clip.sound === true) args.push('-f', 'lavfi', '-i', `sine=frequency=440:duration=${frames / 30}`);
  if (filters.length > 0) args.push('-vf', filters.join(','));
  args.push('-fps_mode', 'passthrough', '-c:v', 'libx264', '-preset', 'veryfast', '-crf', String(clip.quality ?? 20));
  args.push('-bf', clip.bFrames === true ? '3' : '0', '-g', String(clip.group ?? 30));
  if (clip.timesMs !== undefined) args.push('-enc_time_base', '1/1000', '-video_track_timescale', '1000');
  if (clip.sound === true) args.push('-c:a', 'aac');
  args.push(out);
  const encoder = spawn('ffmpeg', args, { stdio: ['pipe', 'ignore', 'pipe'] });
  let complaint = '';
  encoder.stdin.on('error', () => undefined); // Its own words on standard error say more than the broken pipe.
  encoder.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => encoder.on('close', resolve));
  const picture = new Uint8Array((width * height * 3) / 2);
  for (let frame = 0; frame < frames; frame++) {
    draw(clip, frame, picture);
    if (!encoder.stdin.write(picture.slice())) await new Promise((resolve) => encoder.stdin.once('drain', resolve));
  }
  encoder.stdin.end();
  if ((await ended) !== 0) throw new Error(`FFmpeg could not make ${path}: ${complaint}`);
  if (rotation !== 0) {
    const tagging = [
      '-y',
      '-loglevel',
      'error',
      '-i',
      first,
      '-c',
      'copy',
      '-metadata:s:v:0',
      `rotate=${360 - rotation}`,
      path,
    ];
    const tagged = spawnSync('ffmpeg', tagging, { encoding: 'utf8' });
    rmSync(first);
    if (tagged.status !== 0) throw new Error(`FFmpeg could not tag ${path}: ${tagged.stderr}`);
  }
}

/** The frame table of a file as FFmpeg sees it, by a way of its own: presentation times of packets, in order, edit lists applied. */
export function probeFrameTable(path: string): FrameTable {
  const args = ['-v', 'error', '-select_streams', 'v:0', '-show_entries'];
  args.push('packet=pts,duration,flags:stream=time_base', '-of', 'json', path);
  const probe = spawnSync('ffprobe', args, { encoding: 'utf8', maxBuffer: 1 << 28 });
  if (probe.status !== 0) throw new Error(`FFprobe could not read ${path}: ${probe.stderr}`);
  const found = JSON.parse(probe.stdout) as {
    packets: { pts: number; duration?: number; flags: string }[];
    streams: { time_base: string }[];
  };
  const [num, den] = (found.streams[0]?.time_base ?? '1/1000').split('/').map(Number);
  const packets = found.packets.filter((packet) => !packet.flags.includes('D')).sort((a, b) => a.pts - b.pts);
  const origin = packets[0]?.pts ?? 0;
  return {
    timeBase: { num: num ?? 1, den: den ?? 1000 },
    originTicks: origin,
    pts: packets.map((packet) => packet.pts - origin),
    lastDuration: Math.max(1, packets.at(-1)?.duration ?? 1),
    keyframes: packets.flatMap((packet, index) => (packet.flags.includes('K') ? [index] : [])),
  };
}
