import type { StoreCheck, StoreReport } from '#common/contract/index.ts';
import { identityKey } from '#core/cloud/identity.ts';
import type { InspectableStore } from '#core/cloud/store/insight.ts';
import { type ProbeOptions, probeStore } from '#core/cloud/store/probe.ts';
import { systemClock } from '#core/kernel/index.ts';

/** Probes a store and closes it. */
export async function probing(
  store: InspectableStore,
  options: Partial<ProbeOptions> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<StoreReport> {
  try {
    return await probeStore({ store, identityKey, clock: systemClock, ...options }, signal);
  } finally {
    await store.close();
  }
}

/** Names of the checks by how they ended. */
export function byOutcome({ checks }: StoreReport): Partial<Record<StoreCheck['outcome'], readonly string[]>> {
  const found: Partial<Record<StoreCheck['outcome'], string[]>> = {};
  for (const { name, outcome } of checks) (found[outcome] ??= []).push(name);
  return found;
}

export function wordsOf({ checks }: StoreReport, name: StoreCheck['name']): string {
  return checks.find((check) => check.name === name)?.words ?? '';
}
