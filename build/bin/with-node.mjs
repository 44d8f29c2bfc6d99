// Runs a program of Plainview with the Node it was written for: the one running this, or the one installed through npm.
// Plain JavaScript, because the Node that reads this file may be an older one.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const least = 24;

function pinnedNode() {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  try {
    const described = createRequire(import.meta.url).resolve(`node-${system}-${process.arch}/package.json`);
    const program = join(dirname(described), 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    return existsSync(program) ? program : null;
  } catch {
    return null;
  }
}

function runWith(program, entry) {
  // Whatever is started further on finds this Node first as well.
  const env = { ...process.env, PATH: `${dirname(program)}${delimiter}${process.env.PATH ?? ''}` };
  const child = spawn(program, [fileURLToPath(entry), ...process.argv.slice(2)], { stdio: 'inherit', env });
  // A terminal sends its signals to both processes; what is sent to this one alone is passed on.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    process.stderr.write(`Plainview could not be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 130;
  });
}

/** `entry` is a path from the root of this folder's project. Arguments are those of this process. */
export async function runWithNode(entry) {
  const url = new URL(`../../${entry}`, import.meta.url);
  if (Number(process.versions.node.split('.')[0]) >= least) {
    await import(url.href);
    return;
  }
  const program = pinnedNode();
  if (program !== null) {
    runWith(program, url);
    return;
  }
  process.stderr.write(
    `Plainview needs Node ${least}; this is ${process.versions.node}, and none is installed with it.\n` +
      'Run "npm ci" in the folder of Plainview, or install a newer Node.\n',
  );
  process.exitCode = 1;
}
