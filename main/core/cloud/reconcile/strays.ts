import { type OriginalId, originalIdSchema } from '#common/evidence/index.ts';
import type { UnfinishedUpload } from '../carrier.ts';
import { mediaKey } from '../keys.ts';
import type { Lookout } from './look.ts';

const hourMs = 60 * 60 * 1000;
/** The engine writes an upload into its ledger at once; what is older and not there is nobody's. */
const ownGraceMs = hourMs;
/** Another station may have been away for a month and goes on with its uploads then. */
const othersGraceMs = 45 * 24 * hourMs;
const idsAtOnce = 500;

/** Half-finished uploads that nobody goes on with: ours that are not in the ledger, and very old ones of others. */
export async function leftUploads(
  { catalog, carrier, keys, signal }: Lookout,
  now: number,
): Promise<readonly UnfinishedUpload[]> {
  const unfinished = await carrier.listUploads('media/', { signal });
  const ledger = new Set((await catalog.uploads.all()).map(({ object, upload }) => `${object}?${upload}`));
  const unowned = unfinished.filter(
    ({ key, upload, begunAt }) => now - begunAt > ownGraceMs && !ledger.has(`${key}?${upload}`),
  );
  if (unowned.length === 0) return [];
  const wanted = new Set(unowned.map(({ key }) => key));
  const ours = new Set<string>();
  for (let after = ''; ; ) {
    const ids = await catalog.originals.ids(after, idsAtOnce);
    for (const id of ids) {
      const key = mediaKey(keys.nameOf(id));
      if (wanted.has(key)) ours.add(key);
    }
    const last = ids.at(-1);
    if (last === undefined) break;
    after = last;
  }
  return unowned.filter(({ key, begunAt }) => ours.has(key) || now - begunAt > othersGraceMs);
}

/** Originals in the vault that the catalog does not know. Those that the store knows were found there already. */
export async function unknownInVault({
  catalog,
  vault,
  carrier,
  keys,
  signal,
}: Lookout): Promise<readonly OriginalId[]> {
  const unknown: OriginalId[] = [];
  let ids: OriginalId[] = [];
  const ask = async (): Promise<void> => {
    const known = await catalog.originals.known(ids);
    for (const [index, id] of ids.entries()) {
      if (known[index] !== null) continue;
      if ((await carrier.head(mediaKey(keys.nameOf(id)), { signal })) === null) unknown.push(id);
    }
    ids = [];
  };
  for await (const sealedId of vault.walk()) {
    signal.throwIfAborted();
    const id = originalIdSchema.safeParse(sealedId);
    if (!id.success) continue;
    ids.push(id.data);
    if (ids.length >= idsAtOnce) await ask();
  }
  await ask();
  return unknown;
}
