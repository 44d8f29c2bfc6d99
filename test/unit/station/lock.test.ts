import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { takeLock } from '#core/station/lock.ts';
import { type TempFolder, tempFolder } from '#test/support/catalog.ts';

let folder: TempFolder;
beforeEach(() => {
  folder = tempFolder();
});
afterEach(() => folder.dispose());

const holder = fileURLToPath(new URL('./hold-until-told.ts', import.meta.url));
const busy = expect.objectContaining({ code: 'station-busy', subject: expect.any(String) as string }) as Error;

it('holds the folder until it is released', () => {
  const lock = takeLock(folder.path);
  expect(() => takeLock(folder.path)).toThrow(busy);
  lock.release();
  takeLock(folder.path).release();
  expect(readdirSync(folder.path)).toEqual(['in-use.lock']);
});

it('keeps every other process out, and is free at once when the process is killed', async () => {
  const other = fork(holder, [folder.path]);
  await once(other, 'message');
  expect(() => takeLock(folder.path)).toThrow(busy);
  other.kill('SIGKILL');
  await once(other, 'exit');
  takeLock(folder.path).release();
});

it('says where nothing can be written', () => {
  // Root may write everywhere, so the place is one where nobody can: a folder of the kernel's.
  const place = process.platform === 'linux' ? '/sys/kernel' : `${folder.path}/missing`;
  expect(() => takeLock(place)).toThrow(
    process.platform === 'linux' ? (expect.objectContaining({ code: 'destination-unwritable' }) as Error) : Error,
  );
});
