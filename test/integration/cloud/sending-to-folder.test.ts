import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCarrier } from '#core/cloud/carrier.ts';
import type { Cloud } from '#core/cloud/cloud.ts';
import { identityKey } from '#core/cloud/identity.ts';
import { mediaKey, storeKeys } from '#core/cloud/keys.ts';
import { openFolderStore } from '#core/cloud/store/folder-store.ts';
import { sha256Hex } from '#core/kernel/index.ts';
import { adminActor, type CloudBench, openCloudBench, twoGroupsOf, waitFor } from '#test/support/cloud-bench.ts';

const mebibyte = 1024 * 1024;
let bench: CloudBench;
let location: string;

beforeEach(async () => {
  bench = await openCloudBench();
  location = join(bench.folder, 'store');
  mkdirSync(location);
});
afterEach(async () => {
  await bench[Symbol.asyncDispose]();
});

async function connected(): Promise<Cloud> {
  const cloud = await bench.cloud(undefined, {
    openCarrier: ({ inUse }) =>
      Promise.resolve(
        createCarrier(openFolderStore({ folder: location, marker: inUse ? identityKey : null }), () =>
          Promise.resolve({ usable: true, checks: [], holds: 'nothing' }),
        ),
      ),
  });
  const target = { kind: 'folder', location } as const;
  const asked = { target, secretAccessKey: null, recoverySecret: null };
  const { recoverySecret } = await cloud.connect(asked, adminActor);
  if (recoverySecret !== null) await cloud.confirmRecovery({ groups: twoGroupsOf(recoverySecret) }, adminActor);
  return cloud;
}

const fileOf = (id: string): string =>
  join(location, mediaKey(storeKeys(bench.secrets.kept.get('store-root') ?? new Uint8Array(0)).nameOf(id)));

async function passing<T>(look: () => Promise<T | null>, what: string): Promise<T> {
  return waitFor(async () => {
    bench.clock.time += 60_000;
    return look();
  }, what);
}

const verified = (id: Parameters<CloudBench['placement']>[0]) =>
  passing(async () => ((await bench.placement(id))?.where.state === 'verified' ? true : null), 'it to be verified');

describe('a folder as the store', () => {
  it('gets the sealed files as they are', async () => {
    const [large, small] = [await bench.seal(20 * mebibyte), await bench.seal(3_000)];
    await connected();
    for (const id of [large, small]) {
      const { where } = await bench.until(id, 'verified');
      expect(where).toMatchObject({ ciphertextSha256: sha256Hex(readFileSync(fileOf(id))) });
    }
  });

  it('that is not mounted is a store that is away, and nothing is written beneath it', async () => {
    const cloud = await connected();
    renameSync(location, `${location}-elsewhere`);
    mkdirSync(location);
    const id = await bench.seal(3_000);
    const error = await waitFor(async () => (await cloud.status()).error, 'the error');
    expect(error.code).toBe('store-unreachable');
    rmSync(location, { recursive: true });
    renameSync(`${location}-elsewhere`, location);
    await verified(id);
  });

  it('that rots is noticed by whoever sends there again', async () => {
    const id = await bench.seal(9 * mebibyte);
    const cloud = await connected();
    await bench.until(id, 'verified');
    const bytes = readFileSync(fileOf(id));
    bytes[5 * mebibyte] = (bytes[5 * mebibyte] ?? 0) ^ 1;
    writeFileSync(fileOf(id), bytes);
    await cloud.disconnect({ reason: 'a trial' }, adminActor);
    const target = { kind: 'folder', location } as const;
    await cloud.connect({ target, secretAccessKey: null, recoverySecret: null }, adminActor);
    await passing(async () => {
      const entries = await bench.catalog.audit.page(null, 20);
      return entries.some(({ event }) => event.kind === 'original.missing') ? true : null;
    }, 'the finding');
    await verified(id);
    expect(sha256Hex(readFileSync(fileOf(id)))).not.toBe(sha256Hex(bytes));
  });

  const mountable = process.platform === 'linux' && process.getuid?.() === 0;
  if (!mountable) console.warn('SKIPPED: a full store needs a small disk of its own, and only root can mount one.');
  it.runIf(mountable)('that is full says so once, and goes on when there is room', async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', location]);
    try {
      const cloud = await connected();
      writeFileSync(join(location, 'ballast'), Buffer.alloc(12 * mebibyte));
      const id = await bench.seal(14 * mebibyte);
      const error = await waitFor(async () => (await cloud.status()).error, 'the error');
      expect(error.code).toBe('destination-full');
      expect((await bench.placement(id))?.where).toMatchObject({ error: null });
      rmSync(join(location, 'ballast'));
      await verified(id);
      await cloud.close();
    } finally {
      execFileSync('umount', [location]);
    }
  });
});
