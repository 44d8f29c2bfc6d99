import { truncateSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openSealedReader, type SealedAccess, vaultLayout } from '#core/vault/index.ts';
import type { SealLayout } from '#core/vault/layout.ts';
import { openReaderWithLayout } from '#core/vault/sealed-reader.ts';
import { pattern, sampleId, sampleKey, sealAll, temporaryFolder } from './sealed-samples.ts';

const mebibyte = 1024 * 1024;
const smallLayout: SealLayout = { ...vaultLayout, segmentSize: 128 };
/** Three full segments and a short one. */
const plaintext = pattern(3 * mebibyte + 1000);
const sealed = sealAll(plaintext, vaultLayout, sampleKey, sampleId);
const tampered = expect.objectContaining({ code: 'tampered', subject: sampleId }) as Error;

/** Opens and reads everything, closing in any case: where the refusal happens is not the point. */
async function readAll(access: SealedAccess): Promise<Uint8Array> {
  const reader = await openSealedReader(access);
  try {
    return await reader.read(0, reader.size);
  } finally {
    await reader.close();
  }
}

async function expectRefused(bytes: Uint8Array, change: Partial<SealedAccess> = {}): Promise<void> {
  using folder = temporaryFolder();
  await expect(readAll({ ...folder.write('s', bytes), ...change })).rejects.toEqual(
    change.sealedId === undefined ? tampered : expect.objectContaining({ code: 'tampered' }),
  );
}

function segment(index: number): Buffer {
  return sealed.subarray(index * mebibyte, (index + 1) * mebibyte);
}

describe('reading a sealed file', () => {
  it('gives back every byte', async () => {
    using folder = temporaryFolder();
    expect(Buffer.compare(await readAll(folder.write('s', sealed)), plaintext)).toBe(0);
  });

  it('reads any range, in any order, blocking or not, like a slice', async () => {
    using folder = temporaryFolder();
    const range = fc.tuple(fc.nat({ max: 1100 }), fc.nat({ max: 700 }), fc.boolean());
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 1000 }), fc.array(range, { maxLength: 20 }), async (size, ranges) => {
        const bytes = pattern(size);
        const reader = await openReaderWithLayout(
          folder.write('s', sealAll(bytes, smallLayout, sampleKey, sampleId)),
          smallLayout,
        );
        for (const [position, length, blocking] of ranges) {
          const got = blocking ? reader.readSync(position, length) : await reader.read(position, length);
          expect(Buffer.from(got)).toEqual(Buffer.from(bytes.subarray(position, position + length)));
        }
        await reader.close();
      }),
      { numRuns: 60 },
    );
  });

  it('serves many reads at once', async () => {
    using folder = temporaryFolder();
    const reader = await openSealedReader(folder.write('s', sealed));
    const starts = Array.from({ length: 40 }, (_, i) => (i * 999_983) % plaintext.length);
    const got = await Promise.all(starts.map((start) => reader.read(start, 70_000)));
    got.forEach((bytes, i) =>
      expect(Buffer.compare(bytes, plaintext.subarray(starts[i], starts[i]! + 70_000))).toBe(0),
    );
    await reader.close();
  });

  it('hands out copies: a caller cannot spoil what the next one gets', async () => {
    using folder = temporaryFolder();
    const reader = await openSealedReader(folder.write('s', sealed));
    (await reader.read(0, 100)).fill(0);
    expect(await reader.read(0, 100)).toEqual(plaintext.slice(0, 100));
    await reader.close();
  });

  it('says when the file is not there', async () => {
    await expect(
      openSealedReader({ path: '/nonexistent/x', fileKey: sampleKey, sealedId: sampleId }),
    ).rejects.toMatchObject({
      code: 'not-found',
      subject: sampleId,
    });
  });
});

