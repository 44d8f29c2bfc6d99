import { ExpectedError } from '#common/errors/index.ts';
import { readRow } from './bodies.ts';
import type { Store } from './store.ts';
import { type AccountRecord, accountRecordSchema } from './types.ts';

type StoredAccount = {
  readonly id: string;
  readonly username: string;
  readonly display_name: string;
  readonly role: string;
  readonly active: number;
  readonly password: string | null;
  readonly failures: number;
  readonly locked_until: number | null;
};

function toAccount(row: StoredAccount): AccountRecord {
  return readRow(accountRecordSchema, 'account', row.id, () => ({
    id: row.id,
    username: row.username,
    displayName: row.display_name,
    role: row.role,
    active: row.active === 1,
    password: row.password === null ? null : (JSON.parse(row.password) as unknown),
    failures: row.failures,
    lockedUntil: row.locked_until,
  }));
}

export function listAccounts(store: Store): readonly AccountRecord[] {
  return (store.all('SELECT * FROM accounts ORDER BY username') as readonly StoredAccount[]).map(toAccount);
}

export function getAccount(store: Store, id: string): AccountRecord | null {
  const row = store.get('SELECT * FROM accounts WHERE id = ?', id) as StoredAccount | undefined;
  return row === undefined ? null : toAccount(row);
}

export function accountByUsername(store: Store, username: string): AccountRecord | null {
  const row = store.get('SELECT * FROM accounts WHERE username = ?', username) as StoredAccount | undefined;
  return row === undefined ? null : toAccount(row);
}

export function putAccount(store: Store, given: AccountRecord): void {
  const account = accountRecordSchema.parse(given);
  const other = store.get('SELECT id FROM accounts WHERE username = ? AND id <> ?', account.username, account.id);
  if (other !== undefined) {
    throw new ExpectedError('already-exists', 'Another account has this user name.', {
      subject: account.username,
      nextStep: 'Choose another user name.',
    });
  }
  store.run(
    `INSERT INTO accounts (id, username, display_name, role, active, password, failures, locked_until)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (id) DO UPDATE SET username = excluded.username, display_name = excluded.display_name,
       role = excluded.role, active = excluded.active, password = excluded.password, failures = excluded.failures,
       locked_until = excluded.locked_until`,
    account.id,
    account.username,
    account.displayName,
    account.role,
    account.active ? 1 : 0,
    account.password === null ? null : JSON.stringify(account.password),
    account.failures,
    account.lockedUntil,
  );
}
