import { AVERROR_EAGAIN, AVERROR_EOF } from 'node-av/constants';
import type { CodecContext, Frame, Packet } from 'node-av/lib';

/** A decoder that complains this often about one packet is not going to stop. */
const patience = 1000;

/**
 * Puts a packet (null at the end) into a decoder and goes through all frames that come out; `frame` holds one at a time. What
 * the decoder cannot make sense of is left out and told to `onTrouble`: the frames that follow it still come.
 */
export function* framesOf(
  decoder: CodecContext,
  packet: Packet | null,
  frame: Frame,
  onTrouble: () => void = () => undefined,
): Generator<Frame, undefined> {
  let taken = false;
  for (let troubles = 0; troubles < patience; ) {
    if (!taken) {
      const code = decoder.sendPacketSync(packet);
      // A full decoder takes the packet once a frame has been taken out.
      taken = code !== AVERROR_EAGAIN;
      if (taken && code < 0 && code !== AVERROR_EOF) onTrouble();
    }
    const code = decoder.receiveFrameSync(frame);
    if (code >= 0) yield frame;
    else if (code === AVERROR_EOF || code === AVERROR_EAGAIN) return undefined;
    else {
      troubles++;
      onTrouble();
    }
  }
  return undefined;
}
