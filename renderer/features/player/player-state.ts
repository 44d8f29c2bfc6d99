import type { FrameTable } from '#common/time/index.ts';

/** What a player plays. */
export type PlayerSource = { readonly url: string; readonly contentType: string; readonly table: FrameTable };

/** Why a video cannot be shown: the way to the station broke, its data cannot be decoded, or the browser refuses it. */
export type PlayerFailure = 'lost' | 'undecodable' | 'unplayable';

/** What is to be seen of a player. */
export type PlayerState = {
  readonly phase: 'opening' | 'ready' | 'failed';
  readonly failure: PlayerFailure | null;
  /** The frame on the screen. */
  readonly frame: number;
  /** Nothing is on its way: the frame on the screen is the one asked for. */
  readonly settled: boolean;
  readonly playing: boolean;
  readonly waiting: boolean;
  readonly ended: boolean;
  readonly speed: number;
  readonly volume: number;
  readonly muted: boolean;
};
