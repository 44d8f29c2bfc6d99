import { AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P } from 'node-av/constants';
import { FFmpegError, Frame, type Packet } from 'node-av/lib';
import { ExpectedError } from '#common/errors/index.ts';
import type { PixelRect } from '#common/geometry/index.ts';
import { endOfFrame, type FrameTable, frameCount } from '#common/time/index.ts';
import type { SealedAccess, SealedWriteResult } from '#core/vault/index.ts';
import { framesOf } from './decode.ts';
import { rateOf } from './facts.ts';
import { createFrameClock } from './frame-scan.ts';
import { type MediaInput, newPacket, openDecoder, openInput } from './input.ts';
import { isSideways, orientationOf, uprightFilters } from './orientation.ts';
import { type Mp4Output, openMp4Output } from './output.ts';
import { keepSharp } from './sharp-regions.ts';
import { openSoundLane, type SoundLane, type SoundPlan } from './sound-lane.ts';
import { createPictureFilter, type PictureFilter } from './upright.ts';
import { openVideoEncoder, type VideoEncoder, type VideoSettings } from './video-encoder.ts';

export type TranscodePlan = {
  readonly source: SealedAccess;
  readonly target: SealedAccess;
  /** The frames the result has, neither more nor fewer, at the same times. */
  readonly table: FrameTable;
  readonly video: Pick<VideoSettings, 'preset' | 'quality' | 'secondsBetweenKeyframes'> & {
    /** The limit of the bit rate, from what the source's picture takes. */
    readonly limit: (sourceBitsPerSecond: number) => number | null;
  };
  /** `file`: times as the source's clock has them, with an edit list. `first-frame`: frame 0 is at 0, and no edit list. */
  readonly zero: 'file' | 'first-frame';
  /** What must be silent, in ticks of the table from frame 0. */
  readonly silence: SoundPlan['silence'];
  /**
   * Changes frame `index`, upright and in 8-bit 4:2:0, before it is encoded. Returns the regions whose edges must stay sharp
   * however few bits there are.
   */
  readonly paint: ((frame: Frame, index: number) => readonly PixelRect[] | undefined) | null;
  /** Called for a frame of the table that does not decode: the picture before it takes its place. Null: that is an error. */
  readonly onMissing: ((index: number) => void) | null;
};

export type TranscodeWatch = {
  readonly signal: AbortSignal;
  /** Called for every encoded frame with how many there are so far. */
  readonly onFrame: (done: number) => void;
};

const plainFormats = new Set<number>([AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVJ420P]);

/**
 * Decodes a sealed file, turns the picture upright, and encodes H.264 and AAC into another sealed file. One process and
 * one thread of ours: decoder and encoder have their own.
 * Throws `render-failed` when a frame of the table does not decode and nothing may take its place, or it is the first;
 * `damaged-media`, `unsupported-media`, `tampered`; what the sealed writer throws. On any failure nothing is left at the target.
 */
export async function transcode(plan: TranscodePlan, watch: TranscodeWatch): Promise<SealedWriteResult> {
  const input = await openInput(plan.source, { sound: true });
  try {
    const { num, den } = plan.table.timeBase;
    if (num !== input.video.timeBase.num || den !== input.video.timeBase.den) {
      throw frameMissing(0, 'the clock of the file is not the one of its frame table');
    }
    const output = openMp4Output(plan.target, { videoTimeScale: den, editList: plan.zero === 'file' });
    try {
      await run(plan, watch, input, output);
      return await output.finish();
    } catch (error) {
      await output.abort();
      throw error;
    }
  } finally {
    await input.close();
  }
}

function frameMissing(index: number, why: string): ExpectedError {
  return new ExpectedError('render-failed', `Frame ${index} of the original cannot be decoded: ${why}.`, {
    nextStep: 'The original may be damaged at that place. Have a look at it there, then try again.',
  });
}

