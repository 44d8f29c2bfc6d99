import { AV_CHANNEL_ORDER_NATIVE, AV_SAMPLE_FMT_FLTP, type AVSampleFormat } from 'node-av/constants';
import {
  avChannelLayoutDefault,
  FFmpegError,
  Frame,
  type Packet,
  SoftwareResampleContext,
  type Stream,
} from 'node-av/lib';
import { framesOf } from './decode.ts';
import { openDecoder, ticksOf } from './input.ts';
import type { Block } from './sound-track.ts';

/** Rates AAC has a number for. */
const rates = new Set([96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350]);

/** The shape sound gets: the source's own rate where AAC knows it, and one or two channels. */
export type SoundShape = { readonly sampleRate: number; readonly channels: 1 | 2 };

export function soundShapeOf(stream: Stream): SoundShape {
  const { sampleRate, channelLayout } = stream.codecpar;
  return { sampleRate: rates.has(sampleRate) ? sampleRate : 48000, channels: channelLayout.nbChannels === 1 ? 1 : 2 };
}

/** Decodes sound into blocks of plain numbers. */
export type SoundReader = {
  /** Takes the next packet, null at the end. `at` is when the block begins, in seconds of the file's own clock. */
  readonly decode: (packet: Packet | null, onBlock: (block: Block, at: number) => void) => void;
  readonly close: () => void;
};

/** A packet that does not decode is left out: the clock of the next one leaves its place silent. */
export async function openSoundReader(stream: Stream, shape: SoundShape): Promise<SoundReader> {
  const decoder = await openDecoder(stream, 1);
  const frame = new Frame();
  frame.alloc();
  const layout = avChannelLayoutDefault(shape.channels);
  const tick = stream.timeBase.num / stream.timeBase.den;
  let resampler: SoftwareResampleContext | null = null;
  let configured = '';
  /** Where the clock stands when a block has no time of its own. */
  let clock = 0;

  function prepare(): SoftwareResampleContext {
    const from = `${frame.format} ${frame.sampleRate} ${frame.channels}`;
    if (resampler !== null && from === configured) return resampler;
    resampler?.free();
    resampler = new SoftwareResampleContext();
    const native = frame.channelLayout.order === AV_CHANNEL_ORDER_NATIVE;
    const source = native ? frame.channelLayout : avChannelLayoutDefault(Math.max(1, frame.channels));
    FFmpegError.throwIfError(
      resampler.allocSetOpts2(
        layout,
        AV_SAMPLE_FMT_FLTP,
        shape.sampleRate,
        source,
        frame.format as AVSampleFormat,
        frame.sampleRate,
      ),
      'the sound converter',
    );
    FFmpegError.throwIfError(resampler.init(), 'the sound converter');
    configured = from;
    return resampler;
  }

  function convert(): Block {
    const swr = prepare();
    const room = Math.max(1, swr.getOutSamples(frame.nbSamples));
    const planes = Array.from({ length: shape.channels }, () => new Float32Array(room));
    const bytes = planes.map((plane) => Buffer.from(plane.buffer));
    const count = swr.convertSync(bytes, room, frame.extendedData, frame.nbSamples);
    FFmpegError.throwIfError(count, 'converting sound');
    return planes.map((plane) => plane.subarray(0, count));
  }

  return {
    decode: (packet, onBlock) => {
      for (const decoded of framesOf(decoder, packet, frame)) {
        const pts = ticksOf(decoded.pts) ?? ticksOf(decoded.bestEffortTimestamp);
        const at = pts === null ? clock : pts * tick;
        const block = convert();
        clock = at + (block[0]?.length ?? 0) / shape.sampleRate;
        onBlock(block, at);
        frame.unref();
      }
    },
    close: () => {
      resampler?.free();
      frame.free();
      decoder.freeContext();
    },
  };
}
