import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ciphertextSize, plaintextSize, segmentRange, vaultLayout } from '#core/vault/index.ts';
import { type SealLayout, segmentCountOf, segmentIndexAt } from '#core/vault/layout.ts';

const mebibyte = 1024 * 1024;
const smallLayout: SealLayout = { ...vaultLayout, segmentSize: 128 };

describe('the layout', () => {
  it('has the sizes that the format says', () => {
    expect(ciphertextSize(0)).toBe(40 + 16);
    expect(ciphertextSize(1)).toBe(40 + 1 + 16);
    expect(ciphertextSize(mebibyte - 56)).toBe(mebibyte);
    expect(ciphertextSize(mebibyte - 55)).toBe(mebibyte + 1 + 16);
    expect(ciphertextSize(2 * mebibyte - 56 - 16)).toBe(2 * mebibyte);
  });

  it('knows the sizes that no sealed file can have', () => {
    for (const size of [0, 1, 40, 55, mebibyte + 1, mebibyte + 16, 2 * mebibyte + 7]) {
      expect(() => plaintextSize(size)).toThrow(expect.objectContaining({ code: 'tampered' }) as Error);
    }
  });

  it('goes from plaintext to ciphertext and back', () => {
    fc.assert(
      fc.property(fc.constantFrom(vaultLayout, smallLayout), fc.nat({ max: 50_000_000_000 }), (layout, size) => {
        expect(plaintextSize(ciphertextSize(size, layout), layout)).toBe(size);
      }),
    );
  });

  it('cuts every file into segments without gap or overlap', () => {
    fc.assert(
      fc.property(fc.nat({ max: 5000 }), (size) => {
        let plain = 0;
        let sealed = 40;
        const count = segmentCountOf(size, smallLayout);
        for (let index = 0; index < count; index++) {
          const range = segmentRange(index, size, smallLayout);
          expect([range.plaintextStart, range.ciphertextStart, range.last]).toEqual([
            plain,
            sealed,
            index === count - 1,
          ]);
          if (range.plaintextLength > 0) expect(segmentIndexAt(plain, smallLayout)).toBe(index);
          plain += range.plaintextLength;
          sealed += range.ciphertextLength;
          if (!range.last) expect(sealed % smallLayout.segmentSize).toBe(0);
        }
        expect([plain, sealed]).toEqual([size, ciphertextSize(size, smallLayout)]);
        expect(() => segmentRange(count, size, smallLayout)).toThrow();
      }),
    );
  });
});
