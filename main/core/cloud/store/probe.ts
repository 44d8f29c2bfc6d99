import { setTimeout as sleep } from 'node:timers/promises';
import { type StoreCheck, type StoreReport, storeCheckNames } from '#common/contract/index.ts';
import { CancelledError, ExpectedError } from '#common/errors/index.ts';
import { type Clock, randomBytes } from '#core/kernel/index.ts';
import { MissingRight } from './errors.ts';
import type { InspectableStore } from './insight.ts';
import { steps } from './probe-steps.ts';
import type { Finding, Trial } from './probe-trial.ts';
import { clockFinding, inWords, rightsFinding } from './probe-words.ts';

/** Everything a probe puts lies below this, each in a place of its own; nothing else ever does. */
const probeRoot = 'plainview-probe/';
/** No probe takes that long: what is older was left by one that died. */
const leftoverAfterMs = 15 * 60_000;

export type ProbeOptions = {
  readonly store: InspectableStore;
  /** The object that every store in use has. */
  readonly identityKey: string;
  readonly clock: Clock;
  /** For everything together; a store that is slower than that cannot be worked with. */
  readonly patienceMs?: number;
  /** For clearing away afterwards, which happens also when the time is up or nobody waits any more. */
  readonly clearingMs?: number;
};

/**
 * Tries what a store can do and says it in words. Whatever the store does, it ends within its patience and takes away what it
 * put; what cannot be taken away is said, and taken away by the next probe. Throws CancelledError on the signal, after clearing away.
 */
export async function probeStore(options: ProbeOptions, signal: AbortSignal): Promise<StoreReport> {
  const { store, clock, patienceMs = 240_000, clearingMs = 30_000 } = options;
  const timeUp = AbortSignal.timeout(patienceMs);
  const own = `${probeRoot}${Buffer.from(randomBytes(8)).toString('hex')}/`;
  const found = new Map<StoreCheck['name'], Finding>();
  const trial: Trial = {
    store,
    clock,
    identityKey: options.identityKey,
    root: probeRoot,
    signal: AbortSignal.any([signal, timeUp]),
    key: (name) => own + name,
    outcome: (name) => found.get(name)?.outcome ?? null,
    storeTime: () => clock.now() + (store.clockSkew() ?? 0),
    leftoverAfterMs,
    holds: 'unknown',
    touched: false,
    fixed: false,
    sparing: false,
    heldUntil: 0,
    skew: null,
    missing: new Set(),
  };
  /** Why nothing more is tried. */
  let over: string | null = null;

  for (const { name, needs, run } of steps) {
    const failed = needs.find((need) => !['good', 'worry'].includes(trial.outcome(need) ?? ''));
    if (over !== null || failed !== undefined) {
      found.set(name, { outcome: 'untried', words: over ?? `Not tried, because "${failed ?? ''}" did not succeed.` });
      continue;
    }
    try {
      found.set(name, await within(trial.signal, () => run(trial)));
    } catch (error) {
      if (signal.aborted) break;
      if (timeUp.aborted) {
        const words = `The store had not answered when the ${Math.round(patienceMs / 1000)} seconds for the whole trial were over. Try again; if it stays like this, have the store and the line to it looked at.`;
        found.set(name, { outcome: 'bad', words });
        over = 'Not tried, because the time was over.';
        continue;
      }
      if (!(error instanceof ExpectedError)) {
        await clear();
        throw error;
      }
      if (error instanceof MissingRight) trial.missing.add(error.right);
      found.set(name, { outcome: 'bad', words: inWords(error) });
      if (name === 'reach') over = 'Not tried, because the store could not be reached or does not let this access in.';
      else if (error.code === 'store-unreachable') over = 'Not tried, because the store stopped answering.';
    }
  }

  const cleared = await clear();
  if (signal.aborted) throw new CancelledError();
  const deletion = found.get('delete');
  if (cleared !== null && deletion !== undefined) {
    const outcome = deletion.outcome === 'good' && !trial.fixed ? 'worry' : deletion.outcome;
    found.set('delete', { outcome, words: `${deletion.words} ${cleared}` });
  }
  found.set('clock', clockFinding(trial, found.get('reach')));
  if (found.get('permissions')?.outcome !== 'untried') {
    found.set('permissions', rightsFinding(found.get('permissions'), trial.missing));
  }

  const checks = storeCheckNames.map((name): StoreCheck => {
    const finding = found.get(name);
    if (finding === undefined) throw new Error(`The probe forgot to try "${name}".`);
    return { name, ...finding };
  });
  return { usable: checks.every(({ outcome }) => outcome !== 'bad'), checks, holds: trial.holds };

  /** Takes away everything of this probe; what remains, in words. */
  async function clear(): Promise<string | null> {
    if (!trial.touched) return null;
    const clearing = AbortSignal.timeout(clearingMs);
    try {
      const { remaining } = await within(clearing, async () => {
        const wait = trial.heldUntil - trial.storeTime();
        if (wait > 0) await sleep(wait, undefined, { signal: clearing });
        return store.erase(own, { signal: clearing });
      });
      if (remaining === 0) return null;
      const what = remaining === 1 ? 'One small object' : `${remaining} small objects`;
      return `${what} of this trial could not be removed and ${remaining === 1 ? 'stays' : 'stay'} below ${own}.`;
    } catch (error) {
      if (!clearing.aborted && !(error instanceof ExpectedError)) throw error;
      return `What this trial put below ${own} could not be removed now; the next trial does it.`;
    }
  }
}

/** Waits for work as long as the signal lets it, also when the work does not look at it. */
async function within<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  if (signal.aborted) throw new CancelledError();
  const ended = Promise.withResolvers<never>();
  const end = (): void => ended.reject(new CancelledError());
  signal.addEventListener('abort', end, { once: true });
  try {
    return await Promise.race([work(), ended.promise]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}
