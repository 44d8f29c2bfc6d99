const steps = ['B', 'KB', 'MB', 'GB', 'TB'] as const;

/** A size for people, in steps of 1000: `3.2 GB`. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let step = 0;
  while (value >= 999.5 && step < steps.length - 1) {
    value /= 1000;
    step++;
  }
  return `${step === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${steps[step] ?? 'B'}`;
}

/** A rate for people: `214 MB/s`. */
export function formatByteRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/** A count with thin groups: `10,000`. */
export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** A length of time in whole units that do not pretend to be exact. */
export type RoughTime =
  | { readonly unit: 'moments' }
  | { readonly unit: 'seconds' | 'minutes' | 'hours' | 'days'; readonly count: number };

/** Milliseconds as a rough length: under 5 s `moments`; seconds in steps of five; then minutes, hours, days rounded. */
export function roughTime(milliseconds: number): RoughTime {
  const seconds = Math.max(0, milliseconds) / 1000;
  if (seconds < 5) return { unit: 'moments' };
  if (seconds < 57.5) return { unit: 'seconds', count: Math.round(seconds / 5) * 5 };
  const minutes = seconds / 60;
  if (minutes < 59.5) return { unit: 'minutes', count: Math.max(1, Math.round(minutes)) };
  const hours = minutes / 60;
  if (hours < 23.5) return { unit: 'hours', count: Math.max(1, Math.round(hours)) };
  return { unit: 'days', count: Math.max(1, Math.round(hours / 24)) };
}
