import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WriterId } from '#common/changes/index.ts';
import type { OriginalId, Recording } from '#common/evidence/index.ts';
import type { EvidenceId } from '#common/ids/index.ts';
import { type Arrivals, createArrivals } from '#core/cloud/arrivals/arrivals.ts';
import { originalHandler, type TakeIn } from '#core/cloud/arrivals/take-in.ts';
import { createCarrier } from '#core/cloud/carrier.ts';
import { manifestKey, mediaKey, storeKeys } from '#core/cloud/keys.ts';
import { openManifest, sealManifest } from '#core/cloud/manifest.ts';
import { createJobs, type Jobs } from '#core/jobs/index.ts';
import { newId, sha256Hex, silentLogger } from '#core/kernel/index.ts';
import { aRecording, aSegment, theStation } from '#test/support/catalog.ts';
import { adminActor, type CloudBench, found, goodReport, openCloudBench, waitFor } from '#test/support/cloud-bench.ts';
import { createMemoryStore, type MemoryStore, unreachable } from '#test/support/memory-store.ts';

const mebibyte = 1024 * 1024;
const from = { writer: '0123456789abcdefghjkmnpqrs' as WriterId, seq: 7 };
const { signal } = new AbortController();

let store: MemoryStore;
let cruiser: CloudBench;
let desk: CloudBench;
let arrivals: Arrivals;
let takeIn: TakeIn;
let jobs: Jobs;
let limits: { bytes: number | null; days: number | null };
const prepared: EvidenceId[] = [];

const keys = () => storeKeys(cruiser.secrets.kept.get('store-root') ?? new Uint8Array(0));
const nameOf = (id: OriginalId) => keys().nameOf(id);

beforeEach(async () => {
  cruiser = await openCloudBench();
  desk = await openCloudBench();
  store = createMemoryStore(() => cruiser.clock.now());
  await found(await cruiser.cloud(store));
  jobs = createJobs({ catalog: desk.catalog, clock: desk.clock, logger: silentLogger });
  limits = { bytes: null, days: null };
  prepared.length = 0;
  arrivals = createArrivals({
    catalog: desk.catalog,
    vault: desk.vault,
    jobs,
    clock: desk.clock,
    logger: silentLogger,
    prepareLater: (ids) => Promise.resolve(void prepared.push(...ids)),
    onChange: () => undefined,
  });
  await jobs.start();
  takeIn = arrivals.connect({
    keys: keys(),
    openCarrier: () => Promise.resolve(createCarrier(store, () => Promise.resolve(goodReport(store)))),
    limits: () => limits,
  });
});
afterEach(async () => {
  await arrivals.disconnect();
  await jobs.stop();
  await cruiser[Symbol.asyncDispose]();
  await desk[Symbol.asyncDispose]();
});

/** What the feed does with entries: one commit for what they change. */
async function tellDesk(...ids: readonly OriginalId[]): Promise<void> {
  const { writes, events } = await takeIn.originals(ids.map(nameOf), from, { signal });
  await desk.catalog.commit({ actor: theStation, writes, events });
}

async function sealAndSend(size: number, kind: 'evidence' | 'damaged' = 'evidence'): Promise<OriginalId> {
  const id = await cruiser.seal(size, kind);
  await cruiser.until(id, 'verified');
  return id;
}

function away(is: boolean): void {
  store.fault = is
    ? () => {
        throw unreachable();
      }
    : null;
}

const events = async (kind: string) =>
  (await desk.catalog.audit.page(null, 1000)).map(({ event }) => event).filter((event) => event.kind === kind);

async function readAtDesk(id: OriginalId): Promise<Uint8Array> {
  const reader = await desk.vault.openReader(id);
  try {
    return await reader.read(0, reader.size);
  } finally {
    await reader.close();
  }
}

async function sentBytes(id: OriginalId): Promise<Uint8Array> {
  const reader = await cruiser.vault.openReader(id);
  try {
    return await reader.read(0, reader.size);
  } finally {
    await reader.close();
  }
}

