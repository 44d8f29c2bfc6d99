import { Dexie } from 'dexie';
import type { AccountId } from '#common/ids/index.ts';
import { noteProblem } from '#renderer/bridge/index.ts';
import { deleteIfEmpty } from './draft-store.ts';
import { chooseStorage } from './storage.ts';

/** Every database of ours begins with this. Those of the first version go on with an agency's id, and hold clear text. */
const ours = 'plainview-';
const rowsPrefix = `${ours}rows-`;
const draftsPrefix = `${ours}drafts-`;

/** The two databases of one person: rows can be had again at any time, drafts cannot. */
export const rowsName = (accountId: AccountId): string => rowsPrefix + accountId;
export const draftsName = (accountId: AccountId): string => draftsPrefix + accountId;

/**
 * Deletes what replicas left in this browser, but for the rows of `keep`: everybody's rows, everything of versions that sealed
 * nothing, and databases without a draft in them. A draft is kept for the person who made it.
 */
export async function clearReplicas(keep: AccountId | null = null): Promise<void> {
  await chooseStorage();
  for (const name of await Dexie.getDatabaseNames()) {
    if (!name.startsWith(ours) || (keep !== null && [rowsName(keep), draftsName(keep)].includes(name))) continue;
    try {
      if (name.startsWith(draftsPrefix)) await deleteIfEmpty(name);
      else await Dexie.delete(name);
    } catch (thrown) {
      noteProblem(thrown);
    }
  }
}
