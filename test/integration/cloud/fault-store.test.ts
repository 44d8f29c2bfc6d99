import { openStoreOn } from '#test/support/fault-store/open.ts';
import { openFaultStore } from '#test/support/fault-store/server.ts';
import { storeSuite } from './store-suite.ts';

storeSuite(
  'a small store on loopback that can be told to fail',
  async () => {
    const server = await openFaultStore();
    return { open: () => openStoreOn(server), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
  },
  { locks: false, atomic: true },
);
