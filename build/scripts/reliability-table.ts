/** One promise and how it fared. */
export type Finding = {
  readonly promise: string;
  readonly attempts: number;
  /** Each in words; empty is what is wanted. */
  readonly failures: readonly string[];
  /** What was measured, as `name=value`. */
  readonly figures: string;
};

/** The table people read, one row a promise. */
export function tableOf(findings: readonly Finding[], seed: number): string {
  const rows = [
    ['promise', 'attempts', 'failures', 'seed', 'figures'],
    ...findings.map(({ promise, attempts, failures, figures }) => [
      promise,
      String(attempts),
      String(failures.length),
      String(seed),
      figures,
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
