import type { Finding } from '../../build/scripts/reliability-table.ts';

export type CampaignOptions = {
  /** The same seed makes the same faults; what two processes do at once still differs from run to run. */
  readonly seed: number;
  /** How often everything is done. */
  readonly rounds: number;
  /** Less of everything, for the tests that run all the time. */
  readonly short?: true;
  /** Told how far it is. */
  readonly say: (line: string) => void;
};

/** One kind of thing that goes wrong, as often as asked. */
export type Campaign = (options: CampaignOptions, chance: Chance) => Promise<readonly Finding[]>;

/** Chance that can be had again. */
export type Chance = {
  /** In [0, 1). */
  readonly next: () => number;
  /** A whole number from `least` to `most`, both included. */
  readonly between: (least: number, most: number) => number;
  readonly pick: <T>(things: readonly T[]) => T;
  readonly happens: (probability: number) => boolean;
};

/** mulberry32: small, and good enough to spread faults. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    between,
    pick: (things) => {
      const thing = things[between(0, things.length - 1)];
      if (thing === undefined) throw new Error('There is nothing to pick from.');
      return thing;
    },
    happens: (probability) => next() < probability,
  };
}
