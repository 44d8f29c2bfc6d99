import { appendFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { silentLogger } from '#core/kernel/index.ts';
import { createSealPool, openVault } from '#core/vault/index.ts';

// Fetches one original from a file that stands for the store, notes every range in another, and says how far it is, until the test
// kills it: <vault> <sealed file> <id> <file of notes>.
const [folder = '', store = '', sealedId = '', notes = ''] = process.argv.slice(2);
const sealPool = createSealPool({
  entry: new URL('../../../main/core/vault/seal-worker.ts', import.meta.url),
  logger: silentLogger,
  threads: 1,
});
const vault = openVault({ folder, vaultKey: new Uint8Array(32), sealPool, clock: { now: () => 0 } });
await using file = await open(store, 'r');
vault.cache.connect({
  read: async (_, { start, end }) => {
    await wait(5);
    appendFileSync(notes, `${start} ${end}\n`);
    const bytes = new Uint8Array(end - start);
    await file.read(bytes, 0, bytes.length, start);
    return bytes;
  },
  onNotKept: () => undefined,
  onForged: () => undefined,
  onFull: () => undefined,
});
const { signal } = new AbortController();
await vault.cache.fetch(sealedId as never, { signal, onBytes: (bytes) => process.stdout.write(`${bytes}\n`) });
process.stdout.write('whole\n');
await sealPool.close();
