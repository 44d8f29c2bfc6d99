import type { Verdict } from '#common/evidence/index.ts';
import { type CallContext, serveWorker } from '#core/kernel/index.ts';
import type { SealedAccess, SealedWriteResult } from '#core/vault/index.ts';
import type { GuardPlan } from './guard.ts';
import { examine } from './guard-examine.ts';
import { packRelease } from './pack.ts';
import type { PackagePlan } from './package-plan.ts';

/** How many frames have been compared. */
export type GuardProgress = { readonly frames: number };

type PackWork = { readonly plan: PackagePlan; readonly video: SealedAccess; readonly target: SealedAccess };

const api = {
  check: (plan: GuardPlan, { signal, progress }: CallContext<GuardProgress>): Promise<Verdict> =>
    examine(plan, signal, (frames) => progress({ frames })),
  pack: ({ plan, video, target }: PackWork, { signal, progress }: CallContext<number>): Promise<SealedWriteResult> =>
    packRelease(plan, video, target, signal, progress),
};
export type GuardApi = typeof api;

serveWorker(api);
