import { AV_CODEC_ID_H264, AV_PKT_FLAG_DISCARD, AVSEEK_FLAG_BACKWARD } from 'node-av/constants';
import type { Packet, Stream } from 'node-av/lib';
import { type MediaInput, newPacket, ticksOf } from './input.ts';

/** Key frames at either end of a file that are tried. How seeking goes is the same all through a file. */
const tried = 12;

/**
 * Looks at the packets of a picture as they are read, for what Chromium's player cannot cope with although its decoder could:
 * a key frame that others go before (open groups), or an edit list that jumps about.
 */
export function watchPackets(video: Stream): { readonly see: (packet: Packet) => void; readonly plain: () => boolean } {
  const lengthBytes = nalLengthBytes(video);
  let plain = true;
  let shown = false;
  let last = -1n;
  return {
    see: (packet) => {
      const hidden = packet.hasFlags(AV_PKT_FLAG_DISCARD);
      if (packet.pos < last) plain = false;
      // Hidden before the first frame shown is a cut. Hidden from a key frame on after one is another cut behind it.
      if (packet.isKeyframe && hidden && shown) plain = false;
      if (packet.isKeyframe && lengthBytes !== null && !hasFreshStart(packet, lengthBytes)) plain = false;
      shown ||= !hidden;
      last = packet.pos;
    },
    plain: () => plain,
  };
}

/** How many bytes say the length of an H.264 unit in MP4; null for everything else. */
function nalLengthBytes(video: Stream): number | null {
  const setup = video.codecpar.extradata;
  if (video.codecpar.codecId !== AV_CODEC_ID_H264 || setup === null || setup.length < 5 || setup[0] !== 1) return null;
  return ((setup[4] ?? 3) & 3) + 1;
}

/** True when a sample holds a slice of an IDR picture, the only sort of picture that a decoder can always start from. */
function hasFreshStart(packet: Packet, lengthBytes: number): boolean {
  const bytes = packet.data;
  if (bytes === null) return false;
  for (let at = 0; at + lengthBytes < bytes.length; ) {
    if (((bytes[at + lengthBytes] ?? 0) & 31) === 5) return true;
    at += lengthBytes + bytes.readUIntBE(at, lengthBytes);
  }
  return false;
}

/**
 * Whether a player that seeks by FFmpeg, as Chromium does, comes to the frame it asks for. In MP4 it goes by decoding times;
 * where these run ahead of the times of showing and nothing makes up for it, the frames before a key frame are never found.
 * `frames` are in the order shown. Reading goes on anywhere afterwards.
 */
export async function seeksExactly(
  input: MediaInput,
  frames: readonly { readonly pts: number; readonly key: boolean }[],
  signal: AbortSignal,
): Promise<boolean> {
  if (!input.container.startsWith('mov,')) return false;
  const keys = frames.flatMap((frame, index) => (frame.key && index > 0 ? [index] : []));
  const chosen = keys.length <= 2 * tried ? keys : [...keys.slice(0, tried), ...keys.slice(-tried)];
  using packet = newPacket();
  for (const index of chosen) {
    signal.throwIfAborted();
    const wanted = frames[index - 1]?.pts ?? 0;
    const next = frames[index]?.pts ?? wanted;
    const at = BigInt(Math.floor(wanted + (next - wanted) / 4));
    if ((await input.format.seekFrame(input.video.index, at, AVSEEK_FLAG_BACKWARD)) < 0) return false;
    let more = await input.read(packet);
    while (more && packet.streamIndex !== input.video.index) more = await input.read(packet);
    if (!more || (ticksOf(packet.pts) ?? Infinity) > wanted) return false;
  }
  return true;
}
