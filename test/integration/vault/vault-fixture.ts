import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes, silentLogger } from '#core/kernel/index.ts';
import { createSealPool, openVault, type SealPool, type Vault } from '#core/vault/index.ts';

const sealEntry = new URL('../../../main/core/vault/seal-worker.ts', import.meta.url);
export const madeAt = 1_795_000_000_000;

type VaultFixture = AsyncDisposable & {
  readonly root: string;
  readonly folder: string;
  readonly vaultKey: Uint8Array;
  readonly pool: SealPool;
  readonly vault: Vault;
  /** A card with one file of random bytes. */
  source(name: string, size: number): { readonly path: string; readonly bytes: Uint8Array; readonly sha256: string };
  /** Every file below the vault's folder. */
  files(): readonly string[];
};

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** A vault in a temporary folder (or in `folder`), with its threads; all gone at the end of the `await using` block. */
export function createVaultFixture(
  options: { readonly threads?: number; readonly folder?: string } = {},
): VaultFixture {
  const root = mkdtempSync(join(tmpdir(), 'plainview-vault-'));
  const folder = options.folder ?? join(root, 'vault');
  const vaultKey = randomBytes(32);
  const pool = createSealPool({ entry: sealEntry, logger: silentLogger, threads: options.threads ?? 2 });
  mkdirSync(join(root, 'card'));
  if (options.folder === undefined) mkdirSync(folder);
  return {
    root,
    folder,
    vaultKey,
    pool,
    vault: openVault({ folder, vaultKey, sealPool: pool, clock: { now: () => madeAt } }),
    source: (name, size) => {
      const bytes = randomBytes(size);
      const path = join(root, 'card', name);
      writeFileSync(path, bytes);
      return { path, bytes, sha256: sha256(bytes) };
    },
    files: () => {
      const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
      return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
    },
    [Symbol.asyncDispose]: async () => {
      await pool.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}
