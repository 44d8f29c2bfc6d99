import { join } from 'node:path';
import type { DeviceProfile } from '#common/device/index.ts';
import { type CompiledProfile, compileProfile, loadProfiles, type WalkedFile } from '#core/devices/index.ts';

export const assetsDir = join(import.meta.dirname, '../../assets');

/** The profile with this id, as the station loads it. */
export async function profileById(id: string): Promise<CompiledProfile> {
  const found = (await loadProfiles(assetsDir)).find(({ profile }) => profile.id === id);
  if (found === undefined) throw new Error(`No profile ${id}.`);
  return found;
}

/** A file as a walk gives it. */
export function walked(path: string, facts: Partial<WalkedFile> = {}): WalkedFile {
  return { path, sizeBytes: 1000, modifiedMs: Date.UTC(2026, 10, 20, 12), readOnly: false, ...facts };
}

/** A made-up profile, for what no shipped one uses. */
export function madeUpProfile(facts: Partial<DeviceProfile>): CompiledProfile {
  return compileProfile({
    id: 'made-up',
    name: 'Made-up camera',
    kind: 'body',
    source: 'a test',
    priority: 50,
    match: [{ anyFile: true }],
    mediaRoots: ['.*'],
    extensions: ['mp4'],
    files: [{ expression: '^(?<date>\\d{8})_(?<time>\\d{6})', on: 'name', precision: 'second', zone: 'local' }],
    ignore: [],
    deviceId: ['volume-label'],
    join: null,
    sidecars: [],
    preEvent: null,
    protected: { path: null, readOnlyFile: false },
    fileDates: 'camera',
    damage: [],
    clear: 'never',
    ...facts,
  });
}
