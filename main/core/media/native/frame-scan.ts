import { AV_FRAME_FLAG_KEY, AV_PKT_FLAG_DISCARD } from 'node-av/constants';
import { Frame, type Packet } from 'node-av/lib';
import type { FrameTable, TimeBase } from '#common/time/index.ts';
import type { SealedAccess } from '#core/vault/index.ts';
import { damagedMedia } from './damage.ts';
import { framesOf } from './decode.ts';
import { type MediaInput, newPacket, openDecoder, openInput, ticksOf } from './input.ts';
import { seeksExactly, watchPackets } from './plain-file.ts';

/** One frame that is shown: its time in ticks of the stream, how long it says it lasts (0: unknown), and whether it stands alone. */
export type ShownFrame = { readonly pts: number; readonly duration: number; readonly key: boolean };

/** The frames of a file, and whether a browser shows each of them by itself wherever it is sent. */
export type FrameScan = { readonly table: FrameTable; readonly plain: boolean };

/** Frames that are decoded to see whether the packets told the truth: enough for the first groups of pictures. */
const sampleFrames = 90;

/**
 * The frames of a file. The packets tell them fast; when they cannot be trusted (times missing or doubled, a start that
 * does not decode, frames that FFmpeg's decoder drops), every frame is decoded instead.
 * Frames hidden by an edit list are not among them: FFmpeg marks their packets, and browsers do not show them either.
 * Throws `damaged-media` when nothing can be shown.
 */
export async function scanFrames(access: SealedAccess, signal: AbortSignal): Promise<FrameScan> {
  const scan = await scanPackets(access, signal);
  return scan ?? { table: await tableFromFrames(access, signal), plain: false };
}

async function withInput<T>(access: SealedAccess, use: (input: MediaInput) => Promise<T>): Promise<T> {
  const input = await openInput(access, { sound: false });
  try {
    return await use(input);
  } finally {
    await input.close();
  }
}

/** Null when the packets are not enough to know which frames are shown, and when. */
export async function scanPackets(access: SealedAccess, signal: AbortSignal): Promise<FrameScan | null> {
  const frames: ShownFrame[] = [];
  const found = await withInput(access, async (input) => {
    using packet = newPacket();
    const watch = watchPackets(input.video);
    let first = true;
    while (await input.read(packet)) {
      signal.throwIfAborted();
      if (packet.streamIndex !== input.video.index) continue;
      watch.see(packet);
      const pts = ticksOf(packet.pts);
      if (pts === null || (first && !packet.isKeyframe)) return null;
      first = false;
      if (packet.hasFlags(AV_PKT_FLAG_DISCARD)) continue;
      frames.push({ pts, duration: Number(packet.duration), key: packet.isKeyframe });
    }
    frames.sort((a, b) => a.pts - b.pts);
    const { num, den } = input.video.timeBase;
    return {
      timeBase: { num, den },
      plain: watch.plain() && !input.isBroken() && (await seeksExactly(input, frames, signal)),
    };
  });
  if (found === null || frames.some((frame, i) => frame.pts === frames[i - 1]?.pts)) return null;
  const sample = await firstFrames(access, signal);
  if (sample.times.length < Math.min(sampleFrames, frames.length)) return null;
  if (sample.times.some((pts, i) => frames[i]?.pts !== pts)) return null;
  return { table: buildTable(frames, found.timeBase), plain: found.plain && sample.clean };
}

async function firstFrames(
  access: SealedAccess,
  signal: AbortSignal,
): Promise<{ readonly times: readonly number[]; readonly clean: boolean }> {
  const times: number[] = [];
  const { clean } = await decodeFrames(access, signal, (frame) => {
    times.push(frame.pts);
    return times.length < sampleFrames;
  });
  return { times, clean };
}

/** Decodes everything: slow, and right whatever the packets say. */
export async function tableFromFrames(access: SealedAccess, signal: AbortSignal): Promise<FrameTable> {
  const frames: ShownFrame[] = [];
  const { timeBase } = await decodeFrames(access, signal, (frame) => {
    // Two frames at one time cannot both be seen; the first keeps its place.
    if (frame.pts > (frames.at(-1)?.pts ?? -Infinity)) frames.push(frame);
    return true;
  });
  return buildTable(frames, timeBase);
}

/** `clean` is false when the decoder complained: it carries on, a browser gives up. */
async function decodeFrames(
  access: SealedAccess,
  signal: AbortSignal,
  visit: (frame: ShownFrame) => boolean,
): Promise<{ readonly timeBase: TimeBase; readonly clean: boolean }> {
  return withInput(access, async (input) => {
    using decoder = await openDecoder(input.video);
    using packet = newPacket();
    using frame = new Frame();
    frame.alloc();
    const clock = createFrameClock();
    let clean = true;
    const complain = (): void => {
      clean = false;
    };
    /** False when no more is wanted. */
    const decode = (next: Packet | null): boolean => {
      for (const shown of framesOf(decoder, next, frame, complain)) {
        const key = shown.hasFlags(AV_FRAME_FLAG_KEY);
        if (!visit({ pts: clock(shown), duration: Number(shown.duration), key })) return false;
      }
      return true;
    };
    let more = true;
    while (more && (await input.read(packet))) {
      signal.throwIfAborted();
      if (packet.streamIndex !== input.video.index) continue;
      more = decode(packet);
    }
    if (more) decode(null);
    const { num, den } = input.video.timeBase;
    return { timeBase: { num, den }, clean };
  });
}

/**
 * Tells when the frames of one decoder are shown, in ticks of their stream, when asked once for each in order: their own
 * time, FFmpeg's best guess for containers without times, and where there is neither (the last frames of old AVI files) one
 * step after the frame before.
 */
export function createFrameClock(): (frame: Frame) => number {
  let previous: number | null = null;
  let step = 1;
  return (frame) => {
    const known = ticksOf(frame.pts) ?? ticksOf(frame.bestEffortTimestamp);
    const duration = Number(frame.duration);
    const time = known ?? (previous === null ? 0 : previous + (duration > 0 ? duration : step));
    if (previous !== null && time > previous) step = time - previous;
    previous = time;
    return time;
  };
}

/** Frames in the order shown become a table. Throws `damaged-media` for none. */
function buildTable(frames: readonly ShownFrame[], timeBase: TimeBase): FrameTable {
  const first = frames[0];
  const last = frames.at(-1);
  if (first === undefined || last === undefined) {
    throw damagedMedia('The video track holds no frame that can be shown.');
  }
  const step = last.pts - (frames.at(-2)?.pts ?? last.pts);
  return {
    timeBase: { num: timeBase.num, den: timeBase.den },
    originTicks: first.pts,
    pts: frames.map((frame) => frame.pts - first.pts),
    lastDuration: Math.max(1, last.duration > 0 ? last.duration : step),
    keyframes: frames.flatMap((frame, index) => (frame.key ? [index] : [])),
  };
}