describe('a sealed file that was tampered with is refused:', () => {
  it('any byte of the header', async () => {
    for (let i = 0; i < 40; i++) {
      const changed = Buffer.from(sealed);
      changed[i]! ^= 1;
      await expectRefused(changed);
    }
  });

  it('one bit anywhere in a segment or its tag', async () => {
    for (const at of [
      40,
      41,
      mebibyte - 17,
      mebibyte - 16,
      mebibyte - 1,
      mebibyte,
      2 * mebibyte + 5,
      sealed.length - 17,
      sealed.length - 1,
    ]) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 0x80;
      await expectRefused(changed);
    }
  });

  it('cut off at, before or after every segment edge', async () => {
    const edges = [0, 1, 39, 40, 41, 55, 56, 57, 1000];
    for (let edge = mebibyte; edge < sealed.length; edge += mebibyte)
      edges.push(edge - 1, edge, edge + 1, edge + 16, edge + 17);
    edges.push(sealed.length - 1, sealed.length - 16, sealed.length - 17);
    for (const edge of edges) await expectRefused(sealed.subarray(0, edge));
  });

  it('a file of exactly full segments, cut by one', async () => {
    const full = sealAll(pattern(2 * mebibyte - 72), vaultLayout, sampleKey, sampleId);
    expect(full.length).toBe(2 * mebibyte);
    await expectRefused(full.subarray(0, mebibyte));
  });

  it('bytes, or whole segments, appended', async () => {
    await expectRefused(Buffer.concat([sealed, Buffer.of(0)]));
    await expectRefused(Buffer.concat([sealed, segment(3)]));
    await expectRefused(Buffer.concat([sealed, Buffer.alloc(mebibyte)]));
    const full = sealAll(pattern(2 * mebibyte - 72), vaultLayout, sampleKey, sampleId);
    await expectRefused(Buffer.concat([full, full.subarray(mebibyte)]));
  });

  it('segments in another order, repeated, left out or from another file', async () => {
    const other = sealAll(plaintext, vaultLayout, sampleKey, sampleId);
    await expectRefused(Buffer.concat([segment(0), segment(2), segment(1), segment(3)]));
    await expectRefused(Buffer.concat([segment(0), segment(1), segment(1), segment(3)]));
    await expectRefused(Buffer.concat([segment(0), segment(1), segment(3)]));
    await expectRefused(Buffer.concat([segment(0), other.subarray(mebibyte, 2 * mebibyte), segment(2), segment(3)]));
    await expectRefused(Buffer.concat([other.subarray(0, 40), sealed.subarray(40)]));
  });

  it('passed off as another id, or opened with another key', async () => {
    await expectRefused(sealed, { sealedId: 'evd_zzzzzzzzzzzzzzzzzzzzzzzzzz' });
    await expectRefused(sealed, { fileKey: new Uint8Array(32) });
  });

  it('an empty file that was something else', async () => {
    const empty = sealAll(new Uint8Array(0), vaultLayout, sampleKey, sampleId);
    for (let i = 0; i < empty.length; i++) {
      const changed = Buffer.from(empty);
      changed[i]! ^= 1;
      await expectRefused(changed);
    }
  });

  it('cut or extended: at the door already, before anyone asks for a byte', async () => {
    using folder = temporaryFolder();
    for (const bytes of [
      sealed.subarray(0, mebibyte),
      sealed.subarray(0, -1),
      Buffer.concat([sealed, Buffer.alloc(17)]),
    ]) {
      await expect(openSealedReader(folder.write('s', bytes))).rejects.toEqual(tampered);
    }
  });

  it('cut or changed while it is open, at the first read that meets it', async () => {
    using folder = temporaryFolder();
    const access = folder.write('s', sealed);
    const reader = await openSealedReader(access);
    const changed = Buffer.from(sealed);
    changed[mebibyte + 100]! ^= 1;
    writeFileSync(access.path, changed);
    expect(await reader.read(0, 10)).toEqual(plaintext.slice(0, 10));
    await expect(reader.read(mebibyte, 10)).rejects.toEqual(tampered);
    expect(() => reader.readSync(mebibyte, 10)).toThrow(tampered);
    truncateSync(access.path, mebibyte);
    await expect(reader.read(2 * mebibyte, 10)).rejects.toEqual(tampered);
    await reader.close();
  });
});
