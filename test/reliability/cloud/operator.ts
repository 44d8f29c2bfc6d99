import { readFileSync } from 'node:fs';
import type { OriginalId } from '#common/evidence/index.ts';
import { sha256Hex } from '#core/kernel/index.ts';
import { found, waitFor } from '#test/support/cloud-bench.ts';
import { createMemoryStore, type MemoryStore } from '#test/support/memory-store.ts';
import { openReconcileBench, type ReconcileBench } from '#test/support/reconcile-bench.ts';
import type { Campaign, Chance } from '../campaign.ts';

const originals = 24;

/** Where one original lies. */
type Keys = { readonly media: string; readonly manifest: string };
type Deed = { readonly words: string; readonly victims: 1 | 2; readonly do: (harm: Harm, ...victims: Keys[]) => void };
/** What whoever runs a store can do to it. */
type Harm = ReturnType<typeof hands>;

function hands(store: MemoryStore, chance: Chance) {
  const bytesAt = (key: string): Uint8Array => store.objects.get(key)?.bytes ?? new Uint8Array(0);
  const set = (key: string, bytes: Uint8Array): void => {
    store.objects.set(key, { bytes, modifiedAt: 0, retainUntil: null });
  };
  return {
    flip: (key: string) => {
      const bytes = Uint8Array.from(bytesAt(key));
      const at = chance.between(0, bytes.length - 1);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << chance.between(0, 7));
      set(key, bytes);
    },
    cut: (key: string) => set(key, bytesAt(key).slice(0, chance.between(0, bytesAt(key).length - 1))),
    lengthen: (key: string) => set(key, Buffer.concat([bytesAt(key), new Uint8Array(chance.between(1, 40))])),
    swap: (a: string, b: string) => {
      const [first, second] = [bytesAt(a), bytesAt(b)];
      set(a, second);
      set(b, first);
    },
    copy: (from: string, to: string) => set(to, bytesAt(from)),
    remove: (key: string) => void store.objects.delete(key),
  };
}

const none: Keys = { media: '', manifest: '' };
const deeds: readonly Deed[] = [
  { words: 'a bit of a file changed', victims: 1, do: ({ flip }, { media } = none) => flip(media) },
  { words: 'a bit of a manifest changed', victims: 1, do: ({ flip }, { manifest } = none) => flip(manifest) },
  { words: 'a file truncated', victims: 1, do: ({ cut }, { media } = none) => cut(media) },
  { words: 'a manifest truncated', victims: 1, do: ({ cut }, { manifest } = none) => cut(manifest) },
  { words: 'a file lengthened', victims: 1, do: ({ lengthen }, { media } = none) => lengthen(media) },
  { words: 'a file removed', victims: 1, do: ({ remove }, { media } = none) => remove(media) },
  { words: 'a manifest removed', victims: 1, do: ({ remove }, { manifest } = none) => remove(manifest) },
  {
    words: 'an original removed',
    victims: 1,
    do: ({ remove }, { media, manifest } = none) => {
      remove(media);
      remove(manifest);
    },
  },
  { words: 'two files swapped', victims: 2, do: ({ swap }, a = none, b = none) => swap(a.media, b.media) },
  { words: 'two manifests swapped', victims: 2, do: ({ swap }, a = none, b = none) => swap(a.manifest, b.manifest) },
  {
    words: 'two originals swapped with their manifests',
    victims: 2,
    do: ({ swap }, a = none, b = none) => {
      swap(a.media, b.media);
      swap(a.manifest, b.manifest);
    },
  },
  {
    words: "an original given out for another's too",
    victims: 2,
    do: ({ copy, flip }, a = none, b = none) => {
      copy(a.media, b.media);
      copy(a.manifest, b.manifest);
      flip(a.media);
    },
  },
];

type Round = { readonly done: number; readonly failures: readonly string[] };

async function oneRound(chance: Chance): Promise<Round> {
  const store = createMemoryStore();
  await using b = await openReconcileBench(store);
  await found(b.cloud);
  const ids: OriginalId[] = [];
  for (let n = 0; n < originals; n++) ids.push(await b.bench.seal(n === 0 ? 2_500_000 : chance.between(0, 60_000)));
  for (const id of ids) await b.bench.until(id, 'verified');
  const sealedBefore = await sealedOf(b, ids);
  const harmed = new Map<OriginalId, string>();
  const untouched = [...ids];
  const take = (): OriginalId => untouched.splice(chance.between(0, untouched.length - 1), 1)[0] ?? chance.pick(ids);
  const harm = hands(store, chance);
  let done = 0;
  for (; untouched.length > originals / 3; done++) {
    const deed = chance.pick(deeds);
    const victims = Array.from({ length: deed.victims }, take);
    const keys = victims.map((id) => ({ media: b.media(id), manifest: b.manifest(id) }));
    deed.do(harm, ...keys);
    for (const id of victims) harmed.set(id, deed.words);
  }
  const { findings } = await b.compare('thorough');
  const named = new Set(findings.filter(({ level }) => level !== 'calm').map(({ id }) => id));
  const failures = [...harmed].flatMap(([id, words]) => (named.has(id) ? [] : [`unnoticed: ${words} (${id})`]));
  for (const id of untouched) if (named.has(id)) failures.push(`${id} was called wrong and nobody had touched it`);
  failures.push(...(await afterRepair(b, store, ids)));
  const sealedAfter = await sealedOf(b, ids);
  if (sealedAfter.join() !== sealedBefore.join()) failures.push('the repair changed a sealed file of the station');
  return { done, failures };
}

/** After a repair every original is whole in the store again, or still named. */
async function afterRepair(b: ReconcileBench, store: MemoryStore, ids: readonly OriginalId[]): Promise<string[]> {
  await b.compare('thorough', true);
  await waitFor(async () => {
    b.bench.clock.time += 60_000;
    return (await b.cloud.status()).waiting.items === 0 ? true : null;
  }, 'what was repaired to be sent');
  const { findings } = await b.compare('thorough');
  const named = new Set(findings.map(({ id }) => id));
  const sealed = await sealedOf(b, ids);
  return ids.flatMap((id, index) => {
    const whole = sha256Hex(store.objects.get(b.media(id))?.bytes ?? new Uint8Array(0)) === sealed[index];
    return whole || named.has(id) ? [] : [`${id} is damaged in the store after the repair, and nobody says so`];
  });
}

async function sealedOf({ bench }: ReconcileBench, ids: readonly OriginalId[]): Promise<readonly string[]> {
  return Promise.all(ids.map(async (id) => sha256Hex(readFileSync((await bench.vault.access(id)).path))));
}

/** A store whose operator means harm: the comparison names all of it, and its repair makes nothing worse. */
export const runOperator: Campaign = async ({ rounds, say }, chance) => {
  const failures: string[] = [];
  let done = 0;
  for (let round = 1; round <= rounds; round++) {
    const one = await oneRound(chance);
    done += one.done;
    failures.push(...one.failures);
    say(`operator ${round}/${rounds}: ${one.done} deeds, ${one.failures.length} of them unnoticed or made worse`);
  }
  return [
    {
      promise: 'what the operator of the store changes is found and named',
      attempts: done,
      failures,
      figures: `undetected_deeds=${failures.length}`,
    },
  ];
};
