import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const electron = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'node_modules/electron');

/** The program of the desktop app, or null where it was not downloaded. */
export function electronProgram(): string | null {
  const pathFile = join(electron, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const program = join(electron, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(program) ? program : null;
}
