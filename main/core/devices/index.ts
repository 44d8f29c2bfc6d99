export { clockDoubt } from './clock-doubt.ts';
export { type DescribedFile, describeFile } from './describe.ts';
export { type NamedFile, type NamedStart, type NameFacts, readName } from './file-name.ts';
export { joinSegments } from './join.ts';
export {
  type DockPlan,
  type PlannedRecording,
  type PlannedSidecar,
  type PlanSettings,
  planDock,
  planRecording,
} from './plan.ts';
export { type DockFacts, matchProfile } from './profile-match.ts';
export { type CompiledProfile, compileProfile, loadProfiles, parseProfile } from './profiles.ts';
export { type DockPlace, type DockScan, docksOfFolder, placeOfVolume, type ScanSettings, scanDock } from './scan.ts';
export { largestTriggerFile, readTriggers, type TriggerReading } from './triggers.ts';
export type { Volume, VolumeSource } from './volume.ts';
export { createVolumeSource } from './volume-source.ts';
export { linuxVolumes } from './volumes-linux.ts';
export { macMountedDevices, macVolume } from './volumes-mac.ts';
export { windowsVolumes } from './volumes-windows.ts';
export { type RefusedEntry, type Walk, type WalkedFile, walkDock } from './walk.ts';
export { toInstant, type WallTime, wallTimeIn, type ZonedInstant } from './wall-clock.ts';
