import type { NameGroup } from '#common/device/index.ts';
import type { CompiledPattern, CompiledProfile } from './profiles.ts';
import { asUtc, toInstant, type WallTime, type ZonedInstant } from './wall-clock.ts';

/** When a name says a recording started. */
export type NamedStart = {
  /** Milliseconds UTC since 1970. */
  readonly at: number;
  readonly precision: 'second' | 'minute';
  /** See {@link ZonedInstant}: `twice` and `skipped` happen on the nights clocks change. */
  readonly fit: ZonedInstant['fit'];
};

/** What a file's name says. */
export type NameFacts = {
  readonly officer: string | null;
  readonly device: string | null;
  readonly start: NamedStart | null;
  /** The name holds a date that is in no calendar (30 February, 25 o'clock): `start` is null for that reason. */
  readonly impossibleDate: boolean;
  readonly segment: number | null;
  readonly channel: string | null;
  /** What sidecars of this file start with. */
  readonly stem: string;
  readonly groups: Readonly<Partial<Record<NameGroup, string>>>;
};

/** Where a file lies: `path` below the root with `/`, and the root folder's own name when the dock is a folder. */
export type NamedFile = { readonly path: string; readonly rootName: string | null };

/**
 * Reads a file's name by the first of the profile's patterns that fits and whose date is in the calendar; when there is none,
 * by the first that fits, without a time: a camera with a broken clock still says who and which device.
 * Null when none fits. `zone` is the IANA zone in which local times are read.
 */
export function readName(profile: CompiledProfile, file: NamedFile, zone: string): NameFacts | null {
  const name = baseName(file.path);
  const whole = file.rootName === null ? file.path : `${file.rootName}/${file.path}`;
  let undated: NameFacts | null = null;
  for (const pattern of profile.patterns) {
    const found = pattern.expression.exec(pattern.on === 'name' ? name : whole);
    if (found === null) continue;
    const groups = definedGroups(found.groups);
    const start = readStart(groups, pattern, zone);
    const impossibleDate = start === 'impossible';
    const facts: NameFacts = {
      officer: groups.officer ?? null,
      device: groups.device ?? null,
      start: impossibleDate ? null : start,
      impossibleDate,
      segment: groups.segment === undefined ? null : Number.parseInt(groups.segment, 10),
      channel: groups.channel ?? null,
      stem: groups.stem ?? stemOf(name),
      groups,
    };
    if (!impossibleDate) return facts;
    undated ??= facts;
  }
  return undated;
}

/** The last part of a path with `/`. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** A name without its last extension. */
export function stemOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(0, dot) : name;
}

/** The last extension in lower case, without the dot; empty when there is none. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? name.slice(dot + 1).toLowerCase() : '';
}

function definedGroups(groups: Readonly<Record<string, string | undefined>> | undefined): NameFacts['groups'] {
  const kept = Object.entries(groups ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return Object.fromEntries(kept);
}

function readStart(
  groups: NameFacts['groups'],
  pattern: CompiledPattern,
  zone: string,
): NamedStart | null | 'impossible' {
  const date = groups.date?.replace(/[^0-9]/g, '');
  const time = groups.time?.replace(/[^0-9]/g, '');
  const year = groups.year ?? date?.slice(0, 4);
  const month = groups.month ?? date?.slice(4, 6);
  const day = groups.day ?? date?.slice(6, 8);
  if (year === undefined || month === undefined || day === undefined) return null;
  const hour = groups.hour ?? time?.slice(0, 2);
  const minute = groups.minute ?? time?.slice(2, 4);
  if (hour === undefined || minute === undefined) return null;
  const seconds = pattern.precision === 'second' ? (groups.second ?? time?.slice(4, 6) ?? '') : '';
  const wall: WallTime = {
    year: digits(year),
    month: digits(month),
    day: digits(day),
    hour: digits(hour),
    minute: digits(minute),
    second: seconds === '' ? 0 : digits(seconds),
  };
  const instant = inZone(wall, groups.zone, pattern.zone, zone);
  if (instant === null) return 'impossible';
  return { ...instant, precision: seconds === '' ? 'minute' : 'second' };
}

function digits(text: string): number {
  return /^\d+$/.test(text) ? Number.parseInt(text, 10) : Number.NaN;
}

function inZone(
  wall: WallTime,
  said: string | undefined,
  assumed: 'utc' | 'local',
  local: string,
): ZonedInstant | null {
  const offset = said === undefined ? (assumed === 'utc' ? 0 : null) : offsetMinutes(said);
  if (offset === null) return toInstant(wall, local);
  const utc = asUtc(wall);
  return utc === null ? null : { at: utc - offset * 60_000, fit: 'once' };
}

/** Minutes ahead of UTC of `Z`, `UTC` or `+0530`; null for anything else. */
function offsetMinutes(zone: string): number | null {
  if (/^(?:z|utc|gmt)$/i.test(zone)) return 0;
  const found = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  if (found === null) return null;
  const minutes = Number(found[2]) * 60 + Number(found[3] ?? '0');
  return found[1] === '-' ? -minutes : minutes;
}
