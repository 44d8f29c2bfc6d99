import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

const keyBytes = 32;
const nameCharacters = 32;
/** Crockford's base32, lower case: no character that is easily taken for another. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';

/** What the store root opens. Everything is derived anew each time; only the root is kept. */
export type StoreKeys = {
  /** The part of an object's key that stands for a sealed id: opaque to whoever runs the store. */
  readonly nameOf: (sealedId: string) => string;
  /** Seals small objects. */
  readonly objectKey: Uint8Array;
  /** What the store's description must hold for its id, in hexadecimal. */
  readonly checkOf: (storeId: string) => string;
};

function derive(root: Uint8Array, info: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', root, new Uint8Array(0), info, keyBytes));
}

/** The keys of a store. `root` is the recovery secret's 32 bytes. */
export function storeKeys(root: Uint8Array): StoreKeys {
  if (root.length !== keyBytes) throw new Error(`A store root has ${keyBytes} bytes, not ${root.length}.`);
  const nameKey = derive(root, 'name-key');
  const checkKey = derive(root, 'check');
  return {
    nameOf: (sealedId) => base32(createHmac('sha256', nameKey).update(sealedId, 'utf8').digest()),
    objectKey: derive(root, 'object-key'),
    checkOf: (storeId) => createHmac('sha256', checkKey).update(storeId, 'utf8').digest('hex'),
  };
}

/** Compares without telling by time where two texts differ. */
export function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a, 'utf8');
  const right = Buffer.from(b, 'utf8');
  return left.length === right.length && timingSafeEqual(left, right);
}

/** The first 160 bits, five at a time, most significant first. */
function base32(digest: Uint8Array): string {
  let text = '';
  let held = 0;
  let bits = 0;
  for (const byte of digest) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5 && text.length < nameCharacters) {
      bits -= 5;
      text += alphabet.charAt((held >> bits) & 31);
    }
  }
  return text;
}

/** Where the sealed file of an original lies. */
export function mediaKey(name: string): string {
  return `media/${name}`;
}

/** Where the sealed manifest of an original lies. */
export function manifestKey(name: string): string {
  return `manifests/${name}`;
}
