// The top level holds the rooms and the few root files, nothing more: a newcomer sees the whole house at once.
import { spawnSync } from 'node:child_process';

const rooms = ['.ci', 'main', 'renderer', 'preload', 'common', 'assets', 'build', 'test'];
const files = [
  '.biome.json',
  '.gitignore',
  '.npmrc',
  'ARCHITECTURE.md',
  'LICENSE',
  'README.md',
  'electron-builder.yml',
  'package-lock.json',
  'package.json',
  'tsconfig.json',
];

const listed = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { encoding: 'utf8' });
if (listed.status !== 0) throw new Error(`git could not list the files: ${listed.stderr}`);
const present = new Set(
  listed.stdout
    .split('\n')
    .filter((path) => path !== '')
    .map((path) => path.split('/')[0] ?? ''),
);
const strangers = [...present].filter((name) => !rooms.includes(name) && !files.includes(name));
const missing = [...rooms, ...files].filter((name) => !present.has(name));
for (const name of strangers)
  console.error(`${name} does not belong at the top level: put it into the room it serves.`);
for (const name of missing) console.error(`${name} is missing from the top level.`);
if (strangers.length + missing.length > 0) process.exitCode = 1;
