import 'fake-indexeddb/auto';
import { Dexie } from 'dexie';
import { afterEach, describe, expect, it } from 'vitest';
import { type Change, changeSchema } from '#common/contract/index.ts';
import type { Recording } from '#common/evidence/index.ts';
import { clearReplicas, openReplica, openRowStore, type Replica, sealWith, startSync } from '#renderer/cache/index.ts';
import { createFeed, type Feed } from '#test/support/change-feed.ts';
import { draft } from '#test/support/drafts.ts';
import { id, recording } from '#test/support/scripted-station/fixtures.ts';

const account = id('account', 'rokafor');
const rowsName = `plainview-rows-${account}`;
const draftsName = `plainview-drafts-${account}`;
const keyOf = (fill: number): string => Buffer.alloc(32, fill).toString('base64');
const opened: Replica[] = [];

async function open(key = keyOf(7)): Promise<Replica> {
  const replica = await openReplica(account, await sealWith(key));
  opened.push(replica);
  await replica.whole;
  return replica;
}

async function pull(feed: Feed, replica: Replica): Promise<void> {
  const sync = startSync(feed.client, replica);
  await sync.idle();
  sync.stop();
}

/** A feed and a replica that holds all of it: three pages. */
async function filled(count = 1_203): Promise<{ feed: Feed; replica: Replica }> {
  const feed = createFeed();
  for (let n = 0; n < count; n++) feed.put('recording', recording(n, 0));
  const replica = await open();
  await pull(feed, replica);
  return { feed, replica };
}

type Stored = { id: string; sealed: Uint8Array };

/** Looks into, or meddles with, a database as somebody at the disk could. */
async function meddle<T>(name: string, work: (db: Dexie) => Promise<T>): Promise<T> {
  const db = await new Dexie(name).open();
  try {
    return await work(db);
  } finally {
    db.close();
  }
}

const change = (seq: number, value: Recording): Change =>
  changeSchema.parse({ seq, kind: 'recording', id: value.id, value });
const size = (replica: Replica): number => replica.snapshot('recording').all.length;

/** The copy was thrown away whole, and can be had again whole. */
async function expectRebuilt(feed: Feed): Promise<void> {
  const again = await open();
  expect(again.durability()).toBe('stored');
  expect([size(again), again.position()]).toEqual([0, { epoch: null, seq: 0 }]);
  await pull(feed, again);
  expect(size(again)).toBe(1_203);
  await again.close();
  expect(size(await open())).toBe(1_203);
}

afterEach(async () => {
  for (const replica of opened.splice(0)) await replica.close();
  for (const database of await Dexie.getDatabaseNames()) await Dexie.delete(database);
});

describe('what lies on the disk', () => {
  it('holds no word of what it says, and no id of anything but projects with a draft', async () => {
    const { replica } = await filled();
    await replica.drafts.putDraft(draft());
    await replica.close();
    const texts = await Promise.all(
      [rowsName, draftsName].map((name) =>
        meddle(name, async (db) => {
          const rows = (await Promise.all(db.tables.map((table) => table.toArray()))).flat() as object[];
          return rows
            .flatMap((row) => Object.values(row) as unknown[])
            .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)))
            .join('\n');
        }),
      ),
    );
    const text = texts.join('\n');
    expect(text.length).toBeGreaterThan(1_000_000);
    const some = recording(9, 0);
    const words = [some.title, some.id, some.device.name, some.segments[0]?.sha256 ?? '', 'segments', 'recording'];
    for (const word of [...words, 'Face', 'bystander', 'put-track', 'first']) expect(text).not.toContain(word);
  });

  it('is never sealed twice with the same nonce', async () => {
    const { replica } = await filled(2_600);
    const nonces = new Set<string>();
    let values = 0;
    for (let n = 0; n < 50; n++) {
      await replica.drafts.putDraft(draft(String(n)));
      await replica.drafts.putDraft(draft(String(n)));
    }
    for (const name of [rowsName, draftsName]) {
      await meddle(name, async (db) => {
        for (const { sealed } of (await Promise.all(db.tables.map((table) => table.toArray()))).flat() as Stored[]) {
          nonces.add(Buffer.from(sealed.subarray(0, 12)).toString('hex'));
          values++;
        }
      });
    }
    expect(values).toBeGreaterThan(55);
    expect(nonces.size).toBe(values);
  });

  it('is sealed with a key no script can read out', async () => {
    const made: CryptoKey[] = [];
    const importKey = crypto.subtle.importKey.bind(crypto.subtle);
    crypto.subtle.importKey = (async (...given: Parameters<typeof importKey>) => {
      const imported = await importKey(...given);
      made.push(imported);
      return imported;
    }) as typeof crypto.subtle.importKey;
    try {
      await sealWith(keyOf(1));
    } finally {
      crypto.subtle.importKey = importKey;
    }
    expect(made).toHaveLength(1);
    await expect(crypto.subtle.exportKey('raw', made[0] as CryptoKey)).rejects.toThrow();
    expect(made[0]).toMatchObject({ extractable: false, algorithm: { name: 'AES-GCM', length: 256 } });
  });
});

