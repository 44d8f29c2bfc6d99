import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TempFolder, tempFolder } from '#test/support/catalog.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
let folder: TempFolder;

function run(program: string, ...args: readonly string[]) {
  return spawnSync(process.execPath, [program, ...args], { cwd: root, encoding: 'utf8' });
}

beforeAll(() => {
  folder = tempFolder();
  const config = join(root, 'build/config/electron.vite.config.ts');
  const electronVite = join(root, 'node_modules/electron-vite/bin/electron-vite.js');
  const built = run(electronVite, 'build', '-c', config, '--outDir', join(folder.path, 'out'), '--logLevel', 'warn');
  if (built.status !== 0) throw new Error(built.stdout + built.stderr);
  // What an installed app has beside its bundle.
  symlinkSync(join(root, 'node_modules'), join(folder.path, 'node_modules'));
  symlinkSync(join(root, 'assets'), join(folder.path, 'assets'));
  cpSync(join(root, 'package.json'), join(folder.path, 'package.json'));
});
afterAll(() => folder.dispose());

describe('the bundle of the installers', () => {
  it('has the preload as one CommonJS file that a sandbox can load', () => {
    expect(existsSync(join(folder.path, 'out/preload/preload.cjs'))).toBe(true);
    expect(existsSync(join(folder.path, 'out/preload/chunks'))).toBe(false);
  });

  it('starts with its own workers and opens the training agency', () => {
    const main = join(folder.path, 'out/main/main.js');
    const data = join(folder.path, 'data');
    const opened = run(main, 'audit', 'verify', '--agency', 'training', '--json', '--data', data);
    expect(JSON.parse(opened.stdout)).toMatchObject({ ok: true, intact: true });
    const examined = run(main, 'doctor', '--json', '--data', data);
    const { findings } = JSON.parse(examined.stdout) as { findings: readonly { name: string; state: string }[] };
    expect(findings.filter(({ state }) => state === 'failed')).toEqual([]);
    expect(findings.map(({ name }) => name)).toEqual(expect.arrayContaining(['copying', 'training vault']));
  });
});
