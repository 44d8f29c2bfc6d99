import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCodeOf } from './folder-errors.ts';
import { fromFileName, toFileName } from './folder-place.ts';

/** Pages of one listing come in quick succession; what is older is read anew. */
const continuedWithinMs = 30_000;
const mostWalks = 8;

type Entry = { readonly name: string; readonly folder: boolean };

/** What lies in a folder, in the order of the keys: a folder stands where its keys do, `a-b` before `a/x`. */
async function entriesOf(path: string): Promise<readonly Entry[]> {
  let found: Awaited<ReturnType<typeof readEntries>>;
  try {
    found = await readEntries(path);
  } catch (error) {
    // Taken away since its parent was read.
    if (errorCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
  const entries: (Entry & { readonly order: string })[] = [];
  for (const entry of found) {
    const name = fromFileName(entry.name);
    const folder = entry.isDirectory();
    if (name === null || !(folder || entry.isFile())) continue;
    entries.push({ name, folder, order: folder ? `${name}/` : name });
  }
  return entries.sort((a, b) => (a.order < b.order ? -1 : 1));
}

function readEntries(path: string) {
  return readdir(path, { withFileTypes: true });
}

/** Keys of a prefix after a key, in code-unit order. Reads each folder once. */
async function* walk(root: string, prefix: string, after: string): AsyncGenerator<string, undefined> {
  async function* below(key: string): AsyncGenerator<string, undefined> {
    const path = join(root, ...key.split('/').filter(Boolean).map(toFileName));
    for (const entry of await entriesOf(path)) {
      const whole = key + entry.name + (entry.folder ? '/' : '');
      if (!entry.folder) {
        if (whole.startsWith(prefix) && whole > after) yield whole;
        continue;
      }
      const mayHold = whole.startsWith(prefix) || prefix.startsWith(whole);
      const before = whole < after && !after.startsWith(whole);
      if (mayHold && !before) yield* below(whole);
    }
  }
  yield* below('');
}

/**
 * Walks over the keys of a folder that can be left and taken up again where a page ended, so that twenty pages of one
 * folder do not read and sort it twenty times.
 */
export type Walks = {
  /** Up to `limit` keys, and whether there are more. */
  readonly page: (prefix: string, after: string, limit: number) => Promise<{ keys: readonly string[]; more: boolean }>;
  /** Something was written here: what was read before is not gone on with. */
  readonly forget: () => void;
};

export function createWalks(root: string): Walks {
  const left = new Map<string, { rest: AsyncGenerator<string, undefined>; peeked: string; at: number }>();

  async function page(prefix: string, after: string, limit: number) {
    const taken = left.get(JSON.stringify([prefix, after]));
    left.delete(JSON.stringify([prefix, after]));
    const going = taken !== undefined && performance.now() - taken.at < continuedWithinMs ? taken : null;
    const rest = going?.rest ?? walk(root, prefix, after);
    const keys: string[] = going === null ? [] : [going.peeked];
    for (;;) {
      const next = await rest.next();
      if (next.done === true) return { keys, more: false };
      if (keys.length < limit) {
        keys.push(next.value);
        continue;
      }
      left.set(JSON.stringify([prefix, keys.at(-1)]), { rest, peeked: next.value, at: performance.now() });
      const oldest = left.keys().next().value;
      if (left.size > mostWalks && oldest !== undefined) left.delete(oldest);
      return { keys, more: true };
    }
  }

  return { page, forget: () => left.clear() };
}
