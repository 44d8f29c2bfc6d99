import { describe, expect, it } from 'vitest';
import type { OriginalId } from '#common/evidence/index.ts';
import { storeKeys } from '#core/cloud/keys.ts';
import { type Sides, type Walked, walkNames } from '#core/cloud/reconcile/walk.ts';
import type { KeyPage } from '#core/cloud/store/port.ts';
import { newId } from '#core/kernel/index.ts';

const keys = storeKeys(new Uint8Array(32).fill(3));

/** Both sides in memory. */
function sidesOf(ids: readonly OriginalId[], objects: readonly string[], pageSize = 1000): Sides {
  const sorted = [...ids].sort();
  const places = new Map<string, number>(sorted.map((id, place) => [id, place]));
  const listed = [...objects].sort();
  return {
    count: () => Promise.resolve(sorted.length),
    ids: (after, limit) => {
      const from = after === '' ? 0 : (places.get(after) ?? 0) + 1;
      return Promise.resolve(sorted.slice(from, from + limit));
    },
    nameOf: keys.nameOf,
    list: (prefix, after): Promise<KeyPage> => {
      const matching = listed.filter((key) => key.startsWith(prefix) && key > (after ?? ''));
      const page = matching.slice(0, pageSize);
      const next = page.length < matching.length ? (page.at(-1) ?? null) : null;
      return Promise.resolve({ objects: page.map((key) => ({ key, sizeBytes: 1, modifiedAt: 0, etag: null })), next });
    },
  };
}

async function walked(
  sides: Sides,
  options: { after?: string | null; held?: number } = {},
): Promise<readonly Walked[]> {
  const found: Walked[] = [];
  for await (const one of walkNames(sides, { after: null, ...options })) found.push(one);
  return found;
}

const some = (count: number): OriginalId[] => Array.from({ length: count }, () => newId('evidence'));
const media = (id: OriginalId): string => `media/${keys.nameOf(id)}`;
const manifest = (id: OriginalId): string => `manifests/${keys.nameOf(id)}`;
const nameIn = (one: Walked): string => (one.kind === 'step' ? one.step.name : one.found.key);

describe('a walk over both sides', () => {
  it.each([1, 7, 20_000])('meets every name once and in order, holding about %i names', async (held) => {
    const [both, here, there] = [some(60), some(20), some(20)];
    const objects = [...both, ...there].flatMap((id) => [media(id), manifest(id)]);
    const found = await walked(sidesOf([...both, ...here], objects, 9), { held });
    const names = found.map(nameIn);
    expect(names).toEqual([...both, ...here, ...there].map((id) => keys.nameOf(id)).sort());
    const of = (ids: readonly OriginalId[]) =>
      found.filter((one) => one.kind === 'step' && ids.some((id) => keys.nameOf(id) === one.step.name));
    expect(of(both).every((one) => one.kind === 'step' && one.step.id && one.step.media && one.step.manifest)).toBe(
      true,
    );
    expect(of(here).every((one) => one.kind === 'step' && one.step.id && !one.step.media)).toBe(true);
    expect(of(there).every((one) => one.kind === 'step' && one.step.id === null && one.step.media)).toBe(true);
  });

  it('goes on behind a name, and leaves nothing out', async () => {
    const ids = some(50);
    const sides = sidesOf(
      ids,
      ids.flatMap((id) => [media(id), manifest(id)]),
      7,
    );
    const all = (await walked(sides, { held: 10 })).map(nameIn);
    for (const at of [0, 13, 49]) {
      expect((await walked(sides, { held: 10, after: all[at] ?? null })).map(nameIn)).toEqual(all.slice(at + 1));
    }
  });

  it('meets half a pair, and what no original can be called', async () => {
    const [a, b] = some(2) as [OriginalId, OriginalId];
    const odd = ['media/README', 'media/sub/x', 'manifests/~', 'media/ILOU'];
    const found = await walked(sidesOf([], [media(a), manifest(b), ...odd]));
    expect(found.flatMap((one) => (one.kind === 'foreign' ? [one.found.key] : [])).sort()).toEqual(odd.sort());
    expect(found.flatMap((one) => (one.kind === 'step' ? [[one.step.media !== null, one.step.manifest]] : []))).toEqual(
      expect.arrayContaining([
        [true, false],
        [false, true],
      ]),
    );
  });

  it('refuses a listing that is out of order, that repeats itself, or that leads back', async () => {
    const ids = some(30);
    const sides = sidesOf([], ids.map(media), 10);
    const refused = { code: 'verification-failed' };
    const reversed: Sides = {
      ...sides,
      list: async (prefix, after) => {
        const page = await sides.list(prefix, after);
        return { ...page, objects: [...page.objects].reverse() };
      },
    };
    await expect(walked(reversed)).rejects.toMatchObject(refused);
    await expect(walked({ ...sides, list: (prefix) => sides.list(prefix, null) })).rejects.toMatchObject(refused);
    const back: Sides = {
      ...sides,
      list: async (prefix, after) => ({ ...(await sides.list(prefix, after)), objects: [], next: 'media/0' }),
    };
    await expect(walked(back)).rejects.toMatchObject(refused);
  });

  it('holds no more than its share of thirty thousand names at a time', { timeout: 60_000 }, async () => {
    const plain = sidesOf(some(30_000), []);
    let [passes, inPass, most, met, last] = [0, 0, 0, 0, ''];
    const sides: Sides = {
      ...plain,
      ids: (after, limit) => {
        if (after === '') [passes, inPass] = [passes + 1, 0];
        return plain.ids(after, limit);
      },
    };
    for await (const one of walkNames(sides, { after: null, held: 6_000 })) {
      if (nameIn(one) <= last) throw new Error('Out of order.');
      last = nameIn(one);
      met++;
      most = Math.max(most, ++inPass);
    }
    expect(passes).toBe(5);
    expect(most).toBeLessThan(7_000);
    expect(met).toBe(30_000);
  });
});
