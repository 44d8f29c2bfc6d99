import {
  AV_DISPOSITION_ATTACHED_PIC,
  AV_LOG_FATAL,
  AV_NOPTS_VALUE,
  AV_PIX_FMT_YUV420P,
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUVJ422P,
  AV_PIX_FMT_YUVJ440P,
  AV_PIX_FMT_YUVJ444P,
  AV_PKT_DATA_DISPLAYMATRIX,
  AVCOL_RANGE_JPEG,
  AVCOL_RANGE_MPEG,
  AVERROR_EAGAIN,
  AVERROR_EIO,
  AVERROR_EOF,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
  AVSEEK_CUR,
  AVSEEK_END,
  AVSEEK_SIZE,
} from 'node-av/constants';
import {
  Codec,
  CodecContext,
  FFmpegError,
  FormatContext,
  Frame,
  IOContext,
  Log,
  Packet,
  SoftwareScaleContext,
  type Stream,
} from 'node-av/lib';
import type { FrameTable } from '#common/time/index.ts';
import { createFileClock } from '#core/media/native/index.ts';
import { openSealedReader, type SealedAccess, type SealedReader } from '#core/vault/index.ts';
import type { Planes } from './guard-cover.ts';
import { planesOf } from './guard-decode.ts';
import { createUpright } from './guard-upright.ts';

/*
 * The original, read by the guard alone. Nothing here is shared with the render on purpose: a mistake in how the render
 * opens, turns or converts a recording would otherwise be made twice, and agree with itself.
 */

Log.setLevel(AV_LOG_FATAL);

/** Play lists and scripts, which FFmpeg would follow to other files, are not containers. */
const containers = 'mov,matroska,webm,avi,asf,mpegts,mpeg,flv,mxf,h264,hevc,ivf,dv,ogg';
/** A decoder that complains this often about one packet is not going to stop. */
const patience = 1000;
const fullRangeFormats = new Set<number>([
  AV_PIX_FMT_YUVJ420P,
  AV_PIX_FMT_YUVJ422P,
  AV_PIX_FMT_YUVJ440P,
  AV_PIX_FMT_YUVJ444P,
]);

/** A sealed original, open for reading packet by packet. Whoever opened it closes it. */
export type Original = {
  readonly video: Stream;
  readonly audio: Stream | null;
  /** Reads the next packet; false at the end. Throws what the sealed reader threw. */
  readonly read: (packet: Packet) => Promise<boolean>;
  readonly close: () => Promise<void>;
};

/** Opens the original: its first moving picture, and its first sound. */
export async function openOriginal(access: SealedAccess): Promise<Original> {
  const reader = await openSealedReader(access);
  const io = readerIo(reader);
  const format = new FormatContext();
  const close = async (): Promise<void> => {
    format.pb = null;
    io.context.freeContext();
    await format.closeInput();
    await reader.close();
  };
  try {
    format.allocContext();
    format.pb = io.context;
    format.setOption('format_whitelist', containers);
    format.setOption('protocol_whitelist', 'none');
    FFmpegError.throwIfError(await format.openInput('', null, null), 'the original');
    FFmpegError.throwIfError(await format.findStreamInfo(), 'the streams of the original');
    const video = format.streams.find(
      ({ codecpar, disposition }) =>
        codecpar.codecType === AVMEDIA_TYPE_VIDEO && (disposition & AV_DISPOSITION_ATTACHED_PIC) === 0,
    );
    const audio = format.streams.find(
      ({ codecpar }) => codecpar.codecType === AVMEDIA_TYPE_AUDIO && codecpar.sampleRate > 0,
    );
    if (video === undefined) throw new Error('The original holds no moving picture.');
    // Where a clock goes on that began anew is no property of the file but how the station counts: the frame table has it from here.
    const clock = createFileClock(format, format.iformat?.name ?? '');
    return {
      video,
      audio: audio ?? null,
      read: async (packet) => {
        packet.unref();
        const code = await format.readFrame(packet);
        if (io.failure() !== null) throw io.failure();
        if (code >= 0) clock.set(packet);
        return code >= 0;
      },
      close,
    };
  } catch (error) {
    await close();
    throw io.failure() ?? error;
  }
}

/** FFmpeg learns only that reading failed; `failure` keeps why. */
function readerIo(reader: SealedReader): { readonly context: IOContext; readonly failure: () => unknown } {
  const context = new IOContext();
  let position = 0;
  let failure: unknown = null;
  context.allocContextWithCallbacks(
    256 * 1024,
    0,
    (size) => {
      try {
        const bytes = reader.readSync(position, size);
        position += bytes.length;
        return bytes.length === 0 ? AVERROR_EOF : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
      } catch (error) {
        failure ??= error;
        return AVERROR_EIO;
      }
    },
    null,
    (offset, whence) => {
      if (whence === AVSEEK_SIZE) return BigInt(reader.size);
      const from = whence === AVSEEK_CUR ? position : whence === AVSEEK_END ? reader.size : 0;
      position = Math.max(0, from + Number(offset));
      return BigInt(position);
    },
  );
  return { context, failure: () => failure };
}

