import { z } from 'zod';
import type { Volume } from './volume.ts';

/**
 * Asks Windows for drives with a letter, with the bus their disk hangs on: an external USB disk is "fixed" to Windows, and a
 * drive letter alone would not tell it from the computer's own. UTF-8, because a label may hold any letter.
 */
const windowsScript = [
  "$ErrorActionPreference = 'Stop'",
  '[Console]::OutputEncoding = [System.Text.Encoding]::UTF8',
  '$disks = @{}',
  'try { Get-Partition | Where-Object DriveLetter | ForEach-Object {',
  '  $disk = Get-Disk -Number $_.DiskNumber',
  '  $disks["$($_.DriveLetter):"] = @{ Bus = "$($disk.BusType)"; ReadOnly = [bool]$disk.IsReadOnly; System = [bool]($disk.IsBoot -or $disk.IsSystem) }',
  '} } catch { }',
  "$volumes = @(Get-CimInstance Win32_LogicalDisk -Filter 'DriveType=2 OR DriveType=3' | ForEach-Object {",
  '  $disk = $disks[$_.DeviceID]',
  '  [pscustomobject]@{ DeviceID = $_.DeviceID; DriveType = [int]$_.DriveType; VolumeName = $_.VolumeName; VolumeSerialNumber = $_.VolumeSerialNumber;',
  '    FileSystem = $_.FileSystem; Size = $_.Size; BusType = $(if ($disk) { $disk.Bus }); ReadOnly = $(if ($disk) { $disk.ReadOnly }); System = $(if ($disk) { $disk.System }) }',
  '})',
  'ConvertTo-Json -Compress -InputObject $volumes',
].join('\n');

/** PowerShell takes a script as base64 of UTF-16, which no quoting can spoil. */
export function windowsArguments(): readonly string[] {
  const encoded = Buffer.from(windowsScript, 'utf16le').toString('base64');
  return ['-NoLogo', '-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-EncodedCommand', encoded];
}

const drive = z.object({
  DeviceID: z.string().regex(/^[A-Z]:$/i),
  DriveType: z.number(),
  VolumeName: z.string().nullish(),
  VolumeSerialNumber: z.string().nullish(),
  FileSystem: z.string().nullish(),
  Size: z.union([z.number(), z.string()]).nullish(),
  BusType: z.string().nullish(),
  ReadOnly: z.boolean().nullish(),
  System: z.boolean().nullish(),
});

const removableType = 2;
const pluggableBuses = new Set(['USB', 'SD', 'MMC', '1394']);

/**
 * Removable volumes from what {@link windowsScript} printed: removable drives with a medium in them, and fixed drives on
 * USB, SD or FireWire that Windows does not run from. Throws a bug for output of another shape. Pure.
 */
export function windowsVolumes(output: string): readonly Volume[] {
  // Windows PowerShell may lead its output with a byte order mark.
  const content = output.replace(/^\u{feff}/u, '').trim();
  if (content === '') return [];
  const parsed: unknown = JSON.parse(content);
  const drives = z.array(drive).parse(Array.isArray(parsed) ? parsed : [parsed]);
  return drives.flatMap((found): Volume[] => {
    const plugged = found.DriveType === removableType || pluggableBuses.has(found.BusType?.toUpperCase() ?? '');
    // A card reader without a card has a letter and no file system.
    if (!plugged || found.System === true || !found.FileSystem) return [];
    const serial = formatSerial(found.VolumeSerialNumber);
    const letter = found.DeviceID.toUpperCase();
    return [
      {
        id: `${serial ?? 'drive'} at ${letter}`,
        label: found.VolumeName ? found.VolumeName : null,
        serial,
        mountPoint: `${letter}\\`,
        fileSystem: found.FileSystem,
        sizeBytes: found.Size === null || found.Size === undefined ? null : Number(found.Size),
        readOnly: found.ReadOnly ?? false,
      },
    ];
  });
}

/** `9C33BBC1` as `9C33-BBC1`: FAT's id as Linux and macOS write it, so that a camera has one id on every station. */
function formatSerial(serial: string | null | undefined): string | null {
  if (serial === null || serial === undefined || serial === '') return null;
  return /^[0-9A-F]{8}$/i.test(serial) ? `${serial.slice(0, 4)}-${serial.slice(4)}`.toUpperCase() : serial;
}
