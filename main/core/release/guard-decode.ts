import {
  AV_CODEC_ID_AAC,
  AV_CODEC_ID_H264,
  AV_SAMPLE_FMT_FLTP,
  AVCOL_RANGE_JPEG,
  type AVCodecID,
} from 'node-av/constants';
import { Codec, CodecContext, FFmpegError, Frame, Packet } from 'node-av/lib';
import { ExpectedError } from '#common/errors/index.ts';
import type { SealedReader } from '#core/vault/index.ts';
import type { Planes } from './guard-picture.ts';
import { audioSetup, type Mp4Track } from './mp4-track.ts';

/** A stretch of time in seconds from the first frame. */
export type SecondSpan = { readonly from: number; readonly to: number };

/**
 * Decodes the picture of a finished file in the order of its samples, which we placed ourselves: nothing a player would
 * skip is skipped. The planes are only valid until the next frame is asked for.
 */
export async function* decodeSamples(video: Mp4Track, reader: SealedReader): AsyncGenerator<Planes, undefined> {
  using decoder = await openDecoder(AV_CODEC_ID_H264, video.setup);
  using frame = new Frame();
  frame.alloc();
  for await (const more of feed(decoder, video, reader)) {
    while (decoder.receiveFrameSync(frame) >= 0) yield planesOf(frame);
    if (!more) return undefined;
  }
  return undefined;
}

/** The highest peak of any channel in each span, as a share of full scale. */
export async function loudestIn(
  audio: Mp4Track,
  reader: SealedReader,
  spans: readonly SecondSpan[],
): Promise<readonly number[]> {
  const setup = audioSetup(audio.setup);
  if (setup === null) throw unreadable('the sound has no description');
  using decoder = await openDecoder(AV_CODEC_ID_AAC, setup);
  using frame = new Frame();
  frame.alloc();
  const peaks = spans.map(() => 0);
  let position = 0;
  for await (const more of feed(decoder, audio, reader)) {
    while (decoder.receiveFrameSync(frame) >= 0) {
      const from = position / frame.sampleRate;
      const to = (position + frame.nbSamples) / frame.sampleRate;
      spans.forEach((span, i) => {
        if (span.to <= from || span.from >= to) return;
        const first = Math.max(0, Math.ceil(span.from * frame.sampleRate) - position);
        const last = Math.min(frame.nbSamples, Math.floor(span.to * frame.sampleRate) - position);
        peaks[i] = Math.max(peaks[i] ?? 0, peakOf(frame, first, last));
      });
      position += frame.nbSamples;
    }
    if (!more) break;
  }
  return peaks;
}

/** Sends one sample after another, then the end. Yields whether more will come, after each. */
async function* feed(decoder: CodecContext, track: Mp4Track, reader: SealedReader): AsyncGenerator<boolean> {
  using packet = new Packet();
  packet.alloc();
  for (const sample of track.samples) {
    packet.data = Buffer.from(await reader.read(sample.offset, sample.size));
    packet.pts = BigInt(sample.time);
    packet.dts = BigInt(sample.time);
    FFmpegError.throwIfError(decoder.sendPacketSync(packet), 'a sample into the decoder');
    packet.unref();
    yield true;
  }
  decoder.sendPacketSync(null);
  yield false;
}

async function openDecoder(id: AVCodecID, setup: Uint8Array): Promise<CodecContext> {
  const codec = Codec.findDecoder(id);
  if (codec === null) throw new Error('FFmpeg was built without a decoder that the guard needs.');
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  decoder.extraData = Buffer.from(setup);
  decoder.threadCount = 1;
  const code = await decoder.open2(codec, null);
  if (code < 0) {
    decoder.freeContext();
    throw unreadable(FFmpegError.strerror(code));
  }
  return decoder;
}

/** The planes of an 8-bit 4:2:0 frame, as they lie in memory. */
export function planesOf(frame: Frame): Planes {
  const black = frame.colorRange === AVCOL_RANGE_JPEG ? 0 : 16;
  const data = frame.data;
  if (data === null) throw new Error('A decoded frame has no picture.');
  return [0, 1, 2].map((plane) => {
    const sub = plane === 0 ? 1 : 2;
    const bytes = data[plane];
    if (bytes === undefined) throw unreadable('the picture is not in the expected form');
    return {
      data: bytes,
      offset: 0,
      pixelStride: 1,
      rowStride: frame.linesize[plane] ?? 0,
      width: Math.ceil(frame.width / sub),
      height: Math.ceil(frame.height / sub),
      subX: sub,
      subY: sub,
      black: plane === 0 ? black : 128,
    };
  });
}

function peakOf(frame: Frame, first: number, last: number): number {
  if (frame.format !== AV_SAMPLE_FMT_FLTP) throw unreadable('the sound is not in the expected form');
  let peak = 0;
  for (const channel of frame.extendedData ?? []) {
    const samples = new Float32Array(channel.buffer, channel.byteOffset, frame.nbSamples);
    for (let i = first; i < last; i++) peak = Math.max(peak, Math.abs(samples[i] ?? 0));
  }
  return peak;
}

function unreadable(what: string): ExpectedError {
  return new ExpectedError('guard-failed', `The finished file cannot be examined: ${what}.`, {
    nextStep: 'Render the redacted copy again.',
  });
}
