import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseTriggerLines } from '#common/evidence/index.ts';
import { trainingAgencySchema } from '#common/evidence/training-agency.ts';

const training = join(import.meta.dirname, '../../../assets/training');
const cards = join(training, 'cards');
const files = readdirSync(cards, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name).slice(cards.length + 1))
  .sort();
const agency = trainingAgencySchema.parse(JSON.parse(readFileSync(join(training, 'agency.json'), 'utf8')));
const size = (name: string): number => statSync(join(cards, name)).size;

/** What must lie on the cards, in each camera's own naming; every file must match one line. */
const layouts = {
  motorola: /^V300047\/[A-Z][A-Za-z]+_\d{12}_[A-Z0-9]+-\d+\.mp4$/,
  axon: /^X60A2210\/AXON_Body_2_Video_\d{4}-\d{2}-\d{2}_\d{4}_\d{3}\.mp4$/,
  axis: /^B8A44F3A0C71\/[a-z]+_[0-9A-F]{12}_\d{8}T\d{6}Z\/\d{8}_\d{6}_[0-9A-F]{4}\.mkv$/,
  axisTrail: /^B8A44F3A0C71\/[^/]+\/\d{8}_\d{6}_[0-9A-F]{4}_[0-9A-F]{12}_gpstrail\.json$/,
  digitalAlly: /^03C470014\/[0-9A-Z]{9}\d{8}\d{6}\d{2}\.(asf|mtd)$/,
  cardPulled: /^03C470014\/Power\.txt$/,
  transcend: /^DPB10-0417\/DPB10\/\d{4}_\d{4}_\d{6}_\d{3}\.MP4$/,
  triggers: /\.triggers\.jsonl$/,
} as const;

describe('the training agency', () => {
  it('has seventeen officers, two of them at schools, and eight cruisers, each with a device of its own', () => {
    expect(agency.officers).toHaveLength(17);
    expect(agency.cruisers).toHaveLength(8);
    expect(agency.officers.filter(({ role }) => role === 'school-resource')).toHaveLength(2);
    const unique = [
      agency.officers.map(({ badge }) => badge),
      agency.officers.map(({ name }) => name),
      [...agency.officers, ...agency.cruisers].map(({ device }) => device),
      agency.cruisers.map(({ unit }) => unit),
    ];
    for (const list of unique) expect(new Set(list).size).toBe(list.length);
  });

  it('can be practised in every role, by people who work there', () => {
    expect(new Set(agency.accounts.map(({ role }) => role))).toEqual(
      new Set(['officer', 'supervisor', 'records', 'admin']),
    );
    const practised = agency.accounts.filter((one) => one.practised);
    expect(new Set(practised.map(({ role }) => role)).size).toBe(4);
    const names = new Set(agency.accounts.map(({ displayName }) => displayName));
    for (const { name } of agency.officers) expect(names, name).toContain(name);
    expect(agency.name).toContain('training');
  });

  it('has a dispatch call around every recording', () => {
    for (const { start } of recordings) {
      const at = Date.parse(start);
      const call = agency.calls.find(({ from, until }) => Date.parse(from) <= at && at < Date.parse(until));
      expect(call, start).toBeDefined();
    }
  });
});

const recordings = [
  {
    start: '2026-11-20T22:12:03Z',
    file: 'V300047/DanaWhitlock_202611201712_V300047-0.mp4',
    video: 'h264',
    audio: 'aac',
    seconds: 8,
  },
  {
    start: '2026-11-20T22:12:11Z',
    file: 'V300047/DanaWhitlock_202611201712_V300047-1.mp4',
    video: 'h264',
    audio: 'aac',
    seconds: 8,
  },
  {
    start: '2026-11-20T22:12:00Z',
    file: '03C470014/03C4700142026112017120001.asf',
    video: 'mpeg4',
    audio: 'mp2',
    seconds: 13,
  },
  {
    start: '2026-11-21T00:22:14Z',
    file: 'X60A2210/AXON_Body_2_Video_2026-11-20_1922_001.mp4',
    video: 'h264',
    audio: 'aac',
    seconds: 14,
  },
  {
    start: '2026-11-20T23:40:06Z',
    file: 'DPB10-0417/DPB10/2026_1120_184006_001.MP4',
    video: 'h264',
    audio: 'aac',
    seconds: 10,
  },
  {
    start: '2026-11-21T01:09:31Z',
    file: 'B8A44F3A0C71/jokafor_B8A44F3A0C71_20261121T010937Z/20261121_010931_C8F2.mkv',
    video: 'h264',
    audio: 'aac',
    seconds: 12,
  },
] as const;

