import { appendFileSync, readdirSync } from 'node:fs';
import { createCarrier } from '#core/cloud/carrier.ts';
import { carrierApi } from '#core/cloud/carrier-api.ts';
import { identityKey } from '#core/cloud/identity.ts';
import { openFolderStore } from '#core/cloud/store/folder-store.ts';
import { serveWorker } from '#core/kernel/index.ts';

/**
 * The cloud's thread on a real folder store that notes, before anything is sent, how many bytes of which part go out:
 * what a station that is killed can no longer tell. `PLAINVIEW_TEST_SENT` names the file.
 */
const note = process.env['PLAINVIEW_TEST_SENT'];

const api = carrierApi(({ target, inUse }) => {
  if (target.kind !== 'folder') throw new Error('Only folders here.');
  const store = openFolderStore({ folder: target.location, marker: inUse ? identityKey : null });
  const noting: typeof store = {
    ...store,
    putPart: (key, upload, part, options) => {
      if (note !== undefined) appendFileSync(note, `${key} ${part.number} ${part.bytes.length}\n`);
      return store.putPart(key, upload, part, options);
    },
  };
  return createCarrier(noting, () =>
    Promise.resolve({
      usable: true,
      checks: [{ name: 'reach', outcome: 'good', words: 'The folder is there.' }],
      holds: readdirSync(target.location).length === 0 ? 'nothing' : 'another-plainview',
    }),
  );
});

serveWorker(api, { onClose: () => api.close() });
