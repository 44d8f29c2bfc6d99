import { avGetCodecName } from 'node-av/lib';
import type { MediaFacts } from '#common/evidence/index.ts';
import { endOfFrame, type FrameTable, frameCount, toMicroseconds } from '#common/time/index.ts';
import type { SealedAccess } from '#core/vault/index.ts';
import { knowsPicture, knowsSound } from './browser-codecs.ts';
import type { FrameScan } from './frame-scan.ts';
import { type MediaInput, openInput } from './input.ts';
import { isSideways, orientationOf } from './orientation.ts';

/** The facts of a file whose frames are known. */
export async function readFacts(access: SealedAccess, scan: FrameScan): Promise<MediaFacts> {
  const input = await openInput(access, { sound: false });
  try {
    return describe(input, scan.table, scan.plain && (await playsInBrowser(access, input)));
  } finally {
    await input.close();
  }
}

/**
 * Whether Chromium plays the original by itself. Only what was tried in it counts: MP4 or MOV with one picture, not mirrored,
 * whose tables are plain. Everything else gets a proxy, which is slower and never wrong.
 */
async function playsInBrowser(access: SealedAccess, input: MediaInput): Promise<boolean> {
  const { container, video, audio, tracks } = input;
  if (!container.startsWith('mov,') || tracks.pictures > 1 || orientationOf(video).mirrored) return false;
  return knowsPicture(video) && (await knowsSound(access, audio));
}

function describe(input: MediaInput, table: FrameTable, plays: boolean): MediaFacts {
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
    tracks: input.tracks,
    playsInBrowser: plays,
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
