import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { ffmpeg, makers } from './media-files.ts';

const lavfi = (text: string): string[] => ['-f', 'lavfi', '-i', text];
const moving = (size = '320x180', rate = 24): string => `testsrc2=size=${size}:rate=${rate}:duration=2`;
const h264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p'];
/** Loud and soft by turns, so that a shift would be heard. */
const syllables = 'aevalsrc=(0.05+0.5*abs(sin(9*t)*sin(2.3*t)))*sin(2*PI*330*t):s=48000:d=2';
/** A click of one sample every half second, the first 0.25 s in. */
const clicks = 'aevalsrc=if(eq(mod(n\\,24000)\\,12000)\\,0.9\\,0):s=48000:d=2';
const pcm = ['-c:a', 'pcm_s16le'];
const aac = ['-c:a', 'aac', '-b:a', '128k'];

/** Recordings that are legal, and odd in one way each: what old, cheap or careless recorders write. */
export const awkward = {
  'mpeg4-in.asf': (path: string) =>
    ffmpeg(...lavfi(moving('352x240', 15)), ...lavfi(syllables), '-c:v', 'mpeg4', '-q:v', '3', '-c:a', 'wmav2', path),
  'hevc-ten-bit.mp4': (path: string) =>
    ffmpeg(
      ...[...lavfi(moving()), ...lavfi(syllables), '-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params'],
      ...['log-level=error', '-pix_fmt', 'yuv420p10le', '-tag:v', 'hvc1', ...aac, path],
    ),
  'bt601.mp4': (path: string) =>
    ffmpeg(
      ...[...lavfi(moving('352x288', 25)), ...lavfi(syllables), ...h264, '-colorspace', 'smpte170m'],
      ...['-color_primaries', 'smpte170m', '-color_trc', 'smpte170m', '-color_range', 'tv', ...aac, path],
    ),
  'full-range-bt709.mp4': (path: string) =>
    ffmpeg(
      ...[...lavfi(moving()), ...lavfi(syllables), '-vf', 'scale=out_range=full', ...h264, '-color_range', 'pc'],
      ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', ...aac, path],
    ),
  'full-range-jpeg.avi': (path: string) =>
    ffmpeg(
      ...lavfi(moving('321x179')),
      ...lavfi(syllables),
      '-c:v',
      'mjpeg',
      '-q:v',
      '3',
      '-pix_fmt',
      'yuvj422p',
      ...pcm,
      path,
    ),
  'interlaced.mp4': (path: string) =>
    ffmpeg(
      ...[...lavfi(moving('352x288', 50)), ...lavfi(syllables), '-vf', 'interlace=scan=tff', ...h264],
      ...['-flags', '+ilme+ildct', '-x264-params', 'tff=1:bframes=2', ...aac, path],
    ),
  'field-coded.ts': (path: string) =>
    ffmpeg(
      ...[...lavfi(moving('352x288', 50)), ...lavfi(syllables), '-vf', 'interlace=scan=bff', '-c:v', 'mpeg2video'],
      ...['-q:v', '4', '-flags', '+ilme+ildct', '-bf', '2', '-c:a', 'mp2', path],
    ),
  'surround.mp4': (path: string) =>
    ffmpeg(
      ...[
        ...lavfi(moving()),
        ...lavfi(syllables),
        ...h264,
        '-af',
        'pan=5.1|FL=c0|FR=0.5*c0|FC=c0|LFE=0.2*c0|BL=0.3*c0|BR=0.3*c0',
      ],
      ...['-c:a', 'aac', '-b:a', '384k', path],
    ),
  'telephone.mp4': (path: string) =>
    ffmpeg(
      ...lavfi(moving()),
      ...lavfi(syllables),
      ...h264,
      '-ar',
      '8000',
      '-ac',
      '1',
      '-c:a',
      'aac',
      '-b:a',
      '24k',
      path,
    ),
  'sound-too-short.mp4': (path: string) =>
    ffmpeg(...lavfi(moving()), ...lavfi(syllables), ...h264, '-af', 'atrim=end=1.1', ...aac, path),
  'sound-too-long.mp4': (path: string) =>
    ffmpeg(...lavfi(moving()), ...lavfi(syllables.replace('d=2', 'd=5')), ...h264, ...aac, path),
  'no-sound.mp4': (path: string) => ffmpeg(...lavfi(moving()), ...h264, path),
  'one-group.mp4': (path: string) =>
    ffmpeg(...lavfi(moving()), ...lavfi(syllables), ...h264, '-g', '9999', '-bf', '3', ...aac, path),
  'one-frame.mp4': (path: string) => ffmpeg(...lavfi(moving()), ...h264, '-frames:v', '1', path),
  'one-frame-with-sound.mp4': (path: string) => {
    const picture = `${path}.picture.mp4`;
    ffmpeg(...lavfi(moving()), ...h264, '-frames:v', '1', picture);
    ffmpeg('-i', picture, ...lavfi(syllables), '-map', '0:v', '-map', '1:a', '-c:v', 'copy', ...aac, path);
    rmSync(picture);
  },
  'odd-size.mp4': (path: string) =>
    ffmpeg(...lavfi(moving('321x181')), ...lavfi(syllables), '-c:v', 'libx264', '-pix_fmt', 'yuv444p', ...aac, path),
  'turned-and-mirrored.mp4': (path: string) => {
    makers.rotated(path, 90);
    // The display matrix stands in the track's header, as nine numbers: a, b, u, c, d and so on.
    mirror(path);
  },
  'anamorphic-turned.mp4': (path: string) => {
    const flat = `${path}.flat.mp4`;
    ffmpeg(...lavfi(moving('160x180')), ...lavfi(syllables), '-vf', 'setsar=2', ...h264, ...aac, flat);
    ffmpeg('-i', flat, '-c', 'copy', '-metadata:s:v:0', 'rotate=90', path);
    rmSync(flat);
  },
  'message-in-picture.mp4': (path: string) => {
    const plain = `${path}.plain.mp4`;
    makers.bFrames(plain);
    const message = 'h264_metadata=sei_user_data=086f3693-b7b3-4f2c-9653-21492feee5b8+OfficerField';
    ffmpeg('-i', plain, '-c', 'copy', '-bsf:v', message, path);
    rmSync(plain);
  },
  'places-and-cover.mp4': (path: string) => {
    const [plain, cover, words] = [`${path}.plain.mp4`, `${path}.cover.jpg`, `${path}.srt`];
    makers.constantRate(plain);
    ffmpeg(...lavfi('color=red:size=64x64'), '-frames:v', '1', cover);
    writeFileSync(words, '1\n00:00:00,000 --> 00:00:02,000\nOfficerField 38.9072 -77.0369\n');
    ffmpeg(
      ...[
        '-i',
        plain,
        '-i',
        cover,
        '-i',
        words,
        '-map',
        '0',
        '-map',
        '1',
        '-map',
        '2',
        '-c',
        'copy',
        '-c:s',
        'mov_text',
      ],
      ...['-disposition:v:1', 'attached_pic', '-timecode', '01:02:03:04', '-metadata', 'location=+38.9072-077.0369/'],
      ...['-metadata', 'title=OfficerField', '-metadata:s:v:0', 'handler_name=OfficerField', path],
    );
    for (const used of [plain, cover, words]) rmSync(used);
  },
  'two-of-each.mp4': (path: string) =>
    ffmpeg(
      ...[...lavfi(moving()), ...lavfi('mandelbrot=size=320x180:rate=24'), ...lavfi(syllables), ...lavfi(clicks)],
      ...['-map', '0', '-map', '1', '-map', '2', '-map', '3', '-t', '2', ...h264, ...aac, path],
    ),
  'cover-first.mkv': (path: string) => {
    const [plain, cover] = [`${path}.plain.mp4`, `${path}.jpg`];
    makers.constantRate(plain);
    ffmpeg(...lavfi('color=red:size=64x64'), '-frames:v', '1', cover);
    ffmpeg('-i', plain, '-c', 'copy', '-attach', cover, '-metadata:s:t', 'mimetype=image/jpeg', path);
    for (const used of [plain, cover]) rmSync(used);
  },
  /** The sound begins 0.3 s after the picture; clicks tell where it must be. */
  'sound-late.mov': (path: string) =>
    ffmpeg(...lavfi(moving()), '-itsoffset', '0.3', ...lavfi(clicks), ...h264, '-bf', '0', ...pcm, path),
  /** Nothing was recorded between 0.6 s and 1.1 s; the clock went on. */
  'sound-gap.mkv': (path: string) =>
    ffmpeg(
      ...lavfi(moving()),
      ...lavfi(clicks),
      ...h264,
      '-bf',
      '0',
      '-af',
      "aselect='not(between(t,0.6,1.1))'",
      ...pcm,
      path,
    ),
} as const;

/** Mirrors a picture that is turned by a quarter, in the file's own display matrix. */
function mirror(path: string): void {
  const bytes = readFileSync(path);
  const at = bytes.indexOf('tkhd') + 4 + 40;
  for (const [i, value] of [0, 0x10000, 0, 0x10000, 0].entries()) bytes.writeInt32BE(value, at + 4 * i);
  writeFileSync(path, bytes);
}
