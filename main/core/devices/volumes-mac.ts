import { z } from 'zod';
import { parsePlist } from './plist.ts';
import type { Volume } from './volume.ts';

const part = z.object({ DeviceIdentifier: z.string(), MountPoint: z.string().optional() });
const disk = part.extend({
  Partitions: z.array(part).optional(),
  APFSVolumes: z.array(part).optional(),
});
const listing = z.object({ AllDisksAndPartitions: z.array(disk) });

const info = z.object({
  DeviceIdentifier: z.string(),
  MountPoint: z.string().optional(),
  VolumeName: z.string().optional(),
  VolumeUUID: z.string().optional(),
  DiskUUID: z.string().optional(),
  FilesystemType: z.string().optional(),
  TotalSize: z.number().optional(),
  Size: z.number().optional(),
  Internal: z.boolean().optional(),
  Ejectable: z.boolean().optional(),
  Removable: z.boolean().optional(),
  RemovableMedia: z.boolean().optional(),
  RemovableMediaOrExternalDevice: z.boolean().optional(),
  SystemImage: z.boolean().optional(),
  Writable: z.boolean().optional(),
  WritableVolume: z.boolean().optional(),
});

/** Devices mounted below `/Volumes`, from what `diskutil list -plist` printed. Pure. */
export function macMountedDevices(listOutput: string): readonly string[] {
  const { AllDisksAndPartitions } = listing.parse(parsePlist(listOutput));
  return AllDisksAndPartitions.flatMap((found) => [found, ...(found.Partitions ?? []), ...(found.APFSVolumes ?? [])])
    .filter(({ MountPoint }) => MountPoint?.startsWith('/Volumes/') === true)
    .map(({ DeviceIdentifier }) => DeviceIdentifier);
}

/**
 * The volume `diskutil info -plist <device>` speaks of; null when it is not mounted below `/Volumes` or is part of the
 * computer. Cards in a built-in reader are internal but removable. Pure.
 */
export function macVolume(infoOutput: string): Volume | null {
  const found = info.parse(parsePlist(infoOutput));
  const mountPoint = found.MountPoint ?? '';
  if (!mountPoint.startsWith('/Volumes/') || found.SystemImage === true) return null;
  const removable =
    found.RemovableMediaOrExternalDevice === true ||
    found.RemovableMedia === true ||
    found.Removable === true ||
    found.Ejectable === true ||
    found.Internal === false;
  if (!removable) return null;
  const serial = found.VolumeUUID ?? found.DiskUUID ?? null;
  return {
    id: `${serial ?? found.DeviceIdentifier} at ${mountPoint}`,
    label: found.VolumeName ? found.VolumeName : mountPoint.slice('/Volumes/'.length),
    serial,
    mountPoint,
    fileSystem: found.FilesystemType ?? null,
    sizeBytes: found.TotalSize ?? found.Size ?? null,
    readOnly: !(found.WritableVolume ?? found.Writable ?? true),
  };
}
