import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { docksOfFolder, loadProfiles, type ScanSettings, scanDock, walkDock } from '#core/devices/index.ts';
import { assetsDir } from '#test/support/profiles.ts';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'walk-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function put(...paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), path);
  }
}
const settings = async (): Promise<ScanSettings> => ({
  profiles: await loadProfiles(assetsDir),
  zone: 'America/New_York',
  now: Date.UTC(2026, 10, 23),
});

describe('a walk over a card', () => {
  it('lists files with size and date, and leaves out what systems put there', async () => {
    await put(
      'DCIM/100MEDIA/a.mp4',
      '.Trash-1000/files/b.mp4',
      'System Volume Information/x',
      'LOST.DIR/1',
      '.fseventsd/1',
      'DCIM/._a.mp4',
      '$RECYCLE.BIN/x.mp4',
    );
    await utimes(join(root, 'DCIM/100MEDIA/a.mp4'), 1_700_000_000.5, 1_700_000_000.5);
    const walk = await walkDock(root);
    expect(walk.files).toEqual([
      { path: 'DCIM/100MEDIA/a.mp4', sizeBytes: 19, modifiedMs: 1_700_000_000_500, readOnly: false },
    ]);
    expect(walk.folders).toEqual(['DCIM', 'DCIM/100MEDIA']);
    expect(walk.refused).toEqual([]);
  });

  it.skipIf(process.platform === 'win32')(
    'refuses links, pipes and unreadable names, and follows nothing',
    async () => {
      const outside = await mkdtemp(join(tmpdir(), 'outside-'));
      await writeFile(join(outside, 'secret.mp4'), 'x');
      await symlink(join(outside, 'secret.mp4'), join(root, 'link.mp4'));
      await symlink(outside, join(root, 'linked-folder'));
      await symlink('..', join(root, 'loop'));
      await symlink('/nowhere', join(root, 'broken'));
      execFileSync('mkfifo', [join(root, 'pipe.mp4')]);
      await writeFile(
        Buffer.concat([Buffer.from(`${root}/bad-`), Buffer.from([0xff, 0xfe]), Buffer.from('.mp4')]),
        'x',
      );
      await put('..\\..\\evil.mp4', '..%2fevil.mp4', 'new\nline.mp4', 'e\u{301}.mp4', '\u{202e}4pm.mp4');
      const walk = await walkDock(root);
      expect(walk.files.map(({ path }) => path).sort()).toEqual(
        ['..%2fevil.mp4', '..\\..\\evil.mp4', 'e\u{301}.mp4', 'new\nline.mp4', '\u{202e}4pm.mp4'].sort(),
      );
      const reasons = new Map(walk.refused.map(({ path, reason }) => [path, reason]));
      for (const link of ['link.mp4', 'linked-folder', 'loop', 'broken'])
        expect(reasons.get(link)).toContain('link to another place');
      expect(reasons.get('pipe.mp4')).toContain('not a file with contents');
      expect([...reasons.keys()].find((path) => path.startsWith('bad-'))).toBeDefined();
      await rm(outside, { recursive: true });
    },
  );

  it('says in words what is wrong with the place itself', async () => {
    await expect(walkDock(join(root, 'gone'))).rejects.toMatchObject({ code: 'source-gone' });
    await put('file');
    await expect(walkDock(join(root, 'file'))).rejects.toMatchObject({ code: 'source-unreadable' });
  });

  it('scans 10,000 files in under three seconds and lets others work meanwhile', async () => {
    for (let folder = 0; folder < 20; folder++) {
      await mkdir(join(root, `DCIM/${100 + folder}MEDIA`), { recursive: true });
      await Promise.all(
        Array.from({ length: 500 }, (_, i) =>
          writeFile(
            join(
              root,
              `DCIM/${100 + folder}MEDIA/2026112${folder % 10}_14${String(i % 60).padStart(2, '0')}${String(i % 59).padStart(2, '0')}_${i}.mp4`,
            ),
            '',
          ),
        ),
      );
    }
    let longest = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    const scanSettings = await settings();
    // Processor time of all threads: what else this computer does meanwhile is not what is measured.
    const before = process.cpuUsage();
    const scan = await scanDock({ kind: 'volume', root, label: 'CAM', serial: null }, scanSettings);
    const spent = process.cpuUsage(before);
    clearInterval(timer);
    expect(scan.plan?.recordings.flatMap(({ segments }) => segments)).toHaveLength(10_000);
    expect((spent.user + spent.system) / 1000).toBeLessThan(3000);
    expect(longest).toBeLessThan(1000);
  });
});

describe('a watched folder', () => {
  it('is one dock when a profile fits it', async () => {
    await put('JaneDoe_202611202241_V3-0.mp4', 'more/SamRoe_202611202241_V4-0.mp4');
    expect(await docksOfFolder(root, await settings())).toEqual([{ kind: 'folder', root }]);
  });
  it('is as many docks as folders on its first level look like cameras', async () => {
    await put('cam1/DCIM/100MEDIA/a.mp4', 'cam2/files/data/20261120140633.mp4', 'notes/letter.txt');
    expect(await docksOfFolder(root, await settings())).toEqual([
      { kind: 'folder', root: join(root, 'cam1') },
      { kind: 'folder', root: join(root, 'cam2') },
    ]);
  });
  it('keeps a dock for videos that lie beside such folders', async () => {
    await put('cam1/DCIM/100MEDIA/a.mp4', 'loose/odd.mp4');
    const places = await docksOfFolder(root, await settings());
    expect(places).toEqual([
      { kind: 'folder', root: join(root, 'cam1') },
      { kind: 'folder', root, without: ['cam1'] },
    ]);
    const scan = await scanDock(places[1]!, await settings());
    expect(scan.plan?.recordings.map(({ segments }) => segments[0]?.path)).toEqual(['loose/odd.mp4']);
  });
  it('is itself a dock when it holds nothing yet', async () => {
    expect(await docksOfFolder(root, await settings())).toEqual([{ kind: 'folder', root }]);
  });
});
