import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { CancelledError } from '#common/errors/index.ts';
import { patiently } from '#core/cloud/store/patience.ts';

const place = 'Folder /share';

describe('patience with a share that hangs', () => {
  it('ends after a stall, in words, though the call itself never does', async () => {
    const hanging = patiently({ stallMs: 30, signal: undefined, place }, () => new Promise(() => undefined));
    await expect(hanging).rejects.toMatchObject({ code: 'store-unreachable', subject: place });
  });

  it('lasts as long as something moves', async () => {
    const moving = patiently({ stallMs: 200, signal: undefined, place }, async ({ moved }) => {
      for (let i = 0; i < 10; i++) {
        await sleep(50);
        moved();
      }
      return 'done';
    });
    expect(await moving).toBe('done');
  });

  it('tells the work that nobody waits any more', async () => {
    const stop = new AbortController();
    let steps = 0;
    let ended: unknown = null;
    const work = patiently({ stallMs: 10_000, signal: stop.signal, place }, async ({ moved }) => {
      try {
        for (;;) {
          await sleep(5);
          moved();
          steps++;
        }
      } catch (error) {
        ended = error;
        throw error;
      }
    });
    setTimeout(() => stop.abort(), 30);
    await expect(work).rejects.toBeInstanceOf(CancelledError);
    await sleep(20);
    expect(ended).toBeInstanceOf(CancelledError);
    const before = steps;
    await sleep(20);
    expect(steps).toBe(before);
  });
});
