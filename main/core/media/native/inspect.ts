import { Frame } from 'node-av/lib';
import type { SealedAccess } from '#core/vault/index.ts';
import { damagedMedia } from './damage.ts';
import { framesOf } from './decode.ts';
import { newPacket, openDecoder, openInput } from './input.ts';

/** Packets in which a sound recording shows its first picture. */
const patience = 300;

/** Looks whether a file has a picture that decodes; quick. Throws `damaged-media` or `unsupported-media` with the reason. */
export async function inspectMedia(access: SealedAccess, signal: AbortSignal): Promise<void> {
  const input = await openInput(access, { sound: false });
  try {
    using decoder = await openDecoder(input.video, 1);
    using packet = newPacket();
    using frame = new Frame();
    frame.alloc();
    for (let packets = 0; packets < patience; packets++) {
      signal.throwIfAborted();
      const more = await input.read(packet);
      if (more && packet.streamIndex !== input.video.index) continue;
      const first = framesOf(decoder, more ? packet : null, frame).next();
      if (first.done !== true) return;
      if (!more) break;
    }
    throw damagedMedia('No frame of the file can be decoded.');
  } finally {
    await input.close();
  }
}
