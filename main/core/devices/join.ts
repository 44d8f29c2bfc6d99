import type { DescribedFile } from './describe.ts';
import type { CompiledProfile } from './profiles.ts';

/**
 * Puts files into recordings: each list is one recording, in order of time. A file that nothing joins is a recording by
 * itself. Pure; every file comes out exactly once.
 */
export function joinSegments(profile: CompiledProfile, files: readonly DescribedFile[]): DescribedFile[][] {
  const { join } = profile.profile;
  if (join === null) return files.map((file) => [file]);
  const alone = files.filter(({ joinKey }) => joinKey === null).map((file) => [file]);
  const groups = Map.groupBy(
    files.filter(({ joinKey }) => joinKey !== null),
    ({ joinKey }) => joinKey,
  );
  const follows =
    join.everySeconds.length === 0
      ? () => true
      : (last: DescribedFile, next: DescribedFile): boolean => {
          const seconds = (next.start.at - last.start.at) / 1000;
          return join.everySeconds.some((length) => Math.abs(seconds - length) <= join.toleranceSeconds);
        };
  const reachMs = (Math.max(0, ...join.everySeconds) + join.toleranceSeconds) * 1000;
  const joined = [...groups.values()].flatMap((group) => chain(group.sort(inOrder), follows, reachMs));
  return [...alone, ...joined];
}

function inOrder(a: DescribedFile, b: DescribedFile): number {
  return a.start.at - b.start.at || (a.segment ?? 0) - (b.segment ?? 0) || (a.path < b.path ? -1 : 1);
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

/**
 * A file continues the recording whose last segment it follows. Two files of the same time and number are two recordings
 * (copies in different folders); the folder then decides which one a later segment continues.
 */
function chain(
  files: readonly DescribedFile[],
  follows: (last: DescribedFile, next: DescribedFile) => boolean,
  reachMs: number,
): DescribedFile[][] {
  const recordings: DescribedFile[][] = [];
  let recent: DescribedFile[][] = [];
  for (const file of files) {
    recent = recent.filter((recording) => file.start.at - (recording.at(-1)?.start.at ?? 0) <= reachMs);
    const open = recent.filter((recording) => {
      const last = recording.at(-1);
      return last !== undefined && follows(last, file) && !recording.some((other) => isSamePlace(other, file));
    });
    const home = open.find((recording) => folderOf(recording.at(-1)?.path ?? '') === folderOf(file.path)) ?? open[0];
    if (home === undefined) {
      const started = [file];
      recordings.push(started);
      recent.push(started);
    } else home.push(file);
  }
  return recordings;
}

function isSamePlace(a: DescribedFile, b: DescribedFile): boolean {
  return a.start.at === b.start.at && a.segment === b.segment;
}
