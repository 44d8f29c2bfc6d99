import type { Dirent, Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CancelledError, ExpectedError } from '#common/errors/index.ts';
import { systemCode } from '#core/kernel/index.ts';

/** A regular file on a dock. `path` is below the root with `/`, made of names the file system gave. */
export type WalkedFile = {
  readonly path: string;
  readonly sizeBytes: number;
  /** Milliseconds UTC since 1970, whole. */
  readonly modifiedMs: number;
  /** No one may write it: how FAT shows the read-only mark. */
  readonly readOnly: boolean;
};

/** Something that will not be read, and why. */
export type RefusedEntry = { readonly path: string; readonly reason: string };

export type Walk = {
  readonly files: readonly WalkedFile[];
  /** Paths of folders below the root. */
  readonly folders: readonly string[];
  readonly refused: readonly RefusedEntry[];
};

/** Folders that operating systems leave on cards, in lower case. */
const systemFolders = new Set([
  'system volume information',
  '$recycle.bin',
  'recycler',
  'lost.dir',
  'lost+found',
  'found.000',
  '__macosx',
]);
const deepest = 40;
const mostEntries = 500_000;

/**
 * Lists what lies below `root` without opening a file and without following a link. Hidden and system folders are left
 * out. Throws ExpectedError `source-gone` or `source-unreadable` when the root itself cannot be listed; a folder below it
 * that cannot be is refused with its reason.
 */
export async function walkDock(root: string, signal?: AbortSignal, skipFolders: readonly string[] = []): Promise<Walk> {
  const files: WalkedFile[] = [];
  const folders: string[] = [];
  const refused: RefusedEntry[] = [];
  const skip = new Set(skipFolders);
  const waiting: { readonly path: string; readonly depth: number }[] = [{ path: '', depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { path: folder, depth } = next;
    try {
      const entries = await readdir(folder === '' ? root : join(root, folder), { withFileTypes: true });
      for await (const kind of lookAtAll(root, folder, entries, skip)) {
        if (signal?.aborted === true) throw new CancelledError();
        if (files.length + folders.length + refused.length >= mostEntries) throw tooMany(root);
        if ('reason' in kind) refused.push(kind);
        else if ('sizeBytes' in kind) files.push(kind);
        else if (depth + 1 > deepest)
          refused.push({ path: kind.folder, reason: 'This folder lies too deep to be read.' });
        else {
          folders.push(kind.folder);
          waiting.push({ path: kind.folder, depth: depth + 1 });
        }
      }
    } catch (error) {
      if (error instanceof CancelledError || error instanceof ExpectedError) throw error;
      if (folder === '') throw rootFailure(root, error);
      refused.push({ path: folder, reason: `This folder cannot be listed (${codeOf(error)}).` });
    }
  }
  return { files, folders, refused };
}

type Seen = WalkedFile | RefusedEntry | { readonly folder: string };

/** Node has four threads for files: a mount that hangs in the middle must not take all of them from everybody. */
const lanes = 3;
const batchSize = 96;

async function* lookAtAll(
  root: string,
  folder: string,
  entries: readonly Dirent[],
  skip: ReadonlySet<string>,
): AsyncGenerator<Seen> {
  const pathOf = ({ name }: Dirent): string => (folder === '' ? name : `${folder}/${name}`);
  const wanted = entries.filter((entry) => !isIgnored(entry) && !skip.has(pathOf(entry)));
  for (let from = 0; from < wanted.length; from += batchSize) {
    const batch = wanted.slice(from, from + batchSize);
    const seen: Seen[] = [];
    let next = 0;
    const lane = async (): Promise<void> => {
      for (let at = next++; at < batch.length; at = next++) {
        const entry = batch[at];
        if (entry !== undefined) seen[at] = await look(root, pathOf(entry), entry);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    yield* seen;
  }
}

async function look(root: string, path: string, entry: Dirent): Promise<Seen> {
  const unusable = unusableName(entry.name);
  if (unusable !== null) return { path, reason: unusable };
  // The listing knows what a folder is; only files need a second question.
  if (entry.isDirectory()) return { folder: path };
  let facts: Stats;
  try {
    facts = await lstat(join(root, path));
  } catch (error) {
    return { path, reason: `This file cannot be looked at (${codeOf(error)}).` };
  }
  if (facts.isSymbolicLink()) {
    return { path, reason: 'This is a link to another place, not a recording. Links on a card are never followed.' };
  }
  if (facts.isDirectory()) return { folder: path };
  if (!facts.isFile()) return { path, reason: 'This is not a file with contents (a pipe, socket or device).' };
  const { size, mtimeMs, mode } = facts;
  return { path, sizeBytes: size, modifiedMs: Math.floor(mtimeMs), readOnly: (mode & 0o222) === 0 };
}

/** Names come from the file system, so they cannot lead elsewhere; these are the ones that would not lead back either. */
function unusableName(name: string): string | null {
  if (name.includes('\u{fffd}')) {
    return 'The name of this file is not valid text, so it cannot be opened by its name. Rename a copy of it and offload that.';
  }
  if (name === '.' || name === '..' || name.includes('/') || name.includes('\0')) return 'This is not a file name.';
  return null;
}

/** Two dots make no hidden name but one that tries to lead out of its folder: it is kept, as data. */
function isIgnored({ name }: Dirent): boolean {
  return (name.startsWith('.') && !name.startsWith('..')) || systemFolders.has(name.toLowerCase());
}

function codeOf(error: unknown): string {
  return systemCode(error) ?? 'unknown error';
}

const unreadable = new Set(['EACCES', 'EPERM']);

function rootFailure(root: string, error: unknown): ExpectedError {
  const code = codeOf(error);
  if (unreadable.has(code)) {
    return new ExpectedError('source-unreadable', 'This place may not be read by the account Plainview runs under.', {
      subject: root,
      nextStep: 'Give that account the right to read it, then look again.',
      cause: error,
    });
  }
  if (code === 'ENOTDIR') {
    return new ExpectedError('source-unreadable', 'This is a file, not a folder or a drive.', {
      subject: root,
      cause: error,
    });
  }
  return new ExpectedError('source-gone', `The camera or folder cannot be read (${code}).`, {
    subject: root,
    nextStep: 'Check that it is connected, then look again.',
    cause: error,
  });
}

function tooMany(root: string): ExpectedError {
  return new ExpectedError('too-large', `There are more than ${mostEntries.toLocaleString('en-US')} files here.`, {
    subject: root,
    nextStep: 'This looks like a whole disk. Watch only the folder that holds recordings.',
  });
}
