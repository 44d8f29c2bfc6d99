import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CompiledProfile,
  clockDoubt,
  type DockFacts,
  describeFile,
  joinSegments,
  planDock,
  type WalkedFile,
} from '#core/devices/index.ts';
import { profileById, walked } from '#test/support/profiles.ts';

const now = Date.UTC(2026, 10, 23);
const settings = { zone: 'America/New_York', now };
const dockOf = (files: readonly WalkedFile[], facts: Partial<DockFacts> = {}): DockFacts => ({
  kind: 'volume',
  label: 'BWC-07',
  rootName: null,
  serial: '9C33-BBC1',
  folders: [],
  files,
  ...facts,
});
const plan = (profile: CompiledProfile, files: readonly WalkedFile[], facts: Partial<DockFacts> = {}) =>
  planDock(profile, dockOf(files, facts), { files, folders: [], refused: [] }, settings);

describe('recordings of a dock', () => {
  it('join Motorola segments in order and keep recordings apart', async () => {
    const made = plan(await profileById('motorola-v300-v500-export'), [
      walked('JaneDoe_202611202241_V300A1234-2.mp4'),
      walked('JaneDoe_202611202241_V300A1234-0.mp4'),
      walked('JaneDoe_202611202241_V300A1234-1.mp4'),
      walked('JaneDoe_202611202300_V300A1234-0.mp4'),
      walked('SamRoe_202611202241_V300A9999-0.mp4'),
    ]);
    expect(made.recordings.map(({ segments }) => segments.map(({ segment }) => segment))).toEqual([
      [0],
      [0, 1, 2],
      [0],
    ]);
    expect(made.recordings[1]).toMatchObject({
      officer: 'JaneDoe',
      device: { id: 'V300A1234' },
      title: 'V300A1234 · 20 Nov 2026, 22:41',
    });
    expect(made.device).toBeNull();
  });

  it('join the five-minute pieces of a card, and nothing after a pause', async () => {
    const made = plan(await profileById('generic-dcim'), [
      walked('DCIM/100MEDIA/20261120_140000.mp4'),
      walked('DCIM/100MEDIA/20261120_140500.mp4'),
      walked('DCIM/100MEDIA/20261120_141001.mp4'),
      walked('DCIM/100MEDIA/20261120_142000.mp4'),
    ]);
    expect(made.recordings.map(({ segments }) => segments.length)).toEqual([1, 3]);
    expect(made.device).toEqual({ id: 'BWC-07', name: 'BWC-07' });
  });

  it('keep front and rear of a car apart and carry the event folder as protected', async () => {
    const made = plan(await profileById('generic-car'), [
      walked('Normal/20261120_140000_0001_S_A.MP4'),
      walked('Normal/20261120_140000_0001_S_B.MP4'),
      walked('Event/20261120_140100_0002_S_A.MP4'),
    ]);
    expect(
      made.recordings.map(({ segments, protectedOnCamera }) => [segments.length, protectedOnCamera]).sort(),
    ).toEqual([
      [1, false],
      [2, true],
    ]);
  });

  it('are two when two folders hold the same names', async () => {
    const profile = await profileById('motorola-v300-v500-export');
    const made = plan(
      profile,
      ['a', 'b'].flatMap((folder) =>
        [0, 1].map((segment) => walked(`${folder}/JaneDoe_202611202241_V3-${segment}.mp4`)),
      ),
    );
    expect(made.recordings.map(({ segments }) => segments.map(({ path }) => path)).sort()).toEqual([
      ['a/JaneDoe_202611202241_V3-0.mp4', 'a/JaneDoe_202611202241_V3-1.mp4'],
      ['b/JaneDoe_202611202241_V3-0.mp4', 'b/JaneDoe_202611202241_V3-1.mp4'],
    ]);
  });

  it('hold every media file exactly once, whatever the card looks like', async () => {
    const profiles = await Promise.all(['generic-dcim', 'generic-car', 'motorola-v300-v500-export'].map(profileById));
    const name = fc.oneof(
      fc.nat(40).map((n) => `DCIM/20261120_14${String(n).padStart(2, '0')}00.mp4`),
      fc.tuple(fc.nat(3), fc.nat(3)).map(([a, b]) => `d${a}/Jane_202611202241_V3-${b}.mp4`),
      fc.tuple(fc.nat(9), fc.constantFrom('A', 'B')).map(([n, c]) => `Event/20261120_140${n}00_000${n}_S_${c}.MP4`),
      fc.stringMatching(/^[a-z]{1,8}$/).map((text) => `${text}.mp4`),
    );
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 60 }), fc.constantFrom(...profiles), (paths, profile) => {
        const described = paths.map((path) => describeFile(profile, dockOf([]), walked(path), settings));
        const out = joinSegments(profile, described)
          .flat()
          .map(({ path }) => path);
        return JSON.stringify(out.toSorted()) === JSON.stringify(paths.toSorted());
      }),
    );
  });

  it('are found for a video that is named like nothing, under its file date', async () => {
    const made = plan(await profileById('tecsar-body'), [walked('elsewhere/odd.mp4')]);
    expect(made.recordings[0]?.start).toEqual({
      at: Date.UTC(2026, 10, 20, 12),
      precision: 'second',
      from: 'file-date',
      doubt: null,
    });
  });
});

