import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toInstant, type WallTime, wallTimeIn } from '#core/devices/index.ts';

const zones = [
  'America/New_York',
  'Europe/Berlin',
  'UTC',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'America/St_Johns',
  'Pacific/Kiritimati',
];
const wall = (text: string): WallTime => {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = text.split(/\D/).map(Number);
  return { year, month, day, hour, minute, second };
};

describe('wall time in a zone', () => {
  it('reads a winter and a summer time of Ohio', () => {
    expect(toInstant(wall('2026-01-15 14:03:22'), 'America/New_York')).toEqual({
      at: Date.UTC(2026, 0, 15, 19, 3, 22),
      fit: 'once',
    });
    expect(toInstant(wall('2026-07-15 14:03:22'), 'America/New_York')).toEqual({
      at: Date.UTC(2026, 6, 15, 18, 3, 22),
      fit: 'once',
    });
  });

  it('gives the first of two on the night clocks go back', () => {
    expect(toInstant(wall('2026-11-01 01:30:00'), 'America/New_York')).toEqual({
      at: Date.UTC(2026, 10, 1, 5, 30),
      fit: 'twice',
    });
    expect(toInstant(wall('2026-10-25 02:30:00'), 'Europe/Berlin')).toEqual({
      at: Date.UTC(2026, 9, 25, 0, 30),
      fit: 'twice',
    });
  });

  it('reads a time that clocks jumped over as the clock before would have shown it', () => {
    expect(toInstant(wall('2026-03-08 02:30:00'), 'America/New_York')).toEqual({
      at: Date.UTC(2026, 2, 8, 7, 30),
      fit: 'skipped',
    });
  });

  it.each([
    '2026-13-01 00:00:00',
    '2026-00-10 00:00:00',
    '2026-02-29 00:00:00',
    '2026-04-31 10:00:00',
    '2026-01-01 24:00:00',
    '2026-01-01 10:60:00',
    '2026-01-01 10:00:60',
  ])('finds %s in no calendar', (text) => {
    expect(toInstant(wall(text), 'America/New_York')).toBeNull();
  });

  it('has 29 February in leap years', () => {
    expect(toInstant(wall('2028-02-29 00:00:00'), 'UTC')?.at).toBe(Date.UTC(2028, 1, 29));
  });

  it('comes back to every instant it came from, in every zone (or to its twin an hour earlier)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: Date.UTC(2015, 0, 1) / 1000, max: Date.UTC(2040, 0, 1) / 1000 }),
        fc.constantFrom(...zones),
        (seconds, zone) => {
          const at = seconds * 1000;
          const found = toInstant(wallTimeIn(zone, at), zone);
          if (found === null || found.fit === 'skipped') return false;
          if (found.fit === 'once') return found.at === at;
          return at === found.at || (at > found.at && at - found.at <= 3_600_000);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('never shows another clock face than the one it was given, unless clocks jumped over it', () => {
    fc.assert(
      fc.property(
        fc.record({
          year: fc.integer({ min: 2015, max: 2040 }),
          month: fc.integer({ min: 1, max: 12 }),
          day: fc.integer({ min: 1, max: 31 }),
          hour: fc.integer({ min: 0, max: 23 }),
          minute: fc.integer({ min: 0, max: 59 }),
          second: fc.integer({ min: 0, max: 59 }),
        }),
        fc.constantFrom(...zones),
        (face, zone) => {
          const found = toInstant(face, zone);
          const real = face.day <= new Date(Date.UTC(face.year, face.month, 0)).getUTCDate();
          if (!real) return found === null;
          if (found === null) return false;
          return found.fit === 'skipped' || JSON.stringify(wallTimeIn(zone, found.at)) === JSON.stringify(face);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
