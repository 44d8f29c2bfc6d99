import type { StoreTarget } from '#common/contract/index.ts';
import { systemClock } from '#core/kernel/index.ts';
import { type Carrier, createCarrier, type StoreAccess } from './carrier.ts';
import { identityKey } from './identity.ts';
import { openFolderStore } from './store/folder-store.ts';
import type { InspectableStore } from './store/insight.ts';
import { probeStore } from './store/probe.ts';
import { openS3Store } from './store/s3-store.ts';

/** Somebody sits before the screen and waits for the answer. */
const patienceOfAPerson = { connectMs: 10_000, stallMs: 20_000 };

/** A carrier on the store that is meant, in this thread. Nothing is asked of the store yet. */
export function openCarrier(access: StoreAccess): Carrier {
  const store = openStore(access);
  return createCarrier(store, ({ signal }) => probeStore({ store, identityKey, clock: systemClock }, signal));
}

function openStore({ target, secretAccessKey, inUse }: StoreAccess): InspectableStore {
  switch (target.kind) {
    case 'folder':
      return openFolderStore({
        folder: target.location,
        marker: inUse ? identityKey : null,
        ...(inUse ? {} : { stallMs: patienceOfAPerson.stallMs }),
      });
    case 's3':
      return openS3Store({
        target,
        secretAccessKey: secretAccessKey ?? noSecret(target),
        ...(inUse ? {} : { patience: patienceOfAPerson }),
      });
  }
}

function noSecret(target: Extract<StoreTarget, { readonly kind: 's3' }>): never {
  throw new Error(`The bucket ${target.bucket} was to be opened without a secret access key.`);
}
