import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { headKey } from '#core/cloud/feed/log-format.ts';
import { type FeedStation, openFeedStation } from '#test/support/feed-bench.ts';
import { createMemoryStore, type MemoryStore, unreachable } from '#test/support/memory-store.ts';

let store: MemoryStore;
const stations: FeedStation[] = [];
const folders: string[] = [];

beforeEach(() => {
  store = createMemoryStore();
});
afterEach(async () => {
  for (const station of stations.splice(0)) await station[Symbol.asyncDispose]();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function station(name: string, copyOf?: string): Promise<FeedStation> {
  const opened = await openFeedStation(store, { name, ...(copyOf === undefined ? {} : { copyOf }) });
  stations.push(opened);
  // Its log begins: what is said from now on is told.
  if (copyOf === undefined) await opened.feed.poke();
  return opened;
}

/** A copy of a station's data folder as a backup takes it, with the station down. */
async function backup(of: FeedStation): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'plainview-test-'));
  folders.push(folder);
  await of.stop();
  cpSync(of.folder, folder, { recursive: true });
  await of.restart();
  return folder;
}

async function look(times: number, ...of: readonly FeedStation[]): Promise<void> {
  for (let looks = 0; looks < times; looks++) for (const one of of) await one.feed.poke();
}

const quoted = (bodies: readonly string[]): string[] => bodies.map((body) => `"${body}"`).sort();

describe('a data folder that was restored from a backup', () => {
  it('goes on under another name, loses nothing it had not told, and reads what it had told since', async () => {
    const desk = await station('Desk');
    await desk.say('before');
    await desk.feed.poke();
    // In the backup, and not told when it was taken.
    await desk.say('waiting');
    const folder = await backup(desk);
    await look(1, desk);
    await desk.say('after');
    await look(2, desk);
    const name = await desk.writer();
    await desk.stop();

    const restored = await station('Desk', folder);
    expect(await restored.writer()).toBe(name);
    await restored.say('restored');
    await look(3, restored);
    expect(await restored.writer()).not.toBe(name);
    expect(await restored.events('store.log-forked')).toEqual([{ kind: 'store.log-forked', writer: name, again: 1 }]);
    expect(await restored.taken()).toEqual(quoted(['before', 'waiting', 'after']));
    expect(await restored.troubles()).toEqual([]);

    const other = await station('Other');
    await look(2, other);
    expect(await other.taken()).toEqual(quoted(['before', 'waiting', 'after', 'restored']));
    expect(await other.troubles()).toEqual([]);
    await desk.restart();
  });

  it('is noticed before it tells anything, also when it has nothing to tell', async () => {
    const desk = await station('Desk');
    await desk.say('one');
    await look(1, desk);
    const folder = await backup(desk);
    await desk.say('two');
    await look(1, desk);
    const restored = await station('Desk', folder);
    await look(2, restored);
    expect(await restored.writer()).not.toBe(await desk.writer());
    expect(await restored.taken()).toEqual(quoted(['one', 'two']));
  });

  it('is noticed by what others have read, where its own head is rolled back too', async () => {
    const desk = await station('Desk');
    await desk.say('one');
    await look(2, desk);
    const folder = await backup(desk);
    const own = headKey(await desk.writer());
    const old = store.objects.get(own);
    await desk.say('two');
    await look(1, desk);
    const other = await station('Other');
    await look(1, other);
    await other.say('has seen it');
    await look(2, other);
    if (old !== undefined) store.objects.set(own, old);
    const restored = await station('Desk', folder);
    await look(2, restored);
    expect(await restored.events('store.log-forked')).toHaveLength(1);
  });
});

describe('a data folder that was copied', () => {
  it('makes two writers of one, and nobody loses a word', async () => {
    const desk = await station('Desk');
    await desk.say('common');
    await look(1, desk);
    const folder = await backup(desk);
    const copy = await station('Copy', folder);
    const other = await station('Other');
    for (let round = 0; round < 4; round++) {
      await desk.say(`desk ${round}`);
      await copy.say(`copy ${round}`);
      await look(1, round % 2 === 0 ? desk : copy, round % 2 === 0 ? copy : desk, other);
    }
    await look(3, desk, copy, other);
    const all = ['common', ...[0, 1, 2, 3].flatMap((round) => [`desk ${round}`, `copy ${round}`])];
    expect(await other.taken()).toEqual(quoted(all));
    expect(await other.troubles()).toEqual([]);
    expect(await desk.writer()).not.toBe(await copy.writer());
    expect(await desk.taken()).toEqual(expect.arrayContaining(quoted(all.filter((body) => body.startsWith('copy')))));
    expect(await copy.taken()).toEqual(expect.arrayContaining(quoted(all.filter((body) => body.startsWith('desk')))));
  });
});

describe('a station that is cut off', () => {
  it('at any request, before or after it was done, tells and takes in everything once more and nothing twice', async () => {
    const cut = fc.record({ after: fc.integer({ min: 0, max: 12 }), lost: fc.boolean(), restart: fc.boolean() });
    const plan = fc.array(cut, { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(plan, async (cuts) => {
        store = createMemoryStore();
        const desk = await station('Desk');
        const annex = await station('Annex');
        let said = 0;
        for (const { after, lost, restart } of cuts) {
          for (const one of [desk, annex]) await one.say(`${one === desk ? 'desk' : 'annex'} ${said++}`);
          let left = after;
          const fail = (): void => {
            if (left-- <= 0) throw unreachable();
          };
          if (lost) store.lost = fail;
          else store.fault = fail;
          await look(1, desk, annex);
          store.fault = null;
          store.lost = null;
          if (restart) await desk.restart();
        }
        await look(3, desk, annex);
        const of = (who: string): readonly string[] =>
          Array.from({ length: said }, (_, index) => `${who} ${index}`).filter(
            (_, index) => (who === 'desk') === (index % 2 === 0),
          );
        expect(await annex.taken()).toEqual(quoted(of('desk')));
        expect(await desk.taken()).toEqual(quoted(of('annex')));
        // Every entry once: the bytes of an object that was put and not acknowledged were put again, not sealed anew.
        expect(await annex.events('store.changed')).toHaveLength(cuts.length);
        expect([await desk.troubles(), await annex.troubles()]).toEqual([[], []]);
        expect([await desk.events('store.log-forked'), await annex.events('store.log-forked')]).toEqual([[], []]);
        for (const one of stations.splice(0)) await one[Symbol.asyncDispose]();
      }),
      { numRuns: 6 },
    );
  }, 120_000);
});
