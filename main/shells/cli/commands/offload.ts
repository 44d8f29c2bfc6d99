import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { AgencyKind } from '#common/contract/index.ts';
import { CancelledError, ExpectedError } from '#common/errors/index.ts';
import type { JobProgress } from '#common/evidence/index.ts';
import { commandLineActor, withAgency } from '../agency.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { CliHost } from '../host.ts';
import { plural, size } from '../words.ts';

async function existing(path: string): Promise<string> {
  const full = resolve(path);
  try {
    await stat(full);
    return full;
  } catch (error) {
    const denied = error instanceof Error && 'code' in error && error.code === 'EACCES';
    throw new ExpectedError(
      denied ? 'source-unreadable' : 'not-found',
      denied ? `You may not read ${full}.` : `There is nothing at ${full}.`,
      { subject: full, nextStep: 'Check the path, and that the camera or drive is mounted.', cause: error },
    );
  }
}

function progressLine({ phase, items, bytes, rate }: JobProgress): string {
  const parts = [phase, `${items.done} of ${items.total}`];
  if (bytes !== null) parts.push(`${size(bytes.done)} of ${size(bytes.total)}`);
  if (rate !== null) parts.push(`${size(rate)}/s`);
  return parts.join(' · ');
}

/** Offloads one path to its end. */
export async function offload(host: CliHost, path: string, agency: AgencyKind, json: boolean): Promise<ExitCode> {
  const source = await existing(path);
  const report = await withAgency(host, agency, (core) =>
    core.docks.offloadPath(source, commandLineActor(), {
      signal: host.stop,
      onProgress: (progress) => {
        if (host.interactive) host.errorOutput(`\r\u001b[K${progressLine(progress)}`);
      },
    }),
  );
  if (host.interactive) host.errorOutput('\r\u001b[K');
  if (host.stop.aborted) throw new CancelledError('Stopped. What was sealed is safe; the rest is still on the camera.');
  const inOrder = report.damaged === 0 && report.problems.length === 0;
  if (json) {
    host.output(`${JSON.stringify({ ok: inOrder, source, ...report })}\n`);
  } else {
    host.output(`Sealed ${plural(report.sealed, 'file')} (${size(report.bytes)}), each read back and compared.\n`);
    if (report.known > 0) host.output(`${plural(report.known, 'file')} already in the vault.\n`);
    if (report.damaged > 0) host.output(`${plural(report.damaged, 'file')} kept in the damaged tray.\n`);
    for (const problem of report.problems) host.output(`  ${problem.path}: ${problem.reason}\n`);
  }
  return inOrder ? exitCodes.ok : exitCodes.problem;
}
