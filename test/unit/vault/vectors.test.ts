import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '#core/kernel/index.ts';
import { openSealedReader, vaultLayout } from '#core/vault/index.ts';
import { headerSizeOf, type SealLayout, segmentCountOf, segmentRange } from '#core/vault/layout.ts';
import { createSegmentCipher } from '#core/vault/segment-cipher.ts';
import { pattern, sealAll, temporaryFolder } from './sealed-samples.ts';

function readVectors(name: string): unknown {
  const path = new URL(`../../fixtures/vault/${name}`, import.meta.url);
  return (JSON.parse(readFileSync(path, 'utf8')) as { readonly vectors: unknown }).vectors;
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex');
}

type TinkVector = {
  readonly name: string;
  readonly hash: SealLayout['hash'];
  readonly segmentSize: number;
  readonly derivedKeySize: SealLayout['derivedKeySize'];
  readonly key: string;
  readonly associatedData: string;
  readonly plaintext: string;
  readonly ciphertext: string;
};

type IndependentVector = {
  readonly plaintextSize: number;
  readonly sealedId: string;
  readonly fileKey: string;
  readonly header: string;
  readonly ciphertextSize: number;
  readonly ciphertextSha256: string;
  readonly lastBytes: string;
};

describe("Tink's own vectors", () => {
  it.each(readVectors('tink-vectors.json') as TinkVector[])('$name', (vector) => {
    const layout = { segmentSize: vector.segmentSize, derivedKeySize: vector.derivedKeySize, hash: vector.hash };
    const ciphertext = hex(vector.ciphertext);
    const plaintext = hex(vector.plaintext);
    const header = ciphertext.subarray(0, headerSizeOf(layout));
    const id = hex(vector.associatedData).toString('latin1');
    expect(sealAll(plaintext, layout, hex(vector.key), id, header).toString('hex')).toBe(vector.ciphertext);

    const cipher = createSegmentCipher(hex(vector.key), id, header, layout);
    const opened = Array.from({ length: segmentCountOf(plaintext.length, layout) }, (_, index) => {
      const { ciphertextStart, ciphertextLength, last } = segmentRange(index, plaintext.length, layout);
      return cipher.open(index, last, ciphertext.subarray(ciphertextStart, ciphertextStart + ciphertextLength));
    });
    expect(Buffer.concat(opened)).toEqual(plaintext);
  });
});

describe('independent vectors in the layout of the vault', () => {
  it.each(readVectors('independent-vectors.json') as IndependentVector[])('$plaintextSize bytes', async (vector) => {
    const plaintext = pattern(vector.plaintextSize);
    const sealed = sealAll(plaintext, vaultLayout, hex(vector.fileKey), vector.sealedId, hex(vector.header));
    expect(sealed.length).toBe(vector.ciphertextSize);
    expect(sealed.subarray(-32).toString('hex')).toBe(vector.lastBytes);
    expect(sha256Hex(sealed)).toBe(vector.ciphertextSha256);

    using folder = temporaryFolder();
    const { path } = folder.write('v', sealed);
    const reader = await openSealedReader({ path, fileKey: hex(vector.fileKey), sealedId: vector.sealedId });
    expect(reader.size).toBe(vector.plaintextSize);
    expect(sha256Hex(await reader.read(0, reader.size))).toBe(sha256Hex(plaintext));
    await reader.close();
  });
});