describe('rows somebody meddled with', () => {
  const cases: readonly (readonly [string, (db: Dexie) => Promise<unknown>])[] = [
    [
      'two blocks in each other’s place',
      async (db) => {
        const [one, two] = (await db.table('blocks').toArray()) as Stored[];
        await db.table('blocks').bulkPut([
          { id: one?.id, sealed: two?.sealed },
          { id: two?.id, sealed: one?.sealed },
        ]);
      },
    ],
    [
      'one bit turned over',
      async (db) => {
        const [block] = (await db.table('blocks').toArray()) as Stored[];
        if (block === undefined) throw new Error('There is no block.');
        block.sealed[40] = (block.sealed[40] ?? 0) ^ 1;
        await db.table('blocks').put(block);
      },
    ],
    [
      'a block that is missing',
      async (db) => {
        const [block] = (await db.table('blocks').toArray()) as Stored[];
        await db.table('blocks').delete(block?.id ?? '');
      },
    ],
    [
      'a block in the head’s place',
      async (db) => db.table('head').put({ ...(await db.table('blocks').toCollection().first()), id: 'head' }),
    ],
    [
      'a block cut short',
      async (db) =>
        db
          .table('blocks')
          .toCollection()
          .modify({ sealed: new Uint8Array(9) }),
    ],
    ['clear text in a block’s place', async (db) => db.table('blocks').toCollection().modify({ sealed: '[]' })],
    ['a head that is gone, its blocks left', async (db) => db.table('head').clear()],
  ];
  it.each(cases)('%s', async (_what, change) => {
    const { feed, replica } = await filled();
    await replica.close();
    await meddle(rowsName, change);
    await expectRebuilt(feed);
  });

  it('an older block brought back does not count', async () => {
    const { replica } = await filled(3);
    const [block] = await meddle(rowsName, (db) => db.table('blocks').toArray() as Promise<Stored[]>);
    await replica.forget();
    await replica.apply([change(1, recording(40, 0))], { epoch: 'second', seq: 1 });
    await replica.close();
    await meddle(rowsName, (db) => db.table('blocks').put(block));
    const again = await open();
    expect(again.snapshot('recording').all.map((each) => each.id)).toEqual([id('recording', '40')]);
  });

  it('rows another version wrote are pulled again', async () => {
    const { feed, replica } = await filled();
    await replica.close();
    // A block of this very name and kind, sealed with the right key, but not as this version understands it.
    const seal = await sealWith(keyOf(7));
    await meddle(rowsName, async (db) => {
      const [block] = (await db.table('blocks').toArray()) as Stored[];
      const odd = [{ id: 'x', seq: 1, value: { from: 'a version nobody knows' } }];
      const place = `${rowsName}\nblock\nrecording\n${block?.id}`;
      await db.table('blocks').put({ id: block?.id, sealed: await seal.seal(odd, place) });
    });
    await expectRebuilt(feed);
  });
});

