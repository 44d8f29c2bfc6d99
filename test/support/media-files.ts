import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeEditLists } from './edit-lists.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The folder with real footage, or null (said aloud) when this machine has none. */
export function footageFolder(): string | null {
  const folder = process.env['PLAINVIEW_FOOTAGE'] ?? join(root, '..', 'shared', 'footage');
  if (existsSync(join(folder, 'people-walking.mp4'))) return folder;
  process.stderr.write(`\nSKIPPED: no real footage in ${folder}; set PLAINVIEW_FOOTAGE to test with it.\n`);
  return null;
}

/** A folder for media made by FFmpeg, removed by `remove`. */
export type MediaFolder = {
  readonly path: string;
  readonly file: (name: string) => string;
  readonly remove: () => void;
};

export function mediaFolder(): MediaFolder {
  const path = mkdtempSync(join(tmpdir(), 'plainview-media-'));
  return { path, file: (name) => join(path, name), remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Runs Debian's own FFmpeg; its words are the error. */
export function ffmpeg(...args: readonly string[]): void {
  const run = spawnSync('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args], { encoding: 'utf8', maxBuffer: 1 << 26 });
  if (run.error !== undefined) throw new Error('This test makes media with FFmpeg: install it.', { cause: run.error });
  if (run.status !== 0) throw new Error(`ffmpeg ${args.join(' ')}\n${run.stderr}`);
}

/** The raw bytes FFmpeg writes to its standard output. */
export function ffmpegOutput(...args: readonly string[]): Buffer {
  const run = spawnSync('ffmpeg', ['-v', 'error', '-nostdin', ...args, '-'], { maxBuffer: 1 << 30 });
  if (run.error !== undefined)
    throw new Error('This test looks into media with FFmpeg: install it.', { cause: run.error });
  if (run.status !== 0) throw new Error(`ffmpeg ${args.join(' ')}\n${run.stderr.toString()}`);
  return run.stdout;
}

const picture = ['-f', 'lavfi', '-i'];
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '24'];

function moving(seconds: number, size = '320x180', rate = 24): string {
  return `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`;
}

function tone(seconds: number): string[] {
  return [...picture, `sine=frequency=440:sample_rate=48000:duration=${seconds}`];
}

/** Every maker writes one small file named for what is odd about it. */
export const makers = {
  /** H.264 and AAC at a constant rate, no B-frames. */
  constantRate: (path: string, seconds = 2) =>
    ffmpeg(...picture, moving(seconds), ...tone(seconds), ...h264, '-bf', '0', '-c:a', 'aac', path),
  /** B-frames: decode order differs from the order shown. */
  bFrames: (path: string) =>
    ffmpeg(...picture, moving(2), ...tone(2), ...h264, '-preset', 'veryfast', '-bf', '3', '-c:a', 'aac', path),
  /** Frames left out and a rate that changes. With B-frames a player does not find the frames before a key frame any more. */
  variableRate: (path: string, bFrames = 0) =>
    ffmpeg(
      ...[...picture, moving(3), ...tone(3)],
      ...['-vf', "select='not(eq(mod(n,7),3))',setpts='PTS+if(gt(N,30),(N-30)*0.013/TB,0)'", '-vsync', 'vfr'],
      ...[...h264, '-preset', 'veryfast', '-bf', `${bFrames}`, '-c:a', 'aac', '-video_track_timescale', '90000', path],
    ),
  /** Cut without re-encoding: an edit list hides frames before the cut. */
  editList: (path: string) => {
    const whole = `${path}.whole.mp4`;
    makers.bFrames(whole);
    ffmpeg('-ss', '0.7', '-i', whole, '-c', 'copy', path);
    rmSync(whole);
  },
  /** The picture begins 0.4 s after the sound. */
  startOffset: (path: string) => {
    const whole = `${path}.whole.mp4`;
    makers.bFrames(whole);
    ffmpeg('-itsoffset', '0.4', '-i', whole, '-i', whole, '-map', '0:v', '-map', '1:a', '-c', 'copy', path);
    rmSync(whole);
  },
  /** A rotation tag: the coded picture must be turned clockwise by `degrees` to stand upright. */
  rotated: (path: string, degrees: 90 | 180 | 270) => {
    const upright = `${path}.upright.mp4`;
    makers.constantRate(upright);
    ffmpeg('-i', upright, '-c', 'copy', '-metadata:s:v:0', `rotate=${360 - degrees}`, path);
    rmSync(upright);
  },
  hevc: (path: string) =>
    ffmpeg(
      ...[
        ...picture,
        moving(2),
        ...tone(2),
        '-c:v',
        'libx265',
        '-preset',
        'ultrafast',
        '-x265-params',
        'log-level=error',
      ],
      ...['-pix_fmt', 'yuv420p', '-c:a', 'aac', path],
    ),
  /** H.264 in Matroska, with B-frames and a millisecond clock. */
  matroska: (path: string) =>
    ffmpeg(...picture, moving(2), ...tone(2), ...h264, '-preset', 'veryfast', '-bf', '2', '-c:a', 'aac', path),
  /** H.264 and MP3 in ASF, which has no presentation times of its own. */
  asf: (path: string) => ffmpeg(...picture, moving(2), ...tone(2), ...h264, '-bf', '0', '-c:a', 'libmp3lame', path),
  /** Pixels twice as wide as high. */
  widePixels: (path: string) => ffmpeg(...picture, moving(1, '160x180'), '-vf', 'setsar=2', ...h264, '-bf', '0', path),
  tenBit: (path: string) => ffmpeg(...picture, moving(1), ...h264, '-pix_fmt', 'yuv420p10le', path),
  fullChroma: (path: string) => ffmpeg(...picture, moving(1), ...h264, '-pix_fmt', 'yuv444p', path),
  fullRange: (path: string) =>
    ffmpeg(
      ...[...picture, moving(1), '-vf', 'scale=out_range=full', ...h264, '-pix_fmt', 'yuvj420p', '-color_range', 'pc'],
      ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', path],
    ),
  /** An old recorder: MPEG-4 with B-frames and PCM in AVI, at 30000/1001 frames a second. */
  ntscAvi: (path: string) =>
    ffmpeg(
      ...[...picture, moving(2, '320x180', 30).replace('rate=30', 'rate=30000/1001'), ...tone(2)],
      ...['-c:v', 'mpeg4', '-bf', '2', '-q:v', '3', '-c:a', 'pcm_s16le', path],
    ),
  /** A transport stream, whose clock does not begin at zero. */
  transportStream: (path: string) =>
    ffmpeg(...picture, moving(2), ...tone(2), ...h264, '-preset', 'veryfast', '-bf', '2', '-c:a', 'aac', path),
  /** Motion JPEG with an odd width. */
  oddJpeg: (path: string) =>
    ffmpeg(...picture, moving(1, '321x179'), '-c:v', 'mjpeg', '-q:v', '3', '-pix_fmt', 'yuvj420p', path),
  /** A sound track whose packets hold nothing that decodes. */
  brokenSound: (path: string) => {
    makers.constantRate(`${path}.whole.mp4`);
    ffmpeg('-i', `${path}.whole.mp4`, '-c', 'copy', '-bsf:a', 'noise=amount=1', path);
    rmSync(`${path}.whole.mp4`);
  },
  /** 8 kHz telephone sound, as old in-car recorders write it. */
  telephoneSound: (path: string) =>
    ffmpeg(...picture, moving(2), ...tone(2), ...h264, '-c:a', 'pcm_mulaw', '-ar', '8000', '-ac', '1', path),
  /** A click of one sample every half second, the first 0.25 s in; stored without loss. */
  clicks: (path: string, seconds = 4) =>
    ffmpeg(
      ...[
        ...picture,
        moving(seconds),
        ...picture,
        `aevalsrc=if(eq(mod(n\\,24000)\\,12000)\\,0.9\\,0):s=48000:d=${seconds}`,
      ],
      ...[...h264, '-bf', '0', '-c:a', 'pcm_s16le', path],
    ),
  silentVideo: (path: string, size = '320x180') => ffmpeg(...picture, moving(1, size), ...h264, '-bf', '0', path),
  soundOnly: (path: string) => ffmpeg(...tone(1), '-c:a', 'aac', path),
  /** The index is missing: the camera lost power before it wrote it. */
  truncatedMoov: (path: string) => {
    const whole = `${path}.whole.mp4`;
    makers.constantRate(whole);
    const bytes = readFileSync(whole);
    rmSync(whole);
    writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length / 2)));
  },
  /** The index is at the front; the picture data ends in the middle. */
  truncatedData: (path: string) => {
    const whole = `${path}.whole.mp4`;
    makers.constantRate(whole);
    ffmpeg('-i', whole, '-c', 'copy', '-movflags', '+faststart', `${path}.fast.mp4`);
    const bytes = readFileSync(`${path}.fast.mp4`);
    rmSync(whole);
    rmSync(`${path}.fast.mp4`);
    writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length * 0.6)));
  },
  text: (path: string) => writeFileSync(path, 'Dear officer,\nthis is not a recording at all.\n'.repeat(40)),
  zeros: (path: string) => writeFileSync(path, Buffer.alloc(200_000)),
  empty: (path: string) => writeFileSync(path, ''),
  /** Names, a place, a chapter and colour tags: what a camera writes beside the picture. */
  taggedAndColoured: (path: string) => {
    const plain = `${path}.plain.mp4`;
    const chapters = `${path}.chapters.txt`;
    makers.constantRate(plain);
    writeFileSync(
      chapters,
      ';FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=Chapter of Officer Field\n',
    );
    ffmpeg(
      ...['-i', plain, '-i', chapters, '-map_chapters', '1', '-c:a', 'copy', ...h264, '-bf', '0'],
      ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'],
      ...['-metadata', 'title=Officer Field', '-metadata', 'comment=+38.9072-077.0369/', path],
    );
    rmSync(plain);
    rmSync(chapters);
  },
  coloursOf: (path: string) => {
    const wanted = 'stream=color_space,color_transfer,color_primaries,color_range';
    const run = spawnSync(
      'ffprobe',
      ['-v', 'error', '-select_streams', 'v:0', '-show_entries', wanted, '-of', 'json', path],
      {
        encoding: 'utf8',
      },
    );
    const found = JSON.parse(run.stdout) as { streams: Record<string, string>[] };
    const {
      color_space: space,
      color_transfer: transfer,
      color_primaries: primaries,
      color_range: range,
    } = found.streams[0] ?? {};
    return { space, transfer, primaries, range };
  },
  /** Noise as loud as it gets, without a pause. */
  loudNoise: (path: string) =>
    ffmpeg(
      ...[...picture, moving(2), ...picture, 'anoisesrc=color=white:amplitude=0.9:sample_rate=48000:duration=2'],
      ...[...h264, '-bf', '0', '-c:a', 'aac', '-b:a', '256k', path],
    ),
  /** The sound goes on for a second after the last frame. */
  longSound: (path: string) => ffmpeg(...picture, moving(2), ...tone(3), ...h264, '-bf', '0', '-c:a', 'aac', path),
  /** Clicks as in `clicks`, and the first frame half a second after the sound began. */
  latePicture: (path: string) => {
    const whole = `${path}.whole.mov`;
    makers.clicks(whole);
    ffmpeg('-itsoffset', '0.5', '-i', whole, '-i', whole, '-map', '0:v', '-map', '1:a', '-c', 'copy', path);
    rmSync(whole);
  },
  /** Pictures that refer to pictures of the group before: a player cannot start at every key frame. */
  openGroups: (path: string) =>
    ffmpeg(
      ...[...picture, moving(3), ...tone(3), ...h264, '-preset', 'veryfast', '-bf', '3', '-x264-params', 'open-gop=1'],
      ...['-sc_threshold', '0', '-c:a', 'aac', path],
    ),
  /** In fragments, as recorders write them that may lose power; with B-frames, whose decoding times nothing makes up for. */
  fragments: (path: string) =>
    ffmpeg(
      ...[...picture, moving(3), ...tone(3), ...h264, '-preset', 'veryfast', '-bf', '3', '-c:a', 'aac'],
      ...['-movflags', 'frag_keyframe+empty_moov', path],
    ),
  /** A recorder that lost power: the last fragment ends in the middle of a frame. */
  fragmentsCutOff: (path: string) => {
    makers.fragments(path);
    const bytes = readFileSync(path);
    writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length * 0.7)));
  },
  /** Two cuts in one edit list: the second begins in the middle of a group of pictures. */
  twoCuts: (path: string) => {
    const track = ['-use_editlist', '0', '-video_track_timescale', '12288'];
    ffmpeg(...picture, moving(4), ...h264, '-g', '100', '-preset', 'veryfast', '-bf', '3', ...track, path);
    // 512 ticks a frame; the first is shown 1024 ticks in.
    writeEditLists(path, [
      [
        [1000, 1024],
        [1000, 1024 + 60 * 512],
      ],
    ]);
  },
  /** Cut out of the middle of the only group of pictures. */
  cutOutOfGroup: (path: string) => {
    makers.twoCuts(path);
    writeEditLists(path, [[[1000, 1024 + 60 * 512]]]);
  },
  /** Two cameras in one file; the second is the one that players show. */
  twoPictures: (path: string) =>
    ffmpeg(
      ...[...picture, moving(2, '160x120', 12), ...picture, moving(2), '-map', '0', '-map', '1', ...h264, '-bf', '0'],
      ...['-disposition:v:0', '0', '-disposition:v:1', 'default', path],
    ),
  /** MPEG sound of layer II in MP4, which has no name of its own there. */
  layerTwoSound: (path: string) => ffmpeg(...picture, moving(2), ...tone(2), ...h264, '-bf', '0', '-c:a', 'mp2', path),
  /** Two frames late in the file hold nothing that a decoder knows. */
  lostFrames: (path: string) => {
    makers.constantRate(path, 6);
    loseFrames(path, [130, 131]);
  },
  /** The picture becomes smaller in the middle, as where a recorder was set up anew. */
  sizeChange: (path: string) => {
    const parts = ['320x180', '160x90'].map((size, index) => {
      const part = `${path}.${index}.ts`;
      ffmpeg(...picture, moving(1, size), ...h264, '-bf', '0', part);
      const bytes = readFileSync(part);
      rmSync(part);
      return bytes;
    });
    writeFileSync(path, Buffer.concat(parts));
  },
  /** Two transport streams one after the other: the clock starts again in the middle. */
  joinedStreams: (path: string) => {
    makers.transportStream(`${path}.part.ts`);
    const part = readFileSync(`${path}.part.ts`);
    rmSync(`${path}.part.ts`);
    writeFileSync(path, Buffer.concat([part, part]));
  },
  /** HEVC in Matroska: neither picture nor container plays in a browser. */
  hevcMatroska: (path: string) => {
    makers.hevc(`${path}.mp4`);
    ffmpeg('-i', `${path}.mp4`, '-c', 'copy', path);
    rmSync(`${path}.mp4`);
  },
  copyOf: (path: string, from: string) => copyFileSync(from, path),
  copyFrom: (path: string, bytes: Uint8Array) => writeFileSync(path, bytes),
} as const;

