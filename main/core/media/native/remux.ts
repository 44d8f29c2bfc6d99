import { rm } from 'node:fs/promises';
import { FFmpegError, type Packet, type Stream } from 'node-av/lib';
import { endOfFrame, type FrameTable, frameCount } from '#common/time/index.ts';
import type { SealedAccess, SealedWriteResult } from '#core/vault/index.ts';
import { knowsPicture, knowsSound } from './browser-codecs.ts';
import { scanPackets } from './frame-scan.ts';
import { type MediaInput, newPacket, openInput, ticksOf } from './input.ts';
import { orientationOf } from './orientation.ts';
import { openMp4Output } from './output.ts';

/** Containers whose packets fit into MP4 as they are; MP4 itself when its tables are what stands in the way. */
const containers = ['matroska,webm', 'asf', 'flv'];

/** True when browsers know picture and sound, and only the container stands in the way. */
async function onlyContainer(source: SealedAccess, { container, video, audio }: MediaInput): Promise<boolean> {
  const { mirrored, rotation } = orientationOf(video);
  if (!containers.includes(container) && !container.startsWith('mov,')) return false;
  return !mirrored && rotation === 0 && knowsPicture(video) && (await knowsSound(source, audio));
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
    const decodeTimes = (await onlyContainer(source, input)) ? await orderOf(source, watch.signal) : null;
    result = decodeTimes === null ? null : await copyPackets(input, target, decodeTimes, table, watch);
  } finally {
    await input.close();
  }
  if (result === null) return null;
  const made = await scanPackets(target, watch.signal);
  if (made?.plain === true && sameFrames(table, made.table)) return result;
  await rm(target.path, { force: true });
  return null;
}

/**
 * Decoding times for the pictures, in the order of the packets: the times of showing one after the other, early enough that
 * none is shown before it is decoded. Matroska has none of its own. Null when a packet has no time at all.
 */
async function orderOf(source: SealedAccess, signal: AbortSignal): Promise<readonly number[] | null> {
  const input = await openInput(source, { sound: false });
  try {
    using packet = newPacket();
    const times: number[] = [];
    while (await input.read(packet)) {
      signal.throwIfAborted();
      if (packet.streamIndex !== input.video.index) continue;
      const shown = timeOf(packet, input.video);
      if (shown === null) return null;
      times.push(shown);
    }
    const sorted = [...times].sort((a, b) => a - b);
    const early = sorted.reduce((most, time, i) => Math.max(most, time - (times[i] ?? time)), 0);
    return sorted.map((time) => time - early);
  } finally {
    await input.close();
  }
}

/** When a picture is shown. ASF does not say; without B-frames it is when it is decoded. */
function timeOf(packet: Packet, video: Stream): number | null {
  return ticksOf(packet.pts) ?? (video.codecpar.videoDelay === 0 ? ticksOf(packet.dts) : null);
}

async function copyPackets(
  input: MediaInput,
  target: SealedAccess,
  decodeTimes: readonly number[],
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
    while (await input.read(packet)) {
      watch.signal.throwIfAborted();
      const stream = streams.get(packet.streamIndex);
      if (stream === undefined) continue;
      if (packet.streamIndex === input.video.index) {
        packet.pts = BigInt(timeOf(packet, input.video) ?? 0);
        packet.dts = BigInt(decodeTimes[done] ?? 0);
        watch.onFrame(++done);
      } else {
        const at = ticksOf(packet.pts) ?? ticksOf(packet.dts);
        if (at === null) continue;
        packet.pts = BigInt(at);
        packet.dts = packet.pts;
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
