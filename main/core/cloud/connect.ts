import type { StoreReport, StoreTarget } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import { readRecoverySecret, writeRecoverySecret } from '#common/evidence/recovery-secret.ts';
import { randomBytes, type SecretStore } from '#core/kernel/index.ts';
import type { Carrier } from './carrier.ts';
import { identityKey, isStoreOf, newIdentity, readIdentity, type StoreIdentity, writeIdentity } from './identity.ts';
import { type StoreKeys, sameText, storeKeys } from './keys.ts';

/** Names under which the shell keeps what opens the store. */
export const secretNames = { root: 'store-root', accessKey: 'store-secret', founding: 'store-founding' } as const;

type Call = { readonly signal: AbortSignal };

/** A store that this station may use. */
export type Joined = {
  readonly storeId: string;
  readonly root: Uint8Array;
  readonly founded: boolean;
  /** To be shown until it is confirmed; null when the department has it. */
  readonly recoverySecret: string | null;
};

/** Where a store is, for people. Holds no secret. */
export function placeOf(target: StoreTarget): string {
  if (target.kind === 'folder') return target.location;
  const host = target.endpoint === null ? `Amazon S3, ${target.region}` : new URL(target.endpoint).host;
  return `${target.bucket}${target.prefix === '' ? '' : `/${target.prefix.slice(0, -1)}`} at ${host}`;
}

/** What the station knows of the root of a store it used before. */
async function keptKeys(secrets: SecretStore): Promise<StoreKeys | null> {
  const root = await secrets.get(secretNames.root);
  return root === null || root.length === 0 ? null : storeKeys(root);
}

/** Tries a store, and tells ours from another's as far as this station can know. */
export async function probeWith(carrier: Carrier, secrets: SecretStore, call: Call): Promise<StoreReport> {
  const report = await carrier.probe(call);
  if (report.holds !== 'another-plainview') return report;
  const keys = await keptKeys(secrets);
  const found = keys === null ? null : await carrier.getSmall(identityKey, call);
  if (keys === null || found === null) return report;
  try {
    return isStoreOf(readIdentity(found), keys) ? { ...report, holds: 'this-department' } : report;
  } catch (error) {
    // What cannot be read, or is of a newer Plainview, is said in full when somebody wants to use it.
    if (error instanceof ExpectedError) return report;
    throw error;
  }
}

/** Founds an empty store, or joins one of this department. `holds` as the probe found it. */
export async function joinStore(
  carrier: Carrier,
  secrets: SecretStore,
  input: { readonly holds: StoreReport['holds']; readonly recoverySecret: string | null },
  call: Call,
): Promise<Joined> {
  const found = await carrier.getSmall(identityKey, call);
  if (found === null) return foundStore(carrier, secrets, input, call);
  const identity = readIdentity(found);
  return input.recoverySecret === null
    ? joinAgain(identity, secrets)
    : joinWith(identity, rootOf(input.recoverySecret));
}

async function foundStore(
  carrier: Carrier,
  secrets: SecretStore,
  { holds, recoverySecret }: Parameters<typeof joinStore>[2],
  call: Call,
): Promise<Joined> {
  if (holds !== 'nothing') {
    throw new ExpectedError('store-conflict', 'Something else lies in this place.', {
      subject: identityKey,
      nextStep: 'Choose an empty bucket, folder or prefix for the department.',
    });
  }
  if (recoverySecret !== null) {
    throw new ExpectedError('not-found', 'There is no store of a department here to join.', {
      subject: identityKey,
      nextStep: 'Check the address, bucket and prefix. To make a new store here, leave the recovery secret empty.',
    });
  }
  const root = randomBytes(32);
  const identity = newIdentity(storeKeys(root));
  const bytes = writeIdentity(identity);
  // Kept before the store knows of it: a store whose root is lost could never be used.
  await secrets.set(secretNames.root, root);
  await secrets.set(secretNames.founding, new TextEncoder().encode(identity.storeId));
  const there = await carrier.putSmall({ key: identityKey, bytes, replace: false }, call);
  if (readIdentity(there).storeId !== identity.storeId) {
    throw new ExpectedError('store-conflict', 'Another station has just founded this store.', {
      subject: identityKey,
      nextStep: 'Join it with the recovery secret that was shown there.',
    });
  }
  return { storeId: identity.storeId, root, founded: true, recoverySecret: writeRecoverySecret(root) };
}

/** A station that used this store before need not be told the secret. */
async function joinAgain(identity: StoreIdentity, secrets: SecretStore): Promise<Joined> {
  const { storeId } = identity;
  const root = await secrets.get(secretNames.root);
  if (root === null || root.length === 0 || !isStoreOf(identity, storeKeys(root))) {
    throw new ExpectedError(
      'key-missing',
      'This store belongs to a department, and its recovery secret was not given.',
      {
        subject: identityKey,
        nextStep: 'Type the recovery secret that was printed when the store was founded.',
      },
    );
  }
  // The station went down while the store was being founded: nobody has seen the secret yet.
  const founding = new TextDecoder().decode((await secrets.get(secretNames.founding)) ?? new Uint8Array(0));
  const unseen = sameText(founding, storeId);
  return { storeId, root, founded: unseen, recoverySecret: unseen ? writeRecoverySecret(root) : null };
}

function joinWith(identity: StoreIdentity, root: Uint8Array): Joined {
  if (isStoreOf(identity, storeKeys(root))) {
    return { storeId: identity.storeId, root, founded: false, recoverySecret: null };
  }
  throw new ExpectedError('key-wrong', 'This recovery secret is written rightly but belongs to another store.', {
    subject: identityKey,
    nextStep: 'Check the address, bucket and prefix, and which paper this is.',
  });
}

function rootOf(text: string): Uint8Array {
  const { root, groups, extra, otherVersion } = readRecoverySecret(text);
  if (root !== null) return root;
  if (otherVersion) {
    throw new ExpectedError('not-ready', 'A newer Plainview made this recovery secret.', {
      nextStep: 'Update Plainview on this computer.',
    });
  }
  const wrong = groups.flatMap(({ state }, index) => (state === 'good' ? [] : [index + 1]));
  const where = wrong.length === 1 ? `Group ${String(wrong[0])} is` : `Groups ${wrong.join(', ')} are`;
  const message = wrong.length === 0 && extra ? 'There are too many groups.' : `${where} not what was printed.`;
  throw new ExpectedError('key-wrong', `The recovery secret has a typing error. ${message}`, {
    nextStep: 'Compare it with the paper and type it again.',
  });
}
