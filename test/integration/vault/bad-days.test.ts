import { execFileSync, spawn } from 'node:child_process';
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CancelledError } from '#common/errors/index.ts';
import { newId, randomBytes } from '#core/kernel/index.ts';
import { openVault, type SealProgress, vaultLayout } from '#core/vault/index.ts';
import { createSealBuffers, sealFile } from '#core/vault/seal-file.ts';
import { sealAll } from '../../unit/vault/sealed-samples.ts';
import { createVaultFixture } from './vault-fixture.ts';

const mebibyte = 1024 * 1024;
const isRoot = process.getuid?.() === 0;

function sealedFiles(files: readonly string[]): readonly string[] {
  return files.filter((name) => !name.startsWith('.'));
}

describe('a bad source', () => {
  it.skipIf(process.platform === 'win32')('that is a link, a pipe or a folder is refused, at once', async () => {
    await using fixture = createVaultFixture();
    const card = join(fixture.root, 'card');
    fixture.source('real.mp4', 100);
    symlinkSync('real.mp4', join(card, 'link.mp4'));
    symlinkSync('/etc/passwd', join(card, 'passwd.mp4'));
    execFileSync('mkfifo', [join(card, 'pipe.mp4')]);
    mkdirSync(join(card, 'folder.mp4'));
    for (const name of ['link.mp4', 'passwd.mp4', 'pipe.mp4', 'folder.mp4']) {
      await expect(fixture.vault.sealFile(newId('evidence'), join(card, name)), name).rejects.toMatchObject({
        code: 'unsafe-path',
        subject: join(card, name),
      });
    }
    expect(fixture.files()).toEqual([]);
  });

  it('that is gone says what to do', async () => {
    await using fixture = createVaultFixture();
    await expect(
      fixture.vault.sealFile(newId('evidence'), join(fixture.root, 'card', 'gone.mp4')),
    ).rejects.toMatchObject({
      code: 'source-gone',
      nextStep: expect.stringContaining('Dock it again') as string,
    });
    expect(fixture.files()).toEqual([]);
  });

  it.each([
    ['grows', (path: string) => appendFileSync(path, 'more')],
    ['shrinks', (path: string) => truncateSync(path, 5 * mebibyte)],
    ['is written with the same size', (path: string) => overwrite(path, 11 * mebibyte)],
    ['has a new time', (path: string) => utimesSync(path, 1, 1)],
  ])('that %s while it is copied is not kept', async (_what, change) => {
    await using fixture = createVaultFixture();
    const { path } = fixture.source('a.mp4', 40 * mebibyte);
    let changed = false;
    const onProgress = ({ phase }: SealProgress): void => {
      if (phase !== 'Copying' || changed) return;
      changed = true;
      change(path);
    };
    const partialPath = join(fixture.root, 'x.partial');
    const params = { sourcePath: path, partialPath, fileKey: randomBytes(32), sealedId: newId('evidence') };
    await expect(sealFile(params, createSealBuffers(), { onProgress })).rejects.toMatchObject({
      code: 'source-changed',
      subject: path,
    });
    expect(readdirSync(fixture.root)).toEqual(['card', 'vault']);
  });
});

function overwrite(path: string, at: number, bytes: Uint8Array = Uint8Array.of(1, 2, 3, 4)): void {
  const descriptor = openSync(path, 'r+');
  writeSync(descriptor, bytes, 0, bytes.length, at);
  closeSync(descriptor);
}

