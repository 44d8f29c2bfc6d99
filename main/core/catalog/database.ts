import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3-multiple-ciphers';
import { ExpectedError } from '#common/errors/index.ts';
import { randomBytes, systemCode } from '../kernel/index.ts';
import { migrate } from './migrate.ts';
import { migrations as everyMigration, type Migration } from './migrations/index.ts';
import type { Store } from './store.ts';

/** How long a write waits for another process before it gives up. */
const busyMs = 10_000;

export type StoreOptions = {
  readonly path: string;
  /** 32 raw bytes. */
  readonly key: Uint8Array;
  readonly create: boolean;
  /** Milliseconds UTC, for the record of migrations. */
  readonly now: number;
  /** Less than all of them only where steps of the schema are tested. */
  readonly migrations?: readonly Migration[];
};

/** Opens, makes or migrates the database. Errors as in `openCatalog`. */
export function openStore(options: StoreOptions): Store {
  const { path, create } = options;
  if (!existsSync(path)) {
    if (!create) {
      throw new ExpectedError('not-found', 'There is no catalog here.', {
        subject: path,
        nextStep: 'Check the data folder that Plainview was started with.',
      });
    }
    createDatabase(options);
  }
  // SQLite would take an empty file for a new database, and a truncated catalog would pass for a fresh one.
  if (statSync(path).size === 0) throw damaged(path, new Error('The file is empty.'));
  return connect(options);
}

/** Made under another name first: a half-made catalog never stands where the real one belongs. */
function createDatabase(options: StoreOptions): void {
  const { path } = options;
  const temporary = `${path}.${Buffer.from(randomBytes(6)).toString('hex')}.new`;
  try {
    connect({ ...options, path: temporary }).close();
    renameSync(temporary, path);
  } finally {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(temporary + suffix, { force: true });
  }
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function connect({ path, key, now, migrations = everyMigration }: StoreOptions): Store {
  return explaining(path, () => {
    const database = new Database(path, { timeout: busyMs });
    try {
      unlock(database, path, key);
      database.pragma('journal_mode = WAL');
      database.pragma('synchronous = FULL');
      database.pragma('foreign_keys = ON');
      database.pragma('trusted_schema = OFF');
      database.pragma('temp_store = MEMORY');
      // 32 MiB: a page that has to be read again has to be decrypted and authenticated again.
      database.pragma('cache_size = -32768');
      const store = createStore(database, path);
      migrate(store, migrations, { path, now });
      return store;
    } catch (error) {
      database.close();
      throw error;
    }
  });
}

/** AES-256-CBC with an HMAC-SHA-512 on every page (SQLCipher 4), so that a changed page is refused, not read. */
function unlock(database: Database.Database, path: string, key: Uint8Array): void {
  database.pragma(`cipher = 'sqlcipher'`);
  database.pragma('legacy = 4');
  database.pragma(`key = "x'${Buffer.from(key).toString('hex')}'"`);
  try {
    database.prepare('SELECT count(*) FROM sqlite_schema').get();
  } catch (error) {
    if (codeOf(error) !== 'SQLITE_NOTADB') throw error;
    throw new ExpectedError('key-wrong', 'The key does not open the catalog.', {
      subject: path,
      nextStep:
        'Check that the keys belong to this data folder. If they do, the beginning of the catalog is damaged: restore it from a backup.',
      cause: error,
    });
  }
}

function createStore(database: Database.Database, path: string): Store {
  const statements = new Map<string, Database.Statement>();
  function prepare(sql: string): Database.Statement {
    const known = statements.get(sql);
    if (known !== undefined) return known;
    const statement = database.prepare(sql);
    statements.set(sql, statement);
    return statement;
  }
  function within<Result>(begin: string, work: () => Result): Result {
    return explaining(path, () => {
      database.exec(begin);
      try {
        const result = work();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        // A full disk makes SQLite roll back by itself.
        if (database.inTransaction) database.exec('ROLLBACK');
        throw error;
      }
    });
  }
  return {
    run: (sql, ...params) => explaining(path, () => prepare(sql).run(...params).changes),
    get: (sql, ...params) => explaining(path, () => prepare(sql).get(...params)),
    all: (sql, ...params) => explaining(path, () => prepare(sql).all(...params)),
    exec: (sql) => explaining(path, () => void database.exec(sql)),
    writing: (work) => within('BEGIN IMMEDIATE', work),
    reading: (work) => within('BEGIN', work),
    close: () => {
      // Leaves no write-ahead log behind, so that the folder can be copied as it lies.
      if (database.open) database.pragma('wal_checkpoint(TRUNCATE)');
      database.close();
    },
  };
}

function codeOf(error: unknown): string {
  return systemCode(error) ?? '';
}

/** True for an error of SQLite whose extended code begins with `code`, such as `SQLITE_CONSTRAINT_FOREIGNKEY`. */
export function isSqlite(error: unknown, code: string): boolean {
  return codeOf(error).startsWith(code);
}

function damaged(path: string, cause: unknown): ExpectedError {
  return new ExpectedError('tampered', 'The catalog is damaged, or was changed by something other than Plainview.', {
    subject: path,
    nextStep:
      'Keep the file for examination and restore the catalog from a backup. The sealed evidence is not affected.',
    cause,
  });
}

/** Gives the troubles of the world their names; what is left is a bug. */
function explaining<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    const code = codeOf(error);
    if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') throw damaged(path, error);
    if (code === 'SQLITE_FULL') {
      throw new ExpectedError('destination-full', 'The disk of the catalog is full.', {
        subject: path,
        nextStep: 'Make room on the disk, then try again. Nothing was half-written.',
        cause: error,
      });
    }
    if (code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN')) {
      throw new ExpectedError('destination-unwritable', 'The catalog cannot be read or written on its disk.', {
        subject: path,
        nextStep: 'Check the disk, and that this user may write in the data folder.',
        cause: error,
      });
    }
    if (code.startsWith('SQLITE_BUSY')) {
      throw new ExpectedError('station-busy', 'Another program is holding the catalog.', {
        subject: path,
        nextStep: 'Close the other Plainview window or command, then try again.',
        cause: error,
      });
    }
    throw error;
  }
}
