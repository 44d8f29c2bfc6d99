/** Wrong passwords in a row after which a name has to wait. */
const freeFailures = 5;
const firstDelayMs = 30_000;
/** Short enough that nobody can lock an officer out for a shift by typing nonsense. */
const longestDelayMs = 15 * 60_000;

/** How sign-in under a name has gone lately. */
export type SignInRecord = { readonly failures: number; readonly lockedUntil: number | null };

export const cleanRecord: SignInRecord = { failures: 0, lockedUntil: null };

/** The record after one more wrong password at `now`: from the fifth on the wait doubles, from 30 seconds to 15 minutes. */
export function afterFailure(record: SignInRecord, now: number): SignInRecord {
  const failures = record.failures + 1;
  if (failures < freeFailures) return { failures, lockedUntil: null };
  const delay = Math.min(firstDelayMs * 2 ** (failures - freeFailures), longestDelayMs);
  return { failures, lockedUntil: now + delay };
}

/** Milliseconds the name still has to wait; 0 when it need not. */
export function waitMs(record: SignInRecord, now: number): number {
  if (record.lockedUntil === null) return 0;
  const left = record.lockedUntil - now;
  // No lock is ever longer: the clock was set back since, and must not keep anybody out.
  return left > longestDelayMs ? 0 : Math.max(0, left);
}