describe('a bad disk', () => {
  it.each([
    ['one byte of a segment', 5 * mebibyte + 3],
    ['the header', 7],
    ['the last tag', 12 * mebibyte + 40 + 13 * 16 - 1],
  ])('that did not keep %s is found by the read-back', async (_what, at) => {
    await using fixture = createVaultFixture();
    const { path } = fixture.source('a.mp4', 12 * mebibyte);
    const partialPath = join(fixture.root, 'x.partial');
    const params = { sourcePath: path, partialPath, fileKey: randomBytes(32), sealedId: newId('evidence') };
    const onProgress = ({ phase }: SealProgress): void => {
      if (phase === 'Copied') overwrite(partialPath, at - 3);
    };
    await expect(sealFile(params, createSealBuffers(), { onProgress })).rejects.toMatchObject({
      code: 'verification-failed',
      subject: path,
    });
    expect(readdirSync(fixture.root)).toEqual(['card', 'vault']);
  });

  it('that holds something else, well sealed, is found by the comparison', async () => {
    await using fixture = createVaultFixture();
    const { path } = fixture.source('a.mp4', 2 * mebibyte);
    const partialPath = join(fixture.root, 'x.partial');
    const params = { sourcePath: path, partialPath, fileKey: randomBytes(32), sealedId: newId('evidence') };
    const onProgress = ({ phase }: SealProgress): void => {
      if (phase !== 'Copied') return;
      const other = sealAll(randomBytes(2 * mebibyte), vaultLayout, params.fileKey, params.sealedId);
      overwrite(partialPath, 0, other);
    };
    await expect(sealFile(params, createSealBuffers(), { onProgress })).rejects.toMatchObject({
      code: 'verification-failed',
    });
    expect(readdirSync(fixture.root)).toEqual(['card', 'vault']);
  });

  it.skipIf(!isRoot)('that is full says so, leaves nothing, and works again with room', async () => {
    await using fixture = createVaultFixture();
    const mount = join(fixture.root, 'small');
    mkdirSync(mount);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=12m', 'tmpfs', mount]);
    try {
      const vault = openVault({
        folder: mount,
        vaultKey: fixture.vaultKey,
        sealPool: fixture.pool,
        clock: { now: () => 0 },
      });
      const small = newId('evidence');
      await vault.sealFile(small, fixture.source('small.mp4', 3 * mebibyte).path);
      for (const size of [10, 20]) {
        const { path } = fixture.source(`${size}.mp4`, size * mebibyte);
        await expect(vault.sealFile(newId('evidence'), path)).rejects.toMatchObject({
          code: 'destination-full',
          nextStep: expect.stringContaining('Make room') as string,
        });
        const poster = vault.sealBytes(newId('render'), randomBytes(size * mebibyte));
        await expect(poster).rejects.toMatchObject({ code: 'destination-full' });
      }
      const left = readdirSync(mount, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      expect(left.map(({ name }) => name).sort()).toEqual([`${small}.json`, `${small}.sealed`]);
      await vault.sealFile(newId('evidence'), fixture.source('fits.mp4', 6 * mebibyte).path);
      await vault.verify(small);
    } finally {
      execFileSync('umount', [mount]);
    }
  });
  if (!isRoot) console.warn('SKIPPED: the full-disk test needs root to mount a small tmpfs.');

  it('that is not there, or is a file, says that the vault cannot be written', async () => {
    await using fixture = createVaultFixture({ folder: '/proc/plainview-no-such-place' });
    const { path } = fixture.source('a.mp4', 10);
    await expect(fixture.vault.sealFile(newId('evidence'), path)).rejects.toMatchObject({
      code: 'destination-unwritable',
    });
  });
});

describe('stopping', () => {
  it('cancels what runs and what waits, and leaves nothing', async () => {
    await using fixture = createVaultFixture({ threads: 1 });
    const { path } = fixture.source('a.mp4', 64 * mebibyte);
    const controller = new AbortController();
    const onProgress = (): void => controller.abort();
    const calls = [1, 2, 3].map(() =>
      fixture.vault.sealFile(newId('evidence'), path, { signal: controller.signal, onProgress }),
    );
    for (const call of await Promise.allSettled(calls)) {
      expect(call.status === 'rejected' && call.reason instanceof CancelledError).toBe(true);
    }
    expect(fixture.files()).toEqual([]);
    await fixture.vault.sealFile(newId('evidence'), path);
  });

  it.each([
    'Copying',
    'Copied',
    'Verified',
  ])('a process killed while "%s" leaves no finished object, and the next one cleans up', async (phase) => {
    await using fixture = createVaultFixture();
    const { path, sha256 } = fixture.source('a.mp4', 96 * mebibyte);
    const id = newId('evidence');
    const script = fileURLToPath(new URL('./seal-and-die.ts', import.meta.url));
    const child = spawn(process.execPath, [script, fixture.folder, path, id], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    await new Promise<void>((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        if (said.includes(phase)) child.kill('SIGKILL');
      });
      child.on('close', () => resolve());
    });
    expect(said).not.toContain('Sealed');
    const vault = openVault({
      folder: fixture.folder,
      vaultKey: new Uint8Array(32),
      sealPool: fixture.pool,
      clock: { now: () => 0 },
    });
    expect(await vault.has(id)).toBe(false);
    expect(await vault.list()).toEqual([]);
    expect(await vault.recoverPartials()).toContain(`${id}.sealed.partial`);
    expect(sealedFiles(fixture.files())).toEqual([]);
    expect(await vault.sealFile(id, path)).toMatchObject({ plaintextSha256: sha256 });
    expect(await vault.recoverPartials()).toEqual([]);
    expect(await vault.verify(id)).toMatchObject({ plaintextSize: statSync(path).size });
    rmSync(path);
  });
});
