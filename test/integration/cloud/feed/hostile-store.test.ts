import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkpointKey, headKey, logKey } from '#core/cloud/feed/log-format.ts';
import { type FeedStation, logOf, openFeedStation, type WrittenLog } from '#test/support/feed-bench.ts';
import { createMemoryStore, type MemoryStore } from '#test/support/memory-store.ts';

const annex = 'a'.repeat(26);
const cruiser = 'c'.repeat(26);

let store: MemoryStore;
let desk: FeedStation;
let ofAnnex: WrittenLog;
let ofCruiser: WrittenLog;

beforeEach(async () => {
  store = createMemoryStore();
  ofAnnex = logOf(store, annex, 'Annex');
  ofCruiser = logOf(store, cruiser, 'Cruiser');
  desk = await openFeedStation(store, { name: 'Desk' });
});
afterEach(() => desk[Symbol.asyncDispose]());

const bodies = (count: number, from = 0): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${from + index}`);

function bytesOf(key: string): Uint8Array {
  const kept = store.objects.get(key);
  if (kept === undefined) throw new Error(`${key} is not there.`);
  return kept.bytes;
}
function put(key: string, bytes: Uint8Array): void {
  store.objects.set(key, { bytes, modifiedAt: 0, retainUntil: null });
}
/** All objects of the store as they are now; gives what brings them back. */
function snapshot(): () => void {
  const before = new Map(store.objects);
  return () => {
    store.objects.clear();
    for (const [key, kept] of before) store.objects.set(key, kept);
  };
}
/** Two looks: what is seen once may be a share that lags behind. */
async function look(): Promise<void> {
  await desk.feed.poke();
  await desk.feed.poke();
}

/** What whoever runs the store does, and how it is named. Ten objects were taken in; the log has twenty by then. */
const tricks: readonly (readonly [string, string, string, () => void])[] = [
  [
    'a bit of an object is changed',
    'changed',
    logKey(annex, 15),
    () => {
      const bytes = Uint8Array.from(bytesOf(logKey(annex, 15)));
      bytes[60] = (bytes[60] ?? 0) ^ 1;
      put(logKey(annex, 15), bytes);
    },
  ],
  [
    'an object is cut off',
    'truncated',
    logKey(annex, 15),
    () => put(logKey(annex, 15), bytesOf(logKey(annex, 15)).slice(0, -1)),
  ],
  ['an object is emptied', 'truncated', logKey(annex, 15), () => put(logKey(annex, 15), new Uint8Array(0))],
  [
    'an object is made longer',
    'changed',
    logKey(annex, 15),
    () => put(logKey(annex, 15), Buffer.concat([bytesOf(logKey(annex, 15)), Buffer.from('x')])),
  ],
  [
    'two objects of a log are swapped',
    'swapped',
    logKey(annex, 15),
    () => {
      const [one, other] = [bytesOf(logKey(annex, 15)), bytesOf(logKey(annex, 16))];
      put(logKey(annex, 15), other);
      put(logKey(annex, 16), one);
    },
  ],
  [
    'an object lies where that of another writer was',
    'swapped',
    logKey(annex, 15),
    () => put(logKey(annex, 15), bytesOf(logKey(cruiser, 1))),
  ],
  [
    'an older object is shown again in the place of a new one',
    'swapped',
    logKey(annex, 11),
    () => put(logKey(annex, 11), bytesOf(logKey(annex, 10))),
  ],
  ['an object is gone', 'missing', logKey(annex, 15), () => void store.objects.delete(logKey(annex, 15))],
  [
    'a head is changed',
    'changed',
    headKey(annex),
    () =>
      put(
        headKey(annex),
        Uint8Array.from(bytesOf(headKey(annex)), (byte, at) => (at === 50 ? byte ^ 1 : byte)),
      ),
  ],
  ['a head is cut off', 'truncated', headKey(annex), () => put(headKey(annex), bytesOf(headKey(annex)).slice(0, 40))],
  [
    'the heads of two writers are swapped',
    'swapped',
    headKey(annex),
    () => put(headKey(annex), bytesOf(headKey(cruiser))),
  ],
  ['a head is gone', 'missing', headKey(annex), () => void store.objects.delete(headKey(annex))],
];

async function said(what: readonly string[]): Promise<void> {
  expect(await desk.taken()).toEqual(expect.arrayContaining(what.map((body) => `"${body}"`)));
}

describe('a store whose operator is hostile', () => {
  beforeEach(async () => {
    ofAnnex.append(bodies(10));
    ofCruiser.append(['c0']);
    await look();
    ofAnnex.append(bodies(10, 10));
  });

  it.each(tricks)('is found out when %s: %s', async (_what, kind, object, trick) => {
    const good = snapshot();
    trick();
    const found = [`${kind} ${object}`];
    await desk.feed.poke();
    expect(await desk.troubles()).toEqual([]);
    await desk.feed.poke();
    expect(await desk.troubles()).toEqual(found);
    const [trouble] = await desk.catalog.logs.troubles();
    expect(trouble).toMatchObject({ writer: annex, writerName: 'Annex', since: desk.clock.time });
    expect(trouble?.words).toContain('Annex');

    // It is told once, also over a restart; nothing is undone, and everybody else is read on.
    ofCruiser.append(['c1']);
    await look();
    await desk.restart();
    await look();
    expect(await desk.troubles()).toEqual(found);
    expect(await desk.events('store.trouble')).toHaveLength(1);
    await said([...bodies(10), 'c0', 'c1']);

    // What is right again is read on from where it stopped, and is no trouble any more.
    const others = [...store.objects].filter(([key]) => key.includes(cruiser));
    good();
    for (const [key, kept] of others) store.objects.set(key, kept);
    await look();
    expect(await desk.troubles()).toEqual([]);
    expect(await desk.events('store.trouble-over')).toEqual([{ kind: 'store.trouble-over', trouble: kind, object }]);
    await said(bodies(20));
  });

  it('is found out when it shows an old head again', async () => {
    const old = bytesOf(headKey(annex));
    ofAnnex.append(['20']);
    await look();
    const fresh = bytesOf(headKey(annex));
    put(headKey(annex), old);
    await look();
    expect(await desk.troubles()).toEqual([`replayed ${headKey(annex)}`]);
    put(headKey(annex), fresh);
    await look();
    expect(await desk.troubles()).toEqual([]);
  });

  it('is found out when it rolls a whole log back', async () => {
    const old = snapshot();
    ofAnnex.append(['20']);
    await look();
    const fresh = snapshot();
    old();
    await look();
    expect(await desk.troubles()).toEqual([`rolled-back ${headKey(annex)}`]);
    await said(bodies(21));
    fresh();
    await look();
    expect(await desk.troubles()).toEqual([]);
  });

  it('is found out when it lets a log go on in two ways', async () => {
    const other = ofAnnex.branch();
    ofAnnex.append(['ours', 'too']);
    await look();
    const fresh = snapshot();
    other.append(['theirs', 'as well']);
    await look();
    expect(await desk.troubles()).toEqual([`forked ${logKey(annex, 22)}`]);
    other.append(['more']);
    await look();
    expect(await desk.troubles()).toEqual([`forked ${logKey(annex, 22)}`, `forked ${logKey(annex, 23)}`]);
    await said([...bodies(20), 'ours', 'too']);
    expect(await desk.taken()).not.toContain('"more"');
    fresh();
    await look();
    expect(await desk.troubles()).toEqual([]);
  });

  it('is found out when the end that a head tells of is not the end that is there', async () => {
    const other = ofAnnex.branch();
    ofAnnex.append(['ours']);
    const ours = bytesOf(logKey(annex, 21));
    other.append(['theirs']);
    put(logKey(annex, 21), ours);
    await look();
    expect(await desk.troubles()).toEqual([`forked ${logKey(annex, 21)}`]);
    await said(bodies(20));
    expect(await desk.taken()).not.toContain('"ours"');
  });

  it('is found out by what another station has read, when it shows a new one an old log', async () => {
    const old = snapshot();
    ofAnnex.append(['20']);
    const seen = { [annex]: ofAnnex.end() };
    const fresh = snapshot();
    old();
    ofCruiser.append(['c1'], seen);
    const late = await openFeedStation(store, { name: 'Late' });
    for (let looks = 0; looks < 3; looks++) await late.feed.poke();
    expect(await late.troubles()).toEqual([`rolled-back ${headKey(annex)}`]);

    const others = [...store.objects].filter(([key]) => key.includes(cruiser));
    fresh();
    for (const [key, kept] of others) store.objects.set(key, kept);
    for (let looks = 0; looks < 3; looks++) await late.feed.poke();
    expect(await late.troubles()).toEqual([]);
    expect(await late.taken()).toContain('"20"');

    // Another station was shown another log under the same name.
    ofCruiser.append(['c2'], { [annex]: { seq: 5, hash: 'e'.repeat(64) } });
    for (let looks = 0; looks < 3; looks++) await late.feed.poke();
    expect(await late.troubles()).toEqual([`forked ${logKey(annex, 5)}`]);
    await late[Symbol.asyncDispose]();
  });

  it('cannot do with a checkpoint what it cannot do with the log: it is named, and the objects are read', async () => {
    ofAnnex.append(bodies(110, 20));
    const key = checkpointKey(annex, 2);
    const good = bytesOf(key);
    for (const [bytes, kind] of [
      [good.slice(0, -1), 'truncated'],
      [Uint8Array.from(good, (byte, at) => (at === 5_000 ? byte ^ 1 : byte)), 'changed'],
      [bytesOf(checkpointKey(annex, 1)), 'changed'],
    ] as const) {
      put(key, bytes);
      const fresh = await openFeedStation(store, { name: 'Fresh' });
      await fresh.feed.poke();
      expect(await fresh.troubles()).toEqual([`${kind} ${key}`]);
      expect(await fresh.taken()).toHaveLength(131);
      await fresh.feed.poke();
      expect(await fresh.troubles()).toEqual([`${kind} ${key}`]);
      put(key, good);
      await fresh.feed.poke();
      expect(await fresh.troubles()).toEqual([]);
      await fresh[Symbol.asyncDispose]();
    }
  });

  it('cannot take our own log from us: what it did is named and put right', async () => {
    await desk.say('one');
    await desk.feed.poke();
    await desk.say('two');
    const own = headKey(await desk.writer());
    const old = bytesOf(own);
    await desk.feed.poke();
    await desk.feed.poke();
    const fresh = bytesOf(own);
    for (const [trick, kind] of [
      [() => put(own, old), 'replayed'],
      [() => put(own, fresh.slice(0, 20)), 'truncated'],
      [() => put(own, bytesOf(headKey(annex))), 'swapped'],
      [() => void store.objects.delete(own), 'missing'],
    ] as const) {
      trick();
      await desk.feed.poke();
      expect((await desk.events('store.trouble')).at(-1)).toMatchObject({ trouble: kind, object: own });
      await desk.feed.poke();
      expect(await desk.troubles()).toEqual([]);
      const late = await openFeedStation(store, { name: 'Late' });
      await late.feed.poke();
      expect(await late.taken()).toEqual(expect.arrayContaining(['"one"', '"two"']));
      await late[Symbol.asyncDispose]();
    }
    expect(await desk.events('store.log-forked')).toEqual([]);
  });

  it('that damages one writer leaves the others alone, also when a handler fails for one of them', async () => {
    const failing = await openFeedStation(store, {
      name: 'Failing',
      handlers: [
        {
          kind: 'operation',
          apply: (entry, { writer }) =>
            writer === annex
              ? Promise.reject(new Error('This one cannot be taken in.'))
              : Promise.resolve({
                  writes: [{ put: 'watched-folder', location: JSON.stringify(entry.body) }],
                  events: [],
                }),
        },
      ],
    });
    await failing.feed.poke();
    expect(await failing.taken()).toEqual(['"c0"']);
    expect(failing.feed.state()).toMatchObject({ error: { family: 'bug' }, retryAt: null });
    ofCruiser.append(['c1']);
    await failing.feed.poke();
    expect(await failing.taken()).toEqual(['"c0"', '"c1"']);
    await failing[Symbol.asyncDispose]();
  });
});
