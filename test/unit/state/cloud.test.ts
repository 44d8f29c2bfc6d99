import { describe, expect, it } from 'vitest';
import { noStore } from '#core/cloud/types.ts';
import { createCloud } from '#renderer/state/cloud.ts';
import { slowStation } from '#test/support/slow-station.ts';

const target = { kind: 'folder', location: '/srv/store' } as const;

describe('following the store', () => {
  it('believes what the station told by itself before an answer that was on its way longer', async () => {
    const station = slowStation();
    const cloud = createCloud(station.client);
    const told = { ...noStore, lastContactAt: 2 };
    station.say({ kind: 'store.changed', status: told });
    await station.answer('store.status', { ...noStore, lastContactAt: 1 });
    expect(cloud.store.getState().status).toEqual(told);
  });

  it('connects once, however often it is asked, and keeps the secret until it is confirmed', async () => {
    const station = slowStation();
    const cloud = createCloud(station.client);
    const request = { target, secretAccessKey: null, recoverySecret: null };
    const first = cloud.connect(request);
    expect(await cloud.connect(request)).toBe(false);
    expect(station.asked.filter(({ method }) => method === 'store.connect')).toHaveLength(1);
    await station.answer('store.connect', { recoverySecret: 'SECRET' });
    // The secret is there before anything else is asked.
    expect(cloud.store.getState().unconfirmed).toMatchObject({ secret: 'SECRET', target });
    await station.answer('store.status', noStore);
    await station.answer('store.status', noStore);
    expect(await first).toBe(true);
    const groups = [
      { number: 1, text: 'AAAAA' },
      { number: 2, text: 'BBBBB' },
    ];
    const confirming = cloud.confirmSecret(groups);
    expect(station.asked.at(-1)).toMatchObject({ method: 'store.confirmRecovery' });
    expect(cloud.store.getState().unconfirmed).not.toBeNull();
    await station.answer('store.confirmRecovery', {});
    await station.answer('store.status', noStore);
    await confirming;
    expect(JSON.stringify(cloud.store.getState())).not.toContain('SECRET');
  });
});
