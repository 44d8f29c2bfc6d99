import { rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newId } from '#core/kernel/index.ts';
import type { SealedAccess } from '#core/vault/index.ts';
import { documentWith, failuresOf, judged, renderWith, type Source, sourceFrom } from '#test/support/guard-bench.ts';
import { ffmpeg, footageFolder, type MediaFolder, makers, mediaFolder } from '#test/support/media-files.ts';
import { sealForTest, unseal } from '#test/support/sealed-file.ts';

const footage = footageFolder();
const mutes = [{ id: newId('mute'), name: 'Name', range: { first: 10, last: 30 } }];
const start = { x: 41, y: 33 };
const way = { x: 100.5, y: 20 };
let folder: MediaFolder;
let counter = 0;

beforeAll(() => {
  folder = mediaFolder();
});
afterAll(() => folder.remove());

describe.runIf(footage !== null)('the guard, on real footage', () => {
  it.each([
    'people-walking.mp4',
    'faces-walking.mp4',
    'face-turning.mp4',
  ])('passes an honest render of %s', async (name) => {
    const copy = folder.file(name);
    ffmpeg('-i', `${footage}/${name}`, '-t', '6', '-c', 'copy', copy);
    const source = await sourceFrom(copy);
    for (const style of [
      { kind: 'solid' } as const,
      { kind: 'pixelate', block: 16 } as const,
      { kind: 'blur', radius: 16 } as const,
    ]) {
      const document = documentWith(style, source.table.pts.length - 1, start, way, mutes);
      const verdict = await judged(source, document, await renderWith(folder, source, document));
      expect(failuresOf(verdict)).toEqual([]);
      expect(verdict.regions).toBe(source.table.pts.length);
    }
  });
});

describe('the guard', () => {
  let source: Source;
  let document: ReturnType<typeof documentWith>;

  beforeAll(async () => {
    makers.constantRate(folder.file('plain.mp4'), 3);
    source = await sourceFrom(folder.file('plain.mp4'));
    document = documentWith({ kind: 'solid' }, source.table.pts.length - 1, start, way, mutes);
  });

  /** An honest render, changed by FFmpeg's own muxer as somebody might. */
  async function remuxed(...args: readonly string[]): Promise<SealedAccess> {
    const plain = folder.file(`honest-${counter++}.mp4`);
    writeFileSync(plain, await unseal(await renderWith(folder, source, document)));
    const other = folder.file(`changed-${counter++}.mp4`);
    ffmpeg('-i', plain, ...args, other);
    const sealed = await sealForTest(other, newId('render'));
    rmSync(other);
    return sealed;
  }

  it('passes an honest render with silence', async () => {
    const verdict = await judged(source, document, await renderWith(folder, source, document));
    expect(failuresOf(verdict)).toEqual([]);
    expect(verdict.checks.map((one) => one.name)).toEqual(
      expect.arrayContaining([
        'streams',
        'boxes',
        'tags',
        'frame-count',
        'frame-times',
        'coverage',
        'picture',
        'silence',
      ]),
    );
  });

  it.each<[string, readonly string[], string]>([
    ['a title', ['-c', 'copy', '-metadata', 'title=Jane Doe'], 'boxes'],
    ['FFmpeg’s own tag', ['-c', 'copy'], 'boxes'],
    ['an edit list', ['-ss', '1', '-c', 'copy'], 'boxes'],
    ['a second picture track', ['-map', '0', '-map', '0:v', '-c', 'copy', '-fflags', '+bitexact'], 'streams'],
    ['a missing frame', ['-frames:v', '40', '-c', 'copy', '-fflags', '+bitexact'], 'frame-count'],
    ['messages between the pictures', ['-c:a', 'copy', '-c:v', 'libx264', '-bf', '0', '-fflags', '+bitexact'], 'tags'],
    [
      'another frame rate',
      ['-c:a', 'copy', '-bsf:v', 'setts=pts=N*500:dts=N*500', '-c:v', 'copy', '-fflags', '+bitexact'],
      'frame-times',
    ],
  ])('refuses %s', async (_name, args, blamed) => {
    const verdict = await judged(source, document, await remuxed(...args));
    expect(verdict.passed).toBe(false);
    expect(failuresOf(verdict).map((one) => one.name)).toContain(blamed);
  });

  it('refuses bytes that no sample accounts for', async () => {
    const bytes = await unseal(await renderWith(folder, source, document));
    const text = Buffer.from(bytes).toString('latin1');
    expect(text).not.toMatch(/x264|Lavf|Lavc/);
    const path = folder.file('appended.mp4');
    writeFileSync(
      path,
      Buffer.concat([bytes, Buffer.from([0, 0, 0, 24, 0x66, 0x72, 0x65, 0x65]), Buffer.from('Jane Doe was here')]),
    );
    const verdict = await judged(source, document, await sealForTest(path, newId('render')));
    expect(verdict.passed).toBe(false);
  });

  it('says that a file which is no MP4 cannot be examined', async () => {
    const path = folder.file('text.mp4');
    writeFileSync(path, 'x'.repeat(5000));
    const verdict = await judged(source, document, await sealForTest(path, newId('render')));
    expect(verdict.passed).toBe(false);
    expect(failuresOf(verdict)[0]?.detail).toMatch(/structure/);
  });
});

describe('the guard, on odd originals', () => {
  it.each([
    'variableRate',
    'bFrames',
    'editList',
    'startOffset',
    'rotated',
    'tenBit',
    'fullChroma',
    'fullRange',
    'widePixels',
    'oddSize',
    'hevc',
    'matroska',
    'asf',
  ] as const)('passes an honest render of %s', async (odd) => {
    const ending = { matroska: 'mkv', asf: 'asf' }[odd as string] ?? 'mp4';
    const path = folder.file(`${odd}.${ending}`);
    if (odd === 'oddSize')
      ffmpeg('-f', 'lavfi', '-i', 'testsrc2=size=321x181:rate=24:duration=1', '-c:v', 'mpeg4', '-q:v', '3', path);
    else makers[odd](path, 90);
    const source = await sourceFrom(path);
    const document = documentWith({ kind: 'solid' }, source.table.pts.length - 1, start, way, mutes);
    expect(failuresOf(await judged(source, document, await renderWith(folder, source, document)))).toEqual([]);
  });
});
