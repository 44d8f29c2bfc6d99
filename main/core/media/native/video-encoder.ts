import {
  AV_CODEC_FLAG_BITEXACT,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_PICTURE_TYPE_NONE,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  type AVPixelFormat,
  FF_ENCODER_LIBX264,
} from 'node-av/constants';
import {
  BitStreamFilter,
  BitStreamFilterContext,
  Codec,
  CodecContext,
  FFmpegError,
  type Frame,
  Packet,
  Rational,
  type Stream,
} from 'node-av/lib';
import { newPacket } from './input.ts';
import { setOptions } from './options.ts';

export type VideoSettings = {
  readonly preset: 'ultrafast' | 'superfast' | 'veryfast' | 'faster' | 'fast';
  /** Constant rate factor: 18 looks like the source, 23 is plain. */
  readonly quality: number;
  /** Most bits a second, averaged over two seconds; null for no limit. */
  readonly mostBitsPerSecond: number | null;
  readonly secondsBetweenKeyframes: number;
  /** Frames a second, about; the exact times come from the frames. */
  readonly framesPerSecond: number;
  readonly timeBase: { readonly num: number; readonly den: number };
};

/** H.264 without B-frames (decode order is show order) and without any SEI, whatever the encoder would like to say of itself. */
export type VideoEncoder = {
  readonly describe: (stream: Stream) => void;
  /** Encodes a frame whose `pts` is in the time base of the settings; null ends the stream. Packets come out in order. */
  readonly encode: (frame: Frame | null, onPacket: (packet: Packet) => Promise<void>) => Promise<void>;
  readonly close: () => void;
};

/** The first picture says size, format and colours. */
export function openVideoEncoder(first: Frame, settings: VideoSettings): VideoEncoder {
  const codec = Codec.findEncoderByName(FF_ENCODER_LIBX264);
  if (codec === null) throw new Error('FFmpeg has no H.264 encoder.');
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  encoder.width = first.width;
  encoder.height = first.height;
  encoder.pixelFormat = first.format as AVPixelFormat;
  encoder.timeBase = new Rational(settings.timeBase.num, settings.timeBase.den);
  encoder.framerate = new Rational(Math.max(1, Math.round(settings.framesPerSecond * 1000)), 1000);
  encoder.maxBFrames = 0;
  encoder.gopSize = Math.max(1, Math.round(settings.secondsBetweenKeyframes * settings.framesPerSecond));
  const aspect = first.sampleAspectRatio;
  if (aspect.num > 0 && aspect.den > 0 && aspect.num !== aspect.den) encoder.sampleAspectRatio = aspect;
  encoder.colorRange = first.colorRange;
  encoder.colorPrimaries = first.colorPrimaries;
  encoder.colorTrc = first.colorTrc;
  encoder.colorSpace = first.colorSpace;
  encoder.chromaLocation = first.chromaLocation;
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER, AV_CODEC_FLAG_BITEXACT);
  if (settings.mostBitsPerSecond !== null) {
    encoder.rcMaxRate = BigInt(Math.round(settings.mostBitsPerSecond));
    encoder.rcBufferSize = Math.min(2 ** 31 - 1, Math.round(settings.mostBitsPerSecond * 2));
  }
  setOptions(encoder, { preset: settings.preset, crf: settings.quality, a53cc: 0 });
  FFmpegError.throwIfError(encoder.open2Sync(codec, null), 'the H.264 encoder');
  const cleaner = openCleaner(encoder);
  const packet = newPacket();

  return {
    describe: (stream) => {
      FFmpegError.throwIfError(stream.codecpar.fromContext(encoder), 'video parameters');
      stream.codecpar.codecTag = 0;
      stream.timeBase = encoder.timeBase;
      if (encoder.sampleAspectRatio.num > 0) stream.sampleAspectRatio = encoder.sampleAspectRatio;
    },
    encode: async (frame, onPacket) => {
      // A decoded frame remembers whether it was I, P or B; the encoder would take that for an order.
      if (frame !== null) frame.pictType = AV_PICTURE_TYPE_NONE;
      FFmpegError.throwIfError(encoder.sendFrameSync(frame), 'a frame to the encoder');
      for (;;) {
        const code = encoder.receivePacketSync(packet);
        if (code === AVERROR_EAGAIN || code === AVERROR_EOF) return;
        FFmpegError.throwIfError(code, 'a packet from the encoder');
        FFmpegError.throwIfError(cleaner.sendPacketSync(packet), 'a packet to the cleaner');
        FFmpegError.throwIfError(cleaner.receivePacketSync(packet), 'a packet from the cleaner');
        await onPacket(packet);
      }
    },
    close: () => {
      packet.free();
      cleaner.free();
      encoder.freeContext();
    },
  };
}

/** Takes out SEI (6): x264 writes its name, version and settings there. */
function openCleaner(encoder: CodecContext): BitStreamFilterContext {
  const filter = BitStreamFilter.getByName('filter_units');
  if (filter === null) throw new Error('FFmpeg has no filter for H.264 units.');
  const cleaner = new BitStreamFilterContext();
  FFmpegError.throwIfError(cleaner.alloc(filter), 'the cleaner');
  if (cleaner.inputCodecParameters === null) throw new Error('The cleaner takes no parameters.');
  FFmpegError.throwIfError(cleaner.inputCodecParameters.fromContext(encoder), 'parameters of the cleaner');
  cleaner.inputTimeBase = encoder.timeBase;
  setOptions(cleaner, { remove_types: '6' });
  FFmpegError.throwIfError(cleaner.init(), 'the cleaner');
  return cleaner;
}
