/** A date and a time of day as a camera writes them, not yet tied to a zone. */
export type WallTime = {
  readonly year: number;
  /** 1 to 12. */
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
};

export type ZonedInstant = {
  /** Milliseconds UTC since 1970. */
  readonly at: number;
  /** `twice`: clocks went back and this time came two times (the first is given); `skipped`: clocks went forward over it. */
  readonly fit: 'once' | 'twice' | 'skipped';
};

/** The wall time as if it were UTC, or null when it is in no calendar (month 13, 29 February 2026, 24:00). */
export function asUtc(wall: WallTime): number | null {
  const { year, month, day, hour, minute, second } = wall;
  if (year < 1970 || year > 2200 || hour > 23 || minute > 59 || second > 59) return null;
  const at = Date.UTC(year, month - 1, day, hour, minute, second);
  const read = new Date(at);
  return read.getUTCMonth() === month - 1 && read.getUTCDate() === day ? at : null;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
  });
  formats.set(zone, made);
  return made;
}

/** What a clock in `zone` (an IANA name) shows at an instant. Throws a RangeError for a zone that does not exist. */
export function wallTimeIn(zone: string, at: number): WallTime {
  const shown = new Date(at + offsetAt(zone, at));
  return {
    year: shown.getUTCFullYear(),
    month: shown.getUTCMonth() + 1,
    day: shown.getUTCDate(),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
    second: shown.getUTCSeconds(),
  };
}

const offsets = new Map<string, number>();
/** Zones change their offset on quarters of an hour only. */
const slotMs = 15 * 60_000;
const mostOffsets = 20_000;

/** How far `zone` is ahead of UTC at an instant, in milliseconds. Remembered, because Intl takes long and cards hold thousands of files. */
function offsetAt(zone: string, at: number): number {
  const slot = Math.floor(at / slotMs);
  const key = `${zone} ${slot}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const found = readOffset(zone, slot * slotMs);
  if (offsets.size >= mostOffsets) offsets.clear();
  offsets.set(key, found);
  return found;
}

function readOffset(zone: string, at: number): number {
  const parts = new Map(
    formatOf(zone)
      .formatToParts(at)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const part = (type: Intl.DateTimeFormatPartTypes): number => parts.get(type) ?? 0;
  const shown = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return shown - at;
}

const day = 24 * 3_600_000;

/**
 * The instant at which a clock in `zone` shows `wall`. Null when no calendar has it. On the night clocks go back the first
 * of the two is given; a time that clocks jumped over is read as the clock before the jump would have shown it.
 */
export function toInstant(wall: WallTime, zone: string): ZonedInstant | null {
  const utc = asUtc(wall);
  if (utc === null) return null;
  // Zones lie within 14 hours of UTC and change at most once in two days, so these are the only candidates.
  const before = offsetAt(zone, utc - day);
  const after = offsetAt(zone, utc + day);
  const fits = [...new Set([before, after])]
    .map((offset) => utc - offset)
    .filter((at) => at + offsetAt(zone, at) === utc)
    .sort((a, b) => a - b);
  const [first, second] = fits;
  if (first === undefined) return { at: utc - before, fit: 'skipped' };
  return { at: first, fit: second === undefined ? 'once' : 'twice' };
}
