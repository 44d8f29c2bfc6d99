import { posix } from 'node:path';
import { z } from 'zod';
import type { Volume } from './volume.ts';

/** What Plainview asks of lsblk. */
export const lsblkArguments = [
  '--json',
  '-b',
  '-o',
  'NAME,PATH,LABEL,UUID,SERIAL,FSTYPE,MOUNTPOINTS,RM,HOTPLUG,RO,SIZE,TRAN,TYPE',
] as const;

// Older versions print numbers and booleans as text, and one mount point as `mountpoint`.
const flag = z
  .union([z.boolean(), z.enum(['0', '1', 'true', 'false'])])
  .nullish()
  .transform((value) => value === true || value === '1' || value === 'true');
const text = z
  .string()
  .nullish()
  .transform((value) => (value === undefined || value === '' ? null : value));
const device = z.object({
  path: text,
  label: text,
  uuid: text,
  serial: text,
  fstype: text,
  mountpoints: z.array(z.string().nullable()).nullish(),
  mountpoint: text,
  rm: flag,
  hotplug: flag,
  ro: flag,
  size: z.union([z.number(), z.string()]).nullish(),
  tran: text,
  get children() {
    return z.array(device).nullish();
  },
});
type Device = z.infer<typeof device>;
const listing = z.object({ blockdevices: z.array(device) });

/** Mounts as the kernel lists them. */
type Mount = {
  readonly device: string;
  readonly root: string;
  readonly point: string;
  readonly fileSystem: string;
  readonly source: string;
  readonly readOnly: boolean;
};

/** Reads `/proc/self/mountinfo`. A line that cannot be read is left out. */
function parseMountInfo(content: string): readonly Mount[] {
  return content.split('\n').flatMap((line) => {
    const [before = '', after] = line.split(' - ');
    const [, , number, root, point, options] = before.split(' ');
    const [fileSystem, source] = (after ?? '').split(' ');
    if (number === undefined || root === undefined || point === undefined || fileSystem === undefined) return [];
    return [
      {
        device: number,
        root: unescapeOctal(root),
        point: unescapeOctal(point),
        fileSystem,
        source: unescapeOctal(source ?? ''),
        readOnly: options?.split(',').includes('ro') ?? false,
      },
    ];
  });
}

/** The kernel writes space, tab, line feed and backslash of a path as three octal digits. */
function unescapeOctal(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

/** Folders below which desktops and people mount what they plug in. */
const removableParents = ['/media/', '/run/media/', '/mnt/'];
/** Parts of the system, whatever bus their disk hangs on: a station may boot from a USB disk. */
const systemPoints = /^\/$|^\/(?:boot|efi|home|usr|var|opt|srv|tmp|root|nix|snap|etc|sysroot)(?:\/|$)/;

/**
 * Removable volumes from the output of lsblk (null when the tool is missing or failed) and the text of mountinfo.
 * A mount counts when it comes from a block device and lies where removable drives are mounted, or when its device is
 * removable, can be plugged while running or hangs on USB. Pure.
 */
export function linuxVolumes(lsblkOutput: string | null, mountInfo: string): readonly Volume[] {
  const byPoint = new Map<string, { readonly device: Device; readonly pluggable: boolean }>();
  for (const top of parseListing(lsblkOutput)) visit(top, { pluggable: false, serial: null }, byPoint);
  const seen = new Set<string>();
  const volumes: Volume[] = [];
  for (const mount of parseMountInfo(mountInfo)) {
    if (!mount.source.startsWith('/dev/')) continue;
    const known = byPoint.get(mount.point);
    const placed = removableParents.some((parent) => mount.point.startsWith(parent));
    const plugged = known?.pluggable === true && !systemPoints.test(mount.point);
    if (!placed && !plugged) continue;
    // A second mount of the same folder of the same device would show the same camera twice.
    const same = `${mount.device} ${mount.root}`;
    if (seen.has(same)) continue;
    seen.add(same);
    volumes.push(volumeOf(mount, known?.device ?? null));
  }
  return volumes;
}

function parseListing(output: string | null): readonly Device[] {
  if (output === null) return [];
  try {
    return listing.parse(JSON.parse(output)).blockdevices;
  } catch {
    // mountinfo still names what is mounted; only labels and serials are lost.
    return [];
  }
}

type Inherited = { readonly pluggable: boolean; readonly serial: string | null };

function visit(
  entry: Device,
  inherited: Inherited,
  byPoint: Map<string, { readonly device: Device; readonly pluggable: boolean }>,
): void {
  const pluggable = inherited.pluggable || entry.rm || entry.hotplug || entry.tran === 'usb';
  const serial = entry.serial ?? inherited.serial;
  for (const point of [...(entry.mountpoints ?? []), entry.mountpoint]) {
    if (point !== null) byPoint.set(point, { device: { ...entry, serial }, pluggable });
  }
  for (const child of entry.children ?? []) visit(child, { pluggable, serial }, byPoint);
}

function volumeOf(mount: Mount, known: Device | null): Volume {
  const serial = known?.uuid ?? known?.serial ?? null;
  const size = Number(known?.size ?? Number.NaN);
  return {
    id: `${serial ?? mount.source} at ${mount.point}`,
    label: known?.label ?? posix.basename(mount.point),
    serial,
    mountPoint: mount.point,
    fileSystem: mount.fileSystem,
    sizeBytes: Number.isFinite(size) ? size : null,
    readOnly: mount.readOnly || (known?.ro ?? false),
  };
}
