import type { Finding } from '#common/contract/index.ts';
import { assertNever, ExpectedError } from '#common/errors/index.ts';
import type { PlacementRecord } from '#core/catalog/index.ts';
import { manifestKey } from '../keys.ts';
import { sameOriginal, sealManifest } from '../manifest.ts';
import { isStoreTrouble } from '../outcome.ts';
import { describeOriginal } from '../send-original.ts';
import { classify, promisedHash } from './classify.ts';
import { uploadOf } from './finding.ts';
import { type Lookout, lookAgain, prove } from './look.ts';
import type { Here, Pair } from './types.ts';

export type RemedyTools = {
  readonly lookout: Lookout;
  readonly now: () => number;
  /** Takes what another program put into the store into the catalog; says in words what came of it. */
  readonly takeIn: (name: string) => Promise<string>;
};

type Outcome = { readonly done: boolean; readonly words: string };

/**
 * Puts one finding right, if that loses nothing. Everything is proved byte by byte before: what the store must have by a read-back,
 * what this station has by opening it. `pair` null: looked at afresh. Throws the store's troubles and CancelledError.
 */
export async function remedy(finding: Finding, pair: Pair | null, tools: RemedyTools): Promise<Finding> {
  if (finding.remedy === null || finding.remedy === 'restore') return finding;
  const told = (outcome: Outcome): Finding => ({ ...finding, outcome: { ...outcome, at: tools.now() } });
  try {
    if (finding.remedy === 'give-up') return told(await giveUp(finding, tools));
    const { lookout } = tools;
    const fresh = pair ?? (await lookAgain(lookout, finding.object, finding.id));
    const proved = fresh.there.bytes === null ? await prove(lookout, fresh) : fresh;
    const verdict = classify(proved, tools.now());
    if (verdict === null) return told({ done: true, words: 'It is right by now.' });
    if (verdict.remedy !== finding.remedy) return told({ done: false, words: `Looked at again: ${verdict.words}` });
    return told(await apply(finding.remedy, proved, tools));
  } catch (error) {
    if (!(error instanceof ExpectedError) || isStoreTrouble(error)) throw error;
    return told({ done: false, words: [error.message, error.nextStep].filter(Boolean).join(' ') });
  }
}

async function giveUp(finding: Finding, { lookout }: RemedyTools): Promise<Outcome> {
  const { key, upload } = uploadOf(finding);
  await lookout.carrier.abortUpload(key, upload, { signal: lookout.signal });
  return { done: true, words: 'The half-finished upload was given up.' };
}

function apply(
  how: Exclude<NonNullable<Finding['remedy']>, 'give-up' | 'restore'>,
  pair: Pair,
  tools: RemedyTools,
): Promise<Outcome> {
  switch (how) {
    case 'send-again':
      return sendAgain(pair, tools);
    case 'put-manifest':
      return putManifest(pair, tools);
    case 'mark-in-cloud':
      return markInCloud(pair, tools);
    case 'take-in':
      return takeIn(pair, tools);
    default:
      return assertNever(how);
  }
}

/** Only what this station has whole is sent again: the engine puts it over what is there. */
async function sendAgain({ here }: Pair, { lookout, now }: RemedyTools): Promise<Outcome> {
  if (here?.vault.state !== 'good' || !here.vault.proved) {
    return { done: false, words: 'This station does not have it whole, so nothing was put over what the store has.' };
  }
  const where = { state: 'queued', since: now(), attempts: 0, notBefore: null, error: null } as const;
  await place(here, where, lookout);
  return { done: true, words: 'It is queued and will be sent again.' };
}

async function putManifest({ name, here, there }: Pair, { lookout }: RemedyTools): Promise<Outcome> {
  const sha256 = here === null ? null : promisedHash(here);
  if (here?.vault.state !== 'good' || sha256 === null || there.bytes?.same !== true) {
    return { done: false, words: 'The file in the store could not be proved to be the one that was sent.' };
  }
  const { catalog, vault, carrier, keys, signal } = lookout;
  const record = await catalog.placements.get(here.known.id);
  if (record === null) return { done: false, words: 'This station has not placed it yet.' };
  const manifest = await describeOriginal(record.placement, sha256, { catalog, vault }, signal);
  const key = manifestKey(name);
  const bytes = sealManifest(keys.objectKey, key, manifest);
  await carrier.putSmall({ key, bytes, replace: there.manifest.state === 'unreadable' }, { signal });
  const [found] = await carrier.examine({ objectKey: keys.objectKey, names: [name] }, { signal });
  if (found?.state === 'opened' && sameOriginal(found.manifest, manifest)) {
    return { done: true, words: 'Its manifest was put again and read back.' };
  }
  return { done: false, words: 'The store took the manifest and does not give it back.' };
}

async function markInCloud({ here, there }: Pair, { lookout, now }: RemedyTools): Promise<Outcome> {
  if (here === null || there.manifest.state !== 'opened' || there.bytes?.same !== true) {
    return { done: false, words: 'The file in the store could not be proved to be the one that was sealed.' };
  }
  const { sealedId, fileKey, plaintextSha256, plaintextSize, ciphertextSha256, ciphertextSize, madeAt } =
    there.manifest.manifest;
  const described = { sealedId, plaintextSha256, plaintextSize, ciphertextSha256, ciphertextSize, madeAt };
  await lookout.vault.adopt({ ...described, fileKey: Buffer.from(fileKey, 'base64') });
  await place(here, { state: 'only-in-cloud', at: now(), ciphertextSha256: there.bytes.sha256 }, lookout);
  return { done: true, words: 'It was read back whole and counts as only in the cloud from now on.' };
}

async function takeIn({ name, there }: Pair, tools: RemedyTools): Promise<Outcome> {
  if (there.bytes?.same !== true) return { done: false, words: 'Its file in the store is not what its manifest says.' };
  return { done: true, words: await tools.takeIn(name) };
}

async function place(
  { known }: Here,
  where: PlacementRecord['placement']['where'],
  { catalog }: Lookout,
): Promise<void> {
  // Read anew: it may have changed while the file was read.
  const now = await catalog.placements.get(known.id);
  const placement = now?.placement ?? known.record?.placement ?? null;
  if (placement === null || placement.where.state === 'uploading') {
    throw new ExpectedError('conflict', 'It is being sent right now.', {
      subject: known.name,
      nextStep: 'Compare again later.',
    });
  }
  await catalog.commit({
    actor: { kind: 'station' },
    writes: [
      { put: 'placement', value: { placement: { ...placement, where }, ordinal: known.ordinal, mismatches: 0 } },
    ],
    events: [],
  });
}
