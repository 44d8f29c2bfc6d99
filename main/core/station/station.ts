import { resolve } from 'node:path';
import type { Agency } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import { createVolumeSource, loadProfiles } from '#core/devices/index.ts';
import { makeFolder } from '#core/kernel/index.ts';
import { createSealPool } from '#core/vault/index.ts';
import { type AgencyRooms, openAgency, type SharedRooms } from './agency.ts';
import { agencyCore } from './agency-core.ts';
import { agencyPaths, completeAgency, makeFolders, newAgency, readAgency, setAside } from './agency-folder.ts';
import { takeLock } from './lock.ts';
import { readTraining, type TrainingData, trainingRoster } from './training.ts';
import type { AgencyCore, Station, StationOptions } from './types.ts';

type Running = { readonly rooms: AgencyRooms; readonly core: AgencyCore };

/**
 * Opens the station of a data folder: the training agency always, the department when it was set up. One process at a time.
 * Throws `station-busy`, `key-missing`, `key-wrong`, `tampered`, `destination-unwritable`.
 */
export async function openStation(options: StationOptions): Promise<Station> {
  const { dataDir, clock, logger, entries, version } = options;
  await using undo = new AsyncDisposableStack();
  makeDataFolder(dataDir);
  const lock = takeLock(dataDir);
  undo.defer(() => lock.release());
  const sealPool = createSealPool({ entry: entries.seal, logger });
  undo.defer(() => sealPool.close());
  const training = await readTraining(options.assetsDir);
  const shared = { options, sealPool, profiles: await loadProfiles(options.assetsDir), volumes: null };

  const practice = await openTraining(shared, training);
  undo.defer(() => practice.rooms.close());
  let department = await openDepartment(shared);
  let setUpRunning: Promise<unknown> | null = null;
  undo.defer(async () => {
    // A set-up that fails has closed its rooms itself, and whoever asked for it heard why.
    await setUpRunning?.catch(() => undefined);
    await department?.rooms.close();
  });
  const closing = undo.move();
  let closed: Promise<void> | null = null;

  return {
    version,
    get department() {
      return department?.core ?? null;
    },
    training: practice.core,
    status: () =>
      Promise.resolve({
        version,
        department: department === null ? null : { name: department.core.agency.name },
        training: { name: training.agency.name, people: training.agency.accounts.filter(({ practised }) => practised) },
        keysKeptBy: (department ?? practice).rooms.keysKeptBy,
      }),
    async createDepartment({ name, zone, admin }, actor) {
      if (department !== null || setUpRunning !== null) {
        throw new ExpectedError('already-exists', 'This station already has a department.', {
          nextStep: 'Sign in. Whoever administrates it can add you.',
        });
      }
      const work = (async () => {
        checkZone(zone);
        const paths = agencyPaths(dataDir, 'department');
        await setAside(paths, clock.now());
        makeFolders(paths);
        const agency = newAgency('department', name, zone);
        const rooms = await openAgency(agency, paths, departmentRooms(shared), async ({ people }) => {
          await people.setUp(admin, [{ kind: 'agency.created', name }]);
        });
        await using unfinished = new AsyncDisposableStack();
        unfinished.defer(() => rooms.close());
        const account = (await rooms.people.list()).find((one) => one.username === admin.username);
        if (account === undefined) throw new Error('The first administrator is missing after set-up.');
        await completeAgency(paths, agency);
        unfinished.move();
        department = { rooms, core: agencyCore(rooms) };
        logger.info('The department was set up.', { by: actor.kind });
        return { core: department.core, account };
      })();
      setUpRunning = work;
      try {
        return await work;
      } finally {
        setUpRunning = null;
      }
    },
    close: () => (closed ??= closing.disposeAsync()),
  };

  async function openTraining(rooms: SharedRooms, data: TrainingData): Promise<Running> {
    const paths = agencyPaths(dataDir, 'training');
    const known = await readAgency(paths, 'training');
    makeFolders(paths);
    const agency = known ?? newAgency('training', data.agency.name, data.agency.zone);
    const roster = trainingRoster(data.agency);
    const opened = await openAgency(agency, paths, { ...rooms, roster }, async ({ people, catalog }) => {
      await addPeople(people, data);
      await watchCards(catalog, data.cards);
    });
    if (known === null) await completeAgency(paths, agency);
    logger.info('The training agency is open.', { clock: clock.now() });
    return { rooms: opened, core: agencyCore(opened) };
  }

  async function openDepartment(rooms: SharedRooms): Promise<Running | null> {
    const paths = agencyPaths(dataDir, 'department');
    const agency: Agency | null = await readAgency(paths, 'department');
    if (agency === null) return null;
    const opened = await openAgency(agency, paths, departmentRooms(rooms), () => Promise.resolve());
    return { rooms: opened, core: agencyCore(opened) };
  }
}

/** Only the department sees the cameras of this computer. */
function departmentRooms(shared: SharedRooms): SharedRooms {
  return { ...shared, volumes: createVolumeSource({ logger: shared.options.logger }) };
}

async function addPeople(people: AgencyRooms['people'], { agency }: TrainingData): Promise<void> {
  const present = new Set((await people.list()).map((one) => one.username));
  const [first, ...others] = [...agency.accounts].sort(
    (a, b) => Number(b.role === 'admin') - Number(a.role === 'admin'),
  );
  if (first === undefined) throw new Error('The training agency has no people.');
  if (!present.has(first.username)) {
    await people.setUp({ ...first, password: null }, [{ kind: 'agency.created', name: agency.name }]);
  }
  for (const person of others) {
    if (!present.has(person.username)) await people.create({ ...person, password: null }, { kind: 'station' });
  }
}

/** The cards are where the program is now; where it was before is forgotten. */
async function watchCards(catalog: AgencyRooms['catalog'], cards: readonly string[]): Promise<void> {
  const watched = await catalog.watchedFolders.list();
  await catalog.commit({
    actor: { kind: 'station' },
    writes: [
      ...watched
        .filter((location) => !cards.includes(location))
        .map((location) => ({ delete: 'watched-folder', location }) as const),
      ...cards
        .filter((location) => !watched.includes(location))
        .map((location) => ({ put: 'watched-folder', location }) as const),
    ],
    events: [],
  });
}

function checkZone(zone: string): void {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
  } catch (cause) {
    throw new ExpectedError('invalid-request', 'This time zone is not known.', {
      subject: zone,
      nextStep: 'Choose one such as America/New_York.',
      cause,
    });
  }
}

function makeDataFolder(dataDir: string): void {
  try {
    makeFolder(resolve(dataDir));
  } catch (cause) {
    throw new ExpectedError('destination-unwritable', 'The data folder cannot be made.', {
      subject: dataDir,
      nextStep: 'Choose another folder with --data, or ask for the right to write there.',
      cause,
    });
  }
}
