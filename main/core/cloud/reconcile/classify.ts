import type { FindingKind, FindingLevel, Remedy } from '#common/contract/index.ts';
import { assertNever } from '#common/errors/index.ts';
import type { OriginalManifest } from '../manifest.ts';
import type { Here, Pair, There, VaultLook } from './types.ts';
import { meanings } from './words.ts';

/** What is found about one name; null when all is the same. */
export type Verdict = {
  readonly kind: FindingKind;
  readonly level: FindingLevel;
  readonly words: string;
  readonly remedy: Remedy | null;
};

/** A sealed file whose manifest has not come for so long is not on its way any more. */
const onItsWayMs = 24 * 60 * 60 * 1000;

type Good = Extract<VaultLook, { state: 'good' }>;

/** Tells what is to be said about one name. Pure: the same facts give the same verdict. */
export function classify(pair: Pair, now: number): Verdict | null {
  const { here, there } = pair;
  return here === null ? classifyUnknown(pair, now) : classifyKnown(here, there);
}

function verdict(kind: FindingKind, more = '', changes: Partial<Verdict> = {}): Verdict {
  const { level, words, remedy } = meanings[kind];
  return { kind, level, words: more === '' ? words : `${words} ${more}`, remedy, ...changes };
}

function classifyUnknown({ there, inVault }: Pair, now: number): Verdict {
  const { media, manifest, bytes } = there;
  switch (manifest.state) {
    case 'absent': {
      const fresh = media !== null && now - media.modifiedAt < onItsWayMs;
      if (!fresh) return verdict('orphan-media');
      return verdict('orphan-media', 'Another station may be sending it right now.', { level: 'calm' });
    }
    case 'unreadable':
      return verdict('strange-manifest', manifest.words);
    case 'not-understood':
      return verdict('unreadable', 'A newer Plainview put it there. Update this one.');
    case 'opened': {
      if (media === null) return verdict('others-lost');
      const wrong = wrongBytes(manifest.manifest, media.sizeBytes, bytes);
      if (wrong !== null) return verdict('media-differs', wrong, { remedy: null, words: `${othersDiffer} ${wrong}` });
      return verdict(inVault ? 'catalog-misses' : 'arrival');
    }
    default:
      return assertNever(manifest);
  }
}

const othersDiffer = 'Somebody else put it there, and its file in the store is not what its manifest says.';

function classifyKnown(here: Here, there: There): Verdict | null {
  const { vault } = here;
  switch (vault.state) {
    case 'good':
      return classifyWhole(here, vault, there);
    case 'absent':
      return classifyAbsent(here, there);
    case 'damaged': {
      const wrong = wrongInStore(here, there);
      if (wrong === null) return verdict('damaged-here', vault.words);
      return verdict('damaged-everywhere', `${vault.words} ${wrong}`);
    }
    case 'unreadable':
      return verdict('unreadable', vault.words);
    default:
      return assertNever(vault);
  }
}

/** The vault has it. What the catalog says of it must be so, whatever the store has. */
function classifyWhole(here: Here, vault: Good, there: There): Verdict | null {
  const { known } = here;
  if (known.sha256 !== null && known.sha256 !== vault.plaintextSha256) {
    return verdict('unreadable', 'The vault describes another file under this name than the catalog.', {
      level: 'serious',
    });
  }
  const { media, manifest } = there;
  const state = known.record?.placement.where.state ?? 'queued';
  const travelling = state === 'queued' || state === 'uploading';
  const promised = state === 'verified' || state === 'only-in-cloud';
  if (media === null) {
    if (manifest.state !== 'absent') return verdict('media-lost');
    if (travelling) return verdict('waiting');
    return promised ? verdict('lost-there') : verdict('lost-there', reasonOf(here), { words: knownMissing });
  }
  switch (manifest.state) {
    case 'absent':
      return travelling ? verdict('waiting', 'A part of it is in the store.') : manifestLost(here, vault, there);
    case 'unreadable': {
      const wrong = wrongMedia(here, vault, there);
      if (wrong !== null) return verdict('media-differs', `${wrong} Its manifest does not open either.`);
      return verdict(
        'manifest-unreadable',
        manifest.words,
        promisedHash(here) === null ? { remedy: travelling ? null : 'send-again' } : {},
      );
    }
    case 'not-understood':
      return verdict('unreadable', 'A newer Plainview put its manifest there. Update this one.');
    case 'opened':
      break;
    default:
      return assertNever(manifest);
  }
  const other = otherFile(vault, manifest.manifest);
  if (other !== null) return verdict('manifest-differs', other);
  const wrong = wrongMedia(here, vault, there);
  if (wrong !== null) return verdict('media-differs', wrong);
  if (state === 'missing') return verdict('not-confirmed', '', { level: 'attention', remedy: 'send-again' });
  return promised ? null : verdict('not-confirmed');
}

