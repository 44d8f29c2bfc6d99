import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inspectMedia, scanFrames } from '#core/media/native/index.ts';
import { type MediaFolder, makers, mediaFolder } from '#test/support/media-files.ts';
import { sealForTest } from '#test/support/sealed-file.ts';

const never = new AbortController().signal;
let folder: MediaFolder;
beforeAll(() => {
  folder = mediaFolder();
});
afterAll(() => folder.remove());

/** A play list that would make FFmpeg open another file of the machine. */
function playList(path: string): void {
  makers.constantRate(`${path}.bait.mp4`);
  writeFileSync(path, `ffconcat version 1.0\nfile '${path}.bait.mp4'\n`);
}

describe('a file that is no recording', () => {
  it.each([
    ['empty.mp4', makers.empty, 'empty'],
    ['zeros.mp4', makers.zeros, 'nothing but zeros'],
    ['text.mp4', makers.text, 'it holds text'],
    ['truncated-moov.mp4', makers.truncatedMoov, 'cut off before its index'],
    ['sound-only.mp4', makers.soundOnly, 'sound but no picture'],
    ['play-list.mp4', playList, 'it holds text'],
  ] as const)('%s says what is wrong with it', async (name, make, words) => {
    const path = folder.file(name);
    make(path);
    const access = await sealForTest(path, 'evd_damaged');
    const expected = { code: 'damaged-media', message: expect.stringContaining(words) as string };
    await expect(scanFrames(access, never)).rejects.toMatchObject(expected);
    await expect(inspectMedia(access, never)).rejects.toMatchObject(expected);
  });

  it('that was changed in the vault is never taken for merely damaged', async () => {
    const path = folder.file('tampered.mp4');
    makers.constantRate(path, 8);
    const access = await sealForTest(path, 'evd_tampered');
    const bytes = readFileSync(access.path);
    bytes[1000] = (bytes[1000] ?? 0) ^ 1;
    writeFileSync(access.path, bytes);
    await expect(scanFrames(access, never)).rejects.toMatchObject({ code: 'tampered' });
  });
});
