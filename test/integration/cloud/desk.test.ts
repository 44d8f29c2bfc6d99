import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CancelledError } from '#common/errors/index.ts';
import { readRecoverySecret } from '#common/evidence/recovery-secret.ts';
import { createCarrier } from '#core/cloud/carrier.ts';
import {
  adminActor,
  type CloudBench,
  folderTarget,
  found,
  foundOnly,
  goodReport,
  openCloudBench,
  twoGroupsOf,
  waitFor,
} from '#test/support/cloud-bench.ts';
import { createMemoryStore, type MemoryStore, unreachable } from '#test/support/memory-store.ts';

let bench: CloudBench;
let other: CloudBench;
let store: MemoryStore;

beforeEach(async () => {
  [bench, other] = await Promise.all([openCloudBench(), openCloudBench()]);
  store = createMemoryStore();
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
  await other[Symbol.asyncDispose]();
});

const kinds = async (of: CloudBench) =>
  (await of.catalog.audit.page(null, 100)).map(({ event }) => event.kind).reverse();

describe('a store', () => {
  it('is founded with a secret that is shown until it is confirmed, and joined by another station with it', async () => {
    const cloud = await bench.cloud(store);
    expect(await cloud.status()).toMatchObject({ connection: null, activity: 'none' });
    const secret = await found(cloud);
    expect(readRecoverySecret(secret ?? '').root).toEqual(bench.secrets.kept.get('store-root'));
    expect(await kinds(bench)).toEqual(['store.connected', 'store.secret-confirmed']);
    const second = await other.cloud(store);
    expect((await second.probe({ target: folderTarget, secretAccessKey: null }, adminActor)).holds).toBe(
      'another-plainview',
    );
    expect(await found(second, secret?.toLowerCase().replaceAll('-', ' ') ?? '')).toBeNull();
    const id = await other.seal(100);
    await other.until(id, 'verified');
    expect(JSON.stringify(await other.catalog.storeSettings.get())).not.toContain(secret);
    expect((await second.probe({ target: folderTarget, secretAccessKey: null }, adminActor)).holds).toBe(
      'this-department',
    );
  });

  it('tells a typing error from the secret of another store, and from none', async () => {
    const secret = (await found(await bench.cloud(store))) ?? '';
    const cloud = await other.cloud(store);
    await expect(found(cloud)).rejects.toMatchObject({ code: 'key-missing' });
    const typo = secret.replace(/.(?=-)/, (sign) => (sign === '7' ? '8' : '7'));
    await expect(found(cloud, typo)).rejects.toMatchObject({
      code: 'key-wrong',
      message: expect.stringContaining('Group 1') as string,
    });
    const elsewhere = await openCloudBench();
    const foreign = (await found(await elsewhere.cloud(createMemoryStore()))) ?? '';
    await elsewhere[Symbol.asyncDispose]();
    await expect(found(cloud, foreign)).rejects.toMatchObject({
      code: 'key-wrong',
      message: expect.stringContaining('another store') as string,
    });
    expect((await cloud.status()).connection).toBeNull();
    expect(await kinds(other)).toEqual([]);
  });

  it('is not founded where something else lies, nor joined where nothing lies', async () => {
    const cloud = await bench.cloud(store, {
      openCarrier: () =>
        Promise.resolve(createCarrier(store, () => Promise.resolve({ ...goodReport(store), holds: 'something-else' }))),
    });
    await expect(found(cloud)).rejects.toMatchObject({ code: 'store-conflict' });
    const secret = (await found(await other.cloud(createMemoryStore()))) ?? '';
    const empty = await bench.cloud(store);
    await expect(found(empty, secret)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('that the probe finds unusable is not taken', async () => {
    const words = 'Objects cannot be put.';
    const report = { usable: false, checks: [{ name: 'write', outcome: 'bad', words }], holds: 'nothing' } as const;
    const cloud = await bench.cloud(store, {
      openCarrier: () =>
        Promise.resolve(createCarrier(store, () => Promise.resolve({ ...report, checks: [...report.checks] }))),
    });
    await expect(found(cloud)).rejects.toMatchObject({ code: 'store-unsupported', message: words });
    expect(store.objects.size).toBe(0);
    const probed = await cloud.probe({ target: folderTarget, secretAccessKey: null }, adminActor);
    expect(probed.usable).toBe(false);
    expect(await kinds(bench)).toEqual(['store.probed']);
  });

  it('whose founding was cut off shows its secret the next time, and never after that', async () => {
    let cut = 0;
    store.lost = ({ what, key }) => {
      if (what === 'put' && key === 'plainview-store.json' && cut++ === 0) throw unreachable();
    };
    const cloud = await bench.cloud(store);
    await expect(found(cloud)).rejects.toMatchObject({ code: 'store-unreachable' });
    const secret = await found(cloud);
    expect(readRecoverySecret(secret ?? '').root).toEqual(bench.secrets.kept.get('store-root'));
    await cloud.disconnect({ reason: 'a trial' }, adminActor);
    expect(await found(cloud)).toBeNull();
  });

  it('shows its secret again after the station died over it, until somebody confirms it from paper', async () => {
    const first = await bench.cloud(store);
    const secret = (await foundOnly(first)) ?? '';
    expect((await first.status()).connection?.recovery).toBe('unconfirmed');
    await first.close();
    const again = await bench.cloud(store);
    expect((await again.status()).connection?.recovery).toBe('unconfirmed');
    expect(await again.recoverySecret(adminActor)).toEqual({ recoverySecret: secret });
    // What is in it could be opened by nobody: it cannot be left like this.
    await expect(again.disconnect({ reason: 'x' }, adminActor)).rejects.toMatchObject({ code: 'not-ready' });
    const right = twoGroupsOf(secret);
    const wrong = right.map((group, at) => (at === 0 ? group : { ...group, text: '00000' }));
    await expect(again.confirmRecovery({ groups: wrong }, adminActor)).rejects.toMatchObject({
      code: 'key-wrong',
      message: 'Group 11 is not what the recovery secret has.',
    });
    const typed = right.map(({ number, text }) => ({ number, text: ` ${text.toLowerCase()} ` }));
    await again.confirmRecovery({ groups: typed }, adminActor);
    expect((await again.status()).connection?.recovery).toBe('confirmed');
    await expect(again.recoverySecret(adminActor)).rejects.toMatchObject({ code: 'not-found' });
    await expect(again.confirmRecovery({ groups: typed }, adminActor)).rejects.toMatchObject({ code: 'not-found' });
    await again.close();
    const third = await bench.cloud(store);
    expect((await third.status()).connection?.recovery).toBe('confirmed');
    await expect(third.recoverySecret(adminActor)).rejects.toMatchObject({ code: 'not-found' });
    expect(await kinds(bench)).toEqual(['store.connected', 'store.secret-shown', 'store.secret-confirmed']);
    const joined = await other.cloud(store);
    await found(joined, secret);
    expect((await joined.status()).connection?.recovery).toBe('confirmed');
  });

  it('that does not answer while it is tried holds up nothing, and a newer trial takes its place', async () => {
    let ended = 0;
    const cloud = await bench.cloud(store, {
      openCarrier: ({ target }) => {
        const stalls = target.kind === 'folder' && target.location === '/srv/stalls';
        const stall = ({ signal }: { readonly signal: AbortSignal }): Promise<never> =>
          new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(new CancelledError()), { once: true });
          });
        const carrier = createCarrier(store, stalls ? stall : () => Promise.resolve(goodReport(store)));
        const close = async (): Promise<void> => {
          ended++;
          await carrier.close();
        };
        return Promise.resolve({ ...carrier, close });
      },
    });
    const stalling = { target: { kind: 'folder', location: '/srv/stalls' }, secretAccessKey: null } as const;
    const first = cloud.probe(stalling, adminActor);
    await found(cloud);
    await cloud.pause(adminActor);
    const second = cloud.probe(stalling, adminActor);
    await expect(first).rejects.toBeInstanceOf(CancelledError);
    const cancelled = expect(second).rejects.toBeInstanceOf(CancelledError);
    await cloud.close();
    await cancelled;
    expect(ended).toBeGreaterThanOrEqual(3);
    expect(await kinds(bench)).not.toContain('store.probed');
  });

  it('is used one at a time, and goes on after a restart', async () => {
    const first = await bench.cloud(store);
    await found(first);
    await expect(found(first)).rejects.toMatchObject({ code: 'already-exists' });
    await first.close();
    const again = await bench.cloud(store);
    const id = await bench.seal(100);
    await bench.until(id, 'verified');
    expect((await again.status()).connection?.place).toBe('/srv/store');
  });

  it('whose key is lost here is told so, and can be left', async () => {
    const first = await bench.cloud(store);
    const secret = await found(first);
    await first.close();
    bench.secrets.kept.delete('store-root');
    const again = await bench.cloud(store);
    expect((await again.status()).error).toMatchObject({ code: 'key-missing' });
    await again.disconnect({ reason: 'the key is lost' }, adminActor);
    await found(again, secret);
    expect((await again.status()).error).toBeNull();
  });
});

