// Puts objects into a folder until it is killed. Each begins with the SHA-256 of the rest; says which are done.
import { createHash } from 'node:crypto';
import { openFolderStore } from '#core/cloud/store/folder-store.ts';
import { randomBytes } from '#core/kernel/index.ts';

const store = openFolderStore({ folder: process.argv[2] ?? '', marker: null });
for (;;) {
  const body = randomBytes(3 * 1024 * 1024 - 32);
  const hash = createHash('sha256').update(body).digest();
  const key = `media/o${hash.toString('hex').slice(0, 16)}`;
  await store.put(key, Buffer.concat([hash, body]), { condition: { ifAbsent: true } });
  console.log(`done ${key} ${hash.toString('hex')}`);
}
