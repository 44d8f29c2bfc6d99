import type { Actor, AuditEvent } from '#common/audit/index.ts';
import { type SharedEntry, type StoredOriginal, storedOriginalSchema, type WriterId } from '#common/changes/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import type { MediaState, Recording, Segment, Sidecar } from '#common/evidence/index.ts';
import { type EvidenceId, evidenceIdSchema, posterIdSchema } from '#common/ids/index.ts';
import type { Arrival, Catalog, Write } from '#core/catalog/index.ts';
import type { Vault } from '#core/vault/index.ts';
import type { Applied, EntryHandler } from '../feed/types.ts';
import { manifestKey, type StoreKeys } from '../keys.ts';
import { type OriginalManifest, openManifest } from '../manifest.ts';

type Call = { readonly signal: AbortSignal };

/** What taking in an original needs. */
export type TakeInOptions = {
  readonly catalog: Catalog;
  readonly vault: Vault;
  readonly keys: StoreKeys;
  /** A small object of the store; null when it is not there. Throws what the store throws. */
  readonly getSmall: (key: string, call: Call) => Promise<Uint8Array | null>;
  readonly now: () => number;
  /** A segment arrived whose frames nobody has told of. */
  readonly onUnprepared: (evidenceId: EvidenceId) => void;
};

type From = { readonly writer: WriterId; readonly seq: number };

/** Takes originals of other writers into the catalog and makes them known to the vault. */
export interface TakeIn {
  /**
   * What it takes to enter originals, in one commit of the caller's; nothing for what is known here. One that cannot be taken in
   * is an event that says why. Throws the store's troubles.
   */
  originals(names: readonly StoredOriginal['name'][], from: From, call: Call): Promise<Applied>;
}

const nothing: Applied = { writes: [], events: [] };

export function createTakeIn(options: TakeInOptions): TakeIn {
  const { catalog, vault, keys, getSmall, now, onUnprepared } = options;

  async function manifestOf(name: string, call: Call): Promise<OriginalManifest> {
    const key = manifestKey(name);
    const sealed = await getSmall(key, call);
    if (sealed === null) {
      throw new ExpectedError('not-found', 'The store does not have the manifest of this original.', { subject: key });
    }
    const manifest = openManifest(keys.objectKey, key, sealed);
    // The seal holds for this key; that the key is this original's is known only once its id is.
    if (keys.nameOf(manifest.sealedId) === name) return manifest;
    throw new ExpectedError('tampered', 'The manifest in the store is that of another original.', { subject: key });
  }

  async function sealedPoster(manifest: OriginalManifest): Promise<MediaState> {
    const { prepared, sealedId } = manifest;
    if (prepared === undefined || !prepared.facts.playsInBrowser) return { state: 'waiting' };
    const { facts } = prepared;
    if (prepared.poster === null) return { state: 'ready', facts, posterId: null, proxyId: null };
    // The same id as preparing it here would give.
    const posterId = posterIdSchema.parse(`pst${sealedId.slice(sealedId.indexOf('_'))}`);
    if (!(await vault.has(posterId))) await vault.sealBytes(posterId, Buffer.from(prepared.poster, 'base64'));
    return { state: 'ready', facts, posterId, proxyId: null };
  }

  async function segmentOf(manifest: OriginalManifest, known: Segment): Promise<Segment> {
    if (known.media.state === 'unplayable') return known;
    return { ...known, media: await sealedPoster(manifest) };
  }

  /** Sidecars that came before their recording did: their manifests say what they are. */
  async function waiting(recordingId: Recording['id'], call: Call): Promise<readonly Sidecar[]> {
    const found: Sidecar[] = [];
    for (const id of await catalog.arrivals.waitingSidecars(recordingId)) {
      const { belongsTo } = await manifestOf(keys.nameOf(id), call);
      if (belongsTo.kind !== 'recording') continue;
      found.push(...belongsTo.recording.sidecars.filter(({ sidecarId }) => sidecarId === id));
    }
    return found;
  }

  async function arrival(manifest: OriginalManifest, before: readonly Arrival[], call: Call): Promise<Arrival> {
    const { sealedId: id, ciphertextSha256, ciphertextSize: sizeBytes, belongsTo } = manifest;
    const where = { state: 'only-in-cloud', at: now(), ciphertextSha256 } as const;
    if (belongsTo.kind !== 'recording') {
      const name = belongsTo.kind === 'damaged' ? belongsTo.item.fileName : id;
      return { placement: { id, recordingId: null, name, sizeBytes, where }, belongsTo };
    }
    const { recording } = belongsTo;
    const segment = recording.segments.find(({ evidenceId }) => evidenceId === id);
    const sidecar = recording.sidecars.find(({ sidecarId }) => sidecarId === id);
    const name = segment?.fileName ?? sidecar?.fileName ?? id;
    const placement = { id, recordingId: recording.id, name, sizeBytes, where };
    if (segment === undefined) {
      const joins = { ...recording, segments: [] };
      return {
        placement,
        belongsTo: { kind: 'recording', recording: joins, sidecars: sidecar === undefined ? [] : [sidecar] },
      };
    }
    // Only what arrived: what else its writer knew of the recording has not been read back from the store yet.
    const arrived = { ...recording, segments: [await segmentOf(manifest, segment)] };
    const together = before.flatMap(({ belongsTo: one }) =>
      one.kind === 'recording' && one.recording.id === recording.id ? one.sidecars : [],
    );
    const sidecars = [...(await waiting(recording.id, call)), ...together];
    return { placement, belongsTo: { kind: 'recording', recording: arrived, sidecars } };
  }

  async function enter(manifest: OriginalManifest, { writer }: From, before: Arrival[], call: Call): Promise<Applied> {
    const { sealedId: id, plaintextSha256, plaintextSize, ciphertextSha256, ciphertextSize, madeAt } = manifest;
    const [known] = await catalog.originals.known([id]);
    if ((known !== null && known !== undefined) || before.some(({ placement }) => placement.id === id)) return nothing;
    await vault.adopt({
      sealedId: id,
      plaintextSha256,
      plaintextSize,
      ciphertextSha256,
      ciphertextSize,
      madeAt,
      fileKey: Buffer.from(manifest.fileKey, 'base64'),
    });
    const value = await arrival(manifest, before, call);
    before.push(value);
    const writes: Write[] = [{ put: 'arrival', value }];
    const segment = value.belongsTo.kind === 'recording' ? value.belongsTo.recording.segments[0] : undefined;
    const evidenceId = evidenceIdSchema.safeParse(id);
    if (segment !== undefined && evidenceId.success) {
      if (segment.media.state === 'ready' && manifest.prepared !== undefined) {
        writes.push({ put: 'frame-table', evidenceId: evidenceId.data, value: manifest.prepared.frames });
      } else if (segment.media.state === 'waiting') onUnprepared(evidenceId.data);
    }
    const arrived = {
      kind: 'original.arrived',
      id,
      writer,
      object: manifestKey(keys.nameOf(id)),
      sha256: plaintextSha256,
      sizeBytes: ciphertextSize,
    } as const;
    return { writes, events: [arrived] };
  }

  async function one(name: string, from: From, before: Arrival[], call: Call): Promise<Applied> {
    try {
      return await enter(await manifestOf(name, call), from, before, call);
    } catch (error) {
      if (!(error instanceof ExpectedError && aboutTheOriginal.has(error.code))) throw error;
      return { writes: [], events: [refused(from, manifestKey(name), error.message)] };
    }
  }

  return {
    originals: async (names, from, call) => {
      const before: Arrival[] = [];
      const applied: Applied[] = [];
      for (const name of names) applied.push(await one(name, from, before, call));
      return together(applied);
    },
  };
}

