/**
 * `npm run package`: checks the packaging configuration, bundles the app and builds the installers for this system and
 * processor into `dist`. Arguments go to electron-builder.
 */
import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** What electron-builder says when it cannot get at Electron's program, which it fetches from Electron's releases. */
const unreachable =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|status code [45]\d\d|certificate/;

/** Runs a step in sight of the person; gives what it said as well. */
function run(script: string, ...args: readonly string[]): Promise<{ readonly good: boolean; readonly said: string }> {
  const child = spawn(process.execPath, [script, ...args], { cwd: root, stdio: ['inherit', 'pipe', 'pipe'] });
  let said = '';
  for (const [stream, output] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ] as const) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      output.write(text);
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ good: code === 0, said }));
  });
}

async function makeInstallers(): Promise<string | null> {
  const checked = await run('build/scripts/check-packaging.ts');
  if (!checked.good) return 'The packaging configuration does not hold; the reason stands above.';
  const config = 'build/config/electron.vite.config.ts';
  const bundled = await run(
    'node_modules/electron-vite/bin/electron-vite.js',
    'build',
    '-c',
    config,
    '--logLevel',
    'warn',
  );
  if (!bundled.good) return 'The app could not be bundled; the reason stands above.';
  const options = ['--config', 'electron-builder.yml', '--publish', 'never', ...process.argv.slice(2)];
  const packed = await run('node_modules/electron-builder/cli.js', ...options);
  if (packed.good) return null;
  if (!unreachable.test(packed.said)) return 'electron-builder stopped; the reason stands above.';
  return (
    "Electron's program could not be fetched from Electron's releases on GitHub.\n" +
    'Try again with a connection, or name a copy of the releases with ELECTRON_MIRROR. Once fetched it is kept.\n' +
    'All else is in order: the packaging configuration holds, and the app is bundled in out/.'
  );
}

const problem = await makeInstallers();
if (problem !== null) {
  process.stderr.write(`\nNo installers were made. ${problem}\n`);
  process.exitCode = 1;
}
