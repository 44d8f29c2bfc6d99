import { closeSync, existsSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '#core/kernel/index.ts';
import { createSealedWriter, openSealedReader, type SealedAccess } from '#core/vault/index.ts';
import { pattern, sampleId, sampleKey, temporaryFolder } from './sealed-samples.ts';

const mebibyte = 1024 * 1024;
const firstSize = mebibyte - 56;
const laterSize = mebibyte - 16;

function accessIn(folder: { readonly path: string }): SealedAccess {
  return { path: join(folder.path, 'w.partial'), fileKey: sampleKey, sealedId: sampleId };
}

async function readAll(access: SealedAccess): Promise<Uint8Array> {
  const reader = await openSealedReader(access);
  const bytes = await reader.read(0, reader.size);
  await reader.close();
  return bytes;
}

describe('writing a sealed file', () => {
  it.each([
    0,
    1,
    firstSize - 1,
    firstSize,
    firstSize + 1,
    firstSize + laterSize,
    firstSize + laterSize + 1,
    5 * mebibyte,
  ])('keeps %i bytes, whatever pieces they came in', async (size) => {
    for (const piece of [size + 1, 700_001, 65_536]) {
      using folder = temporaryFolder();
      const access = accessIn(folder);
      const bytes = pattern(size);
      const writer = createSealedWriter(access);
      const reused = new Uint8Array(piece);
      for (let at = 0; at < size; at += piece) {
        const part = bytes.subarray(at, at + piece);
        reused.set(part);
        writer.write(reused.subarray(0, part.length));
      }
      expect(writer.size).toBe(size);
      const result = await writer.finish();
      const file = readFileSync(access.path);
      expect(result).toMatchObject({
        plaintextSha256: sha256Hex(bytes),
        ciphertextSha256: sha256Hex(file),
        plaintextSize: size,
        ciphertextSize: file.length,
      });
      expect(Buffer.compare(await readAll(access), bytes)).toBe(0);
    }
  });

  it('lets a muxer patch the first segment until the end, and hashes what is kept', async () => {
    using folder = temporaryFolder();
    const access = accessIn(folder);
    const bytes = pattern(3 * mebibyte);
    const writer = createSealedWriter(access);
    writer.write(bytes.subarray(0, 1000));
    writer.writeAt(996, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
    expect(writer.size).toBe(1004);
    writer.writeAt(1004, bytes.subarray(1004));
    writer.writeAt(40, Uint8Array.of(9, 9, 9, 9));
    writer.writeAt(firstSize - 2, Uint8Array.of(7, 7));
    bytes.set([1, 2, 3, 4, 5, 6, 7, 8], 996);
    bytes.set([9, 9, 9, 9], 40);
    bytes.set([7, 7], firstSize - 2);
    const result = await writer.finish();
    expect(result.plaintextSha256).toBe(sha256Hex(bytes));
    expect(Buffer.compare(await readAll(access), bytes)).toBe(0);
  });

  it('refuses patches that would need a segment that is already sealed, and holes', () => {
    using folder = temporaryFolder();
    const writer = createSealedWriter(accessIn(folder));
    writer.write(pattern(2 * mebibyte));
    expect(() => writer.writeAt(firstSize, Uint8Array.of(1))).toThrow('Only the first segment');
    expect(() => writer.writeAt(firstSize - 1, Uint8Array.of(1, 1))).toThrow('Only the first segment');
    expect(() => writer.writeAt(2 * mebibyte + 1, Uint8Array.of(1))).toThrow('Only the first segment');
    writer.abort();
  });

  it('removes everything on abort, and never writes over a file', () => {
    using folder = temporaryFolder();
    const access = accessIn(folder);
    const writer = createSealedWriter(access);
    writer.write(pattern(3 * mebibyte));
    expect(() => createSealedWriter(access)).toThrow(expect.objectContaining({ code: 'already-exists' }) as Error);
    expect(existsSync(access.path)).toBe(true);
    writer.abort();
    writer.abort();
    expect(existsSync(access.path)).toBe(false);
    expect(() => writer.write(Uint8Array.of(1))).toThrow('no longer open');
  });

  it('finds in the read-back that the disk did not keep what was written', async () => {
    using folder = temporaryFolder();
    const access = accessIn(folder);
    const writer = createSealedWriter(access);
    writer.write(pattern(3 * mebibyte));
    const descriptor = openSync(access.path, 'r+');
    writeSync(descriptor, Uint8Array.of(1, 2, 3), 0, 3, mebibyte + 5000);
    closeSync(descriptor);
    await expect(writer.finish()).rejects.toMatchObject({ code: 'tampered' });
    expect(existsSync(access.path)).toBe(false);
  });
});
