import { describe, expect, it } from 'vitest';
import { createKeyedLock } from '#core/ingest/keyed-lock.ts';

describe('a keyed lock', () => {
  it('lets one at a time in, in order, also after a failure, and does not hold up other names', async () => {
    const lock = createKeyedLock();
    const told: string[] = [];
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const first = lock.run('a', async () => {
      await held;
      told.push('first');
      throw new Error('no');
    });
    const second = lock.run('a', async () => {
      told.push('second');
      return Promise.resolve(2);
    });
    await lock.run('b', async () => Promise.resolve(told.push('other')));
    release();
    await expect(first).rejects.toThrow('no');
    expect(await second).toBe(2);
    expect(told).toEqual(['other', 'first', 'second']);
  });
});