/** A recording of several files at the cruiser, all sent. */
async function sendRecording(): Promise<{ recording: Recording; sidecar: OriginalId; parts: OriginalId[] }> {
  const [one, two, sidecarId] = [newId('evidence'), newId('evidence'), newId('sidecar')];
  const bytes = new TextEncoder().encode('a trigger list');
  for (const id of [one, two, sidecarId]) await cruiser.vault.sealBytes(id, bytes);
  const file = { sha256: sha256Hex(bytes), sizeBytes: bytes.length };
  const recording = aRecording({
    segments: [aSegment({ evidenceId: one, ...file }), aSegment({ evidenceId: two, index: 1, ...file })],
    sidecars: [{ sidecarId, fileName: 'triggers.csv', kind: 'triggers', ...file }],
  });
  await cruiser.catalog.commit({
    actor: theStation,
    writes: [
      { put: 'recording', value: recording },
      ...[one, two, sidecarId].map((sealedId) => {
        const key = { deviceId: 'cam', sourcePath: sealedId, sizeBytes: file.sizeBytes, modifiedMs: 1 };
        return { put: 'source-file', value: { ...key, sha256: file.sha256, sealedId } } as const;
      }),
    ],
    events: [],
  });
  for (const id of [one, two, sidecarId]) await cruiser.until(id, 'verified');
  return { recording, sidecar: sidecarId, parts: [one, two] };
}

describe('an original of another writer', () => {
  it('enters the catalog, the audit log, and is read through the vault', async () => {
    const id = await sealAndSend(3 * mebibyte + 5);
    await tellDesk(id);
    const { where, recordingId } = (await desk.placement(id)) ?? {};
    expect(where).toMatchObject({ state: 'only-in-cloud' });
    expect(await desk.catalog.recordings.get(recordingId as Recording['id'])).toMatchObject({
      segments: [{ evidenceId: id, media: { state: 'waiting' } }],
    });
    const [line, ...more] = await events('original.arrived');
    expect(more).toEqual([]);
    expect(line).toMatchObject({ id, writer: from.writer, object: manifestKey(nameOf(id)) });
    expect(Buffer.compare(await readAtDesk(id), await sentBytes(id))).toBe(0);
    await waitFor(() => (prepared.includes(id as EvidenceId) ? true : null), 'it to be prepared');
  });

  it('changes nothing the second time, in the same batch too, nor where it was made', async () => {
    const id = await sealAndSend(1000);
    await tellDesk(id, id);
    const before = await desk.catalog.changes.head();
    await tellDesk(id);
    expect(await desk.catalog.changes.head()).toBe(before);
    expect(await events('original.arrived')).toHaveLength(1);
    const handler = originalHandler(takeIn);
    const entry = { kind: 'original', at: `0000000000000000-${from.writer}`, body: { name: nameOf(id) } } as const;
    expect(await handler.apply(entry, from, { signal })).toEqual({ writes: [], events: [] });
  });

  it('of the damaged tray comes into the damaged tray', async () => {
    const id = await sealAndSend(0, 'damaged');
    await tellDesk(id);
    expect(await desk.catalog.damaged.all()).toMatchObject([{ id }]);
    expect((await readAtDesk(id)).length).toBe(0);
  });

  it.each([
    ['in order', [0, 1, 2]],
    ['sidecar first', [2, 0, 1]],
    ['backwards', [2, 1, 0]],
    ['sidecar between', [1, 2, 0]],
  ])('joins its recording: %s, one by one and all at once', async (_, order) => {
    const { recording, parts, sidecar } = await sendRecording();
    const all = [...parts, sidecar];
    const ordered = order.map((index) => all[index] as OriginalId);
    for (const id of ordered) await tellDesk(id);
    const joined = await desk.catalog.recordings.get(recording.id);
    expect(joined?.segments.map(({ evidenceId }) => evidenceId)).toEqual(parts);
    expect(joined?.sidecars).toEqual(recording.sidecars);
    const second = await openCloudBench();
    try {
      const there = createArrivals({
        catalog: second.catalog,
        vault: second.vault,
        jobs: createJobs({ catalog: second.catalog, clock: second.clock, logger: silentLogger }),
        clock: second.clock,
        logger: silentLogger,
        prepareLater: () => Promise.resolve(),
        onChange: () => undefined,
      });
      const together = there.connect({
        keys: keys(),
        openCarrier: () => Promise.resolve(createCarrier(store, () => Promise.resolve(goodReport(store)))),
        limits: () => limits,
      });
      const { writes, events: lines } = await together.originals(ordered.map(nameOf), from, { signal });
      await second.catalog.commit({ actor: theStation, writes, events: lines });
      const whole = await second.catalog.recordings.get(recording.id);
      expect(whole?.segments.map(({ evidenceId }) => evidenceId)).toEqual(parts);
      expect(whole?.sidecars).toEqual(recording.sidecars);
      await there.disconnect();
    } finally {
      await second[Symbol.asyncDispose]();
    }
  });

  it('leaves what is known here of its recording as it is', async () => {
    const { recording, parts, sidecar } = await sendRecording();
    const own = aSegment({ index: 0, fileName: 'ours.mp4' });
    const ours = { ...recording, title: 'Renamed here', segments: [own], sidecars: [] };
    await desk.catalog.commit({ actor: theStation, writes: [{ put: 'recording', value: ours }], events: [] });
    await tellDesk(...parts, sidecar);
    const joined = await desk.catalog.recordings.get(recording.id);
    expect(joined?.title).toBe('Renamed here');
    expect(joined?.segments.map(({ evidenceId }) => evidenceId).sort()).toEqual([own.evidenceId, ...parts].sort());
  });
});