describe('leaving a store', () => {
  it('forgets where originals are, keeps what is there, and finds it again without sending it', async () => {
    const id = await bench.seal(100);
    const cloud = await bench.cloud(store);
    await found(cloud);
    await bench.until(id, 'verified');
    await cloud.disconnect({ reason: 'moving' }, adminActor);
    expect(await cloud.status()).toMatchObject({ connection: null, activity: 'none', verified: { items: 0 } });
    expect(await bench.placement(id)).toBeNull();
    expect(store.objects.size).toBe(3);
    store.asked.length = 0;
    await found(cloud);
    await bench.until(id, 'verified');
    expect(store.asked.filter(({ what, key }) => what === 'put' && key.startsWith('media/'))).toEqual([]);
  });

  it('takes back what was half sent', async () => {
    const id = await bench.seal(30 * 1024 * 1024);
    const cloud = await bench.cloud(store);
    let parts = 0;
    store.fault = async ({ what }) => {
      if (what === 'putPart' && ++parts > 1) await new Promise(() => undefined);
    };
    await found(cloud);
    await waitFor(async () => ((await bench.catalog.uploads.get(id))?.parts.length === 1 ? true : null), 'a part');
    await cloud.disconnect({ reason: 'moving' }, adminActor);
    expect(store.uploads.size).toBe(0);
    expect(await bench.catalog.uploads.all()).toEqual([]);
  });
});

