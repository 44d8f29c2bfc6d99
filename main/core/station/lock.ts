import { join } from 'node:path';
import { ExpectedError } from '#common/errors/index.ts';
import { type FileHold, holdFile } from '#core/catalog/index.ts';

/**
 * Takes the data folder for this process: two stations on one folder would run the same jobs twice.
 * Throws `station-busy`, and `destination-unwritable`.
 */
export function takeLock(dataDir: string): FileHold {
  const hold = holdFile(join(dataDir, 'in-use.lock'));
  if (hold !== null) return hold;
  throw new ExpectedError('station-busy', 'Another Plainview is working with this data folder.', {
    subject: dataDir,
    nextStep: 'Use that one, or close it first. Its window may be on another desktop.',
  });
}
