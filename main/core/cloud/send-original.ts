import { ExpectedError } from '#common/errors/index.ts';
import type { OriginalId, Placement } from '#common/evidence/index.ts';
import { damagedIdSchema } from '#common/ids/index.ts';
import type { Catalog, PlacementRecord } from '#core/catalog/index.ts';
import type { Vault } from '#core/vault/index.ts';
import type { Carrier } from './carrier.ts';
import { manifestKey, mediaKey, type StoreKeys } from './keys.ts';
import type { Bandwidth } from './limits.ts';
import { type OriginalManifest, openManifest, sameOriginal, sealManifest } from './manifest.ts';
import { preparedOf } from './prepared.ts';
import { isCancelled, isStoreTrouble } from './trouble.ts';

const mebibyte = 1024 * 1024;
const usualPart = 8 * mebibyte;
/** Stores take 10,000 parts; a few are kept in reserve. */
const mostParts = 9_000;

/** Bytes of a part: 8 MiB, more where there would be too many. */
export function partSizeFor(sizeBytes: number): number {
  return Math.max(usualPart, Math.ceil(sizeBytes / mostParts / mebibyte) * mebibyte);
}

/** How sending one original ended. */
export type Sent =
  | {
      readonly kind: 'verified';
      readonly object: string;
      readonly ciphertextSha256: string;
      readonly retainUntil: number | null;
    }
  /** The store has something else under its name, or nothing. */
  | { readonly kind: 'mismatch'; readonly object: string; readonly reason: string };

/** How far it is, for people. */
export type SendProgress = { readonly phase: 'Uploading' | 'Checking'; readonly sentBytes: number };

export type Sending = {
  readonly catalog: Catalog;
  readonly vault: Vault;
  readonly keys: StoreKeys;
  readonly bandwidth: Bandwidth;
  readonly now: () => number;
  /** Until when the store is asked to refuse deletion; null: it is not asked. */
  readonly retainUntil: () => number | null;
  /** The store answered; so many bytes really went there. */
  readonly onContact: (sentBytes: number) => void;
  /** What was read back and compared since the engine started, but could not be locked yet. */
  readonly unlocked: Map<OriginalId, Verified>;
};

type Verified = Extract<Sent, { readonly kind: 'verified' }>;

/**
 * Sends one original: the sealed file, then the read-back, then its manifest and that read back too. It can be cut off at any
 * point and done again; what the store has acknowledged by then is not sent twice. Changes nothing in the catalog but the ledger.
 */
export async function sendOriginal(
  record: PlacementRecord,
  sending: Sending,
  carrier: Carrier,
  call: { readonly signal: AbortSignal; readonly onProgress: (progress: SendProgress) => void },
): Promise<Sent> {
  const { id } = record.placement;
  const { keys, retainUntil, unlocked } = sending;
  const object = mediaKey(keys.nameOf(id));
  try {
    // A lock that is refused is asked for again and again: what was compared is not read back each time for that.
    const compared = retainUntil() === null ? undefined : unlocked.get(id);
    unlocked.delete(id);
    const sent = compared ?? (await sendAndCompare(record, object, sending, carrier, call));
    const until = retainUntil();
    if (sent.kind === 'mismatch' || until === null) return sent;
    try {
      const locked = await retain(carrier, [object, manifestKey(keys.nameOf(id))], until, call.signal);
      return { ...sent, retainUntil: locked ? until : null };
    } catch (error) {
      // Anything but a store that cannot be used now says that it may not be there as it was compared.
      if (isStoreTrouble(error) || isCancelled(error)) unlocked.set(id, sent);
      throw error;
    }
  } finally {
    await carrier.drop();
  }
}

async function sendAndCompare(
  record: PlacementRecord,
  object: string,
  sending: Sending,
  carrier: Carrier,
  call: Parameters<typeof sendOriginal>[3],
): Promise<Sent> {
  const media = await sendMedia(record, object, sending, carrier, call);
  if (media.kind === 'mismatch') return media;
  return (await sendManifest(record, media.ciphertextSha256, sending, carrier, call.signal)) ?? media;
}

/** False where the store cannot: it is stored all the same, and its placement says that nothing holds it. */
async function retain(carrier: Carrier, keys: readonly string[], until: number, signal: AbortSignal): Promise<boolean> {
  try {
    await carrier.retain(keys, until, { signal });
    return true;
  } catch (error) {
    if (error instanceof ExpectedError && error.code === 'store-unsupported') return false;
    throw error;
  }
}

