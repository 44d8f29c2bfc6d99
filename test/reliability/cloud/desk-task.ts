import type { AccountId } from '#common/ids/index.ts';

/** A folder that several stations share; `marker` is there while it is. */
export type Place = { readonly folder: string; readonly marker: string };

/** Who works at a station, and how much. */
export type DeskTask = {
  readonly name: string;
  readonly accountId: AccountId;
  readonly seed: number;
  readonly deeds: number;
  /** How far its clock is from the right time. */
  readonly clockAheadMs: number;
};

/** How a station stands. `lost` and `wrong` must be empty. */
export type DeskState = {
  readonly operations: number;
  /** Of the canonical text of everything it knows. */
  readonly sha256: string;
  /** Documents that are not what their operations come to. */
  readonly wrong: readonly string[];
  /** Operations that were on its disk and are not any more. */
  readonly lost: readonly string[];
};