/** Makes frames of an MP4 file undecodable: their bytes become units of a kind that means nothing. */
export function loseFrames(path: string, frames: readonly number[]): void {
  const args = ['-v', 'error', '-select_streams', 'v:0', '-show_entries', 'packet=pos,size', '-of', 'json', path];
  const { packets } = JSON.parse(spawnSync('ffprobe', args, { encoding: 'utf8', maxBuffer: 1 << 26 }).stdout) as {
    packets: { pos: string; size: string }[];
  };
  const bytes = readFileSync(path);
  for (const frame of frames) {
    const at = Number(packets[frame]!.pos);
    const size = Number(packets[frame]!.size);
    bytes.writeUInt32BE(size - 4, at);
    bytes.fill(0x1f, at + 4, at + size);
  }
  writeFileSync(path, bytes);
}

/** Presentation times in ticks of the stream's own time base, of every frame FFmpeg's own program decodes. */
export function decodedTimes(path: string): {
  readonly pts: readonly (number | undefined)[];
  readonly timeBase: string;
} {
  const args = [
    '-v',
    'error',
    '-select_streams',
    'v:0',
    '-show_entries',
    'frame=best_effort_timestamp:stream=time_base',
  ];
  const run = spawnSync('ffprobe', [...args, '-of', 'json', path], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const found = JSON.parse(run.stdout) as {
    frames: { best_effort_timestamp?: number }[];
    streams: { time_base: string }[];
  };
  return { pts: found.frames.map((frame) => frame.best_effort_timestamp), timeBase: found.streams[0]?.time_base ?? '' };
}
