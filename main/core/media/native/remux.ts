import { rm } from 'node:fs/promises';
import {
  AV_CODEC_ID_AAC,
  AV_CODEC_ID_H264,
  AV_CODEC_ID_MP3,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUVJ420P,
} from 'node-av/constants';
import { FFmpegError, type Packet, type Stream } from 'node-av/lib';
import { endOfFrame, type FrameTable, frameCount } from '#common/time/index.ts';
import type { SealedAccess, SealedWriteResult } from '#core/vault/index.ts';
import { tableFromPackets } from './frame-scan.ts';
import { type MediaInput, newPacket, openInput, ticksOf } from './input.ts';
import { orientationOf } from './orientation.ts';
import { openMp4Output } from './output.ts';

/** Containers whose packets fit into MP4 as they are. */
const containers = ['matroska,webm', 'asf', 'flv'];
const pictures = new Set<number>([AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P]);
const sounds = new Set<number>([AV_CODEC_ID_AAC, AV_CODEC_ID_MP3]);

/** True when browsers know picture and sound, and only the container stands in the way. */
function onlyContainer({ container, video, audio }: MediaInput): boolean {
  const { mirrored, rotation } = orientationOf(video);
  return (
    containers.includes(container) &&
    video.codecpar.codecId === AV_CODEC_ID_H264 &&
    pictures.has(video.codecpar.format) &&
    !mirrored &&
    rotation === 0 &&
    (audio === null || sounds.has(audio.codecpar.codecId))
  );
}

/**
 * Puts the packets of a file into an MP4 file without encoding anything again. Null when that cannot be done, or when the
 * result would not have exactly the frames of the table at their times; nothing is left at the target then.
 */
export async function remux(
  source: SealedAccess,
  target: SealedAccess,
  table: FrameTable,
  watch: { readonly signal: AbortSignal; readonly onFrame: (done: number) => void },
): Promise<SealedWriteResult | null> {
  const input = await openInput(source, { sound: true });
  let result: SealedWriteResult | null;
  try {
    result = onlyContainer(input) ? await copyPackets(input, target, table, watch) : null;
  } finally {
    await input.close();
  }
  if (result === null) return null;
  const made = await tableFromPackets(target, watch.signal);
  if (made !== null && sameFrames(table, made)) return result;
  await rm(target.path, { force: true });
  return null;
}

async function copyPackets(
  input: MediaInput,
  target: SealedAccess,
  table: FrameTable,
  watch: { readonly signal: AbortSignal; readonly onFrame: (done: number) => void },
): Promise<SealedWriteResult | null> {
  const output = openMp4Output(target, { videoTimeScale: table.timeBase.den, editList: true });
  try {
    const streams = new Map<number, { from: Stream; to: Stream }>();
    for (const from of [input.video, ...(input.audio === null ? [] : [input.audio])]) {
      const to = output.format.newStream(null);
      FFmpegError.throwIfError(from.codecpar.copy(to.codecpar), 'stream parameters');
      to.codecpar.codecTag = 0;
      to.timeBase = from.timeBase;
      streams.set(from.index, { from, to });
    }
    await output.begin();
    using packet = newPacket();
    let done = 0;
    let last = -Infinity;
    while (await input.read(packet)) {
      watch.signal.throwIfAborted();
      const stream = streams.get(packet.streamIndex);
      if (stream === undefined) continue;
      const isPicture = packet.streamIndex === input.video.index;
      if (!completeTimes(packet, input.video, isPicture) || (isPicture && Number(packet.dts) <= last)) {
        await output.abort();
        return null;
      }
      if (isPicture) {
        last = Number(packet.dts);
        watch.onFrame(++done);
      }
      await output.write(packet, stream.to, { num: stream.from.timeBase.num, den: stream.from.timeBase.den });
    }
    return await output.finish();
  } catch (error) {
    await output.abort();
    if (error instanceof FFmpegError) return null;
    throw error;
  }
}

/** ASF gives no presentation times; without B-frames they are the decoding times. */
function completeTimes(packet: Packet, video: Stream, isPicture: boolean): boolean {
  const pts = ticksOf(packet.pts);
  const dts = ticksOf(packet.dts);
  if (pts === null && dts !== null && (!isPicture || video.codecpar.videoDelay === 0)) packet.pts = packet.dts;
  else if (pts !== null && dts === null && !isPicture) packet.dts = packet.pts;
  else if (pts === null || dts === null) return false;
  return true;
}

/** The same frames at the same times, whatever the two clocks are counted in. */
function sameFrames(a: FrameTable, b: FrameTable): boolean {
  if (frameCount(a) !== frameCount(b)) return false;
  const scaleA = BigInt(a.timeBase.num) * BigInt(b.timeBase.den);
  const scaleB = BigInt(b.timeBase.num) * BigInt(a.timeBase.den);
  const same = (x: number, y: number): boolean => BigInt(x) * scaleA === BigInt(y) * scaleB;
  const last = frameCount(a) - 1;
  return (
    same(a.originTicks, b.originTicks) &&
    a.pts.every((time, i) => same(time, b.pts[i] ?? -1)) &&
    endOfFrame(a, last) > 0
  );
}
