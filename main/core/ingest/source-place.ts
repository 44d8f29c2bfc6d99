import type { BigIntStats } from 'node:fs';
import { opendir, realpath, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { ExpectedError } from '#common/errors/index.ts';

/** The root of a dock as it was when an offload began: the one thing to read from, and to notice the loss of. */
export interface SourcePlace {
  /** The full path of a file that the walk found. Throws `unsafe-path` when its folder now leads elsewhere, `source-gone`. */
  pathOf(relativePath: string): Promise<string>;
  /** False when the drive was unplugged or the folder removed: another place (or none) is there now. */
  isThere(): Promise<boolean>;
}

/** Throws `source-gone` when nothing is there. */
export async function openSourcePlace(root: string): Promise<SourcePlace> {
  const [real, first] = await Promise.all([realpath(root), stat(root, { bigint: true })]).catch((error: unknown) => {
    throw gone(root, error);
  });

  return {
    pathOf: async (relativePath) => {
      const path = join(root, ...relativePath.split('/'));
      const folder = await realpath(dirname(path)).catch((error: unknown) => {
        throw gone(path, error);
      });
      // A folder of the card that turned into a link since it was listed would lead out of the card.
      if (folder !== real && !folder.startsWith(real.endsWith(sep) ? real : real + sep)) {
        throw new ExpectedError('unsafe-path', 'The folder of this file leads out of the camera.', {
          subject: relativePath,
          nextStep: 'Nothing was read. Have this camera looked at: its card changed while it was docked.',
        });
      }
      return path;
    },
    isThere: async () => {
      try {
        const now = await stat(root, { bigint: true });
        if (!isSame(first, now)) return false;
        const folder = await opendir(root, { bufferSize: 1 });
        try {
          await folder.read();
        } finally {
          await folder.close();
        }
        return true;
      } catch {
        // Whatever keeps it from being listed, nothing can be read from it any more.
        return false;
      }
    },
  };
}

function isSame(a: BigIntStats, b: BigIntStats): boolean {
  return a.dev === b.dev && a.ino === b.ino;
}

function gone(path: string, cause: unknown): ExpectedError {
  return new ExpectedError('source-gone', 'The camera or folder is not there any more.', {
    subject: path,
    nextStep: 'Dock it again: what is already sealed is not copied twice.',
    cause,
  });
}
