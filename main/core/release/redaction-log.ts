import type { Recording } from '#common/evidence/index.ts';
import type { RedactionDocument } from '#common/redaction/index.ts';
import { boxAt } from '#common/redaction/index.ts';
import { endOfFrame, type FrameTable, frameTimeMicroseconds, toMicroseconds } from '#common/time/index.ts';

/** One line of the redaction log: something hidden or silenced, and exactly when. */
export type LogRow = {
  readonly number: number;
  readonly what: 'picture' | 'sound';
  readonly name: string;
  readonly how: string;
  readonly firstFrame: number;
  readonly lastFrame: number;
  /** Recording time as hours:minutes:seconds.milliseconds. `until` is when the last frame ends. */
  readonly from: string;
  readonly until: string;
  /** Where the box is at the first and the last frame, `x,y width×height` in pixels; empty for sound. */
  readonly regionFirst: string;
  readonly regionLast: string;
};

/** The log of a document in the order of time. Frames past the end of the recording are cut at its end. */
export function redactionRows(document: RedactionDocument, table: FrameTable): readonly LogRow[] {
  const end = table.pts.length - 1;
  const rows: Omit<LogRow, 'number'>[] = [];
  for (const track of document.tracks) {
    const { first } = track.range;
    if (first > end) continue;
    const last = Math.min(track.range.last, end);
    rows.push({
      what: 'picture',
      name: track.name,
      how: describeStyle(track.style),
      firstFrame: first,
      lastFrame: last,
      ...times(table, first, last),
      regionFirst: describeBox(boxAt(track, first)),
      regionLast: describeBox(boxAt(track, last)),
    });
  }
  for (const mute of document.mutes) {
    const { first } = mute.range;
    if (first > end) continue;
    const last = Math.min(mute.range.last, end);
    rows.push({
      what: 'sound',
      name: mute.name,
      how: 'silenced',
      firstFrame: first,
      lastFrame: last,
      ...times(table, first, last),
      regionFirst: '',
      regionLast: '',
    });
  }
  return rows
    .sort((a, b) => a.firstFrame - b.firstFrame || a.lastFrame - b.lastFrame)
    .map((row, index) => ({ number: index + 1, ...row }));
}

function describeStyle(style: RedactionDocument['tracks'][number]['style']): string {
  if (style.kind === 'solid') return 'covered (solid)';
  if (style.kind === 'pixelate') return `pixelated (blocks of ${style.block} pixels)`;
  return `blurred (radius ${style.radius} pixels)`;
}

function describeBox(box: ReturnType<typeof boxAt>): string {
  if (box === null) return '';
  return `${Math.round(box.x)},${Math.round(box.y)} ${Math.round(box.width)}×${Math.round(box.height)}`;
}

function times(table: FrameTable, first: number, last: number): { from: string; until: string } {
  return {
    from: clock(frameTimeMicroseconds(table, first)),
    until: clock(toMicroseconds(endOfFrame(table, last), table.timeBase)),
  };
}

function clock(microseconds: number): string {
  const ms = Math.round(microseconds / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  const seconds = Math.floor(ms / 1000);
  const time = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return `${time}.${String(ms % 1000).padStart(3, '0')}`;
}

const heading = [
  'number',
  'what',
  'name',
  'how',
  'first frame',
  'last frame',
  'from',
  'until',
  'region at first frame',
  'region at last frame',
];

/** The log as CSV (RFC 4180: every line has the same number of fields; UTF-8 with a byte-order mark so that spreadsheets read names right). */
export function redactionCsv(rows: readonly LogRow[], recording: Recording, originalSha256: string): string {
  const lines = [
    ['recording', recording.title],
    ['device', recording.device.name],
    ['SHA-256 of the original', originalSha256],
    [],
    heading,
    ...rows.map((row) => [
      String(row.number),
      row.what,
      row.name,
      row.how,
      String(row.firstFrame),
      String(row.lastFrame),
      row.from,
      row.until,
      row.regionFirst,
      row.regionLast,
    ]),
  ];
  const filled = lines.map((line) => heading.map((_, index) => csvCell(line[index] ?? '')).join(','));
  return `\uFEFF${filled.join('\r\n')}\r\n`;
}

/** A cell that starts like a formula is kept from running in a spreadsheet. */
function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
