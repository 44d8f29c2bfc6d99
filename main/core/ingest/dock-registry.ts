import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Dock, DockFile } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import { type DamagedId, type DockId, idFromBytes, type JobId } from '#common/ids/index.ts';
import type { Catalog, SourceFile } from '#core/catalog/index.ts';
import {
  type DockPlace,
  docksOfFolder,
  placeOfVolume,
  type ScanSettings,
  scanDock,
  type Volume,
  type VolumeSource,
} from '#core/devices/index.ts';
import { type Logger, sha256Hex } from '#core/kernel/index.ts';
import type { Vault } from '#core/vault/index.ts';
import { type DockLook, viewDock, viewFiles } from './dock-view.ts';
import { findKnown } from './known-files.ts';

const folderPollMs = 5000;
/** Folders whose dates are looked at for changes; a larger tree is looked at again when somebody asks. */
const mostWatchedFolders = 2000;

export type DockEvent =
  | { readonly kind: 'dock.changed'; readonly dock: Dock }
  | { readonly kind: 'dock.removed'; readonly dockId: DockId };

type Entry = {
  readonly id: DockId;
  readonly place: DockPlace;
  /** The watched folder it comes from; null for a volume. */
  readonly folder: string | null;
  look: DockLook;
  jobId: JobId | null;
  gone: boolean;
  scanning: Promise<void> | null;
  /** How often a look was asked for. */
  asked: number;
};

/** The places where cameras' storage appears, and what is new there. */
export interface DockRegistry {
  list(): readonly Dock[];
  /** Throws `not-found`. */
  place(dockId: DockId): DockPlace;
  files(dockId: DockId, offset: number, limit: number): { readonly files: readonly DockFile[]; readonly total: number };
  /** Looks again; resolves when it has. Throws `not-found`. */
  rescan(dockId: DockId): Promise<void>;
  jobOf(dockId: DockId): JobId | null;
  /** Marks a dock as being offloaded, or (null) as free again, which has it looked at anew. */
  setJob(dockId: DockId, jobId: JobId | null): void;
  dockWithJob(jobId: JobId): DockId | null;
  /** Tells the dock at this place (when there is one) that a job is working on it. */
  claim(place: DockPlace, jobId: JobId): void;
  addFolder(location: string): Promise<void>;
  removeFolder(location: string): void;
  /** Looks for volumes now instead of at the next turn. */
  refreshVolumes(): Promise<void>;
  close(): Promise<void>;
}

export type RegistryOptions = {
  readonly catalog: Catalog;
  readonly vault: Vault;
  readonly volumes: VolumeSource | null;
  readonly settings: () => Omit<ScanSettings, 'signal'>;
  readonly logger: Logger;
  readonly emit: (event: DockEvent) => void;
  /** The unfinished offload of this place, when it appears while one is waiting for it or running. */
  readonly jobAt: (place: DockPlace) => JobId | null;
  /** A dock was looked at and holds something new. */
  readonly onReady: (dockId: DockId, place: DockPlace) => void;
};

