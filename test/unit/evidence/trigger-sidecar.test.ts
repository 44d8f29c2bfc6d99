import { describe, expect, it } from 'vitest';
import { parseTriggerLines, triggerEventSchema } from '#common/evidence/index.ts';

const holster = { time: '2026-11-20T23:41:07.250Z', kind: 'holster', source: 'HOL-0412', value: 'drawn' };
const line = (over: Record<string, unknown> = {}): string => JSON.stringify({ ...holster, ...over });

describe('a trigger sidecar', () => {
  it('is read line by line, oldest event first', () => {
    const later = line({ time: '2026-11-20T23:41:09.000Z', value: 'returned' });
    const { events, problems } = parseTriggerLines(`${later}\n${line()}\n`);
    expect(problems).toEqual([]);
    expect(events.map(({ value }) => value)).toEqual(['drawn', 'returned']);
    expect(events[0]).toEqual(holster);
  });

  it('may have empty lines, Windows line ends and a byte order mark', () => {
    const { events, problems } = parseTriggerLines(`\uFEFF${line()}\r\n\r\n${line({ kind: 'button' })}\r\n`);
    expect(problems).toEqual([]);
    expect(events).toHaveLength(2);
  });

  it('keeps kinds nobody has heard of', () => {
    expect(parseTriggerLines(line({ kind: 'drone-launch' })).events[0]?.kind).toBe('drone-launch');
  });

  it('takes source and value for granted to be missing, and leaves further members alone', () => {
    const { events } = parseTriggerLines('{"time":"2026-11-20T23:41:07Z","kind":"door","battery":87}');
    expect(events).toEqual([{ time: '2026-11-20T23:41:07Z', kind: 'door', source: '', value: '' }]);
  });

  it('skips a bad line, says which and why, and keeps the rest', () => {
    const { events, problems } = parseTriggerLines(
      [line(), '{"time":', '[]', line({ time: 'yesterday' }), line({ kind: ' ' })].join('\n'),
    );
    expect(events).toHaveLength(1);
    expect(problems.map(({ line: number }) => number)).toEqual([2, 3, 4, 5]);
    expect(problems[0]?.reason).toBe('is not JSON');
    expect(problems[2]?.reason).toContain('time');
    expect(problems[3]?.reason).toContain('kind');
  });

  it('wants times in UTC', () => {
    expect(triggerEventSchema.safeParse({ ...holster, time: '2026-11-20T18:41:07.250-05:00' }).success).toBe(false);
    expect(triggerEventSchema.safeParse({ ...holster, time: '2026-11-20T18:41:07.250' }).success).toBe(false);
  });

  it('has no events in an empty file', () => {
    expect(parseTriggerLines('')).toEqual({ events: [], problems: [] });
  });
});
