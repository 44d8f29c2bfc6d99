import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkContainer } from '#core/ingest/index.ts';
import { movie, smallMovie, truncatedMovie } from '#test/support/card.ts';

const folder = mkdtempSync(join(tmpdir(), 'containers-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, bytes: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}
const box = (type: string, content: Uint8Array, size = content.length + 8): Uint8Array => {
  const bytes = Buffer.alloc(8 + content.length);
  bytes.writeUInt32BE(size, 0);
  bytes.write(type, 4, 'latin1');
  bytes.set(content, 8);
  return bytes;
};

describe('the look at a file before it is copied', () => {
  it('finds real recordings of every kind sound', async () => {
    const source = file('source.mp4', smallMovie());
    for (const name of ['a.mp4', 'a.mov', 'a.mkv', 'a.avi', 'a.asf', 'a.ts', 'a.mpg', 'front.mp4', 'pieces.mp4']) {
      const path = join(folder, name);
      const flags =
        name === 'front.mp4'
          ? ['-movflags', '+faststart']
          : name === 'pieces.mp4'
            ? ['-movflags', 'frag_keyframe+empty_moov']
            : [];
      const codecs = name.endsWith('mpg') ? ['-c:v', 'mpeg2video', '-r', '25', '-c:a', 'mp2'] : ['-c', 'copy'];
      execFileSync('ffmpeg', ['-v', 'error', '-i', source, ...codecs, ...flags, path]);
      expect(await checkContainer(path), name).toEqual({ kind: 'sound' });
    }
    expect(await checkContainer(file('b.mp4', movie()))).toEqual({ kind: 'sound' });
  });

  it.each<readonly [string, Uint8Array | string, string]>([
    ['an empty file', '', 'empty'],
    ['a movie without its index', truncatedMovie(), 'no moov box'],
    ['a movie whose index was cut', smallMovie().subarray(0, smallMovie().length - 40), 'no moov box'],
    [
      'a movie that says it is larger than the file',
      Buffer.concat([box('ftyp', Buffer.from('isom')), box('mdat', Buffer.alloc(100), 1 << 30)]),
      'no moov box',
    ],
    [
      'boxes of impossible size',
      Buffer.concat([box('ftyp', Buffer.from('isom')), box('mdat', Buffer.alloc(10), 3)]),
      'no moov box',
    ],
    ['one header and nothing', box('ftyp', new Uint8Array(0)), 'no moov box'],
    ['zeros', new Uint8Array(70_000), 'nothing but zeros'],
    ['text', 'Hello.\r\n\tThis is no video: é, 日本.\n'.repeat(3000), 'holds text'],
  ])('finds %s damaged', async (name, bytes, said) => {
    expect(await checkContainer(file(`${name}.mp4`, bytes))).toMatchObject({
      kind: 'damaged',
      reason: expect.stringContaining(said) as string,
    });
  });

  it('leaves what it does not know to a probe', async () => {
    expect(await checkContainer(file('odd.mp4', Buffer.from([1, 2, 3, 0, 200, 7])))).toEqual({ kind: 'unknown' });
    expect(await checkContainer(file('short.mp4', Buffer.from([0])))).toMatchObject({ kind: 'damaged' });
  });

  it.skipIf(process.platform === 'win32')('follows no link', async () => {
    symlinkSync(file('target.mp4', movie()), join(folder, 'link.mp4'));
    await expect(checkContainer(join(folder, 'link.mp4'))).rejects.toMatchObject({ code: 'ELOOP' });
  });
});
