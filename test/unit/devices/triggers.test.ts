import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SidecarRule } from '#common/device/index.ts';
import { planDock, readTriggers } from '#core/devices/index.ts';
import { madeUpProfile, walked } from '#test/support/profiles.ts';

const startedAt = Date.UTC(2026, 10, 20, 12);
const rule = (
  change: Partial<SidecarRule['map']> = {},
  format: SidecarRule['format'] = 'vendor-json',
): SidecarRule => ({
  expression: '^{stem}_events\\.json$',
  kind: 'triggers',
  format,
  map: {
    time: 'when',
    timeIs: 'iso',
    kind: 'type',
    source: 'sensor.id',
    value: 'state',
    kinds: { HOLSTER_OPEN: 'holster' },
    ...change,
  },
});
const read = (made: SidecarRule, text: string) =>
  readTriggers({ format: made.format, rule: made, name: 'x_events.json' }, text, startedAt);

describe("a vendor's trigger file", () => {
  it('becomes our events by the map of the profile', () => {
    const text = JSON.stringify([
      { when: '2026-11-20T07:00:05-05:00', type: 'LIGHTBAR', state: true },
      { when: '2026-11-20T12:00:01.5Z', type: 'HOLSTER_OPEN', sensor: { id: 412 }, state: 'drawn' },
    ]);
    expect(read(rule(), text)).toEqual({
      events: [
        { time: '2026-11-20T12:00:01.500Z', kind: 'holster', source: '412', value: 'drawn' },
        { time: '2026-11-20T12:00:05.000Z', kind: 'LIGHTBAR', source: '', value: 'true' },
      ],
      problems: [],
    });
  });

  it.each([
    ['epoch-milliseconds', startedAt + 1500],
    ['epoch-seconds', startedAt / 1000 + 1.5],
    ['seconds-from-start', '1.5'],
  ] as const)('tells its time in %s', (timeIs, when) => {
    expect(read(rule({ timeIs }), JSON.stringify([{ when, type: 'x' }])).events[0]?.time).toBe(
      '2026-11-20T12:00:01.500Z',
    );
  });

  it('is read line by line, and what cannot be read is named', () => {
    const text = '{"when":"2026-11-20T12:00:00Z","type":"a"}\r\n\nnonsense\n{"when":"soon","type":"b"}\n{"type":"c"}\n';
    const { events, problems } = read(rule({}, 'vendor-jsonl'), text);
    expect(events).toHaveLength(1);
    expect(problems).toEqual([
      'Line 3 of x_events.json is not JSON.',
      'Line 4 of x_events.json has no time or kind that can be read.',
      'Line 5 of x_events.json has no time or kind that can be read.',
    ]);
  });

  it('never fails, and never reads what is not its own', () => {
    expect(read(rule({ kind: 'constructor' }), '[{"when":"2026-11-20T12:00:00Z"}]').events).toEqual([]);
    fc.assert(
      fc.property(
        fc.oneof(fc.json(), fc.string()),
        fc.constantFrom('vendor-json' as const, 'vendor-jsonl' as const),
        (text, format) => {
          expect(Array.isArray(read(rule({}, format), text).events)).toBe(true);
        },
      ),
    );
  });

  it('is found beside its recording', () => {
    const profile = madeUpProfile({ sidecars: [rule()] });
    const files = [walked('20261120_120000.mp4'), walked('20261120_120000_events.json')];
    const facts = { kind: 'volume', label: 'CAM', rootName: null, serial: null, folders: [], files } as const;
    const plan = planDock(profile, facts, { files, folders: [], refused: [] }, { zone: 'UTC', now: startedAt });
    expect(plan.recordings[0]?.sidecars).toMatchObject([{ kind: 'triggers', format: 'vendor-json' }]);
  });
});