describe('another key than before', () => {
  it('throws the rows away and pulls them again', async () => {
    const { feed, replica } = await filled();
    await replica.close();
    const again = await open(keyOf(8));
    expect([size(again), again.durability()]).toEqual([0, 'stored']);
    await pull(feed, again);
    expect(size(again)).toBe(1_203);
  });

  it('keeps drafts aside, says so, lets the person go on, and takes them back with the old key', async () => {
    const before = await open();
    await before.drafts.putDraft(draft('1', 'Written first'));
    await before.drafts.putDraft(draft('2', 'Untouched'));
    await before.close();

    const other = await open(keyOf(8));
    await other.drafts.draft(draft().projectId);
    expect(other.draftsAside()).toBe(2);
    expect(await other.drafts.draft(draft('1').projectId)).toBeNull();
    await other.drafts.putDraft(draft('1', 'Written with the new key'));
    await other.close();
    await clearReplicas();

    const back = await open();
    expect(await back.drafts.draft(draft('2').projectId)).toEqual(draft('2', 'Untouched'));
    // Project 1 has a draft that is newer, and does not open now; the older one is here again.
    expect(await back.drafts.draft(draft('1').projectId)).toEqual(draft('1', 'Written first'));
    expect(back.draftsAside()).toBe(1);
    await back.close();
    const forward = await open(keyOf(8));
    expect(await forward.drafts.draft(draft('1').projectId)).toEqual(draft('1', 'Written with the new key'));
  });
});

describe('drafts', () => {
  it('in each other’s place do not open, and are kept aside', async () => {
    const before = await open();
    await before.drafts.putDraft(draft('1'));
    await before.drafts.putDraft(draft('2'));
    await before.close();
    await meddle(draftsName, async (db) => {
      const [one, two] = (await db.table('drafts').toArray()) as { projectId: string; sealed: Uint8Array }[];
      await db.table('drafts').bulkPut([
        { projectId: one?.projectId, sealed: two?.sealed },
        { projectId: two?.projectId, sealed: one?.sealed },
      ]);
    });
    const again = await open();
    expect(await again.drafts.draft(draft('1').projectId)).toBeNull();
    expect(again.draftsAside()).toBe(2);
  });

  it('are texts too: there after a restart, sealed, gone when emptied, set aside and taken back like the others', async () => {
    const place = `${id('recording', '1')}.0`;
    const before = await open();
    expect(await before.drafts.text(place)).toBe('');
    expect(await before.drafts.putText(place, 'The bystander said')).toBe(true);
    await before.drafts.putText(`${id('recording', '2')}.0`, 'Given up');
    await before.drafts.putText(`${id('recording', '2')}.0`, '');
    await before.close();
    await clearReplicas();
    await meddle(draftsName, async (db) => {
      const rows = (await db.table('texts').toArray()) as Stored[];
      expect(rows.map((row) => row.id)).toEqual([place]);
      expect(Buffer.from(rows[0]?.sealed ?? []).toString('latin1')).not.toContain('bystander');
    });
    const other = await open(keyOf(8));
    expect(await other.drafts.text(place)).toBe('');
    expect(other.draftsAside()).toBe(1);
    await other.close();
    const again = await open();
    expect(await again.drafts.text(place)).toBe('The bystander said');
    expect(again.draftsAside()).toBe(0);
    await again.drafts.putText(place, '');
    await again.close();
    await clearReplicas();
    expect(await Dexie.getDatabaseNames()).not.toContain(draftsName);
  });

  it('harmed under the open window are kept aside too', async () => {
    const replica = await open();
    await replica.drafts.putDraft(draft());
    await meddle(draftsName, (db) =>
      db
        .table('drafts')
        .toCollection()
        .modify({ sealed: new Uint8Array(40) }),
    );
    let told = 0;
    replica.subscribe(() => told++);
    expect(await replica.drafts.draft(draft().projectId)).toBeNull();
    expect([replica.draftsAside(), told]).toEqual([1, 1]);
  });

  it('said in the very turn of closing are kept', async () => {
    const replica = await open();
    const closing = replica.close();
    await Promise.resolve();
    await replica.drafts.putDraft(draft());
    await closing;
    expect(await (await open()).drafts.draft(draft().projectId)).toEqual(draft());
  });
});

