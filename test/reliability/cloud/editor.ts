// A station whose people edit while it tells and hears others: <folder> <its number> <seed> <how many edits> <the store as JSON>.
// It may be killed and started again on its folder. Answers its parent's questions for its state.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Actor } from '#common/audit/index.ts';
import { stateText } from '#common/changes/index.ts';
import type { ParsedRequestOf } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import { createMarks, createProjects, operationHandler, operationTeller, type Pen } from '#core/changes/index.ts';
import { createCarrier } from '#core/cloud/carrier.ts';
import { createFeed } from '#core/cloud/feed/feed.ts';
import { sha256Hex, silentLogger } from '#core/kernel/index.ts';
import { aRecording, aSegment, handClock, openTestCatalog, theStation } from '#test/support/catalog.ts';
import { openStoreOn, type StorePlace } from '#test/support/fault-store/open.ts';
import { feedKeys, feedStoreId } from '#test/support/feed-bench.ts';
import { nthId } from '#test/support/operations.ts';
import { createChance } from '../campaign.ts';

/** What a station tells its parent. `holds`: operations that are in its catalog, so that none of them may ever be lost. */
export type Told =
  | { readonly kind: 'holds'; readonly ids: readonly string[] }
  | { readonly kind: 'edited'; readonly refused: number }
  | { readonly kind: 'state'; readonly operations: number; readonly ids: string; readonly text: string };

const [folder = '', number = '', seed = '', edits = '', placeText = ''] = process.argv.slice(2);
const place = JSON.parse(placeText) as StorePlace;
const chance = createChance(Number(seed));
// Clocks that are hours apart, and a day that passes in minutes.
const clock = handClock(Date.UTC(2026, 10, 23, 12) + Number(number) * 20 * 60_000);
setInterval(() => {
  clock.time += 200;
}, 10).unref();
const fresh = !existsSync(join(folder, 'catalog.db'));
const catalog = await openTestCatalog(folder, { clock, create: fresh });
const recordings = [0, 1, 2].map((n) => ({ recordingId: nthId('recording', n), evidenceId: nthId('evidence', n) }));
if (fresh) {
  const writes = recordings.map(({ recordingId, evidenceId }) => {
    const value = aRecording({ id: recordingId, segments: [aSegment({ evidenceId })] });
    return { put: 'recording', value } as const;
  });
  await catalog.commit({ actor: theStation, writes, events: [] });
}
const pen: Pen = { clock, time: (follows) => catalog.logs.time(follows) };
const [marks, projects] = [createMarks({ catalog, pen }), createProjects({ catalog, pen })];
const accountId = nthId('account', Number(number));
const actor: Actor = { kind: 'account', accountId, username: `desk${number}`, role: 'supervisor' };
const feed = createFeed({
  catalog,
  keys: feedKeys,
  storeId: feedStoreId,
  stationName: `Station ${number}`,
  openCarrier: () =>
    Promise.resolve(createCarrier(openStoreOn(place, 700), () => Promise.reject(new Error('Nobody probes here.')))),
  handlers: [operationHandler(catalog)],
  tellers: [operationTeller(catalog)],
  clock,
  logger: silentLogger,
  chance: chance.next,
  onChange: () => undefined,
});
feed.start();

const tell = (told: Told): void => void process.send?.(told);
const all = async () => (await catalog.operations.page(0, 1_000_000)).map(({ operation }) => operation);

async function redact(evidenceId: (typeof recordings)[number]['evidenceId']): Promise<void> {
  const { id: projectId, version, document } = await projects.open(evidenceId, actor);
  const first = chance.between(0, 500);
  const box = { x: chance.between(0, 90), y: chance.between(0, 90), width: 10, height: 10 };
  const last = document.tracks.at(-1);
  const edit: ParsedRequestOf<'redaction.edit'>['edits'][number] =
    last !== undefined && chance.happens(0.3)
      ? { kind: 'remove-track', id: last.id }
      : {
          kind: 'put-track',
          track: {
            id: nthId('track', chance.between(0, 30)),
            name: `Box ${first}`,
            style: { kind: 'solid' },
            range: { first, last: first + 20 },
            keyframes: [{ frame: first, box }],
          },
          at: 0,
        };
  const { trunk, branches } = await projects.branches(projectId);
  if (trunk !== null && branches.length > 0 && chance.happens(0.4)) {
    const heads = [trunk, ...branches].map(({ head }) => head);
    await projects.choose({ projectId, heads, chosen: chance.pick(heads), reason: 'At chance' }, actor);
  } else if (chance.happens(0.2)) {
    await projects.branch({ projectId, version: chance.between(0, version), edits: [edit] }, actor);
  } else await projects.edit({ projectId, version, edits: [edit] }, actor);
}

async function mark(): Promise<void> {
  const { recordingId, evidenceId } = chance.pick(recordings);
  const value = chance.between(0, 999);
  const known = await all();
  const notes = known.flatMap((one) => (one.kind === 'note' ? [one.document] : []));
  const markers = known.flatMap((one) => (one.kind === 'marker' ? [one.document] : []));
  const frame = { evidenceId, frame: value };
  switch (chance.pick(['facts', 'note', 'change', 'remove', 'marker', 'move', 'erase', 'review', 'redact', 'redact'])) {
    case 'facts':
      await marks.setFacts({ recordingId, fields: { category: chance.happens(0.2) ? null : `${value}` } }, actor);
      break;
    case 'change':
      if (notes.length > 0) await marks.changeNote({ noteId: chance.pick(notes), text: `text ${value}` }, actor);
      break;
    case 'remove':
      if (notes.length > 3) await marks.removeNote({ noteId: chance.pick(notes) }, actor);
      break;
    case 'marker':
      await marks.addMarker({ recordingId, ...frame, type: 'moment', note: null }, actor);
      break;
    case 'move':
      if (markers.length > 0) await marks.changeMarker({ markerId: chance.pick(markers), place: frame }, actor);
      break;
    case 'erase':
      if (markers.length > 3) await marks.removeMarker({ markerId: chance.pick(markers) }, actor);
      break;
    case 'review':
      await marks.addReview({ recordingId, outcome: 'in-order', text: `review ${value}` }, actor);
      break;
    case 'redact':
      await redact(evidenceId);
      break;
    default:
      await marks.addNote({ recordingId, text: `note ${value}` }, actor);
  }
}

process.on('message', () => {
  void all().then((operations) => {
    const ids = operations.map(({ id }) => id).sort();
    const text = sha256Hex(new TextEncoder().encode(stateText(operations)));
    tell({ kind: 'holds', ids });
    tell({ kind: 'state', operations: ids.length, ids: sha256Hex(new TextEncoder().encode(ids.join())), text });
  });
});

let refused = 0;
for (let made = 0, told = 0; made < Number(edits); made++) {
  try {
    await mark();
  } catch (error) {
    // Somebody else's change came in between, or what was to be changed is gone: the person is told and looks again.
    if (!(error instanceof ExpectedError)) throw error;
    refused++;
  }
  const news = await catalog.operations.page(told, 1000);
  told = news.at(-1)?.number ?? told;
  tell({ kind: 'holds', ids: news.map(({ operation }) => operation.id) });
  await sleep(chance.between(0, 20));
}
tell({ kind: 'edited', refused });
