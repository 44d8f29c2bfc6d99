import { Frame } from 'node-av/lib';
import {
  createPictureFilter,
  newPacket,
  openDecoder,
  openInput,
  orientationOf,
  uprightFilters,
} from '#core/media/native/index.ts';
import type { SealedAccess } from '#core/vault/index.ts';

/** One frame as plain memory: luma, then the two colour planes at half size, without gaps; or RGBA. */
export type DecodedFrame = {
  readonly index: number;
  readonly width: number;
  readonly height: number;
  readonly bytes: Uint8Array;
};

/**
 * Frames of a sealed file in the order shown, upright, without those an edit list hides; `format` is `yuv420p` or `rgba`.
 * Only the wanted indices are converted; everything is decoded.
 */
export async function decodeFrames(
  access: SealedAccess,
  wanted: (index: number) => boolean,
  format: 'yuv420p' | 'rgba' = 'yuv420p',
): Promise<readonly DecodedFrame[]> {
  const input = await openInput(access, { sound: false });
  const filter = createPictureFilter([...uprightFilters(orientationOf(input.video)), `format=${format}`]);
  const found: DecodedFrame[] = [];
  try {
    using decoder = await openDecoder(input.video);
    using packet = newPacket();
    using raw = new Frame();
    using upright = new Frame();
    raw.alloc();
    upright.alloc();
    let index = 0;
    const drain = (): void => {
      while (decoder.receiveFrameSync(raw) >= 0) {
        if (!wanted(index++)) continue;
        upright.unref();
        filter.apply(raw, upright);
        const { width, height } = upright;
        found.push({ index: index - 1, width, height, bytes: new Uint8Array(upright.toBuffer()) });
      }
    };
    while (await input.read(packet)) {
      if (packet.streamIndex !== input.video.index) continue;
      decoder.sendPacketSync(packet);
      drain();
    }
    decoder.sendPacketSync(null);
    drain();
    return found;
  } finally {
    filter.close();
    await input.close();
  }
}

/** The one frame `index`. */
export async function decodeFrame(
  access: SealedAccess,
  index: number,
  format: 'yuv420p' | 'rgba' = 'yuv420p',
): Promise<DecodedFrame> {
  const [frame] = await decodeFrames(access, (one) => one === index, format);
  if (frame === undefined) throw new Error(`There is no frame ${index}.`);
  return frame;
}
