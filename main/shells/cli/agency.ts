import { userInfo } from 'node:os';
import type { Actor } from '#common/audit/index.ts';
import type { AgencyKind } from '#common/contract/index.ts';
import type { AgencyCore } from '#core/station/index.ts';
import { NotSetUpError } from './exit-codes.ts';
import type { CliHost } from './host.ts';

/** Whoever is at the command line of this computer. */
export function commandLineActor(): Actor {
  try {
    return { kind: 'command-line', osUser: userInfo().username };
  } catch {
    // In some containers the user has no name.
    return { kind: 'command-line', osUser: `user ${process.getuid?.() ?? 'unknown'}` };
  }
}

/** Opens the station for one piece of work with one of its agencies, and closes it whatever happens. */
export async function withAgency<T>(
  host: CliHost,
  kind: AgencyKind,
  work: (core: AgencyCore) => Promise<T>,
): Promise<T> {
  const station = await host.openStation();
  try {
    const core = kind === 'training' ? station.training : station.department;
    if (core === null) throw new NotSetUpError();
    return await work(core);
  } finally {
    await station.close();
  }
}