/** Opens FFmpeg's decoder for a stream of the original. */
export async function openStreamDecoder(stream: Stream, threads: number): Promise<CodecContext> {
  const codec = Codec.findDecoder(stream.codecpar.codecId);
  if (codec === null) throw new Error('FFmpeg was built without a decoder that the original needs.');
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  FFmpegError.throwIfError(decoder.parametersToContext(stream.codecpar), 'the settings of the original');
  decoder.pktTimebase = stream.timeBase;
  decoder.threadCount = threads;
  const code = await decoder.open2(codec, null);
  if (code < 0) decoder.freeContext();
  FFmpegError.throwIfError(code, 'the decoder of the original');
  return decoder;
}

/** A frame of the original. `repeated`: it does not decode, and the picture before it stands in its place, as players show it. */
export type OriginalFrame = { readonly planes: Planes; readonly repeated: boolean };

/**
 * The frames of the original that the table names, upright and in 8-bit 4:2:0 with even sides, in the order they are
 * shown. The planes are the receiver's to paint on, until the next are asked for. `onStart` is told when the first frame is shown, in seconds of the
 * file's own clock.
 */
export async function* decodeOriginal(
  access: SealedAccess,
  table: FrameTable,
  onStart: (seconds: number) => void,
): AsyncGenerator<OriginalFrame> {
  const original = await openOriginal(access);
  const converter = createConverter();
  try {
    const upright = createUpright(original.video.codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX));
    using decoder = await openStreamDecoder(original.video, 0);
    using packet = new Packet();
    using frame = new Frame();
    using last = new Frame();
    packet.alloc();
    frame.alloc();
    last.alloc();
    let next = 0;
    const show = (repeated: boolean): OriginalFrame => {
      next++;
      // Turning upright copies: what is painted on is never what the decoder looks at.
      return { planes: upright(planesOf(converter.convert(last))), repeated };
    };
    let zero: number | null = null;
    let more = true;
    while (more && next < table.pts.length) {
      more = await original.read(packet);
      if (more && packet.streamIndex !== original.video.index) continue;
      decoder.sendPacketSync(more ? packet : null);
      for (let troubles = 0; troubles < patience; ) {
        const code = decoder.receiveFrameSync(frame);
        if (code === AVERROR_EOF || code === AVERROR_EAGAIN) break;
        if (code < 0) {
          // What the decoder cannot make sense of is left out: the frames after it still come.
          troubles++;
          continue;
        }
        const time = timeOf(frame);
        if (zero === null && time !== null) {
          zero = time;
          onStart((time * original.video.timeBase.num) / original.video.timeBase.den);
        }
        const shownAt = time === null || zero === null ? null : time - zero;
        using decoded = new Frame();
        decoded.alloc();
        FFmpegError.throwIfError(decoded.ref(frame), 'keeping a picture');
        while (shownAt !== null && next > 0 && (table.pts[next] ?? Infinity) < shownAt) yield show(true);
        // A frame without any time can only be the next one.
        if (shownAt !== null && shownAt !== table.pts[next]) continue;
        last.unref();
        FFmpegError.throwIfError(last.ref(decoded), 'keeping a picture');
        yield show(false);
      }
    }
    while (next > 0 && next < table.pts.length) yield show(true);
  } finally {
    converter.close();
    await original.close();
  }
}

/** When a decoded frame is shown or heard, in ticks of its stream; null when nothing says so. */
export function timeOf(frame: Frame): number | null {
  const time = frame.pts === AV_NOPTS_VALUE ? frame.bestEffortTimestamp : frame.pts;
  return time === AV_NOPTS_VALUE ? null : Number(time);
}

/** Makes 8-bit 4:2:0 of whatever the camera recorded, as large as its first frame, in the same range of values. */
function createConverter() {
  const scaler = new SoftwareScaleContext();
  scaler.allocContext();
  const target = new Frame();
  target.alloc();
  let size: { readonly width: number; readonly height: number } | null = null;
  return {
    convert: (frame: Frame): Frame => {
      size ??= { width: frame.width, height: frame.height };
      const same = frame.width === size.width && frame.height === size.height;
      const full = frame.colorRange === AVCOL_RANGE_JPEG || fullRangeFormats.has(frame.format);
      if (full) frame.colorRange = AVCOL_RANGE_JPEG;
      if (same && (frame.format === AV_PIX_FMT_YUV420P || frame.format === AV_PIX_FMT_YUVJ420P)) return frame;
      target.unref();
      target.format = AV_PIX_FMT_YUV420P;
      target.width = size.width;
      target.height = size.height;
      target.colorRange = full ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
      target.colorSpace = frame.colorSpace;
      FFmpegError.throwIfError(target.getBuffer(), 'memory for a frame');
      FFmpegError.throwIfError(scaler.scaleFrameSync(target, frame), 'a frame of the original in 8-bit 4:2:0');
      return target;
    },
    close: () => {
      target.free();
      scaler.freeContext();
    },
  };
}
