import type { PlaceWord, Recording, Segment } from '#common/evidence/index.ts';
import { formatWallTime } from '#common/time/index.ts';

/** What the library is narrowed to. Days are `YYYY-MM-DD` in the agency's zone, both included; null does not narrow. */
export type Filters = {
  readonly text: string;
  readonly device: string | null;
  readonly officer: string | null;
  readonly trigger: string | null;
  readonly media: RecordingState | null;
  readonly place: PlaceWord | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly onlyProtected: boolean;
  readonly onlyRedacted: boolean;
};

export const noFilters: Filters = {
  text: '',
  device: null,
  officer: null,
  trigger: null,
  media: null,
  place: null,
  from: null,
  to: null,
  onlyProtected: false,
  onlyRedacted: false,
};

/** The media state of a whole recording. */
export type RecordingState = Segment['media']['state'];

/** A recording is as far as its segment that needs most: unplayable before waiting before making a proxy before ready. */
export function recordingState(recording: Recording): RecordingState {
  const order: readonly RecordingState[] = ['unplayable', 'waiting', 'making-proxy'];
  return order.find((state) => recording.segments.some((segment) => segment.media.state === state)) ?? 'ready';
}

const haystacks = new WeakMap<Recording, { readonly zone: string; readonly text: string }>();

/** Everything about a recording that somebody might type, in lower case. Made once for each version of a recording. */
function haystack(recording: Recording, zone: string): string {
  const known = haystacks.get(recording);
  if (known?.zone === zone) return known.text;
  const { title, device, officer, profileId, segments, sidecars, triggers } = recording;
  const parts = [
    title,
    device.name,
    device.id,
    officer ?? '',
    profileId,
    ...segments.flatMap(({ fileName, sourcePath, sha256, evidenceId }) => [fileName, sourcePath, sha256, evidenceId]),
    ...sidecars.map((sidecar) => sidecar.fileName),
    ...triggers.flatMap((trigger) => [trigger.kind, trigger.kind.replaceAll('-', ' '), trigger.source]),
    formatWallTime(recording.start.at, zone),
  ];
  const made = parts.join('\n').toLowerCase();
  haystacks.set(recording, { zone, text: made });
  return made;
}

/** Recordings that hold every typed word somewhere, newest first. Wall times are those of the zone. */
export function searchRecordings(recordings: readonly Recording[], text: string, zone: string): readonly Recording[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  return recordings
    .filter((recording) => words.every((word) => haystack(recording, zone).includes(word)))
    .sort((a, b) => b.start.at - a.start.at);
}

/** The day of an instant in a zone, as `YYYY-MM-DD`. */
function dayIn(zone: string): (at: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (at) => format.format(at);
}

/** Recordings that pass all filters, newest first. `redacted` holds the evidence ids that have a redaction; `placeOf` tells where one is. */
export function filterRecordings(
  recordings: readonly Recording[],
  filters: Filters,
  zone: string,
  redacted: ReadonlySet<string>,
  placeOf: (recording: Recording) => PlaceWord,
): readonly Recording[] {
  const { device, officer, trigger, media, place, from, to, onlyProtected, onlyRedacted } = filters;
  const dayOf = dayIn(zone);
  return searchRecordings(recordings, filters.text, zone).filter((recording) => {
    if (device !== null && recording.device.id !== device) return false;
    if (officer !== null && recording.officer !== officer) return false;
    if (trigger !== null && !recording.triggers.some((event) => event.kind === trigger)) return false;
    if (media !== null && recordingState(recording) !== media) return false;
    if (place !== null && placeOf(recording) !== place) return false;
    if (onlyProtected && !recording.protectedOnCamera) return false;
    if (onlyRedacted && !hasRedaction(recording, redacted)) return false;
    if (from === null && to === null) return true;
    const day = dayOf(recording.start.at);
    return (from === null || day >= from) && (to === null || day <= to);
  });
}

export function hasRedaction(recording: Recording, redacted: ReadonlySet<string>): boolean {
  return recording.segments.some((segment) => redacted.has(segment.evidenceId));
}

/** The kinds of trigger a recording has, each once, in order. */
export function triggerKinds(recording: Recording): readonly string[] {
  return [...new Set(recording.triggers.map((event) => event.kind))];
}

/** What each filter can be set to, from what is there. */
export function filterChoices(recordings: readonly Recording[]): {
  readonly devices: readonly { readonly id: string; readonly name: string }[];
  readonly officers: readonly string[];
  readonly triggers: readonly string[];
} {
  const devices = new Map(recordings.map(({ device }) => [device.id, device]));
  const officers = new Set(recordings.map((recording) => recording.officer).filter((officer) => officer !== null));
  const triggers = new Set(recordings.flatMap(triggerKinds));
  return {
    devices: [...devices.values()].sort((a, b) => a.name.localeCompare(b.name)),
    officers: [...officers].sort((a, b) => a.localeCompare(b)),
    triggers: [...triggers].sort((a, b) => a.localeCompare(b)),
  };
}
