/** Seconds of one window of loudness. */
const windowSeconds = 0.01;
/** Below this nobody hears the difference, in dB of full scale. */
const floor = -50;
/** Windows that are judged together: ten seconds. */
const stretch = 1000;
/** Fewer windows say nothing. */
const leastWindows = 50;
/** Mean distance in dB up to which two sounds count as the same; an honest encoding stays below 2. */
const sameSound = 6;
/** From here on it is worth asking whether the sound is only shifted. */
const suspicious = 1.5;
/** A shift of so many windows is out of step, and how far it is looked for. */
const leastShift = 3;
const farthestShift = 100;

/** How loud a sound is, in windows of 10 ms from the first frame of the picture. */
export type Loudness = {
  /** Adds sound that begins at `from` seconds; what lies before 0 is left out. */
  readonly add: (channels: readonly Float32Array[], sampleRate: number, from: number) => void;
  /** dB of full scale in each of `count` windows, never below the floor. */
  readonly levels: (count: number) => Float32Array;
};

export function createLoudness(): Loudness {
  const energies: number[] = [];
  const counts: number[] = [];
  return {
    add: (channels, sampleRate, from) => {
      const length = channels[0]?.length ?? 0;
      for (let i = 0; i < length; ) {
        const window = Math.floor((from + (i + 0.5) / sampleRate) / windowSeconds);
        const next = Math.min(length, Math.max(i + 1, Math.ceil(((window + 1) * windowSeconds - from) * sampleRate)));
        if (window >= 0) {
          let sum = 0;
          for (const channel of channels) for (let k = i; k < next; k++) sum += (channel[k] ?? 0) ** 2;
          energies[window] = (energies[window] ?? 0) + sum / Math.max(1, channels.length);
          counts[window] = (counts[window] ?? 0) + (next - i);
        }
        i = next;
      }
    },
    levels: (count) =>
      Float32Array.from({ length: count }, (_, i) => {
        const mean = (energies[i] ?? 0) / Math.max(1, counts[i] ?? 0);
        return Math.max(floor, 10 * Math.log10(Math.max(mean, 1e-12)));
      }),
  };
}

/** How many windows a stretch of so many seconds has. */
export function windowsIn(seconds: number): number {
  return Math.floor(seconds / windowSeconds);
}

/**
 * What is wrong with a sound that should be the planned one and in step with it, in words; null when nothing is. Windows for
 * which `skip` is true are left out. A constant difference in level counts for nothing: mixing channels makes one.
 */
export function soundFault(
  planned: Float32Array,
  shown: Float32Array,
  skip: (window: number) => boolean,
): string | null {
  for (let from = 0; from < planned.length; from += stretch) {
    const to = Math.min(planned.length, from + stretch);
    const here = distance(planned, shown, skip, from, to, 0);
    if (here === null || here < suspicious) continue;
    const place = `between ${(from * windowSeconds).toFixed(0)} s and ${(to * windowSeconds).toFixed(0)} s`;
    let best = { shift: 0, distance: here };
    for (let shift = -farthestShift; shift <= farthestShift; shift++) {
      const there = Math.abs(shift) < leastShift ? null : distance(planned, shown, skip, from, to, shift);
      if (there !== null && there < best.distance) best = { shift, distance: there };
    }
    if (best.distance < here / 2) {
      const ms = Math.round(Math.abs(best.shift) * windowSeconds * 1000);
      return `the sound is ${ms} ms too ${best.shift > 0 ? 'late' : 'early'} ${place}`;
    }
    if (here > sameSound) return `the sound is not the original’s ${place}`;
  }
  return null;
}

/** The mean distance of the levels in dB once their median is taken away; null when too little can be compared. */
function distance(
  planned: Float32Array,
  shown: Float32Array,
  skip: (window: number) => boolean,
  from: number,
  to: number,
  shift: number,
): number | null {
  const off: number[] = [];
  let quiet = 0;
  for (let i = from; i < to; i++) {
    const at = i + shift;
    if (at < 0 || at >= shown.length || skip(i) || skip(at)) continue;
    const [plan, heard] = [planned[i] ?? floor, shown[at] ?? floor];
    if (plan === floor && heard === floor) quiet++;
    else off.push(plan - heard);
  }
  if (off.length + quiet < leastWindows) return null;
  const middle = off.toSorted((a, b) => a - b)[off.length >> 1] ?? 0;
  return off.reduce((sum, one) => sum + Math.abs(one - middle), 0) / (off.length + quiet);
}
