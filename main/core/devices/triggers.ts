import { z } from 'zod';
import type { TriggerMap } from '#common/device/index.ts';
import { parseTriggerLines, type TriggerEvent, triggerEventSchema } from '#common/evidence/index.ts';
import type { PlannedSidecar } from './plan.ts';

/** What a trigger sidecar gave, and what in it could not be read (in sentences; the file itself is kept whole). */
export type TriggerReading = { readonly events: readonly TriggerEvent[]; readonly problems: readonly string[] };

/** Beyond this a file is no list of what started a recording. */
export const largestTriggerFile = 8 * 1024 * 1024;

/**
 * The trigger events of a sidecar, oldest first; none for kinds that are only kept. `startedAt` is when the recording
 * started (milliseconds UTC), for vendors that count from there. Never throws for what a file holds.
 */
export function readTriggers(
  sidecar: Pick<PlannedSidecar, 'format' | 'rule' | 'name'>,
  text: string,
  startedAt: number,
): TriggerReading {
  const reading = readFormat(sidecar, text, startedAt);
  return { ...reading, events: reading.events.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)) };
}

function readFormat(
  { format, rule, name }: Pick<PlannedSidecar, 'format' | 'rule' | 'name'>,
  text: string,
  startedAt: number,
): TriggerReading {
  if (format === 'plainview-jsonl') {
    const { events, problems } = parseTriggerLines(text);
    return { events, problems: problems.map(({ line, reason }) => `Line ${line} of ${name}: ${reason}.`) };
  }
  if (format === 'opaque' || rule?.map === undefined) return { events: [], problems: [] };
  const { map } = rule;
  const problems: string[] = [];
  const items = format === 'vendor-json' ? jsonList(text, name, problems) : jsonLines(text, name, problems);
  const events = items.flatMap(({ value, where }) => {
    const event = mapEvent(value, map, startedAt);
    if (event !== null) return [event];
    problems.push(`${where} of ${name} has no time or kind that can be read.`);
    return [];
  });
  return { events, problems };
}

type Item = { readonly value: unknown; readonly where: string };

function jsonLines(text: string, name: string, problems: string[]): readonly Item[] {
  return text.split(/\r?\n/).flatMap((line, index): readonly Item[] => {
    if (line.trim() === '') return [];
    const where = `Line ${index + 1}`;
    const value = parseJson(line);
    if (value !== undefined) return [{ value, where }];
    problems.push(`${where} of ${name} is not JSON.`);
    return [];
  });
}

function jsonList(text: string, name: string, problems: string[]): readonly Item[] {
  const value = parseJson(text);
  if (Array.isArray(value)) return value.map((item: unknown, index) => ({ value: item, where: `Entry ${index + 1}` }));
  problems.push(`${name} does not hold a JSON list.`);
  return [];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The member a dotted name leads to. Own members only: a vendor's file names them. */
function member(value: unknown, path: string): unknown {
  let at = value;
  for (const name of path.split('.')) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, name)) return undefined;
    at = (at as Readonly<Record<string, unknown>>)[name];
  }
  return at;
}

const word = z.union([z.string().min(1), z.number(), z.boolean()]).transform(String);

function mapEvent(value: unknown, map: TriggerMap, startedAt: number): TriggerEvent | null {
  const time = instantOf(member(value, map.time), map.timeIs, startedAt);
  const said = word.safeParse(member(value, map.kind));
  if (time === null || !said.success) return null;
  const optional = (path: string | undefined): string | null => {
    const found = path === undefined ? null : word.safeParse(member(value, path));
    return found?.success === true ? found.data : null;
  };
  const event = triggerEventSchema.safeParse({
    time,
    kind: Object.hasOwn(map.kinds, said.data) ? map.kinds[said.data] : said.data,
    source: optional(map.source) ?? '',
    value: optional(map.value) ?? '',
  });
  return event.success ? event.data : null;
}

function instantOf(value: unknown, timeIs: TriggerMap['timeIs'], startedAt: number): string | null {
  if (timeIs === 'iso') {
    const instant = z.iso.datetime({ offset: true }).safeParse(value);
    return instant.success ? toIso(Date.parse(instant.data)) : null;
  }
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || !Number.isFinite(number)) return null;
  if (timeIs === 'epoch-milliseconds') return toIso(number);
  return toIso(timeIs === 'epoch-seconds' ? number * 1000 : startedAt + number * 1000);
}

function toIso(at: number): string | null {
  const date = new Date(Math.round(at));
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
