// A station that only sends: <folder> <sizes of originals> <the store as JSON>. It may be killed and started again on its folder.
// Says in JSON what it has verified, then ends.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OriginalId } from '#common/evidence/index.ts';
import { createCarrier } from '#core/cloud/carrier.ts';
import { openKeyFileStore, sha256Hex } from '#core/kernel/index.ts';
import { adminActor, openCloudBench, waitFor } from '#test/support/cloud-bench.ts';
import { openStoreOn, type StorePlace, targetOf } from '#test/support/fault-store/open.ts';
import { mediaKeyOf, type Verified } from './verified.ts';

const [folder = '', sizes = '', placeText = ''] = process.argv.slice(2);
const place = JSON.parse(placeText) as StorePlace;
const keys = join(folder, 'keys');
mkdirSync(keys, { recursive: true });
const secrets = await openKeyFileStore({ folder: keys });
const bench = await openCloudBench(folder);
// Retries come after seconds to minutes: here a day passes in minutes.
setInterval(() => {
  bench.clock.time += 2_000;
}, 10).unref();

const list = join(folder, 'originals.json');
if (!existsSync(list)) {
  const ids: OriginalId[] = [];
  for (const size of sizes.split(',')) ids.push(await bench.seal(Number(size)));
  writeFileSync(list, JSON.stringify(ids));
}
const ids = JSON.parse(readFileSync(list, 'utf8')) as readonly OriginalId[];
const cloud = await bench.cloud(undefined, {
  secrets,
  openCarrier: () =>
    Promise.resolve(
      createCarrier(openStoreOn(place, 700), () => Promise.resolve({ usable: true, checks: [], holds: 'nothing' })),
    ),
});
if ((await cloud.status()).connection === null) {
  const { secretAccessKey } = place.access;
  await cloud.connect({ target: targetOf(place), secretAccessKey, recoverySecret: null }, adminActor);
}
const root = (await secrets.get('store-root')) ?? new Uint8Array(0);
for (const id of ids) {
  await waitFor(
    async () => {
      const where = (await bench.placement(id))?.where;
      if (where?.state === 'missing') await cloud.sendFirst({ ids: [id] });
      return where?.state === 'verified' ? true : null;
    },
    `${id} to be verified`,
    120_000,
  );
  const sealed = readFileSync((await bench.vault.access(id)).path);
  const verified: Verified = { key: mediaKeyOf(root, id), sha256: sha256Hex(sealed), sizeBytes: sealed.length };
  process.stdout.write(`${JSON.stringify(verified)}\n`);
}
await bench[Symbol.asyncDispose]();
