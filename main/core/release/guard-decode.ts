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
import type { Planes } from './guard-cover.ts';
import { audioSetup, type Mp4Track } from './mp4-track.ts';

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

/** A piece of decoded sound: one array a channel, values from −1 to 1. */
export type SoundBlock = { readonly channels: readonly Float32Array[]; readonly sampleRate: number };

/** Decodes the sound of a finished file packet by packet, whatever its tables say of times. Only valid until the next is asked for. */
export async function* decodeSound(audio: Mp4Track, reader: SealedReader): AsyncGenerator<SoundBlock, undefined> {
  const setup = audioSetup(audio.setup);
  if (setup === null) throw unreadable('the sound has no description');
  using decoder = await openDecoder(AV_CODEC_ID_AAC, setup);
  using frame = new Frame();
  frame.alloc();
  for await (const more of feed(decoder, audio, reader)) {
    while (decoder.receiveFrameSync(frame) >= 0) yield { channels: channelsOf(frame), sampleRate: frame.sampleRate };
    if (!more) return undefined;
  }
  return undefined;
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

/** The channels of a frame of sound in planar numbers. */
export function channelsOf(frame: Frame): readonly Float32Array[] {
  if (frame.format !== AV_SAMPLE_FMT_FLTP) throw unreadable('the sound is not in the expected form');
  return (frame.extendedData ?? []).map(
    (channel) => new Float32Array(channel.buffer, channel.byteOffset, frame.nbSamples),
  );
}

function unreadable(what: string): ExpectedError {
  return new ExpectedError('guard-failed', `The finished file cannot be examined: ${what}.`, {
    nextStep: 'Render the redacted copy again.',
  });
}
