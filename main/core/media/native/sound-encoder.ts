import {
  AV_CODEC_FLAG_BITEXACT,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_SAMPLE_FMT_FLTP,
  AVERROR_EAGAIN,
  AVERROR_EOF,
  FF_ENCODER_AAC,
} from 'node-av/constants';
import {
  avChannelLayoutDefault,
  Codec,
  CodecContext,
  FFmpegError,
  Frame,
  type Packet,
  Rational,
  type Stream,
} from 'node-av/lib';
import { newPacket } from './input.ts';
import type { SoundShape } from './sound-reader.ts';
import type { Block } from './sound-track.ts';

/** Samples of one AAC packet. */
export const packetSamples = 1024;
const bitsPerChannel = 80_000;

/**
 * AAC in the order of its packets. The encoder begins with one packet of run-up, so that packet `k` decodes to the samples
 * `(k − 1) · 1024 …` of what was put in; its time is given as if it held the samples `k · 1024 …`. Whoever wants sound that
 * lines up without an edit list leaves out the first 1024 samples.
 */
export type SoundEncoder = {
  readonly describe: (stream: Stream, runUp: 'edit-list' | 'none') => void;
  readonly encode: (block: Block, samples: number) => void;
  readonly finish: () => void;
  /** Packets made so far, in order, each the receiver's to free. Their times count from 0 in samples. */
  readonly take: () => Packet | undefined;
  readonly timeBase: { readonly num: number; readonly den: number };
  readonly close: () => void;
};

export function openSoundEncoder(shape: SoundShape): SoundEncoder {
  const codec = Codec.findEncoderByName(FF_ENCODER_AAC);
  if (codec === null) throw new Error('FFmpeg has no AAC encoder.');
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  const layout = avChannelLayoutDefault(shape.channels);
  encoder.sampleRate = shape.sampleRate;
  encoder.channelLayout = layout;
  encoder.sampleFormat = AV_SAMPLE_FMT_FLTP;
  encoder.timeBase = new Rational(1, shape.sampleRate);
  encoder.bitRate = BigInt(Math.round(bitsPerChannel * shape.channels * Math.min(1, shape.sampleRate / 44100)));
  // Bit-exact leaves out the encoder's name, which AAC would carry in its first packet.
  encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER, AV_CODEC_FLAG_BITEXACT);
  FFmpegError.throwIfError(encoder.open2Sync(codec, null), 'the AAC encoder');
  const timeBase = { num: 1, den: shape.sampleRate };
  const ready: Packet[] = [];
  let put = 0;
  let made = 0;

  function collect(): void {
    for (;;) {
      const packet = newPacket();
      const code = encoder.receivePacketSync(packet);
      if (code === AVERROR_EAGAIN || code === AVERROR_EOF) {
        packet.free();
        return;
      }
      FFmpegError.throwIfError(code, 'a packet of sound');
      packet.pts = BigInt(made * packetSamples);
      packet.dts = packet.pts;
      packet.duration = BigInt(packetSamples);
      made++;
      ready.push(packet);
    }
  }

  return {
    describe: (stream, runUp) => {
      FFmpegError.throwIfError(stream.codecpar.fromContext(encoder), 'sound parameters');
      stream.codecpar.codecTag = 0;
      if (runUp === 'none') stream.codecpar.initialPadding = 0;
      stream.timeBase = encoder.timeBase;
    },
    encode: (block, samples) => {
      const planes = new Float32Array(samples * shape.channels);
      for (const [index, channel] of block.entries()) planes.set(channel.subarray(0, samples), index * samples);
      using frame = Frame.fromAudioBuffer(Buffer.from(planes.buffer), {
        nbSamples: samples,
        format: AV_SAMPLE_FMT_FLTP,
        sampleRate: shape.sampleRate,
        channelLayout: layout,
        timeBase,
        pts: BigInt(put),
      });
      put += samples;
      FFmpegError.throwIfError(encoder.sendFrameSync(frame), 'sound to the encoder');
      collect();
    },
    finish: () => {
      FFmpegError.throwIfError(encoder.sendFrameSync(null), 'the end of the sound');
      collect();
    },
    take: () => ready.shift(),
    timeBase,
    close: () => {
      for (const packet of ready) packet.free();
      encoder.freeContext();
    },
  };
}
