import { readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type SealedId, sealedIdSchema } from '#common/ids/index.ts';
import { syncFolder, systemCode, writeFileAtomic } from '#core/kernel/index.ts';
import { vaultLayout } from './layout.ts';
import { type CachedManifest, parseCachedManifest } from './manifest.ts';
import { exists, makeFolder, namesIn, shelfOf } from './object-store.ts';

const manifestSuffix = '.json';

/** Where the files of one original from a store lie. */
export type CachePaths = {
  readonly folder: string;
  /** What it is, and its key, wrapped. Stays when its bytes are let go. */
  readonly manifest: string;
  /** Its sealed file with holes: every segment at its place once it was fetched. */
  readonly segments: string;
  /** One byte for each segment: 1 when it was written. Proves nothing: a marked segment is read under its own tag. */
  readonly marks: string;
  /** Its sealed file, whole and verified. */
  readonly whole: string;
};

/** How much of one original is on this station. */
export type Kept = { readonly bytes: number; readonly whole: boolean; readonly usedAt: number };

/** The files of what is kept of originals that lie in a store, without any knowledge of keys. */
export type CacheFiles = {
  readonly pathsOf: (sealedId: SealedId) => CachePaths;
  /** Durable; nothing happens when it is known already. */
  readonly adopt: (manifest: CachedManifest) => Promise<void>;
  /** Null when it was never adopted. Throws `tampered`. */
  readonly manifestOf: (sealedId: SealedId) => Promise<CachedManifest | null>;
  readonly list: () => Promise<readonly SealedId[]>;
  readonly kept: (sealedId: SealedId, sizeBytes: number) => Promise<Kept>;
  /** Makes the fetched segments the whole file. The caller has flushed and verified them. */
  readonly complete: (sealedId: SealedId) => Promise<void>;
  /** Lets its bytes go. */
  readonly drop: (sealedId: SealedId) => Promise<void>;
};

/** Counts the bytes of marked segments; what is beyond the end of a torn list of marks is not there. */
function markedBytes(marks: Uint8Array, sizeBytes: number): number {
  const { segmentSize } = vaultLayout;
  let bytes = 0;
  for (const [index, mark] of marks.entries()) {
    if (mark === 1) bytes += Math.max(0, Math.min(segmentSize, sizeBytes - index * segmentSize));
  }
  return bytes;
}

export function createCacheFiles(vaultFolder: string): CacheFiles {
  const root = join(vaultFolder, 'cache');

  function pathsOf(sealedId: SealedId): CachePaths {
    const id = sealedIdSchema.parse(sealedId);
    const folder = join(root, shelfOf(id));
    const base = join(folder, id);
    return {
      folder,
      manifest: base + manifestSuffix,
      segments: `${base}.segments`,
      marks: `${base}.marks`,
      whole: `${base}.sealed`,
    };
  }

  async function adopt(manifest: CachedManifest): Promise<void> {
    const paths = pathsOf(manifest.sealedId);
    if (await exists(paths.manifest)) return;
    await makeFolder(root, vaultFolder);
    await makeFolder(paths.folder, root);
    await writeFileAtomic(paths.manifest, `${JSON.stringify(manifest, null, 2)}\n`);
  }

  async function manifestOf(sealedId: SealedId): Promise<CachedManifest | null> {
    try {
      return parseCachedManifest(await readFile(pathsOf(sealedId).manifest, 'utf8'), sealedId);
    } catch (error) {
      if (systemCode(error) === 'ENOENT') return null;
      throw error;
    }
  }

  async function list(): Promise<readonly SealedId[]> {
    const ids: SealedId[] = [];
    for (const shelf of await namesIn(root)) {
      for (const name of await namesIn(join(root, shelf))) {
        if (!name.endsWith(manifestSuffix)) continue;
        const id = sealedIdSchema.safeParse(name.slice(0, -manifestSuffix.length));
        if (id.success) ids.push(id.data);
      }
    }
    return ids;
  }

  async function kept(sealedId: SealedId, sizeBytes: number): Promise<Kept> {
    const paths = pathsOf(sealedId);
    try {
      const { mtimeMs } = await stat(paths.whole);
      return { bytes: sizeBytes, whole: true, usedAt: mtimeMs };
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
    }
    try {
      const { mtimeMs } = await stat(paths.marks);
      return { bytes: markedBytes(await readFile(paths.marks), sizeBytes), whole: false, usedAt: mtimeMs };
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
      return { bytes: 0, whole: false, usedAt: 0 };
    }
  }

  async function complete(sealedId: SealedId): Promise<void> {
    const paths = pathsOf(sealedId);
    await rename(paths.segments, paths.whole);
    await rm(paths.marks, { force: true });
    await syncFolder(paths.folder);
  }

  async function drop(sealedId: SealedId): Promise<void> {
    const paths = pathsOf(sealedId);
    // The marks first: a crash in between leaves bytes that nothing speaks of, not marks of bytes that are gone.
    for (const path of [paths.marks, paths.segments, paths.whole]) await rm(path, { force: true });
  }

  return { pathsOf, adopt, manifestOf, list, kept, complete, drop };
}