const knownMissing = 'The store does not have it, as this station knows already. This station has it.';

function reasonOf({ known }: Here): string {
  const where = known.record?.placement.where;
  return where?.state === 'missing' ? where.reason : '';
}

/** Its manifest can be put again only when it is known what the file in the store must be; else all of it is sent again. */
function manifestLost(here: Here, vault: Good, there: There): Verdict {
  const wrong = wrongMedia(here, vault, there);
  if (wrong !== null) return verdict('media-differs', `${wrong} Its manifest is gone.`);
  return verdict('manifest-lost', '', promisedHash(here) === null ? { remedy: 'send-again' } : {});
}

/** The vault does not have it. */
function classifyAbsent(here: Here, there: There): Verdict {
  const wrong = wrongInStore(here, there);
  if (wrong === null) {
    const intended = here.known.record?.placement.where.state === 'only-in-cloud';
    return verdict(intended ? 'only-in-cloud' : 'lost-here');
  }
  const { media, manifest } = there;
  if (manifest.state === 'not-understood') return verdict('unreadable', wrong);
  if (media === null && manifest.state === 'absent') return verdict('nowhere');
  return verdict('nowhere', wrong);
}

/** Why the store's copy cannot stand for the original; null when it can, as far as it was looked at. */
function wrongInStore({ known }: Here, { media, manifest, bytes }: There): string | null {
  if (manifest.state === 'absent') return 'The store has no manifest of it.';
  if (manifest.state === 'unreadable') return `Its manifest in the store does not open: ${manifest.words}`;
  if (manifest.state === 'not-understood') return 'A newer Plainview put its manifest there. Update this one.';
  if (media === null) return 'The store has its manifest and not its file.';
  const { plaintextSha256 } = manifest.manifest;
  if (known.sha256 !== null && known.sha256 !== plaintextSha256) return 'The manifest in the store is of another file.';
  const expected = promisedHash({ known });
  if (expected !== null && expected !== manifest.manifest.ciphertextSha256) {
    return 'The manifest in the store is of another file than the one that was verified there.';
  }
  return wrongBytes(manifest.manifest, media.sizeBytes, bytes);
}

/** Why the file in the store is not what was put there; null when it is, as far as it was looked at. */
function wrongMedia(here: Here, vault: Good, { media, manifest, bytes }: There): string | null {
  if (media === null) return null;
  if (media.sizeBytes !== vault.ciphertextSize) return sizesDiffer(media.sizeBytes, vault.ciphertextSize);
  if (bytes?.same === false) return bytes.reason;
  const promised = promisedHash(here);
  if (promised === null || manifest.state !== 'opened') return null;
  return promised === manifest.manifest.ciphertextSha256
    ? null
    : 'Its manifest names other bytes than those that were verified there.';
}

function wrongBytes(manifest: OriginalManifest, sizeBytes: number, bytes: There['bytes']): string | null {
  if (sizeBytes !== manifest.ciphertextSize) return sizesDiffer(sizeBytes, manifest.ciphertextSize);
  return bytes?.same === false ? bytes.reason : null;
}

function sizesDiffer(found: number, expected: number): string {
  return `The store has ${found} bytes of it, not ${expected}.`;
}

/** What the sealed file in the store must hash to, as this station confirmed it; null when it never did. */
export function promisedHash({ known }: Pick<Here, 'known'>): string | null {
  const where = known.record?.placement.where;
  return where?.state === 'verified' || where?.state === 'only-in-cloud' ? where.ciphertextSha256 : null;
}

/** In what a manifest tells of another file than the vault has; null when they agree. */
function otherFile(vault: Good, manifest: OriginalManifest): string | null {
  if (manifest.plaintextSha256 !== vault.plaintextSha256 || manifest.plaintextSize !== vault.plaintextSize) {
    return 'Its content is another.';
  }
  if (manifest.fileKey !== Buffer.from(vault.fileKey).toString('base64')) return 'Its key is another.';
  return manifest.ciphertextSize === vault.ciphertextSize ? null : 'Its size is another.';
}
