import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AgencyKind } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import { commandLineActor, withAgency } from '../agency.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { CliHost } from '../host.ts';
import { plural } from '../words.ts';

/** Checks the whole chain and its anchors. */
export async function auditVerify(host: CliHost, agency: AgencyKind, json: boolean): Promise<ExitCode> {
  const report = await withAgency(host, agency, (core) => core.audit.verify(commandLineActor()));
  if (json) {
    host.output(`${JSON.stringify({ ok: report.intact, ...report })}\n`);
  } else if (report.intact) {
    host.output(`The audit log is intact: ${plural(report.entries, 'entry').replace('entrys', 'entries')}, `);
    host.output(`${plural(report.anchors, 'anchor')}.\nIts newest hash is ${report.head ?? 'none yet'}.\n`);
  } else {
    host.output(`The audit log is BROKEN: ${report.reason ?? 'no reason given'}\n`);
    host.output(report.brokenAt === null ? '' : `The first entry that does not hold is number ${report.brokenAt}.\n`);
  }
  return report.intact ? exitCodes.ok : exitCodes.problem;
}

/** Writes the log out, one JSON line an entry. An existing file is never overwritten. */
export async function auditExport(
  host: CliHost,
  agency: AgencyKind,
  output: string | null,
  json: boolean,
): Promise<ExitCode> {
  let entries = 0;
  await withAgency(host, agency, async (core) => {
    async function* lines(): AsyncGenerator<string> {
      for await (const line of core.audit.exportLines()) {
        entries++;
        yield `${line}\n`;
      }
    }
    if (output === null) {
      for await (const line of lines()) host.output(line);
      return;
    }
    try {
      await pipeline(Readable.from(lines()), createWriteStream(resolve(output), { flags: 'wx', mode: 0o600 }));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error) || typeof error.code !== 'string') throw error;
      const exists = error.code === 'EEXIST';
      throw new ExpectedError(
        exists ? 'already-exists' : 'destination-unwritable',
        exists ? 'There is a file of this name already; it was not touched.' : 'The file cannot be written.',
        { subject: resolve(output), nextStep: 'Choose another --output.', cause: error },
      );
    }
  });
  if (output !== null && json) host.output(`${JSON.stringify({ ok: true, entries, output: resolve(output) })}\n`);
  else if (output !== null) host.output(`Wrote ${entries} entries to ${resolve(output)}.\n`);
  return exitCodes.ok;
}
