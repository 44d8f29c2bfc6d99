import { z } from 'zod';
import type { Role } from '#common/access/index.ts';
import type { Actor, AuditEvent } from '#common/audit/index.ts';
import { type Account, passwordSchema, usernameSchema } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import type { AccountId } from '#common/ids/index.ts';
import type { AccountRecord, Catalog } from '../catalog/index.ts';
import { type Clock, newId } from '../kernel/index.ts';
import { cleanRecord } from './lockout.ts';
import { hashPassword } from './passwords.ts';
import { createSignIn } from './sign-in.ts';

/** `password` null: nobody signs in with one; the person is entered with `practise`. */
export type NewPerson = {
  readonly username: string;
  readonly displayName: string;
  readonly role: Role;
  readonly password: string | null;
};

/** What is to be different about a person; what is left out stays. `active` false closes the account. */
export type PersonChange = {
  readonly id: AccountId;
  readonly displayName?: string | undefined;
  readonly role?: Role | undefined;
  readonly active?: boolean | undefined;
  readonly password?: string | undefined;
};

/** Who works here. Every change and every sign-in is in the audit log, in the same transaction. */
export interface People {
  /** By user name, closed accounts too. */
  list(): Promise<readonly Account[]>;
  get(id: AccountId): Promise<Account | null>;
  /**
   * The first administrator of a new agency; `events` (such as `agency.created`) go into the same transaction.
   * Throws `already-exists` when somebody is there already, `invalid-request` as `create` does.
   */
  setUp(admin: Omit<NewPerson, 'role'>, events?: readonly AuditEvent[]): Promise<Account>;
  /** Throws `already-exists` when the user name is taken, `invalid-request` when name or password do not suit. */
  create(person: NewPerson, actor: Actor): Promise<Account>;
  /**
   * Throws `not-found`, `invalid-request`, and `conflict` when nobody would be left to administrate.
   * A new password also ends a lockout.
   */
  change(change: PersonChange, actor: Actor): Promise<Account>;
  /**
   * Signs a person in. Takes the same time whether the name is known or not. Attempts wait for each other.
   * Throws `wrong-credentials`; `account-locked` after five wrong passwords in a row, for 30 seconds, then 1, 2, 4, 8, 15
   * minutes; `not-allowed` when the account is closed (told only to who knows the password).
   */
  authenticate(username: string, password: string): Promise<Account>;
  /** Signs in a person who has no password. Throws `not-found`, and `not-allowed` for people who have one or are closed. */
  practise(username: string): Promise<Account>;
  /** Enters into the log that a person left. */
  signOut(account: Account): Promise<void>;
}

/** The account as an actor of the audit log. */
export function actorOf(account: Account): Actor {
  return { kind: 'account', accountId: account.id, username: account.username, role: account.role };
}

function toAccount({ id, username, displayName, role, active }: AccountRecord): Account {
  return { id, username, displayName, role, active };
}

const displayNameSchema = z.string().trim().min(1, 'A name is missing.').max(80);

function suited<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const why = result.error.issues[0]?.message ?? 'It does not suit.';
  throw new ExpectedError('invalid-request', `The ${what} cannot be used. ${why}`, { subject: what });
}

function hashSuited(password: string): ReturnType<typeof hashPassword> {
  return hashPassword(suited(passwordSchema, password, 'password'));
}

/** What a change is called in the log. Never holds the password. */
function changesInWords(before: AccountRecord, after: AccountRecord): readonly string[] {
  const words: string[] = [];
  if (after.displayName !== before.displayName) words.push(`name: ${before.displayName} → ${after.displayName}`);
  if (after.role !== before.role) words.push(`role: ${before.role} → ${after.role}`);
  if (after.active !== before.active) words.push(after.active ? 'account opened' : 'account closed');
  if (after.password !== before.password) words.push('password set');
  return words;
}

/** Puts people on a catalog. */
export function createPeople(options: { readonly catalog: Catalog; readonly clock: Clock }): People {
  const { catalog, clock } = options;
  let lastTurn: Promise<unknown> = Promise.resolve();

  /** One change at a time: two at once could each take away what the other still counted on. */
  function inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = lastTurn.then(work);
    lastTurn = turn.catch(() => undefined);
    return turn;
  }

  async function add(person: NewPerson, actor: Actor | null, events: readonly AuditEvent[]): Promise<Account> {
    const record: AccountRecord = {
      id: newId('account'),
      username: suited(usernameSchema, person.username, 'user name'),
      displayName: suited(displayNameSchema, person.displayName, 'name'),
      role: person.role,
      active: true,
      password: person.password === null ? null : await hashSuited(person.password),
      ...cleanRecord,
    };
    const { id, username, role } = record;
    await catalog.commit({
      actor: actor ?? { kind: 'station' },
      writes: [{ put: 'account', value: record }],
      events: [...events, { kind: 'person.created', accountId: id, username, role }],
    });
    return toAccount(record);
  }

  async function mustStayAdministrable(changed: AccountRecord): Promise<void> {
    if (changed.active && changed.role === 'admin') return;
    const others = (await catalog.accounts.list()).filter((account) => account.id !== changed.id);
    if (others.some((account) => account.active && account.role === 'admin')) return;
    throw new ExpectedError('conflict', 'This is the last administrator of the station.', {
      subject: changed.username,
      nextStep: 'Make somebody else an administrator first.',
    });
  }

  async function change(wanted: PersonChange, actor: Actor): Promise<Account> {
    const before = await catalog.accounts.get(wanted.id);
    if (before === null) {
      throw new ExpectedError('not-found', 'There is no such account.', { subject: wanted.id });
    }
    const after: AccountRecord = {
      ...before,
      displayName:
        wanted.displayName === undefined ? before.displayName : suited(displayNameSchema, wanted.displayName, 'name'),
      role: wanted.role ?? before.role,
      active: wanted.active ?? before.active,
      ...(wanted.password === undefined ? {} : { password: await hashSuited(wanted.password), ...cleanRecord }),
    };
    if (before.active && before.role === 'admin') await mustStayAdministrable(after);
    const words = changesInWords(before, after);
    if (words.length === 0) return toAccount(before);
    await catalog.commit({
      actor,
      writes: [{ put: 'account', value: after }],
      events: words.map((word) => ({ kind: 'person.changed', accountId: after.id, change: word })),
    });
    return toAccount(after);
  }

  const signIn = createSignIn({ catalog, clock });

  return {
    list: async () => (await catalog.accounts.list()).map(toAccount),
    get: async (id) => {
      const record = await catalog.accounts.get(id);
      return record === null ? null : toAccount(record);
    },
    setUp: (admin, events = []) =>
      inTurn(async () => {
        if ((await catalog.accounts.list()).length > 0) {
          throw new ExpectedError('already-exists', 'The agency has been set up already.', {
            nextStep: 'Sign in, or ask an administrator for an account.',
          });
        }
        return await add({ ...admin, role: 'admin' }, null, events);
      }),
    create: (person, actor) => inTurn(() => add(person, actor, [])),
    change: (wanted, actor) => inTurn(() => change(wanted, actor)),
    authenticate: (username, password) => inTurn(async () => toAccount(await signIn.withPassword(username, password))),
    practise: (username) => inTurn(async () => toAccount(await signIn.withoutPassword(username))),
    signOut: async (account) => {
      await catalog.commit({
        actor: actorOf(account),
        writes: [],
        events: [{ kind: 'session.signed-out', accountId: account.id }],
      });
    },
  };
}
