import { toWireError } from '#common/errors/index.ts';
import type { Command } from './arguments.ts';
import { type ExitCode, exitCodeOf, exitCodes } from './exit-codes.ts';
import { helpText } from './help.ts';
import type { CliHost } from './host.ts';

export { type Command, type Invocation, parseCommand } from './arguments.ts';
export { type ExitCode, exitCodeOf, exitCodes } from './exit-codes.ts';
export type { CliHost } from './host.ts';
export { askSecret } from './secret-prompt.ts';

/** A command that needs no window. */
export type CliCommand = Exclude<Command, { kind: 'start' }>;

/** A command loads only what it uses: asking for help must not wait for the evidence vault. */
async function perform(host: CliHost, command: CliCommand, json: boolean): Promise<ExitCode> {
  switch (command.kind) {
    case 'help':
      host.output(helpText(command.topic));
      return exitCodes.ok;
    case 'version':
      host.output(json ? `${JSON.stringify({ version: host.version })}\n` : `${host.version}\n`);
      return exitCodes.ok;
    case 'offload': {
      const { offload } = await import('./commands/offload.ts');
      return await offload(host, command, json);
    }
    case 'verify': {
      const { verify } = await import('./commands/verify.ts');
      return await verify(host, command.path, command.fingerprint, json);
    }
    case 'doctor': {
      const { doctor } = await import('./commands/doctor.ts');
      return await doctor(host, json);
    }
    case 'reconcile': {
      const { reconcile } = await import('./commands/reconcile.ts');
      return await reconcile(host, command, json);
    }
    case 'setup': {
      const { setup } = await import('./commands/setup.ts');
      return await setup(host, command, json);
    }
    case 'passphrase': {
      const { changePassphrase } = await import('./commands/passphrase.ts');
      return await changePassphrase(host, command.action, json);
    }
    case 'audit-verify': {
      const { auditVerify } = await import('./commands/audit.ts');
      return await auditVerify(host, command.agency, json);
    }
    case 'audit-export': {
      const { auditExport } = await import('./commands/audit.ts');
      return await auditExport(host, command.agency, command.output, json);
    }
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
