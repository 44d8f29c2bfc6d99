import { AV_CODEC_FLAG_BITEXACT, AV_PIX_FMT_YUVJ420P, AVCOL_RANGE_JPEG, FF_ENCODER_MJPEG } from 'node-av/constants';
import { Codec, CodecContext, FFmpegError, Frame, type Packet, Rational } from 'node-av/lib';
import type { SealedAccess } from '#core/vault/index.ts';
import { damagedMedia } from './damage.ts';
import { framesOf } from './decode.ts';
import { pixelAspectOf } from './facts.ts';
import { newPacket, openDecoder, openInput } from './input.ts';
import { setOptions } from './options.ts';
import { isSideways, orientationOf, uprightFilters } from './orientation.ts';
import { createPictureFilter } from './upright.ts';

const widest = 480;
/** A camera's first picture is often black or still finding its brightness; this many frames later there is something to see. */
const framesIn = 15;

/** A JPEG of an early frame, upright, with square pixels, at most 480 pixels wide, without any metadata. */
export async function makePoster(access: SealedAccess, signal: AbortSignal): Promise<Uint8Array> {
  const input = await openInput(access, { sound: false });
  try {
    using decoder = await openDecoder(input.video, 1);
    using packet = newPacket();
    using frame = new Frame();
    using chosen = new Frame();
    frame.alloc();
    chosen.alloc();
    let seen = 0;
    const decode = (next: Packet | null): void => {
      for (const shown of framesOf(decoder, next, frame)) {
        if (seen > framesIn) return;
        chosen.unref();
        FFmpegError.throwIfError(chosen.ref(shown), 'keeping a picture');
        seen++;
      }
    };
    while (seen <= framesIn && (await input.read(packet))) {
      signal.throwIfAborted();
      // Also what an edit list hides: FFmpeg decodes it for what follows and gives out only what is shown.
      if (packet.streamIndex !== input.video.index) continue;
      decode(packet);
    }
    decode(null);
    if (seen === 0) throw damagedMedia('No frame of the file can be decoded.');
    const orientation = orientationOf(input.video);
    const shape = { width: chosen.width * pixelAspectOf(input), height: chosen.height };
    const upright = isSideways(orientation) ? { width: shape.height, height: shape.width } : shape;
    const width = even(Math.min(widest, upright.width));
    const height = even((width * upright.height) / upright.width);
    const chain = [
      ...uprightFilters(orientation),
      `scale=w=${width}:h=${height}:out_range=full:flags=bicubic`,
      'setsar=1',
      'format=yuvj420p',
    ];
    using small = new Frame();
    small.alloc();
    const filter = createPictureFilter(chain);
    try {
      filter.apply(chosen, small);
      return encodeJpeg(small);
    } finally {
      filter.close();
    }
  } finally {
    await input.close();
  }
}

function even(length: number): number {
  return Math.max(2, Math.round(length / 2) * 2);
}

function encodeJpeg(frame: Frame): Uint8Array {
  const codec = Codec.findEncoderByName(FF_ENCODER_MJPEG);
  if (codec === null) throw new Error('FFmpeg has no JPEG encoder.');
  using encoder = new CodecContext();
  encoder.allocContext3(codec);
  encoder.width = frame.width;
  encoder.height = frame.height;
  encoder.pixelFormat = AV_PIX_FMT_YUVJ420P;
  encoder.colorRange = AVCOL_RANGE_JPEG;
  encoder.timeBase = new Rational(1, 25);
  encoder.setFlags(AV_CODEC_FLAG_BITEXACT);
  setOptions(encoder, { qmin: 4, qmax: 4 });
  FFmpegError.throwIfError(encoder.open2Sync(codec, null), 'the JPEG encoder');
  frame.pts = 0n;
  FFmpegError.throwIfError(encoder.sendFrameSync(frame), 'a picture to the JPEG encoder');
  using packet = newPacket();
  FFmpegError.throwIfError(encoder.receivePacketSync(packet), 'the JPEG');
  if (packet.data === null) throw new Error('The JPEG encoder made nothing.');
  return new Uint8Array(packet.data);
}
