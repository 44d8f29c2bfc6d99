import type { MediaFacts, Verdict } from '#common/evidence/index.ts';
import type { RedactionDocument } from '#common/redaction/index.ts';
import type { FrameTableWire } from '#common/time/index.ts';
import type { CallContext } from '#core/kernel/index.ts';
import type { SealedAccess, SealedWriteResult } from '#core/vault/index.ts';
import type { PackagePlan } from './package-plan.ts';

/** What a finished file must turn out to be. The guard knows nothing of how it was made. */
export type GuardPlan = {
  readonly source: SealedAccess;
  readonly result: SealedAccess;
  /** Of the source: upright size, rotation, whether there is sound. */
  readonly facts: MediaFacts;
  readonly frames: FrameTableWire;
  readonly document: RedactionDocument;
  /** When the check is made, ms UTC. */
  readonly now: number;
};

/** How many frames have been compared. */
export type GuardProgress = { readonly frames: number };

/** A package to be written, and from what. */
export type PackWork = { readonly plan: PackagePlan; readonly video: SealedAccess; readonly target: SealedAccess };

/** What the worker process can be asked. Progress of `pack` is in bytes of the video. */
export type GuardApi = {
  check(plan: GuardPlan, context: CallContext<GuardProgress>): Promise<Verdict>;
  pack(work: PackWork, context: CallContext<number>): Promise<SealedWriteResult>;
};