describe('the cards', () => {
  it('weigh less than 12 MB together', () => {
    expect(files.reduce((sum, name) => sum + size(name), 0)).toBeLessThan(12_000_000);
  });

  it('hold nothing that its camera would not have named so', () => {
    const patterns = Object.values(layouts);
    expect(files.filter((name) => !patterns.some((pattern) => pattern.test(name)))).toEqual([]);
    for (const [layout, pattern] of Object.entries(layouts))
      expect(
        files.some((name) => pattern.test(name)),
        layout,
      ).toBe(true);
    for (const { file } of recordings) expect(files).toContain(file);
  });

  it('hold one empty pair, where a card was pulled', () => {
    expect(files.filter((name) => size(name) === 0)).toEqual([
      '03C470014/03C4700142026112018320901.asf',
      '03C470014/03C4700142026112018320901.mtd',
    ]);
  });

  it('belong to devices somebody in the agency has', () => {
    const devices = new Set([...agency.officers, ...agency.cruisers].map(({ device }) => device));
    for (const device of ['V300047', 'X60A2210', 'B8A44F3A0C71', 'DPB10-0417', '03C470014'])
      expect(devices).toContain(device);
  });

  it('have trigger sidecars that read without a problem and lie within their recordings', () => {
    const kinds = new Set<string>();
    for (const name of files.filter((one) => layouts.triggers.test(one))) {
      const { events, problems } = parseTriggerLines(readFileSync(join(cards, name), 'utf8'));
      expect(problems, name).toEqual([]);
      expect(events.length, name).toBeGreaterThan(0);
      const stem = name.replace(/\.triggers\.jsonl$/, '');
      const parts = recordings.filter(({ file }) => file.startsWith(stem));
      expect(parts.length, name).toBeGreaterThan(0);
      const from = Math.min(...parts.map(({ start }) => Date.parse(start)));
      const until = Math.max(...parts.map(({ start, seconds }) => Date.parse(start) + seconds * 1000));
      for (const { time, kind } of events) {
        kinds.add(kind);
        expect(Date.parse(time), name).toBeGreaterThanOrEqual(from);
        expect(Date.parse(time), name).toBeLessThanOrEqual(until);
      }
    }
    expect([...kinds].sort()).toEqual(['button', 'dispatch', 'door', 'holster', 'light-bar', 'pre-event']);
  });

  it('have a GPS trail beside the Axis clip: longitude first, seconds from the start', () => {
    const trail = files.filter((name) => layouts.axisTrail.test(name));
    expect(trail).toHaveLength(1);
    const entries = z
      .object({
        CoordinateEntries: z.array(
          z.object({ LocationWKT: z.string(), SecondsFromStart: z.number(), Timestamp: z.iso.datetime() }),
        ),
      })
      .parse(JSON.parse(readFileSync(join(cards, trail[0] ?? ''), 'utf8'))).CoordinateEntries;
    expect(entries.map(({ SecondsFromStart }) => SecondsFromStart)).toEqual(Array.from({ length: 13 }, (_, i) => i));
    for (const { LocationWKT } of entries) expect(LocationWKT).toMatch(/^POINT\(-8\d\.\d+ 39\.\d+\)$/);
  });
});

const hasTools = spawnSync('ffprobe', ['-version']).status === 0 && spawnSync('ffmpeg', ['-version']).status === 0;
if (!hasTools)
  process.stderr.write(
    'SKIPPED: the training clips were not looked into, because ffmpeg and ffprobe are not installed.\n',
  );

const probeSchema = z.object({
  streams: z.array(
    z.object({
      codec_type: z.string(),
      codec_name: z.string(),
      width: z.number().optional(),
      height: z.number().optional(),
    }),
  ),
  format: z.object({ duration: z.coerce.number() }),
});

function frameTimes(file: string): readonly number[] {
  const args = [
    '-v',
    'error',
    '-select_streams',
    'v',
    '-show_entries',
    'packet=pts_time',
    '-of',
    'csv=p=0',
    join(cards, file),
  ];
  const times = execFileSync('ffprobe', args, { encoding: 'utf8' })
    .split('\n')
    .map((text) => Number.parseFloat(text));
  return times.filter((time) => !Number.isNaN(time)).sort((a, b) => a - b);
}

describe.skipIf(!hasTools)('the clips', () => {
  it.each(recordings)('$file is $video and $audio, $seconds s long', ({ file, video, audio, seconds }) => {
    const args = ['-v', 'error', '-show_streams', '-show_format', '-of', 'json', join(cards, file)];
    const { streams, format } = probeSchema.parse(JSON.parse(execFileSync('ffprobe', args, { encoding: 'utf8' })));
    expect(streams.map(({ codec_type, codec_name }) => [codec_type, codec_name])).toEqual([
      ['video', video],
      ['audio', audio],
    ]);
    expect(Math.abs(format.duration - seconds)).toBeLessThan(0.3);
    const [picture] = streams;
    expect([picture?.width, picture?.height]).toEqual(video === 'mpeg4' ? [640, 480] : [960, 540]);
  });

  it('have an even rate, but for the search in the park', () => {
    for (const { file } of recordings) {
      const times = frameTimes(file);
      const gaps = new Set(times.slice(1).map((time, i) => Math.round((time - (times[i] ?? 0)) * 100)));
      expect(gaps.size > 2, file).toBe(file.endsWith('.mkv'));
    }
  });

  it('start the Axon clip with six silent seconds from its buffer', () => {
    const loudness = (from: number, seconds: number): number => {
      const file = join(cards, recordings[3].file);
      const args = [
        '-hide_banner',
        '-ss',
        String(from),
        '-t',
        String(seconds),
        '-i',
        file,
        '-map',
        '0:a',
        '-af',
        'volumedetect',
        '-f',
        'null',
        '-',
      ];
      const { stderr } = spawnSync('ffmpeg', args, { encoding: 'utf8' });
      return Number.parseFloat(/max_volume: (-?[\d.]+) dB/.exec(stderr)?.[1] ?? 'NaN');
    };
    expect(loudness(0, 5.9)).toBeLessThan(-60);
    expect(loudness(6.2, 7)).toBeGreaterThan(-20);
  });
});
