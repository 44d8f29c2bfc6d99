import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

/**
 * `npm start`: builds what is missing or older than its source, then opens the desktop app when Electron's program is
 * installed, else the browser shell. Arguments go to the shell: `npm start -- --no-open --port 8100`.
 */
const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

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

function outdated(result: string, sources: readonly string[]): boolean {
  const made = existsSync(join(root, result)) ? statSync(join(root, result)).mtimeMs : 0;
  return sources.some((source) => newest(join(root, source)) > made);
}

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

const page = ['renderer', 'common', 'assets/locales', 'build/config/vite.config.ts', 'package-lock.json'];
const electron = electronProgram();
const wantsDesktop =
  electron !== null && !process.argv.includes('--no-open') && process.env['PLAINVIEW_SHELL'] !== 'browser';
if (wantsDesktop) {
  if (outdated('out/main/main.js', [...page, 'main', 'preload', 'build/config/electron.vite.config.ts'])) {
    const { build: buildDesktop } = await import('electron-vite');
    await buildDesktop({ configFile: join(root, 'build/config/electron.vite.config.ts') });
  }
  process.exitCode = await run(electron, ['.']);
} else {
  if (outdated('out/renderer/index.html', page)) {
    process.stdout.write('Building the page, which takes some seconds the first time.\n');
    await build({ configFile: join(root, 'build/config/vite.config.ts'), logLevel: 'warn' });
  }
  process.exitCode = await run(process.execPath, [join(root, 'main/main.ts'), 'start', ...process.argv.slice(2)]);
}
