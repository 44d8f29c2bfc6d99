import { methods } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import { commandLineActor } from '../agency.ts';
import type { Command } from '../arguments.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { CliHost } from '../host.ts';
import { readNewSecret } from '../secret-prompt.ts';

/** Creates the department and its first administrator. */
export async function setup(
  host: CliHost,
  command: Extract<Command, { kind: 'setup' }>,
  json: boolean,
): Promise<ExitCode> {
  const input = methods['setup.department'].request.safeParse({
    name: command.name,
    zone: command.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    admin: {
      username: command.username,
      displayName: command.displayName ?? command.username,
      password: await readNewSecret(host, 'PLAINVIEW_PASSWORD', 'Password for the administrator: '),
    },
  });
  if (!input.success) {
    const issue = input.error.issues[0];
    throw new ExpectedError('invalid-request', issue?.message ?? 'The values are not understood.', {
      subject: issue?.path.join('.') ?? 'setup',
    });
  }
  const station = await host.openStation();
  try {
    const { core, account } = await station.createDepartment(input.data, commandLineActor());
    if (json) host.output(`${JSON.stringify({ ok: true, agency: core.agency, account })}\n`);
    else host.output(`${core.agency.name} is set up (${core.agency.zone}). Sign in as ${account.username}.\n`);
  } finally {
    await station.close();
  }
  return exitCodes.ok;
}
