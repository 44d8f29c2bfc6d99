import { AV_NOPTS_VALUE } from 'node-av/constants';
import type { FormatContext, Packet, Stream } from 'node-av/lib';

/** A decoding time that lies further back than this, in seconds, is a clock that began anew. */
const jumpBack = 0.5;
/** Containers whose recorders start their clock again in the middle of a file: parts joined end to end, a camera switched off and on. */
const restarting = new Set(['mpegts', 'mpeg']);

/** Gives packets times that count from the beginning of their file. */
export type FileClock = {
  /** Changes the times of a packet that was just read; to be called for every packet, in order. */
  readonly set: (packet: Packet) => void;
  /** True when the clock may start again: then all streams have to be read, wanted or not, to know where. */
  readonly restarts: boolean;
};

/**
 * MP4 counts from its own zero, and browsers show its times as they are. A transport stream counts from wherever its recorder
 * stood (up to 26 hours), and may start again: what comes after a restart is shown after what came before it. Nothing is
 * taken for a repetition and left out.
 */
export function createFileClock(format: FormatContext, container: string): FileClock {
  if (container.startsWith('mov,')) return { set: () => undefined, restarts: false };
  const start = format.startTime === AV_NOPTS_VALUE ? 0 : Number(format.startTime) / 1_000_000;
  const restarts = restarting.has(container);
  /** Seconds to add in each stretch between restarts. */
  const stretches = [-start];
  const at = new Map(format.streams.map((stream) => [stream.index, { stream, stretch: 0, last: -Infinity }]));
  let end = -Infinity;

  return {
    restarts,
    set: (packet) => {
      const place = at.get(packet.streamIndex);
      if (place === undefined) return;
      const { stream } = place;
      const seconds = secondsOf(packet.dts === AV_NOPTS_VALUE ? packet.pts : packet.dts, stream);
      if (restarts && seconds !== null) {
        if (seconds < place.last - jumpBack) {
          place.stretch++;
          // The first stream to restart says where the rest goes: behind everything so far.
          if (place.stretch === stretches.length) stretches.push(end - seconds);
        }
        place.last = seconds;
      }
      const add = stretches[place.stretch] ?? 0;
      const ticks = BigInt(Math.round((add * stream.timeBase.den) / stream.timeBase.num));
      if (packet.pts !== AV_NOPTS_VALUE) packet.pts += ticks;
      if (packet.dts !== AV_NOPTS_VALUE) packet.dts += ticks;
      const shown = secondsOf(packet.pts === AV_NOPTS_VALUE ? packet.dts : packet.pts, stream);
      if (shown !== null) end = Math.max(end, shown + (secondsOf(packet.duration, stream) ?? 0));
    },
  };
}

function secondsOf(ticks: bigint, { timeBase }: Stream): number | null {
  return ticks === AV_NOPTS_VALUE ? null : (Number(ticks) * timeBase.num) / timeBase.den;
}
