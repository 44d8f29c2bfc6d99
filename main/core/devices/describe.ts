import type { RecordingStart } from '#common/evidence/recording.ts';
import { clockDoubt, impossibleDate, zoneDoubt } from './clock-doubt.ts';
import { baseName, type NameFacts, readName, stemOf } from './file-name.ts';
import type { DockFacts } from './profile-match.ts';
import type { CompiledProfile } from './profiles.ts';
import type { WalkedFile } from './walk.ts';

/** A media file and everything its name, place and date say of it. */
export type DescribedFile = WalkedFile & {
  /** The name as the file system has it: data, never part of a path. */
  readonly name: string;
  readonly device: { readonly id: string; readonly name: string };
  readonly officer: string | null;
  readonly start: RecordingStart;
  /** The part of `start.doubt` that concerns the camera's clock and not the night clocks changed. */
  readonly clockDoubt: string | null;
  readonly segment: number | null;
  readonly protectedOnCamera: boolean;
  /** Files with equal keys may be segments of one recording; null when this camera's segments do not join. */
  readonly joinKey: string | null;
  /** What its sidecars may start with. */
  readonly stems: readonly string[];
  /** Why it is known to be damaged before it is opened. */
  readonly damage: string | null;
};

type DescribedDock = Pick<DockFacts, 'label' | 'rootName' | 'serial' | 'folders'>;

/** Describes one media file. Pure. */
export function describeFile(
  profile: CompiledProfile,
  dock: DescribedDock,
  file: WalkedFile,
  settings: { readonly zone: string; readonly now: number },
): DescribedFile {
  const name = baseName(file.path);
  const facts = readName(profile, { path: file.path, rootName: dock.rootName }, settings.zone);
  const device = deviceOf(profile, dock, facts);
  const start = startOf(profile, facts, file, settings.now);
  const { protected: mark } = profile.profile;
  return {
    ...file,
    name,
    device,
    officer: facts?.officer ?? null,
    start: start.start,
    clockDoubt: start.clockDoubt,
    segment: facts?.segment ?? null,
    protectedOnCamera: (profile.protectedPath?.test(file.path) ?? false) || (mark.readOnlyFile && file.readOnly),
    joinKey: joinKeyOf(profile, device.id, file.path, facts),
    stems: [...new Set([stemOf(name), facts?.stem ?? stemOf(name)])],
    damage: damageOf(profile, file),
  };
}

function damageOf(profile: CompiledProfile, file: WalkedFile): string | null {
  const byPath = profile.damagePaths.find(({ expression }) => expression.test(file.path));
  if (byPath !== undefined) return byPath.reason;
  if (file.sizeBytes > 0) return null;
  return profile.zeroByte ?? 'The file is empty: nothing was recorded into it.';
}

function startOf(profile: CompiledProfile, facts: NameFacts | null, file: WalkedFile, now: number) {
  const fileDate = profile.profile.fileDates === 'camera' ? file.modifiedMs : null;
  const named = facts?.start ?? null;
  if (named === null) {
    const doubt = facts?.impossibleDate === true ? impossibleDate : clockDoubt(file.modifiedMs, null, now);
    const start: RecordingStart = { at: file.modifiedMs, precision: 'second', from: 'file-date', doubt };
    return { start, clockDoubt: doubt };
  }
  const doubt = clockDoubt(named.at, fileDate, now);
  const start: RecordingStart = {
    at: named.at,
    precision: named.precision,
    from: 'file-name',
    doubt: doubt ?? zoneDoubt(named.fit),
  };
  return { start, clockDoubt: doubt };
}

/** Names that cards get from their formatting program, which say nothing of the camera. */
const namelessLabels =
  /^(?:no[ _-]?name|untitled|new volume|disk(?:_img)?|sd ?card|usb(?: ?drive| ?disk)?|removable(?: disk)?|volume|mnt|media)$/i;

function deviceOf(profile: CompiledProfile, dock: DescribedDock, facts: NameFacts | null) {
  const model = profile.profile.name;
  for (const source of profile.profile.deviceId) {
    if (source === 'file-name' && facts !== null && facts.device !== null)
      return { id: facts.device, name: facts.device };
    if (
      source === 'volume-label' &&
      dock.label !== null &&
      dock.label.trim() !== '' &&
      !namelessLabels.test(dock.label.trim())
    ) {
      return { id: dock.label.trim(), name: dock.label.trim() };
    }
    if (source === 'volume-serial' && dock.serial !== null) return { id: dock.serial, name: `${model} ${dock.serial}` };
    if (source === 'root-folder') {
      const folder = dock.rootName ?? rootFolderOf(profile, dock);
      if (folder !== null) return { id: folder, name: folder };
    }
  }
  if (dock.serial !== null) return { id: dock.serial, name: `${model} ${dock.serial}` };
  return { id: 'unnamed', name: `${model} without a name` };
}

function rootFolderOf(profile: CompiledProfile, dock: DescribedDock): string | null {
  const first = dock.folders.filter((path) => !path.includes('/'));
  for (const { rootFolder } of profile.rules) {
    const found = rootFolder === null ? undefined : first.find((name) => rootFolder.test(name));
    if (found !== undefined) return found;
  }
  return null;
}

function joinKeyOf(profile: CompiledProfile, deviceId: string, path: string, facts: NameFacts | null): string | null {
  const { join } = profile.profile;
  if (join === null || facts === null || facts.start === null) return null;
  const slash = path.lastIndexOf('/');
  const values = join.by.map((group) =>
    group === 'folder' ? path.slice(0, Math.max(0, slash)) : (facts.groups[group] ?? ''),
  );
  return JSON.stringify([deviceId, ...values]);
}
