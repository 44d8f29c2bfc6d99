// The top level holds the rooms and the few root files, nothing more: a newcomer sees the whole house at once. Every name
// of ours is in kebab case, and the lock file names no server: whoever installs chooses where packages come from.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';

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
const paths = listed.stdout.split('\n').filter((path) => path !== '');
const present = new Set(paths.map((path) => path.split('/')[0] ?? ''));
const strangers = [...present].filter((name) => !rooms.includes(name) && !files.includes(name));
const missing = [...rooms, ...files].filter((name) => !present.has(name));
// What lies in assets is named by cameras and fonts, not by us.
const misnamed = paths.filter(
  (path) => path.includes('/') && !path.startsWith('assets/') && !/^[a-z0-9]+([.-][a-z0-9]+)*$/.test(basename(path)),
);
const serverNamed = /"resolved": "https?:/.test(readFileSync('package-lock.json', 'utf8'));
for (const path of misnamed) console.error(`${path} is not named in kebab case.`);
if (serverNamed) console.error('package-lock.json names a server: "npm install" with the .npmrc here leaves it out.');
for (const name of strangers)
  console.error(`${name} does not belong at the top level: put it into the room it serves.`);
for (const name of missing) console.error(`${name} is missing from the top level.`);
if (strangers.length + missing.length + misnamed.length > 0 || serverNamed) process.exitCode = 1;
