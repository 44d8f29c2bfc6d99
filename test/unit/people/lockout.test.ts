import fc from 'fast-check';
import { expect, it } from 'vitest';
import { afterFailure, cleanRecord, type SignInRecord, waitMs } from '#core/people/lockout.ts';

const now = 1_000_000;

function afterFailures(count: number): SignInRecord {
  let record = cleanRecord;
  for (let i = 0; i < count; i++) record = afterFailure(record, now);
  return record;
}

it('lets four mistakes pass and then makes people wait longer and longer', () => {
  const waits = Array.from({ length: 12 }, (_, i) => waitMs(afterFailures(i), now) / 1000);
  expect(waits).toEqual([0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 900, 900]);
});

it('never waits longer than fifteen minutes, whatever the clock does', () => {
  fc.assert(
    fc.property(fc.nat(10_000), fc.integer({ min: -1e13, max: 1e13 }), (failures, later) => {
      const wait = waitMs(afterFailures(Math.min(failures, 60)), now + later);
      expect(wait).toBeGreaterThanOrEqual(0);
      expect(wait).toBeLessThanOrEqual(15 * 60_000);
    }),
  );
});
