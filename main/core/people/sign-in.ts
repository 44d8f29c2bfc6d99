import { usernameSchema } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import type { AccountRecord, Catalog } from '../catalog/index.ts';
import type { Clock } from '../kernel/index.ts';
import { afterFailure, cleanRecord, type SignInRecord, waitMs } from './lockout.ts';
import { passwordFits, unmatchable } from './passwords.ts';

/** Unknown names that are remembered, so that they lock like known ones and do not give themselves away. */
const rememberedStrangers = 1000;

/** Checks who wants in. Calls must not overlap: the count of failures would miss some. */
export type SignIn = {
  readonly withPassword: (username: string, password: string) => Promise<AccountRecord>;
  readonly withoutPassword: (username: string) => Promise<AccountRecord>;
};

function wrongCredentials(): ExpectedError {
  return new ExpectedError('wrong-credentials', 'User name and password do not match.', {
    nextStep: 'Type them again. An administrator can set a new password.',
  });
}

function locked(waitFor: number): ExpectedError {
  const seconds = Math.ceil(waitFor / 1000);
  const wait = seconds < 100 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
  return new ExpectedError('account-locked', 'Too many wrong passwords under this user name.', {
    nextStep: `Wait ${wait}, or ask an administrator to set a new password.`,
  });
}

/** People type passwords into the wrong field; only what can be a user name is written down. */
function nameForLog(username: string): string {
  const name = usernameSchema.safeParse(username);
  return name.success ? name.data : '(not a user name)';
}

export function createSignIn(options: { readonly catalog: Catalog; readonly clock: Clock }): SignIn {
  const { catalog, clock } = options;
  const strangers = new Map<string, SignInRecord>();

  async function refuse(username: string, reason: string, account: AccountRecord | null): Promise<void> {
    await catalog.commit({
      actor: { kind: 'station' },
      writes: account === null ? [] : [{ put: 'account', value: account }],
      events: [{ kind: 'session.refused', username: nameForLog(username), reason }],
    });
  }

  function rememberStranger(name: string, record: SignInRecord): void {
    strangers.delete(name);
    strangers.set(name, record);
    const oldest = strangers.keys().next();
    if (strangers.size > rememberedStrangers && oldest.done !== true) strangers.delete(oldest.value);
  }

  async function welcome(account: AccountRecord): Promise<AccountRecord> {
    const { id: accountId, username, role } = account;
    const clean = { ...account, ...cleanRecord };
    await catalog.commit({
      actor: { kind: 'account', accountId, username, role },
      writes: account.failures === 0 ? [] : [{ put: 'account', value: clean }],
      events: [{ kind: 'session.signed-in', accountId }],
    });
    return clean;
  }

  return {
    withPassword: async (username, password) => {
      const name = username.trim().toLowerCase();
      const account = await catalog.accounts.byUsername(name);
      const record = account ?? strangers.get(name) ?? cleanRecord;
      const waitFor = waitMs(record, clock.now());
      if (waitFor > 0) {
        await refuse(name, 'locked', null);
        throw locked(waitFor);
      }
      // Always derived, so that the time tells nothing of whether the name is known or has a password.
      const fits = await passwordFits(password, account?.password ?? unmatchable);
      if (account === null || !fits) {
        const failed = afterFailure(record, clock.now());
        if (account === null) rememberStranger(name, failed);
        await refuse(
          name,
          account === null ? 'unknown user name' : 'wrong password',
          account === null ? null : { ...account, ...failed },
        );
        if (failed.lockedUntil !== null) throw locked(waitMs(failed, clock.now()));
        throw wrongCredentials();
      }
      if (!account.active) {
        await refuse(name, 'account closed', null);
        throw new ExpectedError('not-allowed', 'This account is closed.', {
          subject: account.username,
          nextStep: 'Ask an administrator.',
        });
      }
      return await welcome(account);
    },
    withoutPassword: async (username) => {
      const name = username.trim().toLowerCase();
      const account = await catalog.accounts.byUsername(name);
      if (account?.active === true && account.password === null) return await welcome(account);
      await refuse(name, 'not a practice account', null);
      if (account === null) {
        throw new ExpectedError('not-found', 'Nobody here has this user name.', { subject: nameForLog(name) });
      }
      throw new ExpectedError('not-allowed', 'This account cannot be used without a password.', {
        subject: account.username,
        nextStep: 'Sign in with the password.',
      });
    },
  };
}
