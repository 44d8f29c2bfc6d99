import { FFmpegError, Frame } from 'node-av/lib';
import type { FrameTable } from '#common/time/index.ts';
import {
  createFrameClock,
  createPictureFilter,
  framesOf,
  isSideways,
  newPacket,
  type Orientation,
  openDecoder,
  openInput,
  orientationOf,
  type PictureFilter,
  uprightFilters,
} from '#core/media/native/index.ts';
import type { SealedAccess } from '#core/vault/index.ts';
import { planesOf } from './guard-decode.ts';
import type { Planes } from './guard-picture.ts';

/** A frame of the original. `repeated`: it does not decode, and the picture before it stands in its place, as players show it. */
export type SourceFrame = { readonly planes: Planes; readonly repeated: boolean };

/**
 * The frames of the original that the table names, upright, in 8-bit 4:2:0 and all as large as the first, in the order they
 * are shown. The planes may be painted on; they are only valid until the next frame is asked for.
 */
export async function* decodeSource(access: SealedAccess, table: FrameTable): AsyncGenerator<SourceFrame> {
  const input = await openInput(access, { sound: false });
  const made: { filter: PictureFilter | null } = { filter: null };
  try {
    using decoder = await openDecoder(input.video);
    using packet = newPacket();
    using raw = new Frame();
    using last = new Frame();
    using upright = new Frame();
    for (const frame of [raw, last, upright]) frame.alloc();
    const clock = createFrameClock();
    const orientation = orientationOf(input.video);
    let next = 0;
    const show = (repeated: boolean): SourceFrame => {
      made.filter ??= createPictureFilter(wholeChain(orientation, last));
      // The filter empties what it is given.
      raw.unref();
      FFmpegError.throwIfError(raw.ref(last), 'a picture of the original');
      upright.unref();
      made.filter.apply(raw, upright);
      FFmpegError.throwIfError(upright.makeWritable(), 'a picture of our own');
      next++;
      return { planes: planesOf(upright), repeated };
    };
    let more = true;
    while (more && next < table.pts.length) {
      more = await input.read(packet);
      if (more && packet.streamIndex !== input.video.index) continue;
      for (const decoded of framesOf(decoder, more ? packet : null, raw)) {
        const time = clock(decoded) - table.originTicks;
        using kept = new Frame();
        kept.alloc();
        FFmpegError.throwIfError(kept.ref(decoded), 'keeping a picture');
        while (next > 0 && (table.pts[next] ?? Infinity) < time) yield show(true);
        if (time !== table.pts[next]) continue;
        last.unref();
        FFmpegError.throwIfError(last.ref(kept), 'keeping a picture');
        yield show(false);
      }
    }
    while (next > 0 && next < table.pts.length) yield show(true);
  } finally {
    made.filter?.close();
    await input.close();
  }
}

/** Turns pictures upright and gives them the size and the form of the first. */
function wholeChain(orientation: Orientation, first: Frame): readonly string[] {
  const [width, height] = isSideways(orientation) ? [first.height, first.width] : [first.width, first.height];
  return [
    ...uprightFilters(orientation),
    `scale=w=${width}:h=${height}`,
    'format=yuv420p|yuvj420p',
    'pad=w=ceil(iw/2)*2:h=ceil(ih/2)*2',
  ];
}
