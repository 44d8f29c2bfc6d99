import { createSha256, openUntouched } from '#core/kernel/index.ts';

/** Where recordings of equal size differ: their heads and tables at either end, and the pictures in between. */
const endBytes = 16 * 1024;
const spotBytes = 4 * 1024;
const spots = [0.25, 0.5, 0.75];

/**
 * SHA-256 (hexadecimal) of a few spots of a file on a camera, with its size. Tells recordings apart that have the same name, size and
 * date, without reading all of them. Errors of the file system are thrown as they are.
 */
export async function sampleOf(path: string): Promise<string> {
  await using file = await openUntouched(path);
  const { size } = await file.stat();
  const hash = createSha256();
  hash.update(Buffer.from(`${String(size)}\n`, 'utf8'));
  const read = async (from: number, length: number): Promise<void> => {
    const start = Math.max(0, Math.min(from, size - length));
    const bytes = Buffer.alloc(Math.min(length, size));
    const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
    hash.update(bytes.subarray(0, bytesRead));
  };
  await read(0, endBytes);
  if (size > endBytes) {
    for (const spot of spots) await read(Math.floor(size * spot), spotBytes);
    await read(size - endBytes, endBytes);
  }
  return hash.digestHex();
}
