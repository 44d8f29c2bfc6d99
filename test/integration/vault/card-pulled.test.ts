import { execFileSync } from 'node:child_process';
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { newId, randomBytes } from '#core/kernel/index.ts';
import { createVaultFixture } from './vault-fixture.ts';

const mebibyte = 1024 * 1024;

function canMountImages(): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    execFileSync('mkfs.ext4', ['-V'], { stdio: 'ignore' });
    execFileSync('losetup', ['-f'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const possible = canMountImages();
if (!possible) console.warn('SKIPPED: a card that breaks while it is read needs root, mkfs.ext4 and loop devices.');

describe('a card', () => {
  it.skipIf(!possible)(
    'that stops answering in the middle of a file says so, and the files before it are kept',
    async () => {
      await using fixture = createVaultFixture({ threads: 1 });
      const image = join(fixture.root, 'card.img');
      const mount = join(fixture.root, 'mount');
      mkdirSync(mount);
      writeFileSync(image, '');
      truncateSync(image, 96 * mebibyte);
      execFileSync('mkfs.ext4', ['-q', '-F', image]);
      execFileSync('mount', ['-o', 'loop', image, mount]);
      writeFileSync(join(mount, 'first.mp4'), randomBytes(mebibyte));
      writeFileSync(join(mount, 'second.mp4'), randomBytes(60 * mebibyte));
      execFileSync('umount', [mount]);
      execFileSync('mount', ['-o', 'loop,ro', image, mount]);
      try {
        const kept = newId('evidence');
        await fixture.vault.sealFile(kept, join(mount, 'first.mp4'));
        // The device keeps its size, but what lay behind this point cannot be read any more.
        truncateSync(image, 40 * mebibyte);
        await expect(fixture.vault.sealFile(newId('evidence'), join(mount, 'second.mp4'))).rejects.toMatchObject({
          code: 'source-gone',
          subject: join(mount, 'second.mp4'),
          nextStep: expect.stringContaining('Dock it again') as string,
        });
        expect([...fixture.files()].sort()).toEqual([`${kept}.json`, `${kept}.sealed`]);
        await fixture.vault.verify(kept);
      } finally {
        execFileSync('umount', [mount]);
      }
    },
  );
});
