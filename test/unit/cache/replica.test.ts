import 'fake-indexeddb/auto';
import { Dexie } from 'dexie';
import { afterEach, describe, expect, it } from 'vitest';
import { type Change, changeSchema } from '#common/contract/index.ts';
import type { Recording } from '#common/evidence/index.ts';
import {
  clearReplicas,
  openDexieStore,
  openReplica,
  plainCodec,
  type Replica,
  startSync,
} from '#renderer/cache/index.ts';
import { createFeed, type Feed } from '#test/support/change-feed.ts';
import { id, recording } from '#test/support/scripted-station/fixtures.ts';
import { placementsOf } from '#test/support/scripted-station/store.ts';

const agency = id('agency', 'department');
const account = id('account', 'rokafor');
const name = `plainview-${agency}`;
const opened: Replica[] = [];

async function open(
  ...rest: Parameters<typeof openReplica> extends [unknown, ...infer R] ? R : never
): Promise<Replica> {
  const replica = await openReplica(agency, ...rest);
  opened.push(replica);
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
  for (const replica of opened.splice(0)) replica.close();
  for (const database of await Dexie.getDatabaseNames()) await Dexie.delete(database);
});

describe('the replica of a catalog', () => {
  it('of an older Plainview keeps what it holds and learns where originals are', async () => {
    const tables = { recording: 'id', damaged: 'id', project: 'id', render: 'id', release: 'id' };
    const old = new Dexie(name);
    old.version(1).stores({ ...tables, meta: 'key', drafts: '[accountId+projectId], accountId' });
    await old.open();
    const kept = recording(1, 0);
    await old.table('recording').put({ id: kept.id, seq: 4, value: kept });
    await old.table('meta').put({ key: 'position', epoch: 'first', seq: 4 });
    old.close();
    const replica = await open();
    expect(titles(replica)).toEqual([kept.title]);
    expect(replica.position()).toEqual({ epoch: 'first', seq: 4 });
    const [placement] = placementsOf([kept]);
    if (placement === undefined) throw new Error('The recording has no placement.');
    await replica.apply([{ seq: 5, kind: 'placement', id: placement.id, value: placement }], {
      epoch: 'first',
      seq: 5,
    });
    replica.close();
    const again = await open();
    expect(again.durability()).toBe('stored');
    expect(again.snapshot('placement').all).toEqual([placement]);
  });

  it('is filled in pages of 500 and is there again after a restart, without asking for what it has', async () => {
    const feed = createFeed();
    fill(feed, 1_203);
    const first = await open();
    await pull(feed, first);
    expect(first.snapshot('recording').all).toHaveLength(1_203);
    expect(first.freshness()).toEqual({ state: 'current' });
    expect(feed.asked.map((ask) => ask.since)).toEqual([0, 500, 1_000]);
    first.close();

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
    replica.close();
    expect(titles(await open())).toEqual([recording(0, 0).title, 'Renamed']);
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
    replica.close();

    // Another window of the same browser is behind and writes what it just got.
    const store = await openDexieStore(name, plainCodec);
    await store.apply([change(4, old)], position(4));
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
    replica.close();
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

  it('forgets rows it cannot understand and pulls them again, keeping drafts', async () => {
    const feed = createFeed();
    fill(feed, 2);
    const replica = await open();
    await pull(feed, replica);
    await replica.drafts.putDraft(draft());
    replica.close();
    const raw = await new Dexie(name).open();
    await raw.table('recording').update(id('recording', '1'), { value: { from: 'a version nobody knows' } });
    raw.close();
    const again = await open();
    expect(again.durability()).toBe('stored');
    expect(again.snapshot('recording').all).toHaveLength(0);
    expect(again.position()).toEqual({ epoch: null, seq: 0 });
    expect(await again.drafts.drafts(account)).toEqual([draft()]);
    await pull(feed, again);
    expect(again.snapshot('recording').all).toHaveLength(2);
  });

  it('deletes a database that cannot be opened and makes it anew', async () => {
    const before = await open();
    await before.apply([change(1, recording(0, 0))], { epoch: 'first', seq: 1 });
    before.close();
    let attempts = 0;
    const replica = await open({
      open: (database, codec) =>
        ++attempts === 1 ? Promise.reject(new Error('harmed')) : openDexieStore(database, codec),
    });
    expect(replica.durability()).toBe('stored');
    expect(replica.snapshot('recording').all).toEqual([]);
    await replica.apply([change(1, recording(1, 0))], { epoch: 'first', seq: 1 });
    replica.close();
    expect(titles(await open())).toEqual([recording(1, 0).title]);
  });

  it('takes over a database that another version of the station left', async () => {
    const other = new Dexie(name);
    other.version(99).stores({ something: 'id' });
    await other.open();
    other.close();
    const replica = await open();
    await replica.apply([change(1, recording(0, 0))], { epoch: 'first', seq: 1 });
    replica.close();
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
    expect(await replica.drafts.draft(account, draft().projectId)).toEqual(draft());
  });

  it('goes on from memory, and says so, when the disk fills up', async () => {
    const feed = createFeed();
    fill(feed, 2);
    const replica = await open({
      open: async (database, codec) => ({
        ...(await openDexieStore(database, codec)),
        apply: () => Promise.reject(new DOMException('The disk is full.', 'QuotaExceededError')),
      }),
    });
    await pull(feed, replica);
    expect(replica.durability()).toBe('memory');
    expect(replica.snapshot('recording').all).toHaveLength(2);
    expect(replica.freshness()).toEqual({ state: 'current' });
  });

  it('writes values only through the codec', async () => {
    const feed = createFeed();
    fill(feed, 1);
    const codec = {
      enclose: (value: unknown) => Promise.resolve(btoa(JSON.stringify(value))),
      disclose: (stored: unknown) => Promise.resolve(JSON.parse(atob(stored as string)) as unknown),
    };
    const replica = await open({ codec });
    await pull(feed, replica);
    await replica.drafts.putDraft(draft());
    replica.close();
    const raw = await new Dexie(name).open();
    const rows = await Promise.all(raw.tables.map((table) => table.toArray()));
    raw.close();
    const text = JSON.stringify(rows);
    expect(text).not.toContain(recording(0, 0).title);
    expect(text).not.toContain('Face');
    const again = await open({ codec });
    expect(titles(again)).toEqual([recording(0, 0).title]);
    expect(await again.drafts.drafts(account)).toEqual([draft()]);
  });
});

describe('drafts', () => {
  it('belong to the person who made them', async () => {
    const replica = await open();
    await replica.drafts.putDraft(draft());
    expect(await replica.drafts.draft(id('account', 'somebody-else'), draft().projectId)).toBeNull();
    expect(await replica.drafts.drafts(id('account', 'somebody-else'))).toEqual([]);
    await replica.drafts.removeDraft(account, draft().projectId);
    expect(await replica.drafts.drafts(account)).toEqual([]);
  });
});

describe('clearing when nobody is signed in', () => {
  it('deletes replicas, keeping only drafts nobody has acknowledged', async () => {
    const feed = createFeed();
    fill(feed, 3);
    const replica = await open();
    await pull(feed, replica);
    replica.close();
    await clearReplicas();
    expect(await Dexie.getDatabaseNames()).toEqual([]);

    const withDraft = await open();
    await pull(feed, withDraft);
    await withDraft.drafts.putDraft(draft());
    withDraft.close();
    await clearReplicas();
    const after = await open();
    expect(after.snapshot('recording').all).toEqual([]);
    expect(await after.drafts.drafts(account)).toEqual([draft()]);
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

function draft() {
  return {
    projectId: id('project', '1'),
    accountId: account,
    baseVersion: 3,
    edits: [
      {
        kind: 'put-track' as const,
        at: 0,
        track: {
          id: id('track', '1'),
          name: 'Face',
          style: { kind: 'solid' as const },
          range: { first: 0, last: 9 },
          keyframes: [{ frame: 0, box: { x: 1, y: 2, width: 3, height: 4 } }],
        },
      },
    ],
    savedAt: 1_700_000_000_000,
  };
}
