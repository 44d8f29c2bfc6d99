import type { SidecarRule } from '#common/device/index.ts';
import type { RecordingStart } from '#common/evidence/recording.ts';
import { type DescribedFile, describeFile } from './describe.ts';
import { baseName } from './file-name.ts';
import { joinSegments } from './join.ts';
import { type DockFacts, isMedia } from './profile-match.ts';
import type { CompiledProfile } from './profiles.ts';
import { deviceIn, officerIn, type Roster } from './roster.ts';
import type { RefusedEntry, Walk, WalkedFile } from './walk.ts';
import { wallTimeIn } from './wall-clock.ts';

export type PlannedSidecar = WalkedFile & {
  readonly name: string;
  readonly kind: SidecarRule['kind'];
  /** How its events are read: Plainview's own lines, a vendor's by the rule's map, or not at all. */
  readonly format: 'plainview-jsonl' | SidecarRule['format'];
  readonly rule: SidecarRule | null;
};

/** One continuous capture as the card shows it. `segments` are in order; at least one. */
export type PlannedRecording = {
  readonly title: string;
  readonly device: { readonly id: string; readonly name: string };
  readonly officer: string | null;
  readonly start: RecordingStart;
  readonly protectedOnCamera: boolean;
  readonly preEvent: { readonly microseconds: number; readonly silent: boolean } | null;
  readonly segments: readonly DescribedFile[];
  readonly sidecars: readonly PlannedSidecar[];
};

/** What a dock holds, newest recording first. */
export type DockPlan = {
  readonly recordings: readonly PlannedRecording[];
  readonly refused: readonly RefusedEntry[];
  /** Files that are neither recordings nor beside one, such as pictures: they stay where they are, and are shown. */
  readonly others: readonly WalkedFile[];
  /** The one device all recordings come from; null when there are several or none. */
  readonly device: { readonly id: string; readonly name: string } | null;
  /** Sentences about the whole dock: signs that its card was pulled, a clock that cannot be right. */
  readonly warnings: readonly string[];
  readonly clockDoubt: string | null;
};

/** Where names are read: the station's IANA zone, its time in milliseconds UTC, and who has which camera, when that is known. */
export type PlanSettings = { readonly zone: string; readonly now: number; readonly roster?: Roster | undefined };

const ownTriggers: SidecarRule = { expression: '^{stem}\\.triggers\\.jsonl$', kind: 'triggers', format: 'opaque' };

/** Turns what was listed on a dock into recordings, by the profile that fits it. Pure. */
export function planDock(profile: CompiledProfile, facts: DockFacts, walk: Walk, settings: PlanSettings): DockPlan {
  const media = walk.files.filter(({ path }) => isMedia(profile, path));
  const described = media.map((file) => describeFile(profile, facts, file, settings));
  const beside = groupByFolder(walk.files.filter(({ path }) => !isMedia(profile, path)));
  const taken = new Set<string>();
  const recordings = joinSegments(profile, described).map((segments) =>
    planRecording(profile, segments, sidecarsOf(profile, segments, beside, taken), settings),
  );
  recordings.sort((a, b) => b.start.at - a.start.at || (a.title < b.title ? -1 : 1));
  const devices = new Map(recordings.map(({ device }) => [device.id, device]));
  const refused = [...walk.refused, ...orphans(profile, beside, taken)];
  const told = new Set([...taken, ...refused.map(({ path }) => path)]);
  const isSign = (path: string): boolean => profile.warnings.some(({ expression }) => expression.test(path));
  const doubts = recordings.flatMap(({ segments }) => segments.map((segment) => segment.clockDoubt));
  return {
    recordings,
    refused,
    others: [...beside.values()].flat().filter(({ path }) => !told.has(path) && !isSign(path)),
    device: devices.size === 1 ? ([...devices.values()][0] ?? null) : null,
    warnings: profile.warnings
      .filter(({ expression }) => walk.files.some(({ path }) => expression.test(path)))
      .map(({ reason }) => reason),
    clockDoubt: doubts.find((doubt) => doubt !== null) ?? null,
  };
}

/** Puts described segments into one recording. Pure; at least one segment. */
function planRecording(
  profile: CompiledProfile,
  segments: readonly DescribedFile[],
  sidecars: readonly PlannedSidecar[],
  { zone, roster }: PlanSettings,
): PlannedRecording {
  // A piece that is known to be empty or broken does not say when what can be played began.
  const first = segments.find(({ damage }) => damage === null) ?? segments[0];
  if (first === undefined) throw new Error('A recording needs a segment.');
  const { preEvent } = profile.profile;
  const device = deviceIn(roster, first.device);
  return {
    title: `${device.name} · ${shortWallTime(first.start, zone)}`,
    device,
    officer: officerIn(roster, device.id, first.officer),
    start: first.start,
    protectedOnCamera: segments.some((segment) => segment.protectedOnCamera),
    preEvent: preEvent === null ? null : { microseconds: preEvent.seconds * 1_000_000, silent: preEvent.silent },
    segments,
    sidecars,
  };
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function shortWallTime(start: RecordingStart, zone: string): string {
  const { year, month, day, hour, minute, second } = wallTimeIn(zone, start.at);
  const two = (value: number): string => String(value).padStart(2, '0');
  const clock = `${two(hour)}:${two(minute)}${start.precision === 'second' ? `:${two(second)}` : ''}`;
  return `${day} ${months[month - 1] ?? ''} ${year}, ${clock}`;
}

type Beside = ReadonlyMap<string, readonly WalkedFile[]>;

function groupByFolder(files: readonly WalkedFile[]): Beside {
  return Map.groupBy(files, ({ path }) => folderOf(path));
}

function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash < 0 ? '' : path.slice(0, slash);
}

function sidecarsOf(
  profile: CompiledProfile,
  segments: readonly DescribedFile[],
  beside: Beside,
  taken: Set<string>,
): readonly PlannedSidecar[] {
  const found = new Map<string, PlannedSidecar>();
  for (const segment of segments) {
    const candidates = beside.get(folderOf(segment.path)) ?? [];
    if (candidates.length === 0) continue;
    for (const stem of segment.stems) {
      for (const rule of [ownTriggers, ...profile.profile.sidecars]) {
        const expression = profile.sidecarExpression(rule, stem);
        for (const file of candidates) {
          if (taken.has(file.path) || !expression.test(baseName(file.path))) continue;
          taken.add(file.path);
          found.set(file.path, plannedSidecar(file, rule));
        }
      }
    }
  }
  return [...found.values()];
}

function plannedSidecar(file: WalkedFile, rule: SidecarRule): PlannedSidecar {
  const own = rule === ownTriggers;
  return {
    ...file,
    name: baseName(file.path),
    kind: rule.kind,
    format: own ? 'plainview-jsonl' : rule.format,
    rule: own ? null : rule,
  };
}

/** Files that are named like sidecars but have no recording beside them: shown, so that nobody wonders where they went. */
function orphans(profile: CompiledProfile, beside: Beside, taken: ReadonlySet<string>): readonly RefusedEntry[] {
  const expressions = [ownTriggers, ...profile.profile.sidecars].map(
    ({ expression }) => new RegExp(expression.replaceAll('{stem}', '.+'), 'iu'),
  );
  return [...beside.values()]
    .flat()
    .filter(({ path }) => !taken.has(path) && expressions.some((expression) => expression.test(baseName(path))))
    .map(({ path }) => ({ path, reason: 'The recording this file belongs to is not beside it.' }));
}
