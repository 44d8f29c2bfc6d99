import { resolve } from 'node:path';
import { verifyPackage } from '#core/release/index.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { CliHost } from '../host.ts';

/** Checks a release package; needs no station. */
export async function verify(
  host: CliHost,
  path: string,
  fingerprint: string | null,
  json: boolean,
): Promise<ExitCode> {
  const report = await verifyPackage(resolve(path), fingerprint);
  if (json) {
    host.output(`${JSON.stringify({ ok: report.intact, ...report })}\n`);
  } else {
    for (const check of report.checks)
      host.output(`${check.passed ? 'good  ' : 'FAILED'}  ${check.name}: ${check.detail}\n`);
    if (report.signer !== null) host.output(`Signed by ${report.signer.fingerprint}\n`);
    if (report.signer !== null && fingerprint === null) {
      host.output('Compare this fingerprint with the one the department publishes, or name it with --signer.\n');
    }
    host.output(report.intact ? 'The package is intact.\n' : 'The package is NOT intact. Do not rely on it.\n');
  }
  return report.intact ? exitCodes.ok : exitCodes.problem;
}
