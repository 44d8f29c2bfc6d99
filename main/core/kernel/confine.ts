import { lstatSync, realpathSync } from 'node:fs';
import { isAbsolute, join, relative, sep } from 'node:path';
import { ExpectedError } from '#common/errors/index.ts';
import { systemCode } from './system-code.ts';

/** Windows opens a device for these, whatever the extension. */
const reservedOnWindows = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³])(?:$|[. ])/i;
const driveLetter = /^[a-z]:/i;

function refuse(relativePath: string, why: string): never {
  throw new ExpectedError('unsafe-path', `The path "${printable(relativePath)}" was refused: ${why}.`, {
    subject: printable(relativePath),
    nextStep: 'Rename the file on its source, or leave it out.',
  });
}

function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '\u{fffd}').slice(0, 300);
}

function checkComponent(component: string, whole: string): void {
  if (component === '' || component === '.') refuse(whole, 'it has an empty part');
  if (component === '..') refuse(whole, 'it leads out of its folder');
  if (driveLetter.test(component)) refuse(whole, 'it names a drive');
  if (reservedOnWindows.test(component)) refuse(whole, `"${component}" is a device name on Windows`);
  if (process.platform === 'win32' && (/[<>:"|?*]/.test(component) || /[. ]$/.test(component))) {
    refuse(whole, `"${component}" cannot be a file name on Windows`);
  }
}

/**
 * The parts of `relativePath` (outside data), checked without touching a disk: for those who then look at every part
 * themselves, without waiting for a share that does not answer.
 * Throws ExpectedError `unsafe-path` for everything that `confine` refuses by its spelling.
 */
export function safeComponents(relativePath: string): readonly string[] {
  if (/\p{Cc}/u.test(relativePath)) refuse(relativePath, 'it holds a control character');
  if (relativePath.includes('\\')) refuse(relativePath, 'it holds a backslash');
  if (isAbsolute(relativePath)) refuse(relativePath, 'it is absolute');
  const components = relativePath.split('/');
  for (const component of components) checkComponent(component, relativePath);
  return components;
}

/**
 * The full path of `relativePath` (outside data: a file name from a card, a ZIP entry, a manifest) inside `root`.
 * Parts are separated by `/`; the path need not exist, but whatever part of it exists may not lead out of `root`
 * through a symbolic link. `root` must exist.
 * Throws ExpectedError `unsafe-path` for `..`, absolute paths, backslashes, drive letters, control characters,
 * names that Windows reserves, and links that leave the root.
 */
export function confine(root: string, relativePath: string): string {
  const components = safeComponents(relativePath);
  const realRoot = realpathSync(root);
  let path = root;
  let missing = false;
  for (const component of components) {
    path = join(path, component);
    if (missing) continue;
    try {
      if (lstatSync(path).isSymbolicLink()) checkLink(realRoot, path, relativePath);
    } catch (error) {
      if (systemCode(error) !== 'ENOENT') throw error;
      missing = true;
    }
  }
  return path;
}

function checkLink(realRoot: string, link: string, whole: string): void {
  let target: string;
  try {
    target = realpathSync(link);
  } catch (error) {
    throw new ExpectedError('unsafe-path', `The path "${printable(whole)}" was refused: it holds a broken link.`, {
      subject: printable(whole),
      cause: error,
    });
  }
  const inside = relative(realRoot, target);
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) {
    refuse(whole, 'a link leads out of its folder');
  }
}
