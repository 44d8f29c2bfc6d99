import 'fake-indexeddb/auto';
import { Dexie } from 'dexie';
import { afterEach, describe, expect, it } from 'vitest';
import { type Change, changeSchema } from '#common/contract/index.ts';
import type { Recording } from '#common/evidence/index.ts';
import { clearReplicas, openReplica, openRowStore, type Replica, sealWith, startSync } from '#renderer/cache/index.ts';
import { createFeed, type Feed } from '#test/support/change-feed.ts';
import { draft } from '#test/support/drafts.ts';
import { id, recording } from '#test/support/scripted-station/fixtures.ts';
import { placementsOf } from '#test/support/scripted-station/store.ts';

const account = id('account', 'rokafor');
const rowsName = `plainview-rows-${account}`;
const key = Buffer.alloc(32, 7).toString('base64');
const opened: Replica[] = [];

async function open(options: Parameters<typeof openReplica>[2] = {}): Promise<Replica> {
  const replica = await openReplica(account, await sealWith(key), options);
  opened.push(replica);
  await replica.whole;
  return replica;
}

/** Pulls until there is nothing more, as a window that was just opened does. */
async function pull(feed: Feed, replica: Replica): Promise<void> {
  const sync = startSync(feed.client, replica);
  await sync.idle();
  sync.stop();
}

const change = (seq: number, value: Recording): Change =>
  changeSchema.parse({ seq, kind: 'recording', id: value.id, value });

function fill(feed: Feed, count: number): void {
  for (let n = 0; n < count; n++) feed.put('recording', recording(n, 0));
}

const titles = (replica: Replica): string[] => replica.snapshot('recording').all.map((each) => each.title);

afterEach(async () => {
  for (const replica of opened.splice(0)) await replica.close();
  for (const database of await Dexie.getDatabaseNames()) await Dexie.delete(database);
});

