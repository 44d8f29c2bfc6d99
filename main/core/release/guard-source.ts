import { Frame } from 'node-av/lib';
import type { FrameTable } from '#common/time/index.ts';
import {
  createFrameClock,
  createPictureFilter,
  newPacket,
  openDecoder,
  openInput,
  orientationOf,
  uprightFilters,
} from '#core/media/native/index.ts';
import type { SealedAccess } from '#core/vault/index.ts';
import { planesOf } from './guard-decode.ts';
import type { Planes } from './guard-picture.ts';

/**
 * The frames of the original that the table names, upright and in 8-bit 4:2:0, in the order they are shown. The planes may
 * be painted on; they are only valid until the next frame is asked for.
 */
export async function* decodeSource(access: SealedAccess, table: FrameTable): AsyncGenerator<Planes> {
  const input = await openInput(access, { sound: false });
  const filter = createPictureFilter([
    ...uprightFilters(orientationOf(input.video)),
    'format=yuv420p|yuvj420p',
    'pad=w=ceil(iw/2)*2:h=ceil(ih/2)*2',
  ]);
  try {
    using decoder = await openDecoder(input.video);
    using packet = newPacket();
    using raw = new Frame();
    using upright = new Frame();
    raw.alloc();
    upright.alloc();
    const clock = createFrameClock();
    let next = 0;
    let more = true;
    while (more && next < table.pts.length) {
      more = await input.read(packet);
      if (more && packet.streamIndex !== input.video.index) continue;
      decoder.sendPacketSync(more ? packet : null);
      while (decoder.receiveFrameSync(raw) >= 0) {
        const pts = clock(raw);
        if (pts - table.originTicks !== table.pts[next]) continue;
        next++;
        upright.unref();
        filter.apply(raw, upright);
        upright.makeWritable();
        yield planesOf(upright);
      }
    }
  } finally {
    filter.close();
    await input.close();
  }
}
