import type { Actor } from '#common/audit/index.ts';
import type { Clock, Logger } from '#core/kernel/index.ts';
import type { Station } from '#core/station/index.ts';
import type { ActiveSession } from './sessions.ts';

/** So that a client which asks in a loop cannot fill the audit log. */
const mostLines = 20;
const windowMs = 10 * 60 * 1000;

/** Writes refusals at the door to the audit log of the agency concerned. */
export interface Refusals {
  /** `what` is the method, or the media id asked for. Without a session the department's log gets the line, when there is one. */
  write(clientId: string, session: ActiveSession | null, what: string, reason: string): Promise<void>;
}

/** Creates the writer of refusals. A line that cannot be written goes to the log: the refusal stands all the same. */
export function createRefusals(options: {
  readonly station: Station;
  readonly clock: Clock;
  readonly logger: Logger;
}): Refusals {
  const { station, clock, logger } = options;
  const counts = new Map<string, { since: number; lines: number }>();

  /** How many lines this one has had lately, with this one. Old counts are dropped on the way. */
  function count(who: string): number {
    const now = clock.now();
    for (const [other, { since }] of counts) if (now - since >= windowMs) counts.delete(other);
    const current = counts.get(who) ?? { since: now, lines: 0 };
    counts.set(who, current);
    return ++current.lines;
  }

  return {
    write: async (clientId, session, what, reason) => {
      const core = session?.core ?? station.department;
      if (core === null) return;
      const lines = count(session?.account.id ?? clientId);
      if (lines > mostLines) return;
      const more = lines === mostLines ? `${reason} Further refusals here are not written for some minutes.` : reason;
      const actor: Actor = session?.actor ?? { kind: 'station' };
      try {
        await core.audit.record({ kind: 'access.refused', method: what, reason: more }, actor);
      } catch (error) {
        logger.error('A refusal could not be written to the audit log', { error, what });
      }
    },
  };
}
