import { scrypt, timingSafeEqual } from 'node:crypto';
import { randomBytes } from '../kernel/index.ts';

/** N=2^17, r=8, p=1 takes 128 MiB and about half a second: what a thief of the catalog must spend on every guess. */
const settings = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };
const saltLength = 16;
const hashLength = 32;

/** What a password was turned into; salt and hash in base64. */
export type HashedPassword = { readonly scheme: 'scrypt-2^17-8-1'; readonly salt: string; readonly hash: string };

function derive(password: string, salt: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    // One and the same password can reach us composed or decomposed, depending on the keyboard.
    scrypt(password.normalize('NFKC'), salt, hashLength, settings, (error, hash) => {
      if (error === null) resolve(hash);
      else reject(error);
    });
  });
}

export async function hashPassword(password: string): Promise<HashedPassword> {
  const salt = randomBytes(saltLength);
  const hash = await derive(password, salt);
  return { scheme: 'scrypt-2^17-8-1', salt: Buffer.from(salt).toString('base64'), hash: hash.toString('base64') };
}

/** A record that no password fits, so that a check against it takes as long as any other. */
export const unmatchable: HashedPassword = {
  scheme: 'scrypt-2^17-8-1',
  salt: Buffer.alloc(saltLength).toString('base64'),
  hash: '',
};

export async function passwordFits(password: string, stored: HashedPassword): Promise<boolean> {
  const hash = await derive(password, Buffer.from(stored.salt, 'base64'));
  const expected = Buffer.from(stored.hash, 'base64');
  return expected.length === hashLength && timingSafeEqual(hash, expected);
}