async function sendMedia(
  { placement, mismatches }: PlacementRecord,
  object: string,
  { catalog, vault, bandwidth, now, onContact }: Sending,
  carrier: Carrier,
  { signal, onProgress }: Parameters<typeof sendOriginal>[3],
): Promise<Sent> {
  const { id, sizeBytes } = placement;
  const ledger = await catalog.uploads.get(id);
  const resume = ledger?.object === object ? ledger : null;
  const partSize = resume?.partSize ?? partSizeFor(sizeBytes);
  const access = await vault.access(id);
  const begun = await carrier.begin(
    { access, key: object, sizeBytes, partSize, resume, replace: mismatches > 0 },
    { signal },
  );
  onContact(0);
  if (begun.way === 'other') {
    return {
      kind: 'mismatch',
      object,
      reason: `The store has ${begun.sizeBytes} bytes under its name, not ${sizeBytes}.`,
    };
  }
  if (begun.way === 'parts' && !begun.resumed) {
    const value = { id, object, upload: begun.upload, partSize, begunAt: now(), parts: [] };
    await catalog.commit({ actor: { kind: 'station' }, writes: [{ put: 'upload', value }], events: [] });
  }
  for (let done = false; !done; ) {
    await bandwidth.ready(signal);
    const step = await carrier.next({ signal });
    if (step.part !== null) {
      // Only what is in the ledger is not sent again after a cut: nothing more is sent before it is there.
      await catalog.commit({
        actor: { kind: 'station' },
        writes: [{ put: 'upload-part', id, value: step.part }],
        events: [],
      });
    }
    if (step.sentBytes > 0) onContact(step.sentBytes);
    bandwidth.sent(step.sentBytes);
    onProgress({ phase: 'Uploading', sentBytes: step.position });
    done = step.done;
  }
  try {
    await carrier.complete({ signal });
  } catch (error) {
    // The store forgot the upload: it is begun anew, not asked for again.
    if (error instanceof ExpectedError && error.code === 'not-found') await forgetUpload(catalog, id);
    throw error;
  }
  onProgress({ phase: 'Checking', sentBytes: sizeBytes });
  const found = await carrier.check({ signal, onBytes: () => onContact(0) });
  if (!found.same) return { kind: 'mismatch', object, reason: found.reason };
  return { kind: 'verified', object, ciphertextSha256: found.sha256, retainUntil: null };
}

async function forgetUpload(catalog: Catalog, id: Placement['id']): Promise<void> {
  await catalog.commit({ actor: { kind: 'station' }, writes: [{ delete: 'upload', id }], events: [] });
}

/** Null when the store holds the manifest. */
async function sendManifest(
  { placement, mismatches }: PlacementRecord,
  ciphertextSha256: string,
  { catalog, vault, keys, onContact }: Sending,
  carrier: Carrier,
  signal: AbortSignal,
): Promise<Sent | null> {
  const { id } = placement;
  const key = manifestKey(keys.nameOf(id));
  const manifest = await describeOriginal(placement, ciphertextSha256, { catalog, vault }, signal);
  const sealed = sealManifest(keys.objectKey, key, manifest);
  const found = await carrier.putSmall({ key, bytes: sealed, replace: mismatches > 0 }, { signal });
  onContact(sealed.length);
  try {
    if (sameOriginal(openManifest(keys.objectKey, key, found), manifest)) return null;
  } catch (error) {
    if (!(error instanceof ExpectedError && error.code === 'tampered')) throw error;
  }
  return { kind: 'mismatch', object: key, reason: 'The store gave back another manifest.' };
}

/** The manifest of an original whose sealed file is in the vault. */
export async function describeOriginal(
  placement: Placement,
  ciphertextSha256: string,
  { catalog, vault }: Pick<Sending, 'catalog' | 'vault'>,
  signal: AbortSignal,
): Promise<OriginalManifest> {
  const { id, sizeBytes } = placement;
  const stored = await vault.stat(id);
  const { fileKey } = await vault.access(id);
  const prepared = await preparedOf({ catalog, vault }, placement, signal);
  return {
    format: 'plainview original',
    version: 1,
    sealedId: id,
    fileKey: Buffer.from(fileKey).toString('base64'),
    plaintextSha256: stored.plaintextSha256,
    plaintextSize: stored.plaintextSize,
    ciphertextSha256,
    ciphertextSize: sizeBytes,
    madeAt: stored.madeAt,
    ...(prepared === undefined ? {} : { prepared }),
    belongsTo: await ownerOf(catalog, placement),
  };
}

async function ownerOf(catalog: Catalog, { id, recordingId }: Placement): Promise<OriginalManifest['belongsTo']> {
  if (recordingId !== null) {
    const recording = await catalog.recordings.get(recordingId);
    if (recording !== null)
      return { kind: 'recording', recording: { ...recording, segments: [...recording.segments] } };
  }
  const damaged = damagedIdSchema.safeParse(id);
  const item = damaged.success ? await catalog.damaged.get(damaged.data) : null;
  return item === null ? { kind: 'nothing' } : { kind: 'damaged', item };
}
