import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { newId } from '#core/kernel/index.ts';
import { openVault } from '#core/vault/index.ts';
import { createVaultFixture, madeAt, sha256 } from './vault-fixture.ts';

const mebibyte = 1024 * 1024;
const program = fileURLToPath(new URL('./fetch-and-die.ts', import.meta.url));
/** Segments that may be on their way when it is killed. */
const atOnce = 3;

/** Runs the program until it has kept so many bytes, then kills it; null: until it is through. */
async function run(args: readonly string[], killAt: number | null): Promise<boolean> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  let whole = false;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'whole') whole = true;
    else if (killAt !== null && Number(line) >= killAt) child.kill('SIGKILL');
  }
  await ended;
  return whole;
}

describe('a full copy', () => {
  it('that is killed while it is fetched goes on, and fetches again no more than was on its way', async () => {
    await using far = createVaultFixture();
    await using here = createVaultFixture();
    const id = newId('evidence');
    const { path, bytes } = far.source('long.mp4', 40 * mebibyte + 99);
    await far.vault.sealFile(id, path);
    const access = await far.vault.access(id);
    const sealed = readFileSync(access.path);
    const vault = openVault({
      folder: here.folder,
      vaultKey: new Uint8Array(32),
      sealPool: here.pool,
      clock: { now: () => madeAt },
    });
    const stored = await far.vault.stat(id);
    await vault.adopt({ ...stored, ciphertextSha256: sha256(sealed), fileKey: access.fileKey });
    const notes = join(here.root, 'notes');
    writeFileSync(notes, '');
    const args = [here.folder, access.path, id, notes];
    const cuts = [3, 11, 19, 30].map((segments) => segments * mebibyte);
    for (const killAt of cuts) expect(await run(args, killAt)).toBe(false);
    expect(await run(args, null)).toBe(true);
    const fetched = readFileSync(notes, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(' ').map(Number))
      .reduce((sum, [start = 0, end = 0]) => sum + end - start, 0);
    const again = fetched - sealed.length;
    console.log(`bytes_fetched_again_per_kill=${Math.round(again / cuts.length)}`);
    expect(again).toBeGreaterThanOrEqual(0);
    expect(again).toBeLessThanOrEqual(cuts.length * atOnce * mebibyte);
    const whole = await vault.access(id);
    expect(sha256(readFileSync(whole.path))).toBe(sha256(sealed));
    const reader = await vault.openReader(id);
    expect(Buffer.compare(await reader.read(0, reader.size), bytes)).toBe(0);
    await reader.close();
  });
});
