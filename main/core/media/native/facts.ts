import {
  AV_CODEC_ID_AAC,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_MP3,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUVJ420P,
} from 'node-av/constants';
import { avGetCodecName } from 'node-av/lib';
import type { MediaFacts } from '#common/evidence/index.ts';
import { endOfFrame, type FrameTable, frameCount, toMicroseconds } from '#common/time/index.ts';
import type { SealedAccess } from '#core/vault/index.ts';
import { type MediaInput, openInput } from './input.ts';
import { isSideways, orientationOf } from './orientation.ts';

/** The facts of a file whose frame table is known. */
export async function readFacts(access: SealedAccess, table: FrameTable): Promise<MediaFacts> {
  const input = await openInput(access, { sound: false });
  try {
    return describe(input, table);
  } finally {
    await input.close();
  }
}

function describe(input: MediaInput, table: FrameTable): MediaFacts {
  const { codecpar } = input.video;
  const orientation = orientationOf(input.video);
  const sideways = isSideways(orientation);
  const aspect = pixelAspectOf(input);
  const frames = frameCount(table);
  const length = toMicroseconds(endOfFrame(table, frames - 1), table.timeBase);
  const { audio } = input;
  return {
    container: containerName(input.container),
    durationUs: length,
    video: {
      codec: avGetCodecName(codecpar.codecId) ?? 'unknown',
      width: sideways ? codecpar.height : codecpar.width,
      height: sideways ? codecpar.width : codecpar.height,
      rotation: orientation.rotation,
      pixelAspect: sideways ? 1 / aspect : aspect,
      frames,
      framesPerSecond: rateOf(table),
      variableRate: isVariable(table),
    },
    audio:
      audio === null
        ? null
        : {
            codec: avGetCodecName(audio.codecpar.codecId) ?? 'unknown',
            sampleRate: audio.codecpar.sampleRate,
            channels: Math.max(1, audio.codecpar.channelLayout.nbChannels),
          },
    playsInBrowser: playsInBrowser(input) && !orientation.mirrored,
  };
}

/** Width of a coded pixel divided by its height. */
export function pixelAspectOf(input: MediaInput): number {
  const { num, den } =
    input.video.sampleAspectRatio.num > 0 ? input.video.sampleAspectRatio : input.video.codecpar.sampleAspectRatio;
  return num > 0 && den > 0 ? num / den : 1;
}

function containerName(format: string): string {
  if (format.startsWith('mov,')) return 'mp4';
  return format === 'matroska,webm' ? 'matroska' : format;
}

/** Frames a second over the whole file. */
export function rateOf(table: FrameTable): number {
  const frames = frameCount(table);
  return (frames * table.timeBase.den) / (endOfFrame(table, frames - 1) * table.timeBase.num);
}

/** True when the steps between frames differ by more than what rounding to the time base (or to a millisecond) explains. */
function isVariable(table: FrameTable): boolean {
  const { pts, timeBase } = table;
  const last = pts.length - 1;
  if (last < 2) return false;
  const mean = (pts[last] ?? 0) / last;
  const slack = Math.max(1, (0.0011 * timeBase.den) / timeBase.num);
  return pts.some((time, i) => i > 0 && Math.abs(time - (pts[i - 1] ?? 0) - mean) > slack);
}

const eightBit = new Set<number>([AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P]);
const plainSound = new Set<number>([AV_CODEC_ID_AAC, AV_CODEC_ID_MP3]);

/**
 * Whether Chromium plays the original by itself. Only what was tried in it counts: MP4 or MOV with H.264 in 8-bit 4:2:0 and
 * AAC, MP3 or no sound. Everything else gets a proxy, which is slower and never wrong.
 */
function playsInBrowser({ container, video, audio }: MediaInput): boolean {
  return (
    container.startsWith('mov,') &&
    video.codecpar.codecId === AV_CODEC_ID_H264 &&
    eightBit.has(video.codecpar.format) &&
    (audio === null || plainSound.has(audio.codecpar.codecId))
  );
}
