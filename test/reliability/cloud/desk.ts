// A station at which somebody works: <folder> <the store as JSON> <what is to be done as JSON>. It may be killed and started again on
// its folder. Says a line for each deed; then answers each line it gets with how it stands, until it is told to end.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import type { Actor } from '#common/audit/index.ts';
import { stateText } from '#common/changes/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import type { Catalog } from '#core/catalog/index.ts';
import { createMarks, createProjects, operationHandler, operationTeller, type Pen } from '#core/changes/index.ts';
import { createCarrier } from '#core/cloud/carrier.ts';
import { createFeed } from '#core/cloud/feed/feed.ts';
import { storeKeys } from '#core/cloud/keys.ts';
import { openFolderStore } from '#core/cloud/store/folder-store.ts';
import { type Clock, newId, sha256Hex, silentLogger } from '#core/kernel/index.ts';
import { openTestCatalog, theStation } from '#test/support/catalog.ts';
import { sharedRecordings, wronglyBuilt } from '#test/support/desk.ts';
import { type Chance, createChance } from '../campaign.ts';
import type { DeskState, DeskTask, Place } from './desk-task.ts';

const [folder = '', placeText = '', taskText = ''] = process.argv.slice(2);
const place = JSON.parse(placeText) as Place;
const task = JSON.parse(taskText) as DeskTask;
const clock: Clock = { now: () => Date.now() + task.clockAheadMs };
const catalog = await openTestCatalog(folder, { clock, create: !existsSync(join(folder, 'catalog.db')) });
const pen: Pen = { clock, time: (follows) => catalog.logs.time(follows) };
const [marks, projects] = [createMarks({ catalog, pen }), createProjects({ catalog, pen })];
const actor: Actor = { kind: 'account', accountId: task.accountId, username: task.name, role: 'supervisor' };

const missing = await Promise.all(
  sharedRecordings.map(async (value) => ((await catalog.recordings.get(value.id)) === null ? [value] : [])),
);
const writes = missing.flat().map((value) => ({ put: 'recording', value }) as const);
if (writes.length > 0) await catalog.commit({ actor: theStation, writes, events: [] });

const openStore = () => openFolderStore({ ...place, stallMs: 3_000 });
const feed = createFeed({
  catalog,
  keys: storeKeys(new Uint8Array(32).fill(9)),
  storeId: '00112233445566778899aabbccddeeff',
  stationName: task.name,
  openCarrier: () =>
    Promise.resolve(createCarrier(openStore(), () => Promise.reject(new Error('Nobody probes here.')))),
  handlers: [operationHandler(catalog)],
  tellers: [operationTeller(catalog)],
  clock,
  logger: silentLogger,
  onChange: () => undefined,
});

/** What was on the disk once, so that it is noticed when it is not any more. */
const ledger = join(folder, 'had.txt');
let seen = 0;
async function noteWhatIsHad(): Promise<void> {
  const page = await catalog.operations.page(seen, 100_000);
  seen = page.at(-1)?.number ?? seen;
  if (page.length > 0) appendFileSync(ledger, page.map(({ operation }) => `${operation.id}\n`).join(''));
}

/** One deed at chance, on whatever is known here at the moment. */
async function deed(chance: Chance): Promise<void> {
  const recording = chance.pick(sharedRecordings);
  const recordingId = recording.id;
  const evidenceId = recording.segments[0]?.evidenceId;
  if (evidenceId === undefined) throw new Error('A recording without a segment.');
  const what = chance.pick([
    'facts',
    'note',
    'marker',
    'change',
    'remove',
    'review',
    'edit',
    'edit',
    'edit',
    'stale',
    'choose',
  ] as const);
  const frame = chance.between(0, 500);
  const words = `${task.name} ${frame}`;
  const known = await notesOf(catalog);
  const someNote = known.length === 0 ? null : chance.pick(known);
  switch (what) {
    case 'facts': {
      const name = chance.pick(['category', 'caseNumber', 'callNumber'] as const);
      await marks.setFacts({ recordingId, fields: { [name]: chance.happens(0.2) ? null : words } }, actor);
      return;
    }
    case 'marker':
      await marks.addMarker({ recordingId, evidenceId, frame, type: 'moment', note: words }, actor);
      return;
    case 'change':
      if (someNote !== null) await marks.changeNote({ noteId: someNote, text: words }, actor);
      return;
    case 'remove':
      if (someNote !== null) await marks.removeNote({ noteId: someNote }, actor);
      return;
    case 'note':
      await marks.addNote({ recordingId, text: words }, actor);
      return;
    case 'review':
      await marks.addReview({ recordingId, outcome: 'follow-up', text: words }, actor);
      return;
    default:
      await redact(what, await projects.open(evidenceId, actor), chance);
  }
}

async function redact(
  what: 'edit' | 'stale' | 'choose',
  { id: projectId, version }: { readonly id: Parameters<typeof projects.branches>[0]; readonly version: number },
  chance: Chance,
): Promise<void> {
  const first = chance.between(0, 500);
  const mute = { id: newId('mute'), name: `${task.name} ${first}`, range: { first, last: first + 5 } };
  const edits = [{ kind: 'put-mute' as const, at: 0, mute }];
  if (what === 'edit') await projects.edit({ projectId, version, edits }, actor);
  else if (what === 'stale') await projects.branch({ projectId, version: 0, edits }, actor);
  else {
    const { trunk, branches } = await projects.branches(projectId);
    const heads = [...(trunk === null ? [] : [trunk]), ...branches].map(({ head }) => head);
    if (heads.length > 1)
      await projects.choose({ projectId, heads, chosen: chance.pick(heads), reason: 'At chance' }, actor);
  }
}

async function notesOf({ changes }: Catalog) {
  const page = await changes.since(0, 100_000);
  return page.changes.flatMap((change) => (change.kind === 'note' && change.value !== null ? [change.value.id] : []));
}

async function stateNow(): Promise<DeskState> {
  const operations = (await catalog.operations.page(0, 1_000_000)).map(({ operation }) => operation);
  const text = stateText(operations);
  writeFileSync(join(folder, 'state.json'), text);
  return {
    operations: operations.length,
    sha256: sha256Hex(Buffer.from(text)),
    wrong: [...(await wronglyBuilt(catalog))],
    lost: lost(new Set(operations.map(({ id }) => id))),
  };
}

function lost(present: ReadonlySet<string>): string[] {
  if (!existsSync(ledger)) return [];
  // A kill may have cut the last line.
  const had = readFileSync(ledger, 'utf8').split('\n').slice(0, -1);
  return had.filter((id) => id.length === 30 && !present.has(id));
}

feed.start();
const progress = join(folder, 'deeds.txt');
const done = existsSync(progress) ? readFileSync(progress, 'utf8').length : 0;
const chance = createChance(task.seed + done);
for (let n = done; n < task.deeds; n++) {
  // Somebody else's change may come between the look and the deed: then it is refused in words, as at any desk.
  await deed(chance).catch((error: unknown) => {
    if (!(error instanceof ExpectedError && ['stale-version', 'not-found'].includes(error.code))) throw error;
  });
  await noteWhatIsHad();
  appendFileSync(progress, '.');
  process.stdout.write('deed\n');
  if (chance.happens(0.3)) void feed.poke();
  await new Promise((resolve) => setTimeout(resolve, chance.between(0, 15)));
}
process.stdout.write('done\n');
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'end') break;
  await feed.poke();
  await noteWhatIsHad();
  process.stdout.write(`${JSON.stringify(await stateNow())}\n`);
}
await feed.stop();
await catalog.close();
