import { afterEach, beforeEach, expect, it } from 'vitest';
import type { OriginalId } from '#common/evidence/index.ts';
import type { Catalog } from '#core/catalog/index.ts';
import { newId } from '#core/kernel/index.ts';
import {
  aDamagedItem,
  aRecording,
  aSegment,
  openTestCatalog,
  someSha256,
  type TempFolder,
  tempFolder,
  theStation,
} from '#test/support/catalog.ts';

let temp: TempFolder;
let catalog: Catalog;

beforeEach(async () => {
  temp = tempFolder();
  catalog = await openTestCatalog(temp.path);
});
afterEach(async () => {
  await catalog.close();
  temp.dispose();
});

/** One original of each sort: from a camera, of a recording alone, a sidecar, damaged, and one of which only its placement is known. */
async function fill(): Promise<Record<'source' | 'segment' | 'sidecar' | 'damaged' | 'placed', OriginalId>> {
  const ids = {
    source: newId('evidence'),
    segment: newId('evidence'),
    sidecar: newId('sidecar'),
    damaged: newId('damaged'),
    placed: newId('evidence'),
  };
  const sidecar = {
    sidecarId: ids.sidecar,
    fileName: 'a.csv',
    kind: 'gps',
    sha256: someSha256(),
    sizeBytes: 5,
  } as const;
  const source = { deviceId: 'cam', sourcePath: 'DCIM/x.mp4', sizeBytes: 7, modifiedMs: 1, sha256: someSha256() };
  const where = { state: 'queued', since: 1, attempts: 0, notBefore: null, error: null } as const;
  await catalog.commit({
    actor: theStation,
    writes: [
      {
        put: 'recording',
        value: aRecording({
          segments: [aSegment({ evidenceId: ids.segment, fileName: 's.mp4' })],
          sidecars: [sidecar],
        }),
      },
      { put: 'damaged', value: aDamagedItem({ id: ids.damaged, fileName: 'd.mp4' }) },
      { put: 'source-file', value: { ...source, sealedId: ids.source } },
      {
        put: 'placement',
        value: {
          placement: { id: ids.placed, recordingId: null, name: 'p.mp4', sizeBytes: 99, where },
          ordinal: 4,
          mismatches: 0,
        },
      },
    ],
    events: [],
  });
  return ids;
}

it('lists every original once, wherever it is known from, in pages', async () => {
  const ids = Object.values(await fill()).sort();
  expect(await catalog.originals.count()).toBe(5);
  const first = await catalog.originals.ids('', 2);
  const rest = await catalog.originals.ids(first[1] ?? '', 10);
  expect([...first, ...rest]).toEqual(ids);
  expect(first).toHaveLength(2);
});

it('tells what each is, and nothing of what it does not know', async () => {
  const ids = await fill();
  const asked = [ids.source, ids.segment, ids.sidecar, ids.damaged, ids.placed, newId('evidence')] as const;
  const known = await catalog.originals.known(asked);
  expect(known.map((one) => one?.name ?? null)).toEqual(['x.mp4', 's.mp4', 'a.csv', 'd.mp4', 'p.mp4', null]);
  expect(known.map((one) => one?.plaintextBytes ?? null)).toEqual([7, 1000, 5, 0, null, null]);
  expect(known.map((one) => one?.sha256?.length ?? null)).toEqual([64, 64, 64, 64, null, null]);
  expect(known[1]?.recordingId).toBe(known[2]?.recordingId);
  expect(known[4]?.record).toMatchObject({ ordinal: 4, placement: { sizeBytes: 99 } });
});
