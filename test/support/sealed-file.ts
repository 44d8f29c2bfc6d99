import { readFileSync } from 'node:fs';
import { randomBytes } from '#core/kernel/index.ts';
import { createSealedWriter, openSealedReader, type SealedAccess } from '#core/vault/index.ts';

let counter = 0;

/** Seals a plain file beside itself, as the vault would, and says how to open it. */
export async function sealForTest(path: string, sealedId: string): Promise<SealedAccess> {
  const access = { path: `${path}.${++counter}.sealed`, fileKey: randomBytes(32), sealedId };
  const writer = createSealedWriter(access);
  writer.write(readFileSync(path));
  await writer.finish();
  return access;
}

/** A place for a worker to write a sealed file to. */
export function placeForTest(path: string, sealedId: string): SealedAccess {
  return { path, fileKey: randomBytes(32), sealedId };
}

export async function unseal(access: SealedAccess): Promise<Uint8Array> {
  const reader = await openSealedReader(access);
  try {
    return await reader.read(0, reader.size);
  } finally {
    await reader.close();
  }
}
