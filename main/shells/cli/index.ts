import { toWireError } from '#common/errors/index.ts';
import type { Command } from './arguments.ts';
import { auditExport, auditVerify } from './commands/audit.ts';
import { doctor } from './commands/doctor.ts';
import { offload } from './commands/offload.ts';
import { setup } from './commands/setup.ts';
import { verify } from './commands/verify.ts';
import { type ExitCode, exitCodeOf, exitCodes } from './exit-codes.ts';
import { helpText } from './help.ts';
import type { CliHost } from './host.ts';

export { type Command, type Invocation, parseCommand } from './arguments.ts';
export { type ExitCode, exitCodeOf, exitCodes } from './exit-codes.ts';
export type { CliHost } from './host.ts';
export { askSecret } from './secret-prompt.ts';

/** A command that needs no window. */
export type CliCommand = Exclude<Command, { kind: 'start' }>;

function perform(host: CliHost, command: CliCommand, json: boolean): Promise<ExitCode> | ExitCode {
  switch (command.kind) {
    case 'help':
      host.output(helpText(command.topic));
      return exitCodes.ok;
    case 'version':
      host.output(json ? `${JSON.stringify({ version: host.version })}\n` : `${host.version}\n`);
      return exitCodes.ok;
    case 'offload':
      return offload(host, command.path, command.agency, json);
    case 'verify':
      return verify(host, command.path, command.fingerprint, json);
    case 'doctor':
      return doctor(host, json);
    case 'setup':
      return setup(host, command, json);
    case 'audit-verify':
      return auditVerify(host, command.agency, json);
    case 'audit-export':
      return auditExport(host, command.agency, command.output, json);
  }
}

/** Runs a command to its exit code. Never rejects: what goes wrong is printed, in words or as JSON. */
export async function runCli(host: CliHost, command: CliCommand, json: boolean): Promise<ExitCode> {
  try {
    return await perform(host, command, json);
  } catch (thrown) {
    reportFailure(host, thrown, json);
    return exitCodeOf(thrown);
  }
}

/** Prints an error: words to the error output, or one JSON object to the output. */
export function reportFailure(
  host: Pick<CliHost, 'logger' | 'output' | 'errorOutput'>,
  thrown: unknown,
  json: boolean,
): void {
  const plain = toWireError(thrown);
  const wire =
    plain.family === 'bug' ? { ...plain, reference: host.logger.error('A command failed', { error: thrown }) } : plain;
  if (json) {
    host.output(`${JSON.stringify({ ok: false, error: wire })}\n`);
    return;
  }
  host.errorOutput(`${wire.message}${wire.subject === null ? '' : ` (${wire.subject})`}\n`);
  if (wire.nextStep !== null) host.errorOutput(`${wire.nextStep}\n`);
  if (wire.reference !== null) host.errorOutput(`Reference ${wire.reference}\n`);
}
