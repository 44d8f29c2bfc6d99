import type { Packet, Stream } from 'node-av/lib';
import type { Mp4Output } from './output.ts';
import { openSoundEncoder, packetSamples } from './sound-encoder.ts';
import { openSoundReader, soundShapeOf } from './sound-reader.ts';
import { createSoundTrack, type SampleSpan } from './sound-track.ts';

export type SoundPlan = {
  /** Seconds of the file's clock that become the first sample. */
  readonly zero: number;
  /** Seconds at which the output's clock shows the first sample. */
  readonly offset: number;
  /** Seconds of sound at most. */
  readonly length: number;
  /**
   * What becomes of the encoder's run-up of one packet. `edit-list`: the packets begin early and an edit list hides it.
   * `none`: the first 1024 samples are left out, so that the run-up takes their place and everything else lines up exactly
   * in a file without edit lists; the first packet's worth of sound (21 ms at 48 kHz) is silent.
   */
  readonly runUp: 'edit-list' | 'none';
  /** Half-open stretches in ticks from the first frame. */
  readonly silence: readonly { readonly from: number; readonly to: number }[];
  /** Seconds a tick lasts. */
  readonly tick: number;
};

/** The sound on its way from the source's packets to the packets of the output. */
export type SoundLane = {
  readonly push: (packet: Packet) => void;
  /** Writes what has become ready. */
  readonly flush: () => Promise<void>;
  readonly end: () => Promise<void>;
  readonly close: () => void;
};

/** Adds a stream to the output; call before the output begins. */
export async function openSoundLane(source: Stream, output: Mp4Output, plan: SoundPlan): Promise<SoundLane> {
  const shape = soundShapeOf(source);
  const reader = await openSoundReader(source, shape);
  const encoder = openSoundEncoder(shape);
  const stream = output.format.newStream(null);
  encoder.describe(stream, plan.runUp);
  const dropped = plan.runUp === 'none' ? packetSamples : 0;
  const first = BigInt(Math.round(plan.offset * shape.sampleRate) - (plan.runUp === 'edit-list' ? packetSamples : 0));
  const samplesAt = (ticks: number): number => ticks * plan.tick * shape.sampleRate;
  const silence: SampleSpan[] = plan.silence.map((span) => ({
    from: Math.floor(samplesAt(span.from)) - dropped,
    to: Math.ceil(samplesAt(span.to)) - dropped,
  }));
  const track = createSoundTrack({
    channels: shape.channels,
    sampleRate: shape.sampleRate,
    most: Math.max(0, Math.floor(plan.length * shape.sampleRate) - dropped),
    silence,
    blockSize: packetSamples,
    onBlock: encoder.encode,
  });

  const decode = (packet: Packet | null): void =>
    reader.decode(packet, (block, at) => track.push(block, Math.round((at - plan.zero) * shape.sampleRate) - dropped));

  const flush = async (): Promise<void> => {
    for (let packet = encoder.take(); packet !== undefined; packet = encoder.take()) {
      try {
        packet.pts += first;
        packet.dts = packet.pts;
        await output.write(packet, stream, encoder.timeBase);
      } finally {
        packet.free();
      }
    }
  };

  return {
    push: decode,
    flush,
    end: async () => {
      decode(null);
      track.end();
      encoder.finish();
      await flush();
    },
    close: () => {
      reader.close();
      encoder.close();
    },
  };
}
