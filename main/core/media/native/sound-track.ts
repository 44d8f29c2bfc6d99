/** A stretch of samples, half-open, counted from the zero of the output. */
export type SampleSpan = { readonly from: number; readonly to: number };

/** One channel's samples of a block, from −1 to 1. */
export type Block = readonly Float32Array[];

/** Beyond this, a difference between the clock and the count of samples is a real gap and not a rounded time. */
const slackSeconds = 0.02;

/**
 * An AAC window spans 2048 samples: whatever lies closer than that to a span could reach into it once encoded, so the
 * silence is made that much longer on both sides. Inside the span every window then holds nothing but zeros.
 */
export const silenceMargin = 2048;

/** Puts blocks of sound in their place: what comes before 0 is cut, gaps become silence, muted spans too. */
export type SoundTrack = {
  /** `at` is where the clock says the block begins, in samples from zero. */
  readonly push: (block: Block, at: number) => void;
  readonly end: () => void;
};

export type SoundTrackOptions = {
  readonly channels: number;
  readonly sampleRate: number;
  /** Samples wanted at most; what comes later is cut. */
  readonly most: number;
  readonly silence: readonly SampleSpan[];
  /** Samples a block that is handed on has; the last may be shorter. */
  readonly blockSize: number;
  /** Takes a block of `samples` samples; the arrays are used again afterwards. */
  readonly onBlock: (block: Block, samples: number) => void;
};

export function createSoundTrack(options: SoundTrackOptions): SoundTrack {
  const { channels, sampleRate, most, silence, blockSize, onBlock } = options;
  const waiting = Array.from({ length: channels }, () => new Float32Array(blockSize));
  let filled = 0;
  /** Where the next sample goes; null before the first block. Negative while it is still to be cut. */
  let next: number | null = null;
  let written = 0;

  function hand(): void {
    if (filled === 0) return;
    for (const { from, to } of silence) {
      const start = Math.max(0, from - silenceMargin - (written - filled));
      const stop = Math.min(filled, to + silenceMargin - (written - filled));
      if (stop > start) for (const channel of waiting) channel.fill(0, start, stop);
    }
    onBlock(waiting, filled);
    filled = 0;
  }

  /** Appends `count` samples of `block` from `offset`; null appends silence. */
  function append(block: Block | null, offset: number, count: number): void {
    const end = offset + Math.min(count, most - written);
    for (let from = offset; from < end; ) {
      const take = Math.min(end - from, blockSize - filled);
      for (const [index, channel] of waiting.entries()) {
        const source = block?.[index];
        if (source === undefined) channel.fill(0, filled, filled + take);
        else channel.set(source.subarray(from, from + take), filled);
      }
      filled += take;
      written += take;
      from += take;
      if (filled === blockSize) hand();
    }
  }

  return {
    push: (block, at) => {
      const length = block[0]?.length ?? 0;
      const jumped = next === null || Math.abs(at - next) > slackSeconds * sampleRate;
      const start = next === null || jumped ? at : next;
      const reached = Math.max(next ?? 0, 0);
      // What lies before zero, or where there was sound already (the clock jumped back), is left out.
      const from = Math.max(start, reached);
      const end = start + length;
      if (end > from) {
        append(null, 0, from - reached);
        append(block, from - start, end - from);
      }
      next = Math.max(next ?? end, end);
    },
    end: () => {
      // A track without a single sample is not allowed in MP4; one that never decoded is silent.
      if (written === 0) append(null, 0, most);
      hand();
    },
  };
}
