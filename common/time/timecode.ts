const pad = (value: number, width = 2): string => String(value).padStart(width, '0');

/** `00:12:31` from microseconds; hours grow past 99. */
export function formatClock(microseconds: number): string {
  const seconds = Math.floor(Math.max(0, microseconds) / 1_000_000);
  return `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`;
}

/** Recording time with its frame: `00:12:31 · f 22530`. */
export function formatRecordingTime(microseconds: number, frame: number): string {
  return `${formatClock(microseconds)} · f ${frame}`;
}

/** A length for people: `1 h 12 min`, `3 min 20 s`, `5.2 s`. */
export function formatDuration(microseconds: number): string {
  const total = Math.max(0, microseconds) / 1_000_000;
  if (total < 60) return `${total < 10 ? total.toFixed(1) : Math.round(total)} s`;
  const minutes = Math.floor(total / 60);
  if (minutes < 60) {
    const seconds = Math.floor(total % 60);
    return seconds === 0 ? `${minutes} min` : `${minutes} min ${seconds} s`;
  }
  const rest = minutes % 60;
  return rest === 0 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 60)} h ${rest} min`;
}

/** Wall time with its zone: `Mon 23 Nov 2026, 14:03:22 EST`. `utcMilliseconds` since 1970; `zone` an IANA name. */
export function formatWallTime(utcMilliseconds: number, zone: string): string {
  const parts = wallFormat(zone).formatToParts(utcMilliseconds);
  const get = (type: Intl.DateTimeFormatPartTypes): string => parts.find((part) => part.type === type)?.value ?? '';
  const date = `${get('weekday')} ${get('day')} ${get('month')} ${get('year')}`;
  return `${date}, ${get('hour')}:${get('minute')}:${get('second')} ${get('timeZoneName')}`;
}

const wallFormats = new Map<string, Intl.DateTimeFormat>();

/** Making a format takes longer than using it a hundred times; a list of recordings uses one for every row. */
function wallFormat(zone: string): Intl.DateTimeFormat {
  const known = wallFormats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  });
  wallFormats.set(zone, made);
  return made;
}