describe('a closed replica', () => {
  it('has forgotten its rows and its key', async () => {
    const seal = await sealWith(keyOf(7));
    const replica = await openReplica(account, seal);
    await replica.whole;
    await replica.apply([change(1, recording(0, 0))], { epoch: 'first', seq: 1 });
    const closing = replica.close();
    expect(replica.snapshot('recording').all).toEqual([]);
    await closing;
    await expect(seal.seal('anything', 'anywhere')).rejects.toThrow('forgotten');
  });
});

describe('under an open window', () => {
  it('a database swept away is written anew with everything, not only with what came after', async () => {
    const { feed, replica } = await filled();
    await Dexie.delete(rowsName);
    feed.put('recording', { ...recording(5, 0), title: 'Came after' });
    await pull(feed, replica);
    await replica.close();
    const again = await open();
    expect([size(again), again.durability()]).toEqual([1_203, 'stored']);
    expect(again.snapshot('recording').byId.get(id('recording', '5'))?.title).toBe('Came after');
  });

  it('a harmed head is written anew with everything', async () => {
    const { feed, replica } = await filled();
    await meddle(rowsName, (db) =>
      db
        .table('head')
        .toCollection()
        .modify({ sealed: new Uint8Array(60) }),
    );
    feed.put('recording', { ...recording(5, 0), title: 'Came after' });
    await pull(feed, replica);
    await replica.close();
    expect(size(await open())).toBe(1_203);
  });

  it('a window that tidies up does not tear what another is adding at that moment', async () => {
    const seal = await sealWith(keyOf(7));
    const at = (seq: number) => ({ epoch: 'first', seq });
    const gate = Promise.withResolvers<null>();
    const tidy = await openRowStore(rowsName, seal);
    // Has read the head and is sealing the next one while the other writes everything anew.
    const slow = await openRowStore(rowsName, {
      ...seal,
      seal: async (value, place) => {
        if (place.endsWith('head')) await gate.promise;
        return seal.seal(value, place);
      },
    });
    const first = change(1, recording(1, 0));
    await tidy.add([first], { epoch: null, seq: 0 }, at(1));
    const adding = slow.add([change(2, recording(2, 0))], at(1), at(2));
    await new Promise((resolve) => setTimeout(resolve, 50));
    await tidy.replace([first], at(1));
    gate.resolve(null);
    expect(await adding).toBe('written');
    tidy.close();
    slow.close();
    const after = await open();
    expect([size(after), after.position()]).toEqual([2, at(2)]);
  });

  it('two windows write the same catalog, each at its own pace', async () => {
    const feed = createFeed();
    const [one, two] = [await open(), await open()];
    for (let round = 0; round < 30; round++) {
      for (let n = 0; n < 7; n++)
        feed.put('recording', { ...recording((round * 5 + n) % 60, 0), title: `Round ${round}` });
      if (round % 4 === 1) feed.remove('recording', id('recording', String(round)));
      if (round % 3 === 0) await Promise.all([pull(feed, one), pull(feed, two)]);
      else await pull(feed, round % 2 === 0 ? one : two);
    }
    await Promise.all([pull(feed, one), pull(feed, two)]);
    const truth = new Map(one.snapshot('recording').byId);
    expect(new Map(two.snapshot('recording').byId)).toEqual(truth);
    await Promise.all([one.close(), two.close()]);
    const third = await open();
    expect(new Map(third.snapshot('recording').byId)).toEqual(truth);
    expect(third.position().seq).toBe(feed.head());
  });
});
