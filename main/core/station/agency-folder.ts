import { readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Agency, type AgencyKind, agencySchema } from '#common/contract/index.ts';
import { ExpectedError } from '#common/errors/index.ts';
import { makeFolder, newId, randomBytes, type SecretStore, systemCode, writeFileAtomic } from '#core/kernel/index.ts';

/** Where the parts of one agency lie. No agency ever opens another's folder. */
export type AgencyPaths = {
  readonly folder: string;
  readonly catalog: string;
  readonly anchors: string;
  readonly vault: string;
  readonly description: string;
};

export function agencyPaths(dataDir: string, kind: AgencyKind): AgencyPaths {
  const folder = join(dataDir, kind);
  return {
    folder,
    catalog: join(folder, 'catalog.db'),
    anchors: join(folder, 'anchors.jsonl'),
    vault: join(folder, 'vault'),
    description: join(folder, 'agency.json'),
  };
}

/** Reads who the agency is; null when it was never set up. Throws `tampered` when the description is not ours. */
export async function readAgency(paths: AgencyPaths, kind: AgencyKind): Promise<Agency | null> {
  let text: string;
  try {
    text = await readFile(paths.description, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    throw error;
  }
  const parsed = agencySchema.safeParse(parseJson(text));
  if (parsed.success && parsed.data.kind === kind) return parsed.data;
  throw new ExpectedError('tampered', 'The description of the agency cannot be read.', {
    subject: paths.description,
    nextStep: 'Restore the file from its backup. The evidence itself is not touched by this.',
  });
}

/** What an interrupted set-up left is moved aside, never mixed with a new agency and never deleted. */
export async function setAside(paths: AgencyPaths, now: number): Promise<void> {
  if (await exists(paths.folder)) await rename(paths.folder, `${paths.folder}.incomplete-${now}`);
}

/** Makes the folders of a new agency. The description, which says that it is complete, is written by `completeAgency`. */
export function makeFolders(paths: AgencyPaths): void {
  for (const folder of [paths.folder, paths.vault]) makeFolder(folder);
}

/** Writes the description; from then on the agency exists. */
export async function completeAgency(paths: AgencyPaths, agency: Agency): Promise<void> {
  await writeFileAtomic(paths.description, new TextEncoder().encode(`${JSON.stringify(agency, null, 2)}\n`));
}

export function newAgency(kind: AgencyKind, name: string, zone: string): Agency {
  return { id: newId('agency'), kind, name, zone };
}

/** The secrets of one agency; each 32 bytes. */
export type AgencyKeys = {
  readonly vault: Uint8Array;
  readonly catalog: Uint8Array;
  readonly anchor: Uint8Array;
  readonly signing: Uint8Array;
  /** What the keys of pages' own copies are derived from. */
  readonly cache: Uint8Array;
};

/**
 * Fetches the agency's keys, making them for a new agency. Throws `key-missing` when there is a catalog but no key:
 * a new key would only hide that the old one is lost. The cache key is made whenever it is missing: what it seals can be had
 * again, and agencies of earlier versions have none.
 */
export async function agencyKeys(paths: AgencyPaths, store: SecretStore): Promise<AgencyKeys> {
  const isNew = !(await exists(paths.catalog));
  const make = async (name: string): Promise<Uint8Array> => {
    const made = randomBytes(32);
    await store.set(name, made);
    return made;
  };
  const key = async (name: string): Promise<Uint8Array> => {
    const kept = await store.get(name);
    if (kept !== null) return kept;
    if (!isNew) {
      throw new ExpectedError('key-missing', `The key "${name}" of this agency is not in ${store.describe()}.`, {
        subject: paths.folder,
        nextStep: 'Restore the keys from their backup. Without them the evidence in this folder cannot be opened.',
      });
    }
    return make(name);
  };
  return {
    vault: await key('vault'),
    catalog: await key('catalog'),
    anchor: await key('audit-anchor'),
    signing: await key('release-signing'),
    cache: (await store.get('page-cache')) ?? (await make('page-cache')),
  };
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
