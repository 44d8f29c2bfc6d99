import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoreLimits } from '#common/contract/index.ts';
import { checkLimits, createBandwidth, createQuietHours, retryDelay } from '#core/cloud/limits.ts';
import { partSizeFor } from '#core/cloud/send-original.ts';
import { handClock } from '#test/support/catalog.ts';

const quiet = (from: string, until: string): StoreLimits => ({ bytesPerSecond: null, quiet: { from, until } });
const minute = 60_000;
const hour = 60 * minute;

describe('quiet hours', () => {
  const newYork = createQuietHours('America/New_York');
  /** 23 November 2026, by the clock on the wall in New York. */
  const at = (hours: number, minutes = 0): number => Date.UTC(2026, 10, 23, hours + 5, minutes);

  it('are those of the department, from the first minute until the last', () => {
    const limits = quiet('07:00', '18:30');
    expect([at(6, 59), at(7), at(12), at(18, 29), at(18, 30)].map((time) => newYork.isQuiet(limits, time))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    expect(newYork.nextChange(limits, at(6))).toBe(at(7));
    expect(newYork.nextChange(limits, at(7))).toBe(at(18, 30));
    expect(newYork.nextChange(limits, at(19))).toBe(at(31));
  });

  it('may go on over midnight', () => {
    const limits = quiet('22:00', '06:00');
    expect([at(21, 59), at(22), at(24), at(29, 59), at(30)].map((time) => newYork.isQuiet(limits, time))).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
    expect(newYork.nextChange(limits, at(23))).toBe(at(30));
  });

  it('are never when nobody asked for them', () => {
    const limits: StoreLimits = { bytesPerSecond: 5, quiet: null };
    expect(newYork.isQuiet(limits, at(3))).toBe(false);
    expect(newYork.nextChange(limits, at(3))).toBeNull();
  });

  it('hold in the night an hour is left out, and in the one that has it twice', () => {
    // 8 March 2026: 02:00 becomes 03:00 at 07:00 UTC. 1 November 2026: 02:00 becomes 01:00 at 06:00 UTC.
    const spring = quiet('02:30', '04:00');
    expect(newYork.nextChange(spring, Date.UTC(2026, 2, 8, 6))).toBe(Date.UTC(2026, 2, 8, 7));
    expect(newYork.nextChange(spring, Date.UTC(2026, 2, 8, 7))).toBe(Date.UTC(2026, 2, 8, 8));
    const autumn = quiet('01:00', '02:00');
    expect(newYork.nextChange(autumn, Date.UTC(2026, 10, 1, 4))).toBe(Date.UTC(2026, 10, 1, 5));
    expect(newYork.nextChange(autumn, Date.UTC(2026, 10, 1, 5))).toBe(Date.UTC(2026, 10, 1, 7));
  });

  it('that begin when they end are refused', () => {
    expect(() => checkLimits(quiet('07:00', '07:00'))).toThrow('begin when they end');
    checkLimits(quiet('07:00', '07:01'));
  });
});

describe('the limit of the line', () => {
  it('is kept over any stretch, but for the last part', async () => {
    const rate = 1_000_000;
    const clock = handClock(0);
    const bandwidth = createBandwidth(clock, () => rate);
    const { signal } = new AbortController();
    let sent = 0;
    const began = clock.time;
    const send = async (bytes: number): Promise<void> => {
      const passing = setInterval(() => {
        clock.time += 100;
      }, 1);
      await bandwidth.ready(signal);
      clearInterval(passing);
      // It may begin only when all that went before was paid for.
      expect(sent).toBeLessThanOrEqual(((clock.time - began) / 1000 + 1) * rate);
      bandwidth.sent(bytes);
      sent += bytes;
    };
    for (const bytes of [400_000, 2_000_000, 100_000, 300_000, 1_500_000, 700_000]) await send(bytes);
  });

  it('can be lifted while somebody waits, and given up', async () => {
    let rate: number | null = 1;
    const bandwidth = createBandwidth(handClock(0), () => rate);
    bandwidth.sent(1_000_000);
    const controller = new AbortController();
    const waiting = bandwidth.ready(controller.signal);
    rate = null;
    await waiting;
    rate = 1;
    bandwidth.sent(1_000_000);
    const givenUp = bandwidth.ready(controller.signal);
    controller.abort();
    await expect(givenUp).rejects.toThrow('Cancelled');
  });

  it('gives nothing for a clock that was set', async () => {
    const clock = handClock(10 * hour);
    const bandwidth = createBandwidth(clock, () => 1000);
    clock.time -= 5 * hour;
    await bandwidth.ready(new AbortController().signal);
    bandwidth.sent(500);
    clock.time -= hour;
    const controller = new AbortController();
    const waiting = bandwidth.ready(controller.signal);
    controller.abort();
    await expect(waiting).rejects.toThrow('Cancelled');
  });
});

describe('the wait before another try', () => {
  it('grows to a quarter of an hour, never below half of itself', () => {
    expect([1, 2, 3].map((failures) => retryDelay(failures, 0.999_999))).toEqual([5_000, 10_000, 20_000]);
    expect(retryDelay(1_000_000, 0.999_999)).toBe(15 * minute);
    fc.assert(
      fc.property(fc.nat(), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, chance) => {
        const delay = retryDelay(failures, chance);
        expect(delay).toBeGreaterThanOrEqual(2_500);
        expect(delay).toBeLessThanOrEqual(15 * minute);
      }),
    );
  });
});

describe('parts', () => {
  it('are 8 MiB, and larger where a store would not take so many', () => {
    const mebibyte = 1024 * 1024;
    expect(partSizeFor(1)).toBe(8 * mebibyte);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 42 }), (size) => {
        const part = partSizeFor(size);
        expect(part % mebibyte).toBe(0);
        expect(Math.ceil(size / part)).toBeLessThanOrEqual(10_000);
      }),
    );
  });
});
