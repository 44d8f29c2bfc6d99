import { readFileSync } from 'node:fs';
import type { OriginalId } from '#common/evidence/index.ts';
import { createCarrier } from '#core/cloud/carrier.ts';
import { identityKey } from '#core/cloud/identity.ts';
import { manifestKey, mediaKey, storeKeys } from '#core/cloud/keys.ts';
import { openManifest } from '#core/cloud/manifest.ts';
import { sha256Hex } from '#core/kernel/index.ts';
import { adminActor, type CloudBench, openCloudBench } from '#test/support/cloud-bench.ts';
import type { Coming, Fault } from '#test/support/fault-store/faults.ts';
import { isFounded, keyPrefix, openStoreOn, targetOf } from '#test/support/fault-store/open.ts';
import { type FaultStore, openFaultStore } from '#test/support/fault-store/server.ts';
import type { Campaign, Chance } from '../campaign.ts';

const mebibyte = 1024 * 1024;
const endsWithinMs = 180_000;
/** So many in short, and otherwise. */
const [few, many] = [10, 24];
/** One request in so many is damaged, as often as an original may be before a person has to look. */
const damageEvery = 4;

function someDamage(chance: Chance, { what, size }: Coming): Fault | null {
  const at = (most: number): number => chance.between(0, Math.max(0, most - 1));
  switch (what) {
    case 'part':
    case 'put':
      return chance.pick<Fault>([
        { does: 'corrupt-request', at: at(size) },
        { does: 'truncate-request', to: at(size) },
        { does: 'corrupt-kept', at: at(size) },
        { does: 'truncate-kept', to: at(size) },
      ]);
    case 'complete':
      return chance.pick<Fault>([
        { does: 'corrupt-kept', at: at(9 * mebibyte) },
        { does: 'truncate-kept', to: at(9 * mebibyte) },
      ]);
    case 'get':
      return chance.pick<Fault>([
        { does: 'corrupt-answer', at: at(mebibyte) },
        { does: 'truncate-answer', to: at(500) },
      ]);
    default:
      return null;
  }
}

/** Why what is called verified is not safe in the store; null when it is. */
async function wrongWith(bench: CloudBench, server: FaultStore, id: OriginalId): Promise<string | null> {
  const keys = storeKeys(bench.secrets.kept.get('store-root') ?? new Uint8Array(0));
  const kept = (key: string): Uint8Array => server.bucket.objects.get(keyPrefix + key)?.bytes ?? new Uint8Array(0);
  const name = keys.nameOf(id);
  const sealed = readFileSync((await bench.vault.access(id)).path);
  if (Buffer.compare(kept(mediaKey(name)), sealed) !== 0) return `${id} is called verified and is damaged in the store`;
  try {
    const manifest = openManifest(keys.objectKey, manifestKey(name), kept(manifestKey(name)));
    return manifest.ciphertextSha256 === sha256Hex(sealed) ? null : `the manifest of ${id} is another's`;
  } catch (error) {
    return `the manifest of ${id} does not open: ${String(error)}`;
  }
}

type Round = { readonly damaged: number; readonly undetected: readonly string[]; readonly lost: readonly string[] };

async function oneRound(originals: number, chance: Chance): Promise<Round> {
  await using bench = await openCloudBench();
  await using server = await openFaultStore();
  const ids: OriginalId[] = [];
  for (let n = 0; n < originals; n++) {
    ids.push(await bench.seal(n === 0 ? chance.between(9, 12) * mebibyte : chance.between(0, 300_000)));
  }
  let damaged = 0;
  server.script = (coming) => {
    if (!isFounded(server) || coming.key.endsWith(identityKey) || !chance.happens(1 / damageEvery)) return null;
    const fault = someDamage(chance, coming);
    if (fault !== null) damaged++;
    return fault;
  };
  const cloud = await bench.cloud(undefined, {
    openCarrier: () =>
      Promise.resolve(
        createCarrier(openStoreOn(server, 2_000), () =>
          Promise.resolve({ usable: true, checks: [], holds: 'nothing' }),
        ),
      ),
  });
  const { secretAccessKey } = server.access;
  await cloud.connect({ target: targetOf(server), secretAccessKey, recoverySecret: null }, adminActor);
  const waiting = new Set(ids);
  const undetected: string[] = [];
  const until = performance.now() + endsWithinMs;
  while (waiting.size > 0 && performance.now() < until) {
    bench.clock.time += 60_000;
    for (const id of waiting) {
      const where = (await bench.placement(id))?.where;
      // After three times a person has to look, and does.
      if (where?.state === 'missing') await cloud.sendFirst({ ids: [id] });
      if (where?.state !== 'verified') continue;
      waiting.delete(id);
      const wrong = await wrongWith(bench, server, id);
      if (wrong !== null) undetected.push(wrong);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return { damaged, undetected, lost: [...waiting].map((id) => `${id} never arrived`) };
}

/** Bytes that change or end too early, on the way there, in the store, and on the way back. */
export const runDamage: Campaign = async ({ rounds, short, say }, chance) => {
  const originals = short === true ? few : many;
  const failures: string[] = [];
  let [damaged, undetected] = [0, 0];
  for (let round = 1; round <= rounds; round++) {
    const one = await oneRound(originals, chance);
    damaged += one.damaged;
    undetected += one.undetected.length;
    failures.push(...one.undetected, ...one.lost);
    say(`damage ${round}/${rounds}: ${one.damaged} times damaged, ${one.undetected.length} times unnoticed`);
  }
  return [
    {
      promise: 'verified is never said of what the store does not have whole',
      attempts: damaged,
      failures,
      figures: `undetected_corruptions=${undetected} originals=${originals * rounds}`,
    },
  ];
};
