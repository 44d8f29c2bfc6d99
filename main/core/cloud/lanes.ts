import type { Carrier } from './carrier.ts';

/** A carrier that is opened when it is first needed and again when it broke. */
export type Lane = {
  busy: boolean;
  /** Opens the carrier if need be. */
  readonly carrier: () => Promise<Carrier>;
  /** The carrier is of no more use: the next one is new. */
  readonly renew: () => Promise<void>;
};

/** `count` lanes, each with a carrier of its own. */
export function createLanes(count: number, open: () => Promise<Carrier>): readonly Lane[] {
  return Array.from({ length: count }, () => createLane(open));
}

export function createLane(open: () => Promise<Carrier>): Lane {
  let opening: Promise<Carrier> | null = null;
  return {
    busy: false,
    carrier: async () => {
      opening ??= open();
      try {
        return await opening;
      } catch (error) {
        opening = null;
        throw error;
      }
    },
    renew: async () => {
      const opened = await opening?.catch(() => null);
      opening = null;
      await opened?.close();
    },
  };
}
