import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { headKey, logKey } from '#core/cloud/feed/log-format.ts';
import { handClock } from '#test/support/catalog.ts';
import { type FeedStation, logOf, openFeedStation, tracing } from '#test/support/feed-bench.ts';
import { createMemoryStore, type MemoryStore, unreachable } from '#test/support/memory-store.ts';

let store: MemoryStore;
let desk: FeedStation;
let annex: FeedStation;

beforeEach(async () => {
  store = createMemoryStore();
  desk = await openFeedStation(store, { name: 'Desk' });
  annex = await openFeedStation(store, { name: 'Annex' });
  await desk.feed.poke();
  await annex.feed.poke();
});
afterEach(async () => {
  await desk[Symbol.asyncDispose]();
  await annex[Symbol.asyncDispose]();
});

async function asked(work: () => Promise<void>): Promise<readonly string[]> {
  const before = store.asked.length;
  await work();
  return store.asked.slice(before).map(({ what, key }) => `${what} ${key}`);
}

describe('what one station says', () => {
  it('is taken in by the other once, in its order, and is in its audit log with where it came from', async () => {
    await desk.say('one', 'two');
    await desk.say('three');
    await desk.feed.poke();
    for (let looks = 0; looks < 3; looks++) await annex.feed.poke();
    expect(annex.handler.seen).toEqual(['"one"', '"two"', '"three"']);
    const writer = await desk.writer();
    expect((await annex.events('store.changed')).map(({ change }) => change)).toEqual([
      `${writer} 1 "one"`,
      `${writer} 1 "two"`,
      `${writer} 1 "three"`,
    ]);
    expect(desk.handler.seen).toEqual([]);
    expect([desk.feed.state().error, annex.feed.state().error]).toEqual([null, null]);
  });

  it('is only bytes to whoever runs the store', async () => {
    await desk.say('Case 26-1187');
    await desk.feed.poke();
    const writer = await desk.writer();
    expect([...store.objects.keys()].sort()).toEqual([headKey(writer), logKey(writer, 1)]);
    const all = Buffer.concat([...store.objects.values()].map(({ bytes }) => bytes)).toString('latin1');
    for (const word of ['Case', '1187', 'Desk', 'plainview']) expect([word, all.includes(word)]).toEqual([word, false]);
  });

  it('comes by itself, without anybody asking', async () => {
    desk.feed.start();
    await desk.say('by itself');
    for (let waited = 0; waited < 100 && !store.objects.has(headKey(await desk.writer())); waited++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await annex.feed.poke();
    expect(await annex.taken()).toEqual(['"by itself"']);
  });

  it('is later than what its station has seen of others, and what it changes', async () => {
    annex.clock.time += 50 * 60_000;
    await annex.say('ahead');
    await annex.feed.poke();
    await desk.feed.poke();
    const [ahead] = await annex.catalog.logs.objects(0, 1);
    expect(ahead).toBeDefined();
    const before = desk.catalog.logs.time();
    await desk.say('after it');
    await desk.restart();
    expect(desk.catalog.logs.time() > before).toBe(true);
    expect(Number.parseInt(before.slice(0, 12), 16)).toBe(annex.clock.time);
  });
});

describe('a look', () => {
  it('costs one request when nobody said anything', async () => {
    await desk.say('one');
    for (let looks = 0; looks < 3; looks++) {
      await desk.feed.poke();
      await annex.feed.poke();
    }
    expect(await asked(() => annex.feed.poke())).toEqual(['list heads/']);
    expect(await asked(() => desk.feed.poke())).toEqual(['list heads/']);
  });

  it('does not bring all stations to tell each other how far they have read', async () => {
    await desk.say('one');
    await annex.say('two');
    for (let looks = 0; looks < 3; looks++) {
      await desk.feed.poke();
      await annex.feed.poke();
    }
    const again = await asked(async () => {
      await desk.feed.poke();
      await annex.feed.poke();
    });
    expect(again).toEqual(['list heads/', 'list heads/']);
  });

  it('that fails says so, and the next one makes up for it', async () => {
    store.fault = () => {
      throw unreachable();
    };
    await desk.say('one');
    await desk.feed.poke();
    expect(desk.feed.state()).toMatchObject({ error: { code: 'store-unreachable' } });
    expect(desk.feed.state().retryAt).toBeGreaterThan(desk.clock.time);
    store.fault = null;
    await desk.feed.poke();
    await annex.feed.poke();
    expect(desk.feed.state()).toMatchObject({ error: null, retryAt: null });
    expect(await annex.taken()).toEqual(['"one"']);
  });
});

describe('a new station', () => {
  it('takes in 5,000 objects of one log with fewer than a hundred requests', async () => {
    const bodies = Array.from({ length: 5_000 }, (_, index) => String(index));
    const writer = 'w'.repeat(26);
    logOf(store, writer).append(bodies);
    const requests = await asked(() => annex.feed.poke());
    expect(annex.handler.seen).toEqual(bodies.map((body) => `"${body}"`));
    expect(requests.length).toBeLessThan(100);
    expect((await annex.catalog.logs.positions())[0]?.position.seq).toBe(5_000);
    expect(await asked(() => annex.feed.poke())).toEqual(['list heads/']);
  }, 120_000);

  it('does without checkpoints that were never put', async () => {
    const writer = 'w'.repeat(26);
    logOf(store, writer).append(Array.from({ length: 130 }, (_, index) => String(index)));
    for (const key of store.objects.keys()) if (key.startsWith('checkpoints/')) store.objects.delete(key);
    await annex.feed.poke();
    expect(await annex.taken()).toHaveLength(130);
    expect(await annex.troubles()).toEqual([]);
  });

  it('reads what a station wrote that put more than two checkpoints', async () => {
    for (let said = 0; said < 140; said++) {
      await desk.say(String(said));
      await desk.feed.poke();
    }
    expect([...store.objects.keys()].filter((key) => key.startsWith('checkpoints/'))).toHaveLength(2);
    expect(await desk.catalog.logs.objects(0, 1_000)).toHaveLength(140 - 128);
    const requests = await asked(() => annex.feed.poke());
    expect(await annex.taken()).toHaveLength(140);
    expect(requests.length).toBeLessThan(20);
  }, 60_000);
});

describe('whoever takes in', () => {
  it('sees with each entry what the one before changed, or gets all of a kind at once', async () => {
    await desk.say('a', 'b', 'c');
    await desk.feed.poke();
    const asMany = async (): Promise<string> => String((await annex.taken()).length);
    await annex.restart({
      handlers: [
        {
          kind: 'operation',
          apply: async () => ({ writes: [{ put: 'watched-folder', location: await asMany() }], events: [] }),
        },
      ],
    });
    await annex.feed.poke();
    expect(await annex.taken()).toEqual(['0', '1', '2']);

    const runs: (readonly unknown[])[] = [];
    const other = await openFeedStation(store, {
      name: 'Other',
      handlers: [
        {
          kind: 'operation',
          apply: () => Promise.reject(new Error('One by one is not asked for.')),
          applyAll: (entries) => {
            runs.push(entries.map(({ body }) => body));
            return Promise.resolve({ writes: [], events: [] });
          },
        },
      ],
    });
    await other.feed.poke();
    expect(runs).toEqual([['a', 'b', 'c']]);
    await other[Symbol.asyncDispose]();
  });
});

describe('an entry that nobody understands', () => {
  it('is kept, and applied when somebody does', async () => {
    await annex.restart({ handlers: [] });
    await desk.say('one', 'two');
    await desk.feed.poke();
    await annex.feed.poke();
    expect(await annex.taken()).toEqual([]);
    expect(await annex.catalog.logs.kept('operation', 10)).toHaveLength(2);
    const understands = tracing();
    await annex.restart({ handlers: [understands] });
    await annex.feed.poke();
    await annex.feed.poke();
    expect(understands.seen).toEqual(['"one"', '"two"']);
    expect(await annex.catalog.logs.kept('operation', 10)).toEqual([]);
  });
});

describe('another writer with a clock far ahead', () => {
  it('is taken in and named, does not take our clock along, and is let off when its clock is right', async () => {
    const ahead = await openFeedStation(store, {
      name: 'Cruiser 12',
      clock: handClock(desk.clock.time + 3 * 86_400_000),
    });
    await ahead.feed.poke();
    await ahead.say('from the future');
    await ahead.feed.poke();
    await desk.feed.poke();
    expect(await desk.taken()).toEqual(['"from the future"']);
    const [trouble] = await desk.catalog.logs.troubles();
    expect(trouble).toMatchObject({ kind: 'clock-ahead', writerName: 'Cruiser 12', since: desk.clock.time });
    expect(trouble?.words).toContain('Cruiser 12');
    expect(Number.parseInt(desk.catalog.logs.time().slice(0, 12), 16)).toBe(desk.clock.time);
    const [told] = await ahead.catalog.logs.objects(0, 1);
    expect(told).toBeDefined();

    // Its clock is put right, and its own logical time stays ahead until the wall gets there; then it is believed again.
    desk.clock.time += 4 * 86_400_000;
    await ahead.say('now');
    await ahead.feed.poke();
    await desk.feed.poke();
    expect(await desk.troubles()).toEqual([]);
    await ahead[Symbol.asyncDispose]();
  });
});
