import { access, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedError } from '#common/errors/index.ts';
import { type SealedId, sealedIdSchema } from '#common/ids/index.ts';
import { syncFolder, systemCode, writeFileAtomic } from '#core/kernel/index.ts';
import { targetFailure } from './io-errors.ts';
import { type Manifest, parseManifest } from './manifest.ts';
import { missingFile } from './segment-cipher.ts';

const sealedSuffix = '.sealed';
const partialSuffix = '.sealed.partial';
const manifestSuffix = '.json';
const temporarySuffix = '.tmp';

/** Where the files of one object lie. */
type ObjectPaths = {
  readonly folder: string;
  readonly sealed: string;
  readonly partial: string;
  readonly manifest: string;
};

/** The files of the vault, without any knowledge of keys. */
type ObjectStore = {
  /** Fails with a bug for anything that is not a sealed id: nothing else becomes a path. */
  readonly pathsOf: (sealedId: SealedId) => ObjectPaths;
  /** Makes the folder of a new object. Throws `already-exists`. */
  readonly prepare: (sealedId: SealedId) => Promise<ObjectPaths>;
  /** Turns a verified partial file into an object, durably. Throws `already-exists`. */
  readonly commit: (manifest: Manifest) => Promise<void>;
  readonly has: (sealedId: SealedId) => Promise<boolean>;
  /** Throws `not-found`, `tampered`. */
  readonly manifestOf: (sealedId: SealedId) => Promise<Manifest>;
  readonly remove: (sealedId: SealedId) => Promise<void>;
  /** Folder by folder, so that nobody has to hold all of it. */
  readonly walk: () => AsyncGenerator<SealedId, undefined>;
  readonly list: () => Promise<readonly SealedId[]>;
  readonly recoverPartials: () => Promise<readonly string[]>;
};

/** Throws for anything but a name that is not there. */
export async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Sorted; none for what is no folder. */
export async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}

/** Makes one folder below one that must be there, durably. */
export async function makeFolder(path: string, parent: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return;
    throw error;
  }
  await syncFolder(parent);
}

/** The folder an id lies in: the two characters after the prefix are random, so that none grows large. */
export function shelfOf(id: SealedId): string {
  const start = id.indexOf('_') + 1;
  return id.slice(start, start + 2);
}

export function createObjectStore(vaultFolder: string): ObjectStore {
  const root = join(vaultFolder, 'objects');

  function pathsOf(sealedId: SealedId): ObjectPaths {
    const id = sealedIdSchema.parse(sealedId);
    const folder = join(root, shelfOf(id));
    const base = join(folder, id);
    return {
      folder,
      sealed: base + sealedSuffix,
      partial: base + partialSuffix,
      manifest: base + manifestSuffix,
    };
  }

  async function refuseExisting(sealedId: SealedId): Promise<void> {
    if (!(await exists(pathsOf(sealedId).sealed))) return;
    throw new ExpectedError('already-exists', 'A sealed file of this id exists already; it was not touched.', {
      subject: sealedId,
    });
  }

  async function prepare(sealedId: SealedId): Promise<ObjectPaths> {
    const paths = pathsOf(sealedId);
    try {
      // Never the vault's own folder: when its disk is not connected, it would be made on the wrong one.
      await makeFolder(root, vaultFolder);
      await makeFolder(paths.folder, root);
    } catch (error) {
      throw targetFailure(error, paths.folder);
    }
    await refuseExisting(sealedId);
    return paths;
  }

  async function commit(manifest: Manifest): Promise<void> {
    const paths = pathsOf(manifest.sealedId);
    await refuseExisting(manifest.sealedId);
    try {
      // The manifest first: a sealed file without its key would be lost, a key without its file is only litter.
      await writeFileAtomic(paths.manifest, `${JSON.stringify(manifest, null, 2)}\n`);
      await rename(paths.partial, paths.sealed);
      await syncFolder(paths.folder);
    } catch (error) {
      throw targetFailure(error, paths.sealed);
    }
  }

  async function has(sealedId: SealedId): Promise<boolean> {
    const paths = pathsOf(sealedId);
    return (await exists(paths.sealed)) && (await exists(paths.manifest));
  }

  async function manifestOf(sealedId: SealedId): Promise<Manifest> {
    const paths = pathsOf(sealedId);
    try {
      await stat(paths.sealed);
      return parseManifest(await readFile(paths.manifest, 'utf8'), sealedId);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
      throw missingFile(sealedId, error);
    }
  }

  async function remove(sealedId: SealedId): Promise<void> {
    const paths = pathsOf(sealedId);
    if (!(await exists(paths.sealed)) && !(await exists(paths.manifest))) return;
    await rm(paths.sealed, { force: true });
    await rm(paths.manifest, { force: true });
    await syncFolder(paths.folder);
  }

  async function* walk(): AsyncGenerator<SealedId, undefined> {
    for (const folder of await namesIn(root)) {
      const names = new Set(await namesIn(join(root, folder)));
      for (const name of names) {
        if (!name.endsWith(sealedSuffix)) continue;
        const id = sealedIdSchema.safeParse(name.slice(0, -sealedSuffix.length));
        if (id.success && names.has(id.data + manifestSuffix)) yield id.data;
      }
    }
  }

  async function list(): Promise<readonly SealedId[]> {
    const ids: SealedId[] = [];
    for await (const id of walk()) ids.push(id);
    return ids;
  }

  async function recoverPartials(): Promise<readonly string[]> {
    const removed: string[] = [];
    for (const folder of await namesIn(root)) {
      const path = join(root, folder);
      const names = new Set(await namesIn(path));
      const before = removed.length;
      for (const name of names) {
        if (!name.endsWith(partialSuffix) && !(name.startsWith('.') && name.endsWith(temporarySuffix))) continue;
        await rm(join(path, name));
        removed.push(name);
        // A crash between manifest and rename leaves the key of a file that never came to be.
        const base = name.slice(0, -partialSuffix.length);
        if (name.endsWith(partialSuffix) && names.has(base + manifestSuffix) && !names.has(base + sealedSuffix)) {
          await rm(join(path, base + manifestSuffix));
          removed.push(base + manifestSuffix);
        }
      }
      if (removed.length > before) await syncFolder(path);
    }
    return removed;
  }

  return { pathsOf, prepare, commit, has, manifestOf, remove, walk, list, recoverPartials };
}