describe('what lies beside recordings', () => {
  it('is attached by stem and prefix', async () => {
    const made = plan(await profileById('axis-w1xx-export'), [
      walked('doe_ACCC8E12AB34_20261120T140633Z/20261120_140603_7C2F.mkv'),
      walked('doe_ACCC8E12AB34_20261120T140633Z/20261120_140603_7C2F_ACCC8E12AB34_gpstrail.json'),
      walked('doe_ACCC8E12AB34_20261120T140633Z/20261120_140603_7C2F.triggers.jsonl'),
      walked('doe_ACCC8E12AB34_20261120T140633Z/20261120_150000_7C30_ACCC8E12AB34_gpstrail.json'),
      walked('doe_ACCC8E12AB34_20261120T140633Z/readme.html'),
    ]);
    expect(made.recordings).toHaveLength(1);
    expect(made.recordings[0]?.sidecars.map(({ kind, format }) => [kind, format])).toEqual([
      ['triggers', 'plainview-jsonl'],
      ['gps', 'opaque'],
    ]);
    expect(made.refused).toEqual([
      {
        path: expect.stringContaining('150000') as string,
        reason: 'The recording this file belongs to is not beside it.',
      },
    ]);
  });

  it('belongs to one recording only, though several segments share its stem', async () => {
    const made = plan(await profileById('motorola-v300-v500-export'), [
      walked('JaneDoe_202611202241_V3-0.mp4'),
      walked('JaneDoe_202611202241_V3-1.mp4'),
      walked('JaneDoe_202611202241_V3.triggers.jsonl'),
      walked('JaneDoe_202611202241_V3-1.xml'),
    ]);
    expect(made.recordings.map(({ sidecars }) => sidecars.map(({ name }) => name))).toEqual([
      ['JaneDoe_202611202241_V3.triggers.jsonl', 'JaneDoe_202611202241_V3-1.xml'],
    ]);
  });

  it('says what Digital Ally left when its card was pulled', async () => {
    const made = plan(await profileById('digital-ally-dvm-500'), [
      walked('01F4999902026041602323501.asf', { sizeBytes: 0 }),
      walked('01F4999902026041602323501.mtd', { sizeBytes: 0 }),
      walked('Power.txt'),
    ]);
    expect(made.recordings[0]?.segments[0]?.damage).toContain('the card was pulled');
    expect(made.recordings[0]?.sidecars).toHaveLength(1);
    expect(made.warnings).toEqual([expect.stringContaining('Power.txt')]);
  });

  it('is counted when it is nothing of ours, and a video of another kind is taken', async () => {
    const made = plan(await profileById('transcend-drivepro-body'), [
      walked('DPB10/2026_1120_140633_001.MP4'),
      walked('DPB10/2026_1120_140633_001.TS'),
      walked('DPB10/2026_1120_140700.JPG'),
      walked('DPB10/firmware.bin'),
    ]);
    expect(made.recordings.flatMap(({ segments }) => segments.map(({ name }) => name)).sort()).toEqual([
      '2026_1120_140633_001.MP4',
      '2026_1120_140633_001.TS',
    ]);
    expect(made.others.map(({ path }) => path)).toEqual(['DPB10/2026_1120_140700.JPG', 'DPB10/firmware.bin']);
    expect(made.refused).toEqual([]);
  });

  it('leaves neither a sidecar, nor a refused file, nor a sign of damage among the other files', async () => {
    const made = plan(await profileById('digital-ally-dvm-500'), [
      walked('01F4999902026041602323501.asf'),
      walked('01F4999902026041602323501.mtd'),
      walked('01F4999902026041702323501.mtd'),
      walked('Power.txt'),
    ]);
    expect(made.others).toEqual([]);
    expect(made.refused).toHaveLength(1);
  });

  it('marks what Axis rejected', async () => {
    const made = plan(await profileById('axis-w1xx-export'), [walked('RejectedContent_1/20261120_140603_7C2F.mkv')]);
    expect(made.recordings[0]?.segments[0]?.damage).toContain('rejected content');
  });
});

