import { type Carrier, createCarrier, type StoreAccess } from './carrier.ts';
import { identityKey } from './identity.ts';
import { openFolderStore } from './store/folder-store.ts';

export function openCarrier({ target, inUse }: StoreAccess): Carrier {
  if (target.kind !== 'folder') throw new Error('wait');
  const store = openFolderStore({ folder: target.location, marker: inUse ? identityKey : null });
  return createCarrier(store, () => Promise.reject(new Error('wait')));
}
