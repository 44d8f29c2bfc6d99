import { silentLogger } from '#core/kernel/index.ts';
import { createSealPool, openVault } from '#core/vault/index.ts';

// Seals one file and says how far it is, until the test kills it.
const [folder = '', source = '', sealedId = ''] = process.argv.slice(2);
const sealPool = createSealPool({
  entry: new URL('../../../main/core/vault/seal-worker.ts', import.meta.url),
  logger: silentLogger,
  threads: 1,
});
const vault = openVault({ folder, vaultKey: new Uint8Array(32), sealPool, clock: { now: () => 0 } });
await vault.sealFile(sealedId as never, source, { onProgress: ({ phase }) => process.stdout.write(`${phase}\n`) });
process.stdout.write('Sealed\n');
await sealPool.close();