describe('a clock that cannot be right', () => {
  it('is named with both years', () => {
    expect(clockDoubt(Date.UTC(2001, 0, 1), Date.UTC(2026, 10, 20), now)).toBe(
      "The camera's clock says 2001, the file's date says 2026. Times of this camera cannot be trusted until its clock is set.",
    );
  });
  it('is named when years are impossible by themselves', () => {
    expect(clockDoubt(Date.UTC(2001, 0, 1), null, now)).toContain('says 2001, which cannot be');
    expect(clockDoubt(Date.UTC(2001, 0, 1), Date.UTC(1980, 0, 1), now)).toContain('says 2001, which cannot be');
    expect(clockDoubt(now + 5 * 86_400_000, null, now)).toContain('ahead by 5 days');
    expect(clockDoubt(Date.UTC(2030, 0, 28), null, now)).toContain('ahead by 3 years');
  });
  it('is not doubted for a day, a time zone, or an export made years later', async () => {
    expect(clockDoubt(now + 86_400_000, null, now)).toBeNull();
    expect(clockDoubt(Date.UTC(2026, 5, 1), Date.UTC(2026, 10, 1), now)).toBeNull();
    const made = plan(await profileById('axon-body-export'), [walked('AXON_Body_2_Video_2019-11-29_2256_001.mp4')]);
    expect(made.recordings[0]?.start.doubt).toBeNull();
    expect(made.recordings[0]?.preEvent).toEqual({ microseconds: 30_000_000, silent: true });
  });
  it('is doubted when the date in the name is in no calendar, and the file date is shown', async () => {
    const made = plan(await profileById('motorola-v300-v500-export'), [walked('JaneDoe_202602302241_V3-0.mp4')]);
    expect(made.recordings[0]).toMatchObject({
      officer: 'JaneDoe',
      device: { id: 'V3' },
      start: {
        at: Date.UTC(2026, 10, 20, 12),
        from: 'file-date',
        doubt: expect.stringContaining('no calendar') as string,
      },
    });
  });
  it('never moves the recorded time', async () => {
    const made = plan(await profileById('generic-dcim'), [walked('DCIM/20010101_000000.mp4')]);
    expect(made.recordings[0]?.start).toMatchObject({ at: Date.UTC(2001, 0, 1, 5), from: 'file-name' });
    expect(made.clockDoubt).toContain('2001');
  });
  it('is told apart from the night clocks change', async () => {
    const made = plan(await profileById('generic-dcim'), [walked('DCIM/20261101_013000.mp4')]);
    expect(made.clockDoubt).toBeNull();
    expect(made.recordings[0]?.start.doubt).toContain('came twice');
  });
});

describe('which device', () => {
  it('is the serial when the label says nothing', async () => {
    const made = plan(await profileById('generic-dcim'), [walked('DCIM/a.mp4')], { label: 'NO NAME' });
    expect(made.device).toEqual({ id: '9C33-BBC1', name: 'Camera card (DCIM) 9C33-BBC1' });
  });
  it('has words when nothing at all is known', async () => {
    const made = plan(await profileById('generic-dcim'), [walked('DCIM/a.mp4')], { label: null, serial: null });
    expect(made.device?.id).toBe('unnamed');
  });
});
