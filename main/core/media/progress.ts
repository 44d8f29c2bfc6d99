import type { JobProgress } from '#common/evidence/index.ts';
import type { Clock } from '#core/kernel/index.ts';

/** Less than this says nothing about speed. */
const leastMs = 1000;

/** Tells how far preparing has come, in frames. A total of 0 means that it is not known yet. */
export function frameProgress(
  clock: Clock,
  current: string,
  progress: (progress: JobProgress) => void,
): (done: number, total: number) => void {
  let begun: number | null = null;
  return (done, total) => {
    const now = clock.now();
    if (total > 0) begun ??= now;
    const elapsed = begun === null ? 0 : now - begun;
    const rate = elapsed >= leastMs ? (done * 1000) / elapsed : null;
    const remainingMs = rate === null || rate === 0 ? null : Math.round(((total - done) / rate) * 1000);
    progress({ phase: 'Preparing', items: { done, total }, bytes: null, rate, remainingMs, current });
  };
}
