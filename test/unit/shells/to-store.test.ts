import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { StoreStatus } from '#common/contract/index.ts';
import { ExpectedError, toWireError } from '#common/errors/index.ts';
import type { AgencyCore } from '#core/station/index.ts';
import { useStore, waitForStore } from '#shells/cli/commands/to-store.ts';
import type { CliHost } from '#shells/cli/host.ts';
import { busyStore } from '#test/support/scripted-station/store.ts';

const folder = mkdtempSync(join(tmpdir(), 'to-store-'));
afterAll(() => rmSync(folder, { recursive: true }));
const minute = 60_000;

/** A command line whose clock goes a minute at every look. */
function hostOf(environment: CliHost['environment'] = {}, stop = new AbortController()): CliHost & { said: string[] } {
  let time = 0;
  const said: string[] = [];
  const host = {
    said,
    environment,
    interactive: false,
    stop: stop.signal,
    clock: { now: () => (time += minute) },
    errorOutput: (text: string) => void said.push(text),
  };
  return host as unknown as CliHost & { said: string[] };
}

/** A station whose store stands as it is told. */
function stationOf(changes: Partial<StoreStatus>, outstanding: { items: number; missing: number; told: boolean }) {
  const connected: object[] = [];
  const store = {
    status: () => Promise.resolve({ ...busyStore([]), ...changes }),
    outstanding: () => Promise.resolve({ bytes: 0, ...outstanding }),
    connect: (input: object) => Promise.resolve(void connected.push(input)),
  };
  return { core: { store } as unknown as AgencyCore, connected };
}

const forever = { targetFile: null, giveUpAfterMinutes: null };
const waits = { items: 3, missing: 0, told: false };

describe('waiting for the store', () => {
  it('ends when everything is there and told, and not before', async () => {
    const done = stationOf({}, { items: 0, missing: 0, told: true });
    expect(await waitForStore(hostOf(), done.core, forever)).toMatchObject({ left: 0, told: true });
    const untold = stationOf({}, { items: 0, missing: 0, told: false });
    const given = await waitForStore(hostOf(), untold.core, { ...forever, giveUpAfterMinutes: 3 });
    expect(given).toMatchObject({ left: 0, told: false });
  });

  it('gives up when it is told to, and says now and then why it waits', async () => {
    const error = toWireError(new ExpectedError('store-unreachable', 'The share is not there.'));
    const { core } = stationOf({ error }, waits);
    const host = hostOf();
    expect(await waitForStore(host, core, { ...forever, giveUpAfterMinutes: 4 })).toMatchObject({ left: 3 });
    expect(host.said[0]).toContain('The share is not there.');
  });

  it('does not wait for uploads that somebody paused, and stops on request', async () => {
    const paused = stationOf({ activity: 'paused' }, waits);
    await expect(waitForStore(hostOf(), paused.core, forever)).rejects.toMatchObject({ code: 'not-ready' });
    const stop = new AbortController();
    stop.abort();
    const { core } = stationOf({}, waits);
    await expect(waitForStore(hostOf({}, stop), core, forever)).rejects.toThrow('3 originals not verified');
  });
});

describe('the store of a cruiser’s computer', () => {
  const actor = { kind: 'command-line', osUser: 'modem' } as const;
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const target = { kind: 'folder', location: '/mnt/store' };

  it('is joined with secrets from the environment or from files, never founded', async () => {
    const asked = { targetFile: file('store.json', JSON.stringify(target)), giveUpAfterMinutes: null };
    const bare = stationOf({ connection: null }, waits);
    await expect(useStore(hostOf(), bare.core, asked, actor)).rejects.toMatchObject({ code: 'key-missing' });
    const secretFile = file('secret', '  the secret\n');
    for (const environment of [
      { PLAINVIEW_RECOVERY_SECRET: 'the secret' },
      { PLAINVIEW_RECOVERY_SECRET_FILE: secretFile },
    ]) {
      const { core, connected } = stationOf({ connection: null }, waits);
      await useStore(hostOf(environment), core, asked, actor);
      expect(connected).toEqual([{ target, secretAccessKey: null, recoverySecret: 'the secret' }]);
    }
    const gone = hostOf({ PLAINVIEW_RECOVERY_SECRET_FILE: join(folder, 'nowhere') });
    await expect(useStore(gone, bare.core, asked, actor)).rejects.toMatchObject({ code: 'not-found' });
    expect(bare.connected).toEqual([]);
  });

  it('is never changed for another by the way', async () => {
    const asked = { targetFile: file('other.json', JSON.stringify(target)), giveUpAfterMinutes: null };
    const { core, connected } = stationOf({}, waits);
    await expect(useStore(hostOf(), core, asked, actor)).rejects.toMatchObject({ code: 'conflict' });
    await useStore(hostOf(), core, forever, actor);
    expect(connected).toEqual([]);
    const none = stationOf({ connection: null }, waits);
    await expect(useStore(hostOf(), none.core, forever, actor)).rejects.toMatchObject({ code: 'not-ready' });
  });

  it('is described by a file that can be understood', async () => {
    const { core } = stationOf({ connection: null }, waits);
    const tries: readonly [string, string][] = [
      ['nonsense', 'is not JSON'],
      ['{"kind":"tape"}', '"kind"'],
      ['{"kind":"folder"}', '"location"'],
    ];
    for (const [text, words] of tries) {
      const asked = { targetFile: file('odd.json', text), giveUpAfterMinutes: null };
      await expect(useStore(hostOf(), core, asked, actor)).rejects.toThrow(words);
    }
  });
});
