import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadProfiles, readName } from '#core/devices/index.ts';
import { assetsDir, profileById } from '#test/support/profiles.ts';

const ohio = 'America/New_York';
const utc = Date.UTC;

describe('names of the shipped profiles', () => {
  const table = [
    [
      'motorola-v300-v500-export',
      'JaneDoe_202611202241_V300A1234-0.mp4',
      { officer: 'JaneDoe', device: 'V300A1234', at: utc(2026, 10, 21, 3, 41), precision: 'minute', segment: 0 },
    ],
    [
      'motorola-v300-v500-export',
      "PatO'Brien_202607041200_WGA500123-12.MP4",
      { officer: "PatO'Brien", device: 'WGA500123', at: utc(2026, 6, 4, 16), precision: 'minute', segment: 12 },
    ],
    [
      'axon-body-export',
      'AXON_Body_2_Video_2024-11-29_2256_001.mp4',
      { at: utc(2024, 10, 30, 3, 56), precision: 'minute', segment: null },
    ],
    ['axon-body-export', 'AXON_Body_3_Video_2026-01-02_0304.mp4', { at: utc(2026, 0, 2, 8, 4), precision: 'minute' }],
    ['axon-body-export', 'AXON_Body_3_Video_2026-01-02_0304_X60A1234B-2.MP4', { at: utc(2026, 0, 2, 8, 4) }],
    ['axon-body-export', 'AXON Body 2 Video 2026-01-02 0304.mp4', { at: utc(2026, 0, 2, 8, 4) }],
    [
      'digital-ally-dvm-500',
      '01F4999902007041602323501.asf',
      { device: '01F499990', at: utc(2007, 3, 16, 6, 32, 35), precision: 'second', segment: 1 },
    ],
    [
      'transcend-drivepro-body',
      'DPB10/2026_1120_140633_001.MP4',
      { at: utc(2026, 10, 20, 19, 6, 33), precision: 'second', segment: 1 },
    ],
    [
      'generic-car',
      'Normal/20300128_140633_0006_S_A.MP4',
      { at: utc(2030, 0, 28, 19, 6, 33), channel: 'A', segment: 6 },
    ],
    ['generic-car', 'Event/2017_0101_060101_001B.mp4', { at: utc(2017, 0, 1, 11, 1, 1), channel: 'B', segment: 1 }],
    ['generic-dcim', 'DCIM/100MEDIA/20261120_140633.mp4', { at: utc(2026, 10, 20, 19, 6, 33) }],
    ['generic-dcim', 'DCIM/100MEDIA/VID_2026-11-20_14-06-33_002.mp4', { at: utc(2026, 10, 20, 19, 6, 33), segment: 2 }],
    ['generic-dcim', 'DCIM/100MEDIA/MOVI0012.AVI', { at: null, segment: 12 }],
    ['tecsar-body', 'files/data/2026-11-20/14-06-33.mp4', { at: utc(2026, 10, 20, 19, 6, 33) }],
    ['tecsar-body', 'files/data/20261120140633_0001.mp4', { at: utc(2026, 10, 20, 19, 6, 33), segment: 1 }],
    [
      'axis-w1xx-export',
      'doe_ACCC8E12AB34_20261120T140633Z/20261120_140603_7C2F.mkv',
      { officer: 'doe', device: 'ACCC8E12AB34', at: utc(2026, 10, 20, 14, 6, 3), precision: 'second' },
    ],
  ] as const;

  it.each(table)('%s reads %s', async (id, path, expected) => {
    const facts = readName(await profileById(id), { path, rootName: null }, ohio);
    expect(facts).not.toBeNull();
    const { at, precision, ...rest } = { precision: undefined, ...expected };
    expect(facts).toMatchObject(rest);
    if (at === null) expect(facts?.start).toBeNull();
    else expect(new Date(facts?.start?.at ?? 0).toISOString()).toBe(new Date(at).toISOString());
    if (precision !== undefined) expect(facts?.start?.precision).toBe(precision);
  });

  it('reads officer and serial of an Axis export from the folder that was docked itself', async () => {
    const facts = readName(
      await profileById('axis-w1xx-export'),
      { path: '20261120_140603_7C2F.mkv', rootName: 'doe_ACCC8E12AB34_20261120T140633Z' },
      ohio,
    );
    expect(facts).toMatchObject({ officer: 'doe', device: 'ACCC8E12AB34' });
  });

  it.each([
    ['motorola-v300-v500-export', 'JaneDoe_202613202241_V300A1234-0.mp4'],
    ['motorola-v300-v500-export', 'JaneDoe_202611202561_V300A1234-0.mp4'],
    ['axon-body-export', 'AXON_Body_2_Video_2026-02-30_2256_001.mp4'],
    ['digital-ally-dvm-500', '01F4999902007041699323501.asf'],
    ['generic-car', '20301328_140633_0006_S_A.MP4'],
  ])('%s does not take %s for a date', async (id, path) => {
    expect(readName(await profileById(id), { path, rootName: null }, ohio)).toMatchObject({
      start: null,
      impossibleDate: true,
    });
  });

  it('still reads who and which camera from a name whose date cannot be', async () => {
    const profile = await profileById('motorola-v300-v500-export');
    const path = 'JaneDoe_202602302241_V300A1234-3.mp4';
    const facts = readName(profile, { path, rootName: null }, ohio);
    expect(facts).toMatchObject({ officer: 'JaneDoe', device: 'V300A1234', segment: 3 });
  });

  it('gives back every time a Motorola name can hold', async () => {
    const profile = await profileById('motorola-v300-v500-export');
    const two = (value: number): string => String(value).padStart(2, '0');
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2015-01-01'), max: new Date('2039-12-31'), noInvalidDate: true }),
        fc.nat(999),
        (date, segment) => {
          const name = `AB_${date.getUTCFullYear()}${two(date.getUTCMonth() + 1)}${two(date.getUTCDate())}${two(date.getUTCHours())}${two(date.getUTCMinutes())}_D1-${segment}.mp4`;
          const facts = readName(profile, { path: name, rootName: null }, 'UTC');
          return facts?.start?.at === Math.floor(date.getTime() / 60_000) * 60_000 && facts.segment === segment;
        },
      ),
    );
  });

  it('reads any name at all without failing, and in little time', async () => {
    const profiles = await loadProfiles(assetsDir);
    const started = performance.now();
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary', maxLength: 255 }), fc.stringMatching(/^[0-9_.A-Z-]{0,200}$/)),
        (name) => {
          for (const profile of profiles) {
            const facts = readName(profile, { path: name, rootName: null }, ohio);
            if (facts !== null && facts.start !== null && !Number.isSafeInteger(facts.start.at)) return false;
          }
          return true;
        },
      ),
      { numRuns: 2000 },
    );
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('has no pattern that a hostile name of 255 characters can keep busy', async () => {
    const hostile = [
      '1'.repeat(255),
      '_'.repeat(255),
      `${'a_'.repeat(120)}x`,
      '20261120'.repeat(31),
      `${'A-1'.repeat(80)}.mp4`,
      `${'a/'.repeat(120)}b`,
    ];
    for (const profile of await loadProfiles(assetsDir)) {
      for (const name of hostile) {
        const started = performance.now();
        readName(profile, { path: `${name}.mp4`, rootName: name }, ohio);
        expect(performance.now() - started, `${profile.profile.id} on ${name}`).toBeLessThan(100);
      }
    }
  });
});
