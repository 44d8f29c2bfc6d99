import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { nodeProcessSpawner, openKeyFileStore, silentLogger, systemClock } from '#core/kernel/index.ts';
import { openStation } from '#core/station/index.ts';
import { openSocketHarness } from '#test/support/contract-clients.ts';
import { describeContract } from './suite.ts';

const source = (path: string): URL => new URL(`../../main/core/${path}`, import.meta.url);

describeContract('of a whole station, over WebSocket and HTTP', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'plainview-station-'));
  const station = await openStation({
    dataDir,
    entries: {
      catalog: source('catalog/catalog-worker.ts'),
      seal: source('vault/seal-worker.ts'),
      media: source('media/media-worker.ts'),
      render: source('render/render-worker.ts'),
      guard: source('release/guard-worker.ts'),
      cloud: source('cloud/cloud-worker.ts'),
    },
    spawner: nodeProcessSpawner,
    secretStore: (agencyFolder) => openKeyFileStore({ folder: join(agencyFolder, 'keys') }),
    clock: systemClock,
    logger: silentLogger,
    version: '0.0.0',
    assetsDir: fileURLToPath(new URL('../../assets', import.meta.url)),
  });
  return openSocketHarness(station, async () => {
    await station.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
});