export function createDockRegistry(options: RegistryOptions): DockRegistry {
  const { catalog, volumes, logger } = options;
  const entries = new Map<DockId, Entry>();
  const folders = new Map<string, string>();
  const closing = new AbortController();
  const running = new Set<Promise<void>>();
  const isClosed = (): boolean => closing.signal.aborted;

  function track(work: Promise<void>): void {
    const watched = work
      .catch((error: unknown) => {
        if (!isClosed()) logger.error('A dock could not be looked at.', { error });
      })
      .finally(() => running.delete(watched));
    running.add(watched);
  }

  function tell(entry: Entry): void {
    if (!isClosed() && entries.get(entry.id) === entry) options.emit({ kind: 'dock.changed', dock: viewDock(entry) });
  }

  function get(dockId: DockId): Entry {
    const entry = entries.get(dockId);
    if (entry === undefined) {
      throw new ExpectedError('not-found', 'This camera is not docked any more.', {
        subject: dockId,
        nextStep: 'Dock it again.',
      });
    }
    return entry;
  }

  async function look(entry: Entry): Promise<void> {
    try {
      const scan = await scanDock(entry.place, { ...options.settings(), signal: closing.signal });
      const known =
        scan.plan === null
          ? new Map<string, SourceFile>()
          : await findKnown(options, scan.plan, entry.place.root, closing.signal);
      entry.look = { state: 'seen', scan, known, reasons: await damageReasons(catalog, known) };
    } catch (error) {
      if (isClosed()) return;
      if (!(error instanceof ExpectedError)) throw error;
      entry.look = { state: 'failed', problem: [error.message, error.nextStep ?? ''].join(' ').trim() };
    }
    tell(entry);
    if (viewDock(entry).state === 'ready') options.onReady(entry.id, entry.place);
  }

  /** One look at a time; who asks during one gets another after it. */
  function scan(entry: Entry): Promise<void> {
    entry.asked += 1;
    if (entry.scanning !== null) return entry.scanning;
    const work = (async () => {
      let answered: number;
      do {
        answered = entry.asked;
        await look(entry);
      } while (entry.asked !== answered && !isClosed());
    })().finally(() => {
      entry.scanning = null;
    });
    entry.scanning = work;
    return work;
  }

  /** Two cameras may have left the factory with the same serial number: the other one's job is its own. */
  function jobFor(place: DockPlace): JobId | null {
    const job = options.jobAt(place);
    return [...entries.values()].some(({ jobId, gone }) => job !== null && jobId === job && !gone) ? null : job;
  }

  function add(place: DockPlace, key: string, folder: string | null): void {
    const id = dockIdOf(key);
    const old = entries.get(id);
    if (old !== undefined) {
      old.gone = false;
      track(scan(old));
      return;
    }
    const entry: Entry = {
      id,
      place,
      folder,
      look: { state: 'scanning' },
      jobId: jobFor(place),
      gone: false,
      scanning: null,
      asked: 0,
    };
    entries.set(id, entry);
    tell(entry);
    track(scan(entry));
  }

  /** A dock that is being offloaded stays in sight until its job has said how far it came. */
  function drop(entry: Entry): void {
    if (entry.jobId !== null) {
      entry.gone = true;
      tell(entry);
      return;
    }
    entries.delete(entry.id);
    options.emit({ kind: 'dock.removed', dockId: entry.id });
  }

  function showVolumes(found: readonly Volume[]): void {
    const present = new Set(found.map(({ id }) => dockIdOf(`volume ${id}`)));
    for (const entry of [...entries.values()]) {
      if (entry.folder === null && !present.has(entry.id)) drop(entry);
    }
    for (const volume of found) {
      const id = dockIdOf(`volume ${volume.id}`);
      const old = entries.get(id);
      if (old === undefined || old.gone) add(placeOfVolume(volume), `volume ${volume.id}`, null);
    }
  }

  async function showFolder(location: string): Promise<void> {
    let places: readonly DockPlace[];
    try {
      places = await docksOfFolder(location, { ...options.settings(), signal: closing.signal });
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      // The dock itself will say what is wrong with it.
      places = [{ kind: 'folder', root: location }];
    }
    if (!folders.has(location)) return;
    const wanted = new Map(places.map((place) => [dockIdOf(folderKey(place)), place]));
    for (const entry of [...entries.values()]) {
      if (entry.folder === location && !wanted.has(entry.id)) drop(entry);
    }
    for (const place of wanted.values()) add(place, folderKey(place), location);
  }

  async function pollFolders(): Promise<void> {
    for (const [location, before] of [...folders]) {
      const now = await fingerprintOf(location, entries.values());
      if (now === before || !folders.has(location)) continue;
      await showFolder(location);
      folders.set(location, await fingerprintOf(location, entries.values()));
    }
  }

  const watching = volumes?.watch(showVolumes);
  let polling = false;
  const timer = setInterval(() => {
    if (polling) return;
    polling = true;
    track(
      pollFolders().finally(() => {
        polling = false;
      }),
    );
  }, folderPollMs);
  timer.unref();

  return {
    list: () => [...entries.values()].map(viewDock),
    place: (dockId) => get(dockId).place,
    files: (dockId, offset, limit) => {
      const all = viewFiles(get(dockId).look);
      return { files: all.slice(offset, offset + limit), total: all.length };
    },
    rescan: (dockId) => scan(get(dockId)),
    jobOf: (dockId) => get(dockId).jobId,
    setJob: (dockId, jobId) => {
      const entry = entries.get(dockId);
      if (entry === undefined) return;
      entry.jobId = jobId;
      if (jobId === null && entry.gone) drop(entry);
      else {
        tell(entry);
        if (jobId === null) track(scan(entry));
      }
    },
    dockWithJob: (jobId) => [...entries.values()].find((entry) => entry.jobId === jobId)?.id ?? null,
    claim: (place, jobId) => {
      const entry = [...entries.values()].find((candidate) => candidate.place.root === place.root);
      if (entry === undefined || entry.jobId !== null) return;
      entry.jobId = jobId;
      tell(entry);
    },
    addFolder: async (location) => {
      if (!folders.has(location)) folders.set(location, '');
      await showFolder(location);
      folders.set(location, await fingerprintOf(location, entries.values()));
    },
    removeFolder: (location) => {
      folders.delete(location);
      for (const entry of [...entries.values()]) if (entry.folder === location) drop(entry);
    },
    refreshVolumes: async () => {
      if (volumes !== null) showVolumes(await volumes.list());
    },
    close: async () => {
      closing.abort();
      clearInterval(timer);
      watching?.[Symbol.dispose]();
      await Promise.all([...running]);
    },
  };
}

function folderKey(place: DockPlace): string {
  return `folder ${place.root}`;
}

/** The same place has the same id after a restart. */
function dockIdOf(key: string): DockId {
  return idFromBytes('dock', Buffer.from(sha256Hex(Buffer.from(key, 'utf8')), 'hex'));
}

/** Dates of the folders that were seen: they change when a file comes or goes. */
async function fingerprintOf(location: string, entries: Iterable<Entry>): Promise<string> {
  const paths = new Set([location]);
  for (const { folder, place, look } of entries) {
    if (folder !== location || look.state !== 'seen') continue;
    paths.add(place.root);
    for (const path of look.scan.walk.folders) paths.add(join(place.root, path));
  }
  const dates: string[] = [];
  for (const path of [...paths].slice(0, mostWatchedFolders)) {
    dates.push(
      await stat(path).then(
        ({ mtimeMs }) => `${path} ${mtimeMs}`,
        () => `${path} gone`,
      ),
    );
  }
  return dates.join('\n');
}

async function damageReasons(
  catalog: Catalog,
  known: ReadonlyMap<string, SourceFile>,
): Promise<ReadonlyMap<DamagedId, string>> {
  const here = new Set<string>(
    [...known.values()].map(({ sealedId }) => sealedId).filter((id) => id.startsWith('dmg_')),
  );
  if (here.size === 0) return new Map();
  const kept = (await catalog.damaged.all()).filter(({ id }) => here.has(id));
  return new Map(kept.map(({ id, reason }) => [id, reason]));
}
