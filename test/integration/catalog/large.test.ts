import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Catalog, SourceFile, Write } from '#core/catalog/index.ts';
import { newId } from '#core/kernel/index.ts';
import {
  aRecording,
  openTestCatalog,
  someSha256,
  type TempFolder,
  tempFolder,
  theStation,
} from '#test/support/catalog.ts';

const many = 10_000;
let folder: TempFolder;
let catalog: Catalog;
const files: SourceFile[] = Array.from({ length: many }, (_, i) => ({
  deviceId: 'BWC-07',
  sourcePath: `DCIM/100MEDIA/clip-${i}.mp4`,
  sizeBytes: 1_000_000 + i,
  modifiedMs: 1_700_000_000_000 + i,
  sha256: someSha256(),
  sealedId: newId('evidence'),
}));

beforeAll(async () => {
  folder = tempFolder();
  catalog = await openTestCatalog(folder.path);
  const writes: Write[] = files.flatMap((value): Write[] => [
    { put: 'source-file', value },
    { put: 'recording', value: aRecording() },
  ]);
  await catalog.commit({ actor: theStation, writes, events: [] });
});
afterAll(async () => {
  await catalog.close();
  folder.dispose();
});

it('looks up 10,000 files of a card in under a second', async () => {
  const asked = files.map((file, i) => (i % 2 === 0 ? file : { ...file, sizeBytes: 1 }));
  let found: readonly (readonly SourceFile[])[] = [];
  let fastest = Number.POSITIVE_INFINITY;
  // The best of five: whatever else the machine is doing must not decide.
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    found = await catalog.sourceFiles.findMany(asked);
    fastest = Math.min(fastest, performance.now() - start);
  }
  expect(fastest).toBeLessThan(1000);
  expect(found.map(([file]) => file?.sealedId ?? null)).toEqual(
    files.map((file, i) => (i % 2 === 0 ? file.sealedId : null)),
  );
});

it('pages 10,000 recordings through the feed without missing or repeating one', async () => {
  const seen = new Set<string>();
  let since = 0;
  const start = performance.now();
  for (;;) {
    const { changes } = await catalog.changes.since(since, 1000);
    if (changes.length === 0) break;
    for (const change of changes) seen.add(change.id);
    since = changes.at(-1)!.seq;
  }
  expect(performance.now() - start).toBeLessThan(5000);
  expect([seen.size, since]).toEqual([many, many]);
});
