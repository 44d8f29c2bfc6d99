import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identityKey, isStoreOf, newIdentity, readIdentity, writeIdentity } from '#core/cloud/identity.ts';
import { storeKeys } from '#core/cloud/keys.ts';
import { type OriginalManifest, openManifest, sameOriginal, sealManifest } from '#core/cloud/manifest.ts';
import { newId, randomBytes } from '#core/kernel/index.ts';
import { openInMemory, proveSealed, sealInMemory } from '#core/vault/index.ts';
import { aDamagedItem } from '#test/support/catalog.ts';

const root = Uint8Array.from({ length: 32 }, (_, index) => index);
const { subtle } = globalThis.crypto;
const hex = (bytes: ArrayBuffer | Uint8Array): string => Buffer.from(bytes as ArrayBuffer).toString('hex');

/** HKDF and HMAC of the Web Crypto API: the words of the layout page and no line of ours. */
async function derive(
  info: string,
  from: Uint8Array<ArrayBuffer> = root,
  salt = new Uint8Array(0),
): Promise<Uint8Array<ArrayBuffer>> {
  const key = await subtle.importKey('raw', from, 'HKDF', false, ['deriveBits']);
  const params = { name: 'HKDF', hash: 'SHA-256', salt, info: new TextEncoder().encode(info) };
  return new Uint8Array(await subtle.deriveBits(params, key, 256));
}
async function hmac(key: Uint8Array<ArrayBuffer>, text: string): Promise<Uint8Array> {
  const imported = await subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return new Uint8Array(await subtle.sign('HMAC', imported, new TextEncoder().encode(text)));
}
function crockford(bytes: Uint8Array): string {
  const number = BigInt(`0x${hex(bytes.slice(0, 20))}`);
  const digits = '0123456789abcdefghjkmnpqrstvwxyz';
  return Array.from({ length: 32 }, (_, at) => digits[Number((number >> BigInt(155 - 5 * at)) & 31n)]).join('');
}

describe('what is derived from a store root', () => {
  it('is what the page about the layout publishes, computed here by other means', async () => {
    const page = readFileSync(new URL('../../../assets/formats/store-layout.md', import.meta.url), 'utf8');
    const keys = storeKeys(root);
    const sealedId = 'evd_00000000000000000000000001';
    const storeId = '00112233445566778899aabbccddeeff';
    const name = crockford(await hmac(await derive('name-key'), sealedId));
    const check = hex(await hmac(await derive('check'), storeId));
    const objectKey = hex(await derive('object-key'));
    expect([keys.nameOf(sealedId), keys.checkOf(storeId), hex(keys.objectKey)]).toEqual([name, check, objectKey]);
    for (const value of [hex(root), sealedId, storeId, name, check, objectKey]) {
      expect([value, page.includes(value)]).toEqual([value, true]);
    }
  });

  it('names no two originals alike and tells nothing of them', () => {
    const keys = storeKeys(randomBytes(32));
    const names = Array.from({ length: 2_000 }, () => keys.nameOf(newId('evidence')));
    expect(new Set(names).size).toBe(2_000);
    for (const name of names) expect(name).toMatch(/^[0-9a-hjkmnp-tv-z]{32}$/);
  });
});

describe('small sealed objects', () => {
  it('open by the words of the layout page alone', async () => {
    const key = Uint8Array.from(randomBytes(32));
    const plaintext = randomBytes(2_500_000);
    const sealed = Uint8Array.from(sealInMemory(key, 'manifests/x', plaintext));
    expect(sealed[0]).toBe(40);
    const salt = sealed.slice(1, 33);
    const aes = await subtle.importKey('raw', await derive('manifests/x', key, salt), 'AES-GCM', false, ['decrypt']);
    const opened: Uint8Array[] = [];
    const count = Math.ceil(sealed.length / 1_048_576);
    for (let index = 0; index < count; index++) {
      const iv = new Uint8Array(12);
      iv.set(sealed.slice(33, 40));
      new DataView(iv.buffer).setUint32(7, index);
      iv[11] = index === count - 1 ? 1 : 0;
      const start = index === 0 ? 40 : index * 1_048_576;
      const segment = sealed.slice(start, (index + 1) * 1_048_576);
      opened.push(new Uint8Array(await subtle.decrypt({ name: 'AES-GCM', iv }, aes, segment)));
    }
    expect(Buffer.compare(Buffer.concat(opened), plaintext)).toBe(0);
  });

  it('open as they were, whatever their length', () => {
    const first = 1_048_576 - 40 - 16;
    for (const length of [0, 1, first - 1, first, first + 1, first + 1_048_560, first + 1_048_561]) {
      const plaintext = randomBytes(length);
      const sealed = sealInMemory(root, 'a', plaintext);
      expect([length, Buffer.compare(openInMemory(root, 'a', sealed), plaintext)]).toEqual([length, 0]);
      const proof = proveSealed({ fileKey: root, sealedId: 'a' }, sealed.length);
      for (let at = 0; at < sealed.length; at += 1_048_576) proof.add(sealed.subarray(at, at + 1_048_576));
    }
  });

  it('are refused changed anywhere, cut, lengthened, under another name or another key', () => {
    const sealed = sealInMemory(root, 'manifests/a', randomBytes(500));
    const refused = (key: Uint8Array, name: string, bytes: Uint8Array): void =>
      expect(() => openInMemory(key, name, bytes)).toThrow(/sealed file/);
    fc.assert(
      fc.property(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const harmed = Uint8Array.from(sealed);
        harmed[at] = (harmed[at] ?? 0) ^ flip;
        refused(root, 'manifests/a', harmed);
      }),
    );
    for (const length of [0, 39, 55, sealed.length - 1]) refused(root, 'manifests/a', sealed.subarray(0, length));
    refused(root, 'manifests/a', Buffer.concat([sealed, new Uint8Array(1)]));
    refused(root, 'manifests/b', sealed);
    refused(randomBytes(32), 'manifests/a', sealed);
  });
});

