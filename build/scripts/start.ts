import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildPageIfOutdated, outdated, pageSources } from './page-build.ts';

/**
 * `npm start`: builds what is missing or older than its source, then opens the desktop app when Electron's program is
 * installed, else the browser shell. Arguments go to the shell: `npm start -- --no-open --port 8100`.
 */
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The program of the desktop app, or null where it was not downloaded. */
function electronProgram(): string | null {
  const pathFile = join(root, 'node_modules/electron/path.txt');
  if (!existsSync(pathFile)) return null;
  const program = join(root, 'node_modules/electron/dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(program) ? program : null;
}

function run(program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: 'inherit' });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      // The terminal tells both of Ctrl+C; this process waits for the other to end in order.
      process.on(signal, () => {
        if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
      });
    }
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

const electron = electronProgram();
const wantsDesktop =
  electron !== null && !process.argv.includes('--no-open') && process.env['PLAINVIEW_SHELL'] !== 'browser';
if (wantsDesktop) {
  if (outdated('out/main/main.js', [...pageSources, 'main', 'preload', 'build/config/electron.vite.config.ts'])) {
    const { build: buildDesktop } = await import('electron-vite');
    await buildDesktop({ configFile: join(root, 'build/config/electron.vite.config.ts') });
  }
  process.exitCode = await run(electron, ['.']);
} else {
  await buildPageIfOutdated((line) => process.stdout.write(`${line}\n`));
  process.exitCode = await run(process.execPath, [join(root, 'main/main.ts'), 'start', ...process.argv.slice(2)]);
}
