import type { Actor } from '#common/audit/index.ts';
import type { Clock, Logger } from '#core/kernel/index.ts';
import type { Station } from '#core/station/types.ts';
import type { ActiveSession } from './sessions.ts';

/** So that a client which asks in a loop cannot fill the audit log. */
const mostLines = 20;
const windowMs = 10 * 60 * 1000;

/** Writes refusals at the door to the audit log of the agency concerned. */
export interface Refusals {
  /** `what` is the method, or the media id asked for. Without a session the department's log gets the line, when there is one. */
  write(clientId: string, session: ActiveSession | null, what: string, reason: string): Promise<void>;
  forget(clientId: string): void;
}

/** Creates the writer of refusals. A line that cannot be written goes to the log: the refusal stands all the same. */
export function createRefusals(options: {
  readonly station: Station;
  readonly clock: Clock;
  readonly logger: Logger;
}): Refusals {
  const { station, clock, logger } = options;
  const counts = new Map<string, { since: number; lines: number }>();

  function within(clientId: string): number {
    const now = clock.now();
    const count = counts.get(clientId);
    const current = count === undefined || now - count.since >= windowMs ? { since: now, lines: 0 } : count;
    current.lines++;
    counts.set(clientId, current);
    return current.lines;
  }

  return {
    write: async (clientId, session, what, reason) => {
      const core = session?.core ?? station.department;
      const lines = within(clientId);
      if (core === null || lines > mostLines) return;
      const more =
        lines === mostLines ? `${reason} Further refusals of this client are not written for some minutes.` : reason;
      const actor: Actor = session?.actor ?? { kind: 'station' };
      try {
        await core.audit.record({ kind: 'access.refused', method: what, reason: more }, actor);
      } catch (error) {
        logger.error('A refusal could not be written to the audit log', { error, what });
      }
    },
    forget: (clientId) => void counts.delete(clientId),
  };
}