describe('a proof of a sealed file', () => {
  it('refuses a changed byte in whichever segment, and bytes beyond the end', () => {
    const sealed = sealInMemory(root, 'a', randomBytes(2_200_000));
    const prove = (bytes: Uint8Array, size = sealed.length): void =>
      proveSealed({ fileKey: root, sealedId: 'a' }, size).add(bytes);
    prove(sealed);
    for (const at of [0, 41, 1_048_575, 1_048_576, sealed.length - 1]) {
      const harmed = Uint8Array.from(sealed);
      harmed[at] = (harmed[at] ?? 0) ^ 1;
      expect(() => prove(harmed)).toThrow(/sealed file/);
    }
    expect(() => prove(Buffer.concat([sealed, sealed]))).toThrow('longer');
    expect(() => prove(sealed.subarray(0, 100))).toThrow('whole segments');
  });
});

describe('manifests', () => {
  const manifest = (): OriginalManifest => {
    const item = aDamagedItem();
    const sha = 'a'.repeat(64);
    return {
      format: 'plainview original',
      version: 1,
      sealedId: item.id,
      fileKey: Buffer.from(randomBytes(32)).toString('base64'),
      plaintextSha256: sha,
      plaintextSize: 5,
      ciphertextSha256: sha,
      ciphertextSize: 61,
      madeAt: 1,
      belongsTo: { kind: 'damaged', item },
    };
  };

  it('come out as they went in, for their own place alone', () => {
    const one = manifest();
    const sealed = sealManifest(root, 'manifests/a', one);
    expect(openManifest(root, 'manifests/a', sealed)).toEqual(one);
    expect(() => openManifest(root, 'manifests/b', sealed)).toThrow(/sealed file/);
  });

  it('are the same original whatever the catalog says of it by now, and another for other bytes', () => {
    const one = manifest();
    expect(sameOriginal(one, { ...one, belongsTo: { kind: 'nothing' } })).toBe(true);
    expect(sameOriginal(one, { ...one, ciphertextSha256: 'b'.repeat(64) })).toBe(false);
    expect(sameOriginal(one, { ...one, fileKey: manifest().fileKey })).toBe(false);
  });
});

describe("a store's description", () => {
  it('tells the department whose it is from every other', () => {
    const keys = storeKeys(root);
    const identity = newIdentity(keys);
    expect(readIdentity(writeIdentity(identity))).toEqual(identity);
    expect(isStoreOf(identity, keys)).toBe(true);
    expect(isStoreOf(identity, storeKeys(randomBytes(32)))).toBe(false);
    expect(newIdentity(keys).storeId).not.toBe(identity.storeId);
  });

  it.each([
    ['nothing', '', 'tampered'],
    ['no JSON', '{', 'tampered'],
    ['something else', '{"format":"other","version":1}', 'tampered'],
    ['a description without its check', '{"format":"plainview store","version":1,"storeId":"0"}', 'tampered'],
    ['one of a newer Plainview', '{"format":"plainview store","version":2}', 'not-ready'],
  ])('that is %s is refused', (_what, text, code) => {
    const read = (): unknown => readIdentity(new TextEncoder().encode(text));
    expect(read).toThrow(expect.objectContaining({ code, subject: identityKey }) as Error);
  });
});