/** Decoder, filters, paint and encoder for the picture; the sound runs beside it. */
async function run(plan: TranscodePlan, watch: TranscodeWatch, input: MediaInput, output: Mp4Output): Promise<void> {
  const { table } = plan;
  const total = frameCount(table);
  using decoder = await openDecoder(input.video);
  using packet = newPacket();
  using raw = new Frame();
  using last = new Frame();
  using again = new Frame();
  using turned = new Frame();
  for (const frame of [raw, last, again, turned]) frame.alloc();
  const orientation = orientationOf(input.video);
  const chain = uprightFilters(orientation);
  const sideways = isSideways(orientation);
  const parts: { filter: PictureFilter | null; encoder: VideoEncoder | null; sound: SoundLane | null } = {
    filter: null,
    encoder: null,
    sound: null,
  };
  let size: { readonly width: number; readonly height: number } | null = null;
  const clock = createFrameClock();
  let next = 0;
  let done = 0;
  const shift = plan.zero === 'file' ? table.originTicks : 0;
  const tick = table.timeBase.num / table.timeBase.den;
  const videoStream = output.format.newStream(null);

  const writeVideo = async (encoded: Packet): Promise<void> => {
    const time = table.pts[done];
    if (time === undefined || Number(encoded.pts) !== time + shift) throw new Error('The encoder changed the times.');
    encoded.dts = encoded.pts;
    encoded.duration = BigInt(endOfFrame(table, done) - time);
    await output.write(encoded, videoStream, table.timeBase);
    watch.onFrame(++done);
  };

  /** The frame as it is encoded: upright, 8-bit 4:2:0, even, and always as large as the first. */
  const prepare = (decoded: Frame): Frame => {
    size ??= { width: decoded.width, height: decoded.height };
    const plain = plainFormats.has(decoded.format) && decoded.width % 2 === 0 && decoded.height % 2 === 0;
    if (chain.length === 0 && plain && decoded.width === size.width && decoded.height === size.height) return decoded;
    const [width, height] = sideways ? [size.height, size.width] : [size.width, size.height];
    parts.filter ??= createPictureFilter([
      ...chain,
      `scale=w=${width}:h=${height}`,
      `format=${decoded.format === AV_PIX_FMT_YUVJ420P ? 'yuvj420p' : 'yuv420p'}`,
      'pad=w=ceil(iw/2)*2:h=ceil(ih/2)*2',
    ]);
    turned.unref();
    parts.filter.apply(decoded, turned);
    return turned;
  };

  const start = async (first: Frame): Promise<VideoEncoder> => {
    const bits = sourceRate(input, table);
    const settings = { ...plan.video, framesPerSecond: rateOf(table), timeBase: table.timeBase };
    const opened = openVideoEncoder(first, { ...settings, mostBitsPerSecond: plan.video.limit(bits) });
    parts.encoder = opened;
    opened.describe(videoStream);
    if (input.audio !== null) {
      const end = endOfFrame(table, total - 1) * tick;
      const zero = plan.zero === 'file' ? input.start : table.originTicks * tick;
      const length = plan.zero === 'file' ? table.originTicks * tick + end - zero : end;
      const sound = await openSoundLane(input.audio, output, {
        zero,
        offset: plan.zero === 'file' ? zero : 0,
        length,
        runUp: plan.zero === 'file' ? 'edit-list' : 'none',
        silence: plan.silence,
        tick,
      });
      for (const early of waiting) sound.push(early);
      parts.sound = sound;
    }
    await output.begin();
    await parts.sound?.flush();
    return opened;
  };

  /** Sound that came before the first picture. */
  const waiting: Packet[] = [];
  /** Encodes a picture as the next frame of the table. */
  const put = async (decoded: Frame, time: number): Promise<void> => {
    const frame = prepare(decoded);
    frame.pts = BigInt(time + shift);
    if (plan.paint !== null) {
      // The decoder still predicts from its own copy: paint on that would spread into the frames that follow.
      FFmpegError.throwIfError(frame.makeWritable(), 'a picture of our own');
      const regions = plan.paint(frame, next);
      if (regions !== undefined && regions.length > 0) keepSharp(frame, regions);
    }
    next++;
    const running = parts.encoder ?? (await start(frame));
    await running.encode(frame, writeVideo);
  };
  /** The picture before takes the place of every frame before `until`. */
  const fill = async (until: number, why: string): Promise<void> => {
    for (let time = table.pts[next]; time !== undefined && time < until; time = table.pts[next]) {
      if (plan.onMissing === null || next === 0) throw frameMissing(next, why);
      plan.onMissing(next);
      again.unref();
      FFmpegError.throwIfError(again.ref(last), 'the picture before');
      await put(again, time);
    }
  };
  const decode = async (coded: Packet | null): Promise<void> => {
    for (const decoded of framesOf(decoder, coded, raw)) {
      const time = clock(decoded) - table.originTicks;
      await fill(time, 'it is missing from what the decoder gives');
      if (time !== table.pts[next]) continue;
      last.unref();
      FFmpegError.throwIfError(last.ref(decoded), 'keeping a picture');
      await put(decoded, time);
    }
  };

  try {
    while (await input.read(packet)) {
      watch.signal.throwIfAborted();
      if (packet.streamIndex === input.video.index) {
        await decode(packet);
      } else if (parts.sound !== null) {
        parts.sound.push(packet);
        await parts.sound.flush();
      } else if (input.audio !== null) {
        waiting.push(copyOf(packet));
      }
    }
    await decode(null);
    await fill(Infinity, 'the decoder ends before it');
    if (parts.encoder === null) throw frameMissing(next, 'the decoder gives no picture at all');
    await parts.encoder.encode(null, writeVideo);
    await parts.sound?.end();
  } finally {
    for (const early of waiting) early.free();
    parts.sound?.close();
    parts.encoder?.close();
    parts.filter?.close();
  }
  if (done !== total) throw new Error(`${done} frames came out of the encoder, ${total} went in.`);
}

function copyOf(packet: Packet): Packet {
  const copy = packet.clone();
  if (copy === null) throw new Error('There is no memory for a packet.');
  return copy;
}

/** Bits a second the source spends on its picture: what the container says, or the size of the file. */
function sourceRate(input: MediaInput, table: FrameTable): number {
  const said = Number(input.video.codecpar.bitRate);
  if (said > 0) return said;
  const seconds = (endOfFrame(table, frameCount(table) - 1) * table.timeBase.num) / table.timeBase.den;
  return (input.sizeBytes * 8) / Math.max(seconds, 0.001);
}