describe('the replica of a catalog', () => {
  it('holds where originals are beside everything else', async () => {
    const [placement] = placementsOf([recording(1, 0)]);
    if (placement === undefined) throw new Error('The recording has no placement.');
    const feed = createFeed();
    fill(feed, 3);
    feed.put('placement', placement);
    const replica = await open();
    await pull(feed, replica);
    await replica.close();
    const again = await open();
    expect(again.snapshot('placement').all).toEqual([placement]);
    expect(again.snapshot('recording').all).toHaveLength(3);
  });

  it('is filled in pages of 500 and is there again after a restart, without asking for what it has', async () => {
    const feed = createFeed();
    fill(feed, 1_203);
    const first = await open();
    await pull(feed, first);
    expect(first.snapshot('recording').all).toHaveLength(1_203);
    expect(first.freshness()).toEqual({ state: 'current' });
    expect(feed.asked.map((ask) => ask.since)).toEqual([0, 500, 1_000]);
    await first.close();

    const second = await open();
    expect(second.snapshot('recording').all).toHaveLength(1_203);
    expect(second.snapshot('recording').byId.get(id('recording', '7'))).toEqual(recording(7, 0));
    await pull(feed, second);
    expect(feed.asked.at(-1)).toEqual({ since: 1_203, limit: 500 });
  });

  it('follows changes and deletions that are told of while it is open', async () => {
    const feed = createFeed();
    fill(feed, 3);
    const replica = await open();
    const sync = startSync(feed.client, replica);
    await sync.idle();
    let told = 0;
    const before = replica.snapshot('recording');
    replica.subscribe(() => told++);
    feed.put('recording', { ...recording(1, 0), title: 'Renamed' });
    feed.remove('recording', id('recording', '2'));
    feed.tellHead();
    await sync.idle();
    expect(told).toBeGreaterThan(0);
    expect(replica.snapshot('recording')).not.toBe(before);
    expect(titles(replica)).toEqual([recording(0, 0).title, 'Renamed']);
    expect(replica.snapshot('recording')).toBe(replica.snapshot('recording'));
    sync.stop();
    await replica.close();
    expect(titles(await open()).sort()).toEqual(['Renamed', recording(0, 0).title].sort());
  });

  it('does not pull twice at once, and pulls again when told during a pull', async () => {
    const feed = createFeed();
    const replica = await open();
    feed.hold(true);
    const sync = startSync(feed.client, replica);
    fill(feed, 1);
    for (let n = 0; n < 10; n++) feed.tellHead();
    feed.hold(false);
    await sync.idle();
    expect(feed.asked.length).toBeLessThanOrEqual(2);
    expect(replica.snapshot('recording').all).toHaveLength(1);
    sync.stop();
  });

  it('pulls again when the connection comes back, and says so while it is away', async () => {
    const feed = createFeed();
    fill(feed, 1);
    const replica = await open();
    const sync = startSync(feed.client, replica);
    await sync.idle();
    feed.failWith = new Error('away');
    feed.tellHead();
    feed.put('recording', recording(5, 0));
    feed.tellHead();
    await sync.idle();
    expect(replica.freshness().state).toBe('behind');
    expect(replica.snapshot('recording').all).toHaveLength(1);
    feed.failWith = null;
    feed.setConnection({ state: 'open' });
    await sync.idle();
    expect(replica.freshness()).toEqual({ state: 'current' });
    expect(replica.snapshot('recording').all).toHaveLength(2);
    sync.stop();
  });

  it('ignores a page that comes late: older changes never overwrite newer ones, in memory or on disk', async () => {
    const replica = await open();
    const old = { ...recording(1, 0), title: 'Old' };
    const recent = { ...recording(1, 0), title: 'Recent' };
    const position = (seq: number) => ({ epoch: 'first', seq });
    await replica.apply([change(9, recent)], position(9));
    await replica.apply([change(4, old)], position(9));
    expect(titles(replica)).toEqual(['Recent']);
    await replica.close();

    // Another window of the same browser is behind and writes what it just got.
    const store = await openRowStore(rowsName, await sealWith(key));
    expect(await store.add([change(4, old)], position(3), position(4))).toBe('written');
    store.close();
    const again = await open();
    expect(titles(again)).toEqual(['Recent']);
    expect(again.position()).toEqual(position(9));
  });

  it('starts over when the catalog is another one', async () => {
    const feed = createFeed();
    fill(feed, 5);
    const replica = await open();
    await pull(feed, replica);
    // The other one is longer: only its name tells it apart.
    feed.restart('second');
    for (let n = 40; n < 50; n++) feed.put('recording', recording(n, 0));
    const others = Array.from({ length: 10 }, (_, n) => recording(40 + n, 0).title).sort();
    await pull(feed, replica);
    expect(titles(replica).sort()).toEqual(others);
    expect(replica.position()).toEqual({ epoch: 'second', seq: 10 });
    await replica.close();
    expect(titles(await open()).sort()).toEqual(others);
  });

  it('starts over when the catalog was put back from an older copy', async () => {
    const feed = createFeed();
    fill(feed, 5);
    const replica = await open();
    await pull(feed, replica);
    feed.rewindTo(2);
    await pull(feed, replica);
    expect(replica.snapshot('recording').all).toHaveLength(2);
    expect(replica.position()).toEqual({ epoch: 'first', seq: 2 });
  });

  it('deletes a database that cannot be opened and makes it anew', async () => {
    const before = await open();
    await before.apply([change(1, recording(0, 0))], { epoch: 'first', seq: 1 });
    await before.close();
    let attempts = 0;
    const replica = await open({
      open: (database, seal) => (++attempts <= 2 ? Promise.reject(new Error('harmed')) : openRowStore(database, seal)),
    });
    expect(replica.durability()).toBe('stored');
    expect(replica.snapshot('recording').all).toEqual([]);
    await replica.apply([change(1, recording(1, 0))], { epoch: 'first', seq: 1 });
    await replica.close();
    expect(titles(await open())).toEqual([recording(1, 0).title]);
  });

  it('takes over a database that another version of the station left', async () => {
    const other = new Dexie(rowsName);
    other.version(99).stores({ something: 'id' });
    await other.open();
    other.close();
    const replica = await open();
    await replica.apply([change(1, recording(0, 0))], { epoch: 'first', seq: 1 });
    await replica.close();
    expect((await open()).snapshot('recording').all).toHaveLength(1);
  });

  it('works from memory where nothing can be stored', async () => {
    const feed = createFeed();
    fill(feed, 4);
    const replica = await open({ open: () => Promise.reject(new Error('storage is switched off')) });
    expect(replica.durability()).toBe('memory');
    await pull(feed, replica);
    expect(replica.snapshot('recording').all).toHaveLength(4);
    await replica.drafts.putDraft(draft());
    expect(await replica.drafts.draft(draft().projectId)).toEqual(draft());
  });

  it('goes on from memory, says so, and makes room for drafts when the disk fills up', async () => {
    const feed = createFeed();
    fill(feed, 2);
    const full = () => Promise.reject(new DOMException('The disk is full.', 'QuotaExceededError'));
    const replica = await open({
      open: async (database, seal) => ({ ...(await openRowStore(database, seal)), add: full, replace: full }),
    });
    let told = 0;
    replica.subscribe(() => {
      if (replica.durability() === 'memory') told++;
    });
    await pull(feed, replica);
    expect(replica.durability()).toBe('memory');
    expect(told).toBeGreaterThan(0);
    expect(replica.snapshot('recording').all).toHaveLength(2);
    expect(replica.freshness()).toEqual({ state: 'current' });
    expect(await Dexie.getDatabaseNames()).not.toContain(rowsName);
    await replica.drafts.putDraft(draft());
    await replica.close();
    expect(await (await open()).drafts.draft(draft().projectId)).toEqual(draft());
  });

  it('puts many small pages together, and loses none', async () => {
    const replica = await open();
    const at = (seq: number) => ({ epoch: 'first', seq });
    for (let seq = 1; seq <= 130; seq++) {
      await replica.apply([change(seq, { ...recording(seq % 50, 0), title: `Title ${seq}` })], at(seq));
    }
    await replica.close();
    const raw = await new Dexie(rowsName).open();
    expect(await raw.table('blocks').count()).toBeLessThan(20);
    raw.close();
    const again = await open();
    expect(again.position()).toEqual(at(130));
    expect(titles(again).sort()).toEqual(Array.from({ length: 50 }, (_, n) => `Title ${n + 81}`).sort());
  });
});

