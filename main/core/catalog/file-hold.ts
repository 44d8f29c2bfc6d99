import { accessSync, constants } from 'node:fs';
import Database from 'better-sqlite3-multiple-ciphers';
import { ExpectedError } from '#common/errors/index.ts';
import { systemCode } from '../kernel/index.ts';

/** A file that this process alone holds. */
export type FileHold = { readonly release: () => void };

/** SQLite's file is closed when its object is collected, and a hold must last even if nobody keeps what `holdFile` gave. */
const held = new Set<Database.Database>();

const unwritable = /^SQLITE_(CANTOPEN|READONLY|PERM|FULL|IOERR)|^(EACCES|EPERM|EROFS)$/;

/**
 * Holds a file for this process, or gives null when another one holds it. The operating system keeps the lock, so it ends
 * with the process however that ends, and no number of a process that is gone can be mistaken for another's. The file is
 * empty and stays. Throws `destination-unwritable`.
 */
export function holdFile(path: string): FileHold | null {
  let database: Database.Database | null = null;
  try {
    database = new Database(path, { timeout: 0 });
    // SQLite goes on with reading alone where it may not write, and such a lock excludes nobody.
    accessSync(path, constants.W_OK);
    database.exec('BEGIN EXCLUSIVE');
    const holding = database;
    held.add(holding);
    return {
      release: () => {
        held.delete(holding);
        holding.close();
      },
    };
  } catch (error) {
    database?.close();
    const code = systemCode(error) ?? '';
    if (code === 'SQLITE_BUSY') return null;
    if (!unwritable.test(code)) throw error;
    throw new ExpectedError('destination-unwritable', 'The data folder cannot be written.', {
      subject: path,
      nextStep: 'Ask for the right to write there, make room on its disk, or choose another folder with --data.',
      cause: error,
    });
  }
}