describe('a store whose operator lies', () => {
  it.each([
    ['another original’s manifest', (key: string, other: string) => store.objects.get(other)?.bytes ?? key],
    ['a manifest cut short', (key: string) => store.objects.get(key)?.bytes.subarray(0, 90) ?? key],
    [
      'a manifest with one bit changed',
      (key: string) => {
        const bytes = Uint8Array.from(store.objects.get(key)?.bytes ?? []);
        bytes[bytes.length - 20] = (bytes[bytes.length - 20] ?? 0) ^ 4;
        return bytes;
      },
    ],
    ['no manifest', () => null],
  ])('is named: %s', async (_, forge) => {
    const id = await sealAndSend(1000);
    const other = await sealAndSend(1000);
    const key = manifestKey(nameOf(id));
    const forged = forge(key, manifestKey(nameOf(other)));
    const object = store.objects.get(key);
    if (forged === null || typeof forged === 'string' || object === undefined) store.objects.delete(key);
    else store.objects.set(key, { ...object, bytes: forged });
    await tellDesk(id, other);
    expect(await desk.placement(id)).toBeNull();
    expect(await desk.placement(other)).not.toBeNull();
    expect(await events('original.refused')).toMatchObject([{ writer: from.writer, seq: from.seq, object: key }]);
  });

  it('gives a manifest that is sealed rightly under another’s key: refused', async () => {
    const id = await sealAndSend(1000);
    const key = manifestKey(nameOf(newId('evidence')));
    const sealed = store.objects.get(manifestKey(nameOf(id)));
    const manifest = openManifest(keys().objectKey, manifestKey(nameOf(id)), sealed?.bytes ?? new Uint8Array(0));
    if (sealed !== undefined)
      store.objects.set(key, { ...sealed, bytes: sealManifest(keys().objectKey, key, manifest) });
    const { writes, events: lines } = await takeIn.originals([key.slice('manifests/'.length)], from, { signal });
    expect(writes).toEqual([]);
    expect(lines).toMatchObject([{ kind: 'original.refused', object: key }]);
  });

  it('swaps sealed files: neither is shown, and the log names them', async () => {
    const [a, b] = [await sealAndSend(2 * mebibyte), await sealAndSend(2 * mebibyte)];
    await tellDesk(a, b);
    await waitFor(() => (prepared.length === 2 ? true : null), 'both to be fetched once');
    for (const id of [a, b]) await desk.vault.cache.evict(id);
    const [left, right] = [store.objects.get(mediaKey(nameOf(a))), store.objects.get(mediaKey(nameOf(b)))];
    if (left === undefined || right === undefined) throw new Error('They were sent.');
    store.objects.set(mediaKey(nameOf(a)), right).set(mediaKey(nameOf(b)), left);
    for (const id of [a, b]) await expect(readAtDesk(id)).rejects.toMatchObject({ code: 'tampered' });
    await expect(readAtDesk(a)).rejects.toMatchObject({ code: 'tampered' });
    await waitFor(async () => ((await events('original.missing')).length === 2 ? true : null), 'both to be named');
  });
});