describe('clearing when nobody is signed in', () => {
  it('deletes replicas, keeping only drafts nobody has acknowledged', async () => {
    const feed = createFeed();
    fill(feed, 3);
    const replica = await open();
    await pull(feed, replica);
    await replica.close();
    await clearReplicas();
    expect(await Dexie.getDatabaseNames()).toEqual([]);

    const withDraft = await open();
    await pull(feed, withDraft);
    await withDraft.drafts.putDraft(draft());
    await withDraft.close();
    await clearReplicas();
    expect(await Dexie.getDatabaseNames()).toEqual([`plainview-drafts-${account}`]);
    const after = await open();
    expect(after.snapshot('recording').all).toEqual([]);
    expect(await after.drafts.draft(draft().projectId)).toEqual(draft());
  });

  it('deletes what an earlier version wrote in clear, and other people’s rows, while somebody is signed in', async () => {
    const unsealed = new Dexie(`plainview-${id('agency', 'department')}`);
    unsealed.version(1).stores({ recording: 'id', drafts: '[accountId+projectId], accountId' });
    await unsealed.table('recording').put({ id: 'x', seq: 1, value: { title: 'In clear' } });
    unsealed.close();
    const other = await openReplica(id('account', 'somebody-else'), await sealWith(key));
    await other.close();
    const mine = await open();
    await mine.apply([change(1, recording(0, 0))], { epoch: 'first', seq: 1 });
    await clearReplicas(account);
    expect([...(await Dexie.getDatabaseNames())].sort()).toEqual([`plainview-drafts-${account}`, rowsName]);
    await mine.close();
    expect(titles(await open())).toEqual([recording(0, 0).title]);
  });

  it('leaves other databases alone', async () => {
    const other = new Dexie('somebody-elses');
    other.version(1).stores({ things: 'id' });
    await other.open();
    other.close();
    await clearReplicas();
    expect(await Dexie.getDatabaseNames()).toEqual(['somebody-elses']);
  });
});
