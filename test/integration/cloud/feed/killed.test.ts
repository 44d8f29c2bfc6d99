import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFolderStore } from '#core/cloud/store/folder-store.ts';
import { randomBytes, systemClock } from '#core/kernel/index.ts';
import { type FeedStation, openFeedStation } from '#test/support/feed-bench.ts';

const program = fileURLToPath(new URL('./feed-process.ts', import.meta.url));

/** A station on a folder store, by the clock of the machine: the process that is killed has that one too. */
function stationOn(location: string, name: string, copyOf?: string): Promise<FeedStation> {
  const store = openFolderStore({ folder: location, marker: null });
  return openFeedStation(store, {
    name,
    clock: { time: 0, now: () => systemClock.now() },
    ...(copyOf === undefined ? {} : { copyOf }),
  });
}

describe('a station that is killed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plainview-test-'));
  const prepared = join(folder, 'prepared');
  const at = (name: string): string => join(folder, name);

  beforeAll(async () => {
    mkdirSync(prepared);
    mkdirSync(at('store'));
    // What is there when it starts: a log of its own with something unsent, and a log of another that it has not read.
    const desk = await stationOn(at('store'), 'Desk');
    const other = await stationOn(at('store'), 'Other');
    await desk.feed.poke();
    await other.feed.poke();
    await desk.say('first');
    await desk.feed.poke();
    await desk.say('second', 'third');
    for (const body of ['x', 'y']) {
      await other.say(body);
      await other.feed.poke();
    }
    await desk.stop();
    cpSync(desk.folder, prepared, { recursive: true });
    await desk.restart();
    await desk[Symbol.asyncDispose]();
    await other[Symbol.asyncDispose]();
  }, 60_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  it('at any step has told and taken in everything once after the next look', async () => {
    let killed = 0;
    // Every step once, in one of its three ways: which one, differs from run to run and stands in the message when it fails.
    const turn = randomBytes(1)[0] ?? 0;
    for (;;) {
      const step = killed * 3 + ((killed + turn) % 3);
      for (const name of ['data', 'now']) rmSync(at(name), { recursive: true, force: true });
      cpSync(prepared, at('data'), { recursive: true });
      cpSync(at('store'), at('now'), { recursive: true });
      const run = spawnSync(process.execPath, [program, at('data'), at('now'), String(step)], { encoding: 'utf8' });
      expect([step, run.stderr]).toEqual([step, '']);
      if (run.status === 7) break;
      expect([step, run.signal]).toEqual([step, 'SIGKILL']);
      killed++;

      const again = await stationOn(at('now'), 'Desk', at('data'));
      const late = await stationOn(at('now'), 'Late');
      for (let looks = 0; looks < 2; looks++) {
        await again.feed.poke();
        await late.feed.poke();
      }
      expect([step, await again.taken()]).toEqual([step, ['"x"', '"y"']]);
      expect([step, (await again.events('store.changed')).length]).toEqual([step, 2]);
      expect([step, await late.taken()]).toEqual([step, ['"first"', '"second"', '"third"', '"x"', '"y"']]);
      expect([step, (await late.events('store.changed')).length]).toEqual([step, 5]);
      for (const one of [again, late]) {
        expect([step, await one.troubles(), one.feed.state().error]).toEqual([step, [], null]);
        expect([step, await one.events('store.log-forked')]).toEqual([step, []]);
        await one[Symbol.asyncDispose]();
      }
    }
    // A list, a head of our own, an object packed, put, read back and acknowledged, a head put and read back, and two objects read.
    expect(killed).toBeGreaterThanOrEqual(12);
  }, 400_000);
});