describe('a full copy', () => {
  it('is kept when it is wanted, survives every limit, and goes when it is not wanted any more', async () => {
    const id = await sealAndSend(3 * mebibyte);
    await tellDesk(id);
    const { recordingId, sizeBytes } = (await desk.placement(id)) ?? {};
    if (recordingId === null || recordingId === undefined) throw new Error('It belongs to a recording.');
    limits = { bytes: 0, days: 1 };
    await arrivals.pin(recordingId, adminActor);
    await waitFor(async () => {
      const where = (await desk.placement(id))?.where;
      return where?.state === 'only-in-cloud' && where.here === true && where.pinned === true ? true : null;
    }, 'the copy to be here');
    desk.clock.time += 400 * 24 * 3600 * 1000;
    arrivals.tidy();
    away(true);
    expect(Buffer.compare(await readAtDesk(id), await sentBytes(id))).toBe(0);
    away(false);
    expect(await arrivals.cacheState()).toEqual({ keptBytes: sizeBytes, pinned: { items: 1, bytes: sizeBytes } });
    await arrivals.unpin(recordingId, adminActor);
    await waitFor(async () => ((await events('original.let-go')).length === 1 ? true : null), 'it to be let go');
    expect((await desk.vault.cache.stat(id))?.keptBytes).toBe(0);
    expect((await events('recording.pinned')).length + (await events('recording.unpinned')).length).toBe(2);
    expect(Buffer.compare(await readAtDesk(id), await sentBytes(id))).toBe(0);
  });

  it('waits for a store that is away, as a job that goes on by itself', async () => {
    const id = await sealAndSend(2 * mebibyte);
    await tellDesk(id);
    await waitFor(() => (prepared.length === 1 ? true : null), 'it to be fetched once');
    await desk.vault.cache.evict(id);
    const { recordingId } = (await desk.placement(id)) ?? {};
    away(true);
    await arrivals.pin(recordingId as Recording['id'], adminActor);
    const [job] = await jobs.list();
    await waitFor(async () => {
      const now = await jobs.get(job?.id as never);
      return now?.progress?.phase === 'Waiting' ? true : null;
    }, 'it to wait');
    expect((await jobs.get(job?.id as never))?.state).toBe('running');
    away(false);
    expect((await jobs.finished(job?.id as never)).state).toBe('done');
  });

  it('of what was sealed here is refused in words', async () => {
    const id = await desk.seal(1000);
    const recording = await desk.catalog.recordings.byEvidence(id as EvidenceId);
    await expect(arrivals.pin(recording?.id as never, adminActor)).rejects.toMatchObject({ code: 'conflict' });
    await expect(arrivals.pin(newId('recording'), adminActor)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('what is kept', () => {
  it('is not let go while the store is away, or has lost it: then it is the last copy, and missing is said', async () => {
    const id = await sealAndSend(2 * mebibyte);
    await tellDesk(id);
    await waitFor(() => (prepared.length === 1 ? true : null), 'it to be fetched once');
    const { keptBytes } = (await desk.vault.cache.stat(id)) ?? {};
    expect(keptBytes).toBeGreaterThan(2 * mebibyte);
    limits = { bytes: 0, days: null };
    away(true);
    arrivals.tidy();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await desk.vault.cache.stat(id))?.keptBytes).toBe(keptBytes);
    away(false);
    store.objects.delete(mediaKey(nameOf(id)));
    arrivals.tidy();
    await desk.until(id, 'missing');
    expect((await desk.vault.cache.stat(id))?.keptBytes).toBe(keptBytes);
    arrivals.tidy();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await desk.vault.cache.stat(id))?.keptBytes).toBe(keptBytes);
    expect(Buffer.compare(await readAtDesk(id), await sentBytes(id))).toBe(0);
  });
});
