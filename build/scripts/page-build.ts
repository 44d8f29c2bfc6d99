import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** What the page is made of, below the root. */
export const pageSources = ['renderer', 'common', 'build/config/vite.config.ts', 'package-lock.json'];

function newest(path: string): number {
  if (!existsSync(path)) return 0;
  const { mtimeMs } = statSync(path);
  if (!statSync(path).isDirectory()) return mtimeMs;
  return Math.max(
    mtimeMs,
    ...readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs),
  );
}

/** True when the result is missing or older than one of its sources. */
export function outdated(result: string, sources: readonly string[]): boolean {
  const made = existsSync(join(root, result)) ? statSync(join(root, result)).mtimeMs : 0;
  return sources.some((source) => newest(join(root, source)) > made);
}

/** Builds the page into out/renderer unless it is up to date. In a process of its own, which takes its memory with it. */
export function buildPageIfOutdated(say: (line: string) => void): void {
  if (!outdated('out/renderer/index.html', pageSources)) return;
  say('Building the page, which takes some seconds the first time.');
  const args = ['node_modules/vite/bin/vite.js', 'build', '-c', 'build/config/vite.config.ts', '--logLevel', 'warn'];
  // A test runner sets NODE_ENV to `test`, and React would then be built for development.
  const env = { ...process.env, NODE_ENV: 'production' };
  const { status } = spawnSync(process.execPath, args, { cwd: root, env, stdio: 'inherit' });
  if (status !== 0) throw new Error('The page could not be built; the reason stands above.');
}
