import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createVolumeSource, linuxVolumes, macMountedDevices, macVolume, windowsVolumes } from '#core/devices/index.ts';
import { silentLogger } from '#core/kernel/index.ts';

const captured = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../fixtures/volumes', name), 'utf8');

describe('volumes on Linux', () => {
  const mounts = captured('mountinfo-laptop-with-card.txt');
  it('are cards, plugged drives and mounted images, each once, and never the system', () => {
    const volumes = linuxVolumes(captured('lsblk-laptop-with-card.json'), mounts);
    expect(volumes.map(({ mountPoint, label, serial, readOnly }) => [mountPoint, label, serial, readOnly])).toEqual([
      ['/run/media/officer/BWC 07 été', 'BWC 07 été', '9C33-BBC1', false],
      ['/data/card', 'card', '0x8f2b33a1', true],
      ['/mnt/cam', 'cam', null, false],
    ]);
  });
  it('are still found when lsblk is missing or talks nonsense', () => {
    expect(linuxVolumes(null, mounts).map(({ mountPoint }) => mountPoint)).toEqual([
      '/run/media/officer/BWC 07 été',
      '/mnt/cam',
    ]);
    expect(linuxVolumes('lsblk: unknown column', mounts)).toHaveLength(2);
  });
  it('are read from an older lsblk too', () => {
    const old =
      '{"blockdevices":[{"path":"/dev/sdb1","label":"CAM","uuid":"A1-B2","mountpoint":"/data/x","rm":"1","hotplug":"1","ro":"0","size":"1000"}]}';
    expect(linuxVolumes(old, '30 1 8:17 / /data/x rw - vfat /dev/sdb1 rw')).toMatchObject([
      { label: 'CAM', sizeBytes: 1000 },
    ]);
  });
  it.runIf(process.platform === 'linux')('are listed on this computer without failing', async () => {
    const volumes = await createVolumeSource({ logger: silentLogger }).list();
    expect(volumes.some(({ mountPoint }) => mountPoint === '/')).toBe(false);
  });
});

describe('volumes on Windows', () => {
  it('are removable drives with a medium, and disks on USB', () => {
    expect(windowsVolumes(`\u{feff}${captured('windows-two-cameras.json')}`)).toEqual([
      {
        id: '9C33-BBC1 at E:',
        label: 'BWC-07 Größe',
        serial: '9C33-BBC1',
        mountPoint: 'E:\\',
        fileSystem: 'exFAT',
        sizeBytes: 62544412672,
        readOnly: false,
      },
      {
        id: '00D1-E2F3 at F:',
        label: null,
        serial: '00D1-E2F3',
        mountPoint: 'F:\\',
        fileSystem: 'NTFS',
        sizeBytes: 2000396288000,
        readOnly: true,
      },
    ]);
  });
  it('may be none, or one that PowerShell did not wrap into a list', () => {
    expect(windowsVolumes('')).toEqual([]);
    expect(windowsVolumes('{"DeviceID":"E:","DriveType":2,"FileSystem":"FAT32","VolumeName":"A"}')).toHaveLength(1);
  });
});

describe('volumes on macOS', () => {
  it('are what is mounted below /Volumes', () => {
    expect(macMountedDevices(captured('diskutil-list.plist'))).toEqual(['disk4s1', 'disk5']);
  });
  it('are removable, even in the reader built into the computer', () => {
    const card = captured('diskutil-info-card.plist');
    expect(macVolume(card)).toEqual({
      id: '5D2A9F5C-7C55-3C9B-8AD7-2F3B19D4C1E0 at /Volumes/BWC & 07',
      label: 'BWC & 07',
      serial: '5D2A9F5C-7C55-3C9B-8AD7-2F3B19D4C1E0',
      mountPoint: '/Volumes/BWC & 07',
      fileSystem: 'exfat',
      sizeBytes: 62544412672,
      readOnly: true,
    });
    const fixed = card.replace(
      /<key>(Ejectable|RemovableMedia|RemovableMediaOrExternalDevice)<\/key>\s*<true\/>/g,
      '<key>$1</key><false/>',
    );
    expect(macVolume(fixed)).toBeNull();
  });
  it('are not read from half a list', () => {
    expect(() => macMountedDevices(captured('diskutil-list.plist').slice(0, 700))).toThrow();
  });
});
