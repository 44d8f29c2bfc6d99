import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { nodeProcessSpawner, type ProcessSpawner, silentLogger } from '#core/kernel/index.ts';
import { createLane, filesPerProcess } from '#core/media/lane.ts';
import { createSealedWriter } from '#core/vault/index.ts';
import { smallMovie } from '#test/support/card.ts';

it('replaces its process after so many files, because FFmpeg gives not all of their memory back', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plainview-lane-'));
  const source = { path: join(folder, 'a.sealed'), fileKey: new Uint8Array(32), sealedId: 'evd_a' };
  const writer = createSealedWriter(source);
  writer.write(smallMovie());
  await writer.finish();
  let started = 0;
  const spawner: ProcessSpawner = {
    spawn: (entry, name) => {
      started += 1;
      return nodeProcessSpawner.spawn(entry, name);
    },
  };
  const entry = new URL('../../../main/core/media/media-worker.ts', import.meta.url);
  const lane = createLane(spawner, entry, silentLogger);
  const look = () => lane.run(null, (worker) => worker.call('inspect', source));
  await Promise.all(Array.from({ length: filesPerProcess }, look));
  expect(started).toBe(1);
  await Promise.all(Array.from({ length: filesPerProcess + 1 }, look));
  expect(started).toBe(3);
  await lane.close();
  rmSync(folder, { recursive: true });
});
