import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { electronProgram } from './electron-program.ts';
import { buildPageIfOutdated, outdated, pageSources } from './page-build.ts';

/**
 * `npm start`: builds what is missing or older than its source, then opens the desktop app when Electron's program is
 * installed, else the browser shell. Arguments go to the shell: `npm start -- --no-open --port 8100`.
 */
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

function runDesktop(program: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['.'], { cwd: root, stdio: 'inherit' });
    // Whoever is told to stop, both do; this process waits until the other has ended in order.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

/** npm told to stop does not tell us: what it left alone stops by itself, and does not hold the data folder for ever. */
function stopWithoutParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  }, 1000).unref();
}

stopWithoutParent();
const electron = electronProgram();
const wantsDesktop =
  electron !== null && !process.argv.includes('--no-open') && process.env['PLAINVIEW_SHELL'] !== 'browser';
if (wantsDesktop) {
  if (outdated('out/main/main.js', [...pageSources, 'main', 'preload', 'build/config/electron.vite.config.ts'])) {
    const { build: buildDesktop } = await import('electron-vite');
    await buildDesktop({ configFile: join(root, 'build/config/electron.vite.config.ts') });
  }
  process.exitCode = await runDesktop(electron);
} else {
  buildPageIfOutdated((line) => process.stdout.write(`${line}\n`));
  process.argv.splice(2, 0, 'start');
  await import(new URL('../../main/main.ts', import.meta.url).href);
}
