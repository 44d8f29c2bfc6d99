import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, relative, resolve } from 'node:path';
import { ExpectedError } from '#common/errors/index.ts';
import { type DockPlace, type DockScan, placeOfVolume, type VolumeSource } from '#core/devices/index.ts';

/** What a camera is recognised by when it is docked again, wherever it is mounted then. */
export function nameOf(place: DockPlace): string {
  return place.kind === 'volume' ? `volume ${place.serial ?? place.label ?? place.root}` : `folder ${place.root}`;
}

/** A camera may be mounted elsewhere than when its job was stored. */
export async function findPlace(asked: DockPlace, volumes: VolumeSource | null): Promise<DockPlace> {
  if (asked.kind === 'folder') return asked;
  const present = (await volumes?.list())?.map(placeOfVolume) ?? [];
  const same = present.filter((place) => nameOf(place) === nameOf(asked));
  const found = same.find(({ root }) => root === asked.root) ?? same[0];
  if (found !== undefined) return found;
  throw new ExpectedError('source-gone', `${asked.label ?? 'The camera'} is not docked.`, {
    subject: asked.root,
    nextStep: 'Dock it again: the offload continues where it stopped.',
  });
}

/** The part of a plan that concerns one file of the root. Throws `not-a-recording`. */
export function onlyFile(plan: NonNullable<DockScan['plan']>, name: string): NonNullable<DockScan['plan']> {
  const recordings = plan.recordings
    .filter(({ segments }) => segments.some(({ path }) => path === name))
    .map((recording) => ({ ...recording, segments: recording.segments.filter(({ path }) => path === name) }));
  const refused = plan.refused.filter(({ path }) => path === name);
  if (recordings.length + refused.length === 0) {
    throw new ExpectedError('not-a-recording', 'This file is not a recording that Plainview knows how to read.', {
      subject: name,
    });
  }
  return { ...plan, recordings, refused };
}

/** What a path from the command line stands for. Throws `not-found`. */
export async function placeOfPath(
  path: string,
  volumes: VolumeSource | null,
): Promise<{ place: DockPlace; only?: string }> {
  const full = resolve(path);
  const facts = await stat(full).catch((cause: unknown) => {
    throw new ExpectedError('not-found', 'There is nothing at this path.', {
      subject: path,
      nextStep: 'Check the path.',
      cause,
    });
  });
  if (!facts.isDirectory()) return { place: { kind: 'folder', root: dirname(full) }, only: basename(full) };
  const volume = (await volumes?.list())?.find(({ mountPoint }) => resolve(mountPoint) === full);
  return { place: volume === undefined ? { kind: 'folder', root: full } : placeOfVolume(volume) };
}

/** The folder as it is stored: absolute, there, readable, and neither inside nor around the station's own data. */
export async function checkFolder(location: string, dataDir: string): Promise<string> {
  if (!isAbsolute(location)) {
    throw new ExpectedError('invalid-request', 'A watched folder is named by its full path.', { subject: location });
  }
  const folder = resolve(location);
  const facts = await stat(folder).catch((cause: unknown) => {
    throw new ExpectedError('not-found', 'There is no such folder.', {
      subject: location,
      nextStep: 'Check the path.',
      cause,
    });
  });
  if (!facts.isDirectory())
    throw new ExpectedError('source-unreadable', 'This is not a folder.', { subject: location });
  const [real, own] = await Promise.all([realpath(folder), realpath(dataDir)]);
  if (isWithin(real, own) || isWithin(own, real)) {
    throw new ExpectedError('invalid-request', 'Plainview keeps its own data there.', {
      subject: location,
      nextStep: 'Watch a folder that holds nothing but exports of cameras.',
    });
  }
  return folder;
}

function isWithin(inner: string, outer: string): boolean {
  const path = relative(outer, inner);
  return path === '' || (!path.startsWith('..') && !isAbsolute(path));
}