/** Codes that say something about what was told, not about the store or this station: asking again would not help. */
const aboutTheOriginal = new Set<string>(['tampered', 'not-found', 'too-large']);

function refused({ writer, seq }: From, object: string, reason: string): AuditEvent {
  return { kind: 'original.refused', writer, seq, object, reason };
}

function together(applied: readonly Applied[]): Applied {
  return { writes: applied.flatMap(({ writes }) => writes), events: applied.flatMap(({ events }) => events) };
}

/** Where an original was found that no log tells of. */
const withoutLog: From = { writer: 'no log: found in a comparison', seq: 0 };

/**
 * Takes in one original that no log tells of, in a commit of its own, and says in words what came of it. Throws `not-ready` while the
 * store is not in use, `verification-failed` for one that cannot be taken in, and the store's troubles.
 */
export async function takeInAlone(
  catalog: Catalog,
  takeIn: TakeIn | null,
  name: StoredOriginal['name'],
  { actor, signal }: Call & { readonly actor: Actor },
): Promise<string> {
  if (takeIn === null) {
    throw new ExpectedError('not-ready', 'The store is not in use right now.', { nextStep: 'Compare again later.' });
  }
  const { writes, events } = await takeIn.originals([name], withoutLog, { signal });
  await catalog.commit({ actor, writes, events });
  const bad = events.find(({ kind }) => kind === 'original.refused');
  if (bad?.kind === 'original.refused') {
    throw new ExpectedError('verification-failed', bad.reason, { subject: bad.object });
  }
  return writes.length === 0 ? 'It is in the library by now.' : 'It is in the library now; its file is in the store.';
}

/** Takes in the entries of kind `original`. */
export function originalHandler(takeIn: TakeIn): EntryHandler {
  const applyAll = async (
    entries: readonly SharedEntry[],
    from: { readonly writer: WriterId; readonly seq: number },
    call: Call,
  ): Promise<Applied> => {
    const bodies = entries.map(({ body }) => storedOriginalSchema.safeParse(body));
    const names = bodies.flatMap((body) => (body.success ? [body.data.name] : []));
    const taken = await takeIn.originals(names, from, call);
    const reason = 'The entry does not say which original it tells of.';
    const bad = bodies.flatMap((body) => (body.success ? [] : [refused(from, 'unknown', reason)]));
    return { writes: taken.writes, events: [...taken.events, ...bad] };
  };
  return { kind: 'original', apply: (entry, from, call) => applyAll([entry], from, call), applyAll };
}
