import type { Actor } from '#common/audit/index.ts';
import type { Account, Session } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import type { Clock, Logger } from '#core/kernel/index.ts';
import type { AgencyCore } from '#core/station/index.ts';

/** Longest a session lasts, however busy: a shift. */
export const longestSessionMs = 12 * 60 * 60 * 1000;
const sweepMs = 60_000;

/** Somebody signed in at one client. It holds one agency's core and can reach no other. */
export interface ActiveSession {
  readonly clientId: string;
  readonly core: AgencyCore;
  /** The account as it stands now: a change of role counts from the next call on. */
  readonly account: Account;
  readonly actor: Actor;
  readonly startedAt: number;
  /** Fires when the session ends; running media streams stop with it. */
  readonly ended: AbortSignal;
  /** Lets this session's media requests for `mediaId` through; with `once`, a single download. */
  grant(mediaId: string, options: { readonly once: boolean }): void;
  /** How often the media may still be fetched, or null without a grant. */
  granted(mediaId: string): 'always' | 'once' | null;
  /** Uses up a grant for a single download. */
  spend(mediaId: string): void;
}

/** The sessions of one station: at most one a client. */
export interface Sessions {
  /** The client's session, or null. A session past its time ends here. */
  get(clientId: string): ActiveSession | null;
  /**
   * Signs a client in; whoever was signed in there before is signed out first. Throws `not-allowed` when the account was
   * closed while its password was being checked.
   */
  start(clientId: string, core: AgencyCore, account: Account): Promise<ActiveSession>;
  /** Ends the client's session and writes the audit line. Nothing happens without a session. */
  end(clientId: string): Promise<void>;
  /**
   * Takes over a changed account: a closed one, or one with a new password elsewhere, loses its sessions; one with another
   * role loses what it had opened.
   */
  accountChanged(
    core: AgencyCore,
    account: Account,
    change: { readonly newPassword: boolean; readonly by: string },
  ): Promise<void>;
  /** Clients that are signed in to the agency. */
  clientsOf(core: AgencyCore): readonly string[];
  /** Ends every session: the station is stopping. */
  close(): Promise<void>;
}

type Grants = Map<string, 'always' | 'once'>;
type Entry = {
  session: ActiveSession;
  account: Account;
  readonly controller: AbortController;
  readonly grants: Grants;
};

export function sessionView({ core, account }: ActiveSession): Session {
  return { agency: core.agency, account };
}

/** Creates the keeper of sessions. `onEnded` hears of every end that the client did not ask for. */
export function createSessions(options: {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onEnded: (clientId: string, reason: string) => void;
}): Sessions {
  const { clock, logger, onEnded } = options;
  const entries = new Map<string, Entry>();
  /** Accounts as they were changed last: a password may have been checked against an older one. */
  const changed = new Map<Account['id'], Account>();
  const sweeper = setInterval(() => {
    for (const clientId of [...entries.keys()]) get(clientId);
  }, sweepMs);
  sweeper.unref();

  async function drop(clientId: string, reason: string | null): Promise<void> {
    const entry = entries.get(clientId);
    if (entry === undefined) return;
    entries.delete(clientId);
    entry.controller.abort();
    if (reason !== null) onEnded(clientId, reason);
    await entry.session.core.sessions.signedOut(entry.account);
  }

  function get(clientId: string): ActiveSession | null {
    const entry = entries.get(clientId);
    if (entry === undefined) return null;
    if (clock.now() - entry.session.startedAt < longestSessionMs) return entry.session;
    drop(clientId, 'You were signed in for twelve hours. Sign in again to go on.').catch((error: unknown) => {
      logger.error('The end of a session could not be written to the audit log', { error });
    });
    return null;
  }

  return {
    get,
    start: async (clientId, core, checked) => {
      await drop(clientId, null);
      const account = changed.get(checked.id) ?? checked;
      if (!account.active) {
        throw new ExpectedError('not-allowed', 'This account is closed.', {
          subject: account.username,
          nextStep: 'Ask an administrator.',
        });
      }
      const controller = new AbortController();
      const grants: Grants = new Map();
      const entry: Omit<Entry, 'session'> = { account, controller, grants };
      const session: ActiveSession = {
        clientId,
        core,
        get account() {
          return entry.account;
        },
        get actor(): Actor {
          const { id, username, role } = entry.account;
          return { kind: 'account', accountId: id, username, role };
        },
        startedAt: clock.now(),
        ended: controller.signal,
        grant: (mediaId, { once }) => void grants.set(mediaId, once ? 'once' : 'always'),
        granted: (mediaId) => grants.get(mediaId) ?? null,
        spend: (mediaId) => {
          if (grants.get(mediaId) === 'once') grants.delete(mediaId);
        },
      };
      entries.set(clientId, Object.assign(entry, { session }));
      return session;
    },
    end: (clientId) => drop(clientId, null),
    accountChanged: async (core, account, { newPassword, by }) => {
      changed.set(account.id, account);
      for (const [clientId, entry] of [...entries]) {
        if (entry.session.core !== core || entry.account.id !== account.id) continue;
        if (entry.account.role !== account.role) entry.grants.clear();
        entry.account = account;
        if (!account.active) await drop(clientId, 'This account was closed by an administrator.');
        else if (newPassword && clientId !== by) await drop(clientId, 'The password of this account was changed.');
      }
    },
    clientsOf: (core) => [...entries].filter(([, entry]) => entry.session.core === core).map(([clientId]) => clientId),
    close: async () => {
      clearInterval(sweeper);
      for (const clientId of [...entries.keys()]) {
        try {
          await drop(clientId, 'The station is stopping.');
        } catch (error) {
          logger.error('The end of a session could not be written to the audit log', { error });
        }
      }
    },
  };
}
