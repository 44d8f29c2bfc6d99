import { stat } from 'node:fs/promises';
import { CancelledError, ExpectedError } from '#common/errors/index.ts';
import type { OriginalId } from '#common/evidence/index.ts';
import type { Catalog, KnownOriginal } from '#core/catalog/index.ts';
import type { Vault } from '#core/vault/index.ts';
import type { Carrier } from '../carrier.ts';
import { mediaKey, type StoreKeys } from '../keys.ts';
import { promisedHash } from './classify.ts';
import type { ManifestFound } from './examine.ts';
import type { Here, Pair, VaultLook } from './types.ts';
import type { Step } from './walk.ts';

/** What it takes to look at both sides. */
export type Lookout = {
  readonly catalog: Catalog;
  readonly vault: Vault;
  readonly carrier: Carrier;
  readonly keys: StoreKeys;
  readonly signal: AbortSignal;
  /** Bytes that were read and compared, here or there, since it was called last. */
  readonly onBytes: (bytes: number) => void;
};

const filesAtOnce = 16;

/** Looks at many names at once, without reading any file. */
export async function lookAtSteps(lookout: Lookout, steps: readonly Step[]): Promise<readonly Pair[]> {
  const { catalog, carrier, keys, signal } = lookout;
  const ids = steps.flatMap(({ id }) => (id === null ? [] : [id]));
  const known = new Map((await catalog.originals.known(ids)).flatMap((one) => (one === null ? [] : [[one.id, one]])));
  const names = steps.flatMap(({ name, manifest }) => (manifest ? [name] : []));
  const opened = await carrier.examine({ objectKey: keys.objectKey, names }, { signal });
  const manifests = new Map(names.map((name, index) => [name, opened[index] ?? absent]));
  const pairs: Pair[] = [];
  for (let from = 0; from < steps.length; from += filesAtOnce) {
    const some = steps.slice(from, from + filesAtOnce);
    const looked = some.map(({ id, name, media }) =>
      pairOf(lookout, name, (id === null ? undefined : known.get(id)) ?? null, media, manifests.get(name) ?? absent),
    );
    pairs.push(...(await Promise.all(looked)));
  }
  return pairs;
}

const absent: ManifestFound = { state: 'absent' };

/** Looks at one name afresh: the listings may be older than what was sent meanwhile. */
export async function lookAgain(lookout: Lookout, name: string, id: OriginalId | null): Promise<Pair> {
  const { catalog, carrier, keys, signal } = lookout;
  const known = id === null ? null : ((await catalog.originals.known([id]))[0] ?? null);
  const head = await carrier.head(mediaKey(name), { signal });
  const [manifest] = await carrier.examine({ objectKey: keys.objectKey, names: [name] }, { signal });
  return pairOf(lookout, name, known, head, manifest ?? absent);
}

async function pairOf(
  { vault, keys, catalog }: Lookout,
  name: string,
  known: KnownOriginal | null,
  media: { readonly sizeBytes: number; readonly modifiedAt: number } | null,
  found: ManifestFound,
): Promise<Pair> {
  const manifest = checkedName(found, name, keys);
  const there = {
    media: media === null ? null : { sizeBytes: media.sizeBytes, modifiedAt: media.modifiedAt },
    manifest,
    bytes: null,
  };
  if (known !== null) {
    return { name, here: { known, vault: await lookInVault(vault, known.id) }, there, inVault: false };
  }
  if (manifest.state !== 'opened') return { name, here: null, there, inVault: false };
  // Taken in since the catalog was listed.
  const { sealedId } = manifest.manifest;
  const [arrived] = await catalog.originals.known([sealedId]);
  const here: Here | null =
    arrived === undefined || arrived === null ? null : { known: arrived, vault: await lookInVault(vault, sealedId) };
  return { name, here, there, inVault: await vault.has(sealedId) };
}

/** A manifest that was sealed for this place and names another original was written by a broken program. */
function checkedName(found: ManifestFound, name: string, keys: StoreKeys): ManifestFound {
  if (found.state !== 'opened' || keys.nameOf(found.manifest.sealedId) === name) return found;
  return { state: 'unreadable', words: 'It names another original than the one whose place it has.' };
}

/** What the vault has, without reading the file. */
async function lookInVault(vault: Vault, id: OriginalId): Promise<VaultLook> {
  try {
    // What is only cached of the store's copy is no copy of this station's own.
    if (!(await vault.has(id))) return { state: 'absent' };
    const { plaintextSha256, plaintextSize, ciphertextSize } = await vault.stat(id);
    const { path, fileKey } = await vault.access(id);
    const { size } = await stat(path);
    if (size === ciphertextSize) {
      return { state: 'good', plaintextSha256, plaintextSize, ciphertextSize, fileKey, proved: false };
    }
    return { state: 'damaged', words: `It has ${size} bytes, not ${ciphertextSize}.` };
  } catch (error) {
    return vaultTrouble(error);
  }
}

function vaultTrouble(error: unknown): VaultLook {
  if (error instanceof CancelledError) throw error;
  if (!(error instanceof Error)) throw error;
  if (!(error instanceof ExpectedError)) {
    // A disk that fails tells so by a code of the system; anything else is a mistake of ours.
    if (!('code' in error)) throw error;
    return { state: 'unreadable', words: `The vault's disk does not give it: ${error.message}` };
  }
  if (error.code === 'not-found') return { state: 'absent' };
  return { state: error.code === 'tampered' ? 'damaged' : 'unreadable', words: error.message };
}

/** Reads every byte that both sides have and compares it with what it must be. */
export async function prove(lookout: Lookout, pair: Pair): Promise<Pair> {
  const { here, there } = pair;
  const [vault, bytes] = await Promise.all([
    here === null ? null : proveInVault(lookout, here),
    readBackMedia(lookout, pair),
  ]);
  return {
    ...pair,
    here: here === null || vault === null ? here : { ...here, vault },
    there: { ...there, bytes },
  };
}

async function proveInVault({ vault, signal, onBytes }: Lookout, { known, vault: look }: Here): Promise<VaultLook> {
  if (look.state !== 'good' || look.proved) return look;
  let seen = 0;
  try {
    await vault.verify(known.id, {
      signal,
      onVerified: (bytes) => {
        onBytes(bytes - seen);
        seen = bytes;
      },
    });
    return { ...look, proved: true };
  } catch (error) {
    return vaultTrouble(error);
  }
}

/** Null where nobody knows what the file in the store must be, or where its size tells already that it is not. */
async function readBackMedia(
  { carrier, signal, onBytes }: Lookout,
  { name, here, there }: Pair,
): Promise<Pair['there']['bytes']> {
  const { media, manifest } = there;
  if (media === null) return null;
  const promised = here === null ? null : promisedHash(here);
  const sha256 = promised ?? (manifest.state === 'opened' ? manifest.manifest.ciphertextSha256 : null);
  if (sha256 === null) return null;
  let seen = 0;
  return carrier.readBack(
    { key: mediaKey(name), sizeBytes: media.sizeBytes, sha256 },
    {
      signal,
      onBytes: (bytes) => {
        onBytes(bytes - seen);
        seen = bytes;
      },
    },
  );
}