describe('what is asked of a store', () => {
  it('is refused while there is none', async () => {
    const cloud = await bench.cloud(store);
    const refused = { code: 'not-ready' };
    await expect(cloud.pause(adminActor)).rejects.toMatchObject(refused);
    await expect(cloud.setLimits({ bytesPerSecond: null, quiet: null }, adminActor)).rejects.toMatchObject(refused);
    await expect(cloud.disconnect({ reason: 'x' }, adminActor)).rejects.toMatchObject(refused);
    await expect(cloud.sendFirst({ ids: [await bench.seal(1)] })).rejects.toMatchObject(refused);
  });

  it('is kept over a restart and written into the audit log', async () => {
    store.lock = true;
    const cloud = await bench.cloud(store);
    await found(cloud);
    const limits = { bytesPerSecond: 20_000, quiet: { from: '07:00', until: '18:00' } };
    await cloud.setLimits(limits, adminActor);
    await cloud.setRetention({ days: 90 }, adminActor);
    await cloud.pause(adminActor);
    await cloud.pause(adminActor);
    await cloud.close();
    const again = await (await bench.cloud(store)).status();
    expect(again).toMatchObject({ activity: 'paused', connection: { limits, retentionDays: 90, objectLock: true } });
    expect(await kinds(bench)).toEqual([
      'store.connected',
      'store.secret-confirmed',
      'store.changed',
      'store.changed',
      'store.paused',
    ]);
  });

  it('makes sense: no retention without Object Lock, no quiet hours of no length', async () => {
    const cloud = await bench.cloud(store);
    await found(cloud);
    await expect(cloud.setRetention({ days: 5 }, adminActor)).rejects.toMatchObject({ code: 'store-unsupported' });
    await cloud.setRetention({ days: null }, adminActor);
    const limits = { bytesPerSecond: null, quiet: { from: '07:00', until: '07:00' } };
    await expect(cloud.setLimits(limits, adminActor)).rejects.toMatchObject({ code: 'invalid-request' });
  });
});
