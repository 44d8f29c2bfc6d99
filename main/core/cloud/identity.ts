import { z } from 'zod';
import { ExpectedError } from '#common/errors/index.ts';
import { randomBytes } from '#core/kernel/index.ts';
import { type StoreKeys, sameText } from './keys.ts';

/** The one object of a store that is not sealed. */
export const identityKey = 'plainview-store.json';

const identitySchema = z.object({
  format: z.literal('plainview store'),
  version: z.literal(1),
  storeId: z.string().regex(/^[0-9a-f]{32}$/),
  check: z.string().regex(/^[0-9a-f]{64}$/),
});
export type StoreIdentity = Readonly<z.infer<typeof identitySchema>>;

/** Describes a store that is founded with these keys. */
export function newIdentity(keys: StoreKeys): StoreIdentity {
  const storeId = Buffer.from(randomBytes(16)).toString('hex');
  return { format: 'plainview store', version: 1, storeId, check: keys.checkOf(storeId) };
}

export function writeIdentity(identity: StoreIdentity): Uint8Array {
  return new TextEncoder().encode(`${JSON.stringify(identity, null, 2)}\n`);
}

/** Throws `tampered` for what is no description of a store, `not-ready` for one of a newer Plainview. */
export function readIdentity(bytes: Uint8Array): StoreIdentity {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return identitySchema.parse(json);
  } catch (cause) {
    const newer = z.object({ format: z.literal('plainview store'), version: z.number().min(2) }).safeParse(json);
    if (newer.success) {
      throw new ExpectedError('not-ready', 'This store was made by a newer Plainview.', {
        subject: identityKey,
        nextStep: 'Update Plainview on this computer.',
        cause,
      });
    }
    throw new ExpectedError('tampered', "The store's description of itself cannot be read.", {
      subject: identityKey,
      nextStep: 'Restore this object from an earlier version. What is sealed in the store is not affected.',
      cause,
    });
  }
}

/** True when these keys are the store's. */
export function isStoreOf(identity: StoreIdentity, keys: StoreKeys): boolean {
  return sameText(identity.check, keys.checkOf(identity.storeId));
}
