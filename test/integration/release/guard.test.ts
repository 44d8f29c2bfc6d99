import { rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GuardCheck, MediaFacts, Verdict } from '#common/evidence/index.ts';
import { coverAt, mutedSpans, paintChannel, type RedactionDocument } from '#common/redaction/index.ts';
import { encodeFrameTable, type FrameTable } from '#common/time/index.ts';
import { newId } from '#core/kernel/index.ts';
import { readFacts, scanFrames, transcode } from '#core/media/native/index.ts';
import type { SealedAccess } from '#core/vault/index.ts';
import { ffmpeg, footageFolder, type MediaFolder, makers, mediaFolder } from '#test/support/media-files.ts';
import { placeForTest, sealForTest, unseal } from '#test/support/sealed-file.ts';
import { planesOf } from '../../../main/core/release/guard-decode.ts';
import { examine } from '../../../main/core/release/guard-examine.ts';

const footage = footageFolder();
/** Where the face is in face-turning.mp4; a flat wall gives nothing away when it is not blurred. */
const overTheFace = { x: 400, y: 200 };
const never = new AbortController().signal;
let folder: MediaFolder;
let counter = 0;

type Source = { readonly access: SealedAccess; readonly table: FrameTable; readonly facts: MediaFacts };

async function sourceFrom(path: string): Promise<Source> {
  const access = await sealForTest(path, newId('evidence'));
  const scan = await scanFrames(access, never);
  return { access, table: scan.table, facts: await readFacts(access, scan) };
}

function documentWith(
  style: RedactionDocument['tracks'][number]['style'],
  last: number,
  start = { x: 41, y: 33 },
): RedactionDocument {
  const track = {
    id: newId('track'),
    name: 'Somebody',
    style,
    range: { first: 0, last },
    keyframes: [
      { frame: 0, box: { ...start, width: 70, height: 61 } },
      { frame: last, box: { x: start.x + 100.5, y: start.y + 20, width: 90, height: 81 } },
    ],
  };
  return { tracks: [track], mutes: [{ id: newId('mute'), name: 'Name', range: { first: 10, last: 30 } }] };
}

type Fault = {
  readonly skipFrame?: number;
  readonly flipFrame?: number;
  readonly shift?: number;
  readonly noSilence?: boolean;
};

/** Renders as the station does, or with one deliberate fault. */
async function render(source: Source, document: RedactionDocument, fault: Fault = {}): Promise<SealedAccess> {
  const target = placeForTest(folder.file(`render-${counter++}.sealed`), newId('render'));
  const { width, height } = source.facts.video;
  await transcode(
    {
      source: source.access,
      target,
      table: source.table,
      video: { preset: 'veryfast', quality: 23, secondsBetweenKeyframes: 2, limit: (bits) => bits },
      zero: 'first-frame',
      silence: fault.noSilence === true ? [] : mutedSpans(document.mutes, source.table),
      onMissing: null,
      paint: (frame, index) => {
        if (index === fault.skipFrame) return [];
        if (index === fault.flipFrame) frame.data?.[0]?.reverse();
        const { shift = 0 } = fault;
        return coverAt(document, index, { width, height }).map((cover) => {
          const rect = { ...cover.rect, left: cover.rect.left + shift };
          for (const channel of planesOf(frame)) paintChannel(channel, rect, cover.style);
          return rect;
        });
      },
    },
    { signal: never, onFrame: () => {} },
  );
  return target;
}

async function check(source: Source, document: RedactionDocument, result: SealedAccess): Promise<Verdict> {
  const frames = encodeFrameTable(source.table);
  return examine({ source: source.access, result, facts: source.facts, frames, document, now: 1 }, never, () => {});
}

const failures = (verdict: Verdict): readonly GuardCheck[] => verdict.checks.filter((one) => !one.passed);

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
      const document = documentWith(style, source.table.pts.length - 1);
      const verdict = await check(source, document, await render(source, document));
      expect(failures(verdict)).toEqual([]);
      expect(verdict.regions).toBe(source.table.pts.length);
    }
  });

  it('names the one frame that was left uncovered', async () => {
    const copy = folder.file('leak.mp4');
    ffmpeg('-i', `${footage}/face-turning.mp4`, '-t', '4', '-c', 'copy', copy);
    const source = await sourceFrom(copy);
    for (const style of [
      { kind: 'solid' } as const,
      { kind: 'pixelate', block: 16 } as const,
      { kind: 'blur', radius: 16 } as const,
    ]) {
      const document = documentWith(style, source.table.pts.length - 1, overTheFace);
      const verdict = await check(source, document, await render(source, document, { skipFrame: 17 }));
      expect(failures(verdict)).toMatchObject([{ name: 'coverage', frame: 17 }]);
    }
  });
});

describe('the guard', () => {
  let source: Source;
  let document: RedactionDocument;

  beforeAll(async () => {
    makers.constantRate(folder.file('plain.mp4'), 3);
    source = await sourceFrom(folder.file('plain.mp4'));
    document = documentWith({ kind: 'solid' }, source.table.pts.length - 1);
  });

  /** An honest render, changed by FFmpeg's own muxer as somebody might. */
  async function remuxed(...args: readonly string[]): Promise<SealedAccess> {
    const plain = folder.file(`honest-${counter++}.mp4`);
    writeFileSync(plain, await unseal(await render(source, document)));
    const other = folder.file(`changed-${counter++}.mp4`);
    ffmpeg('-i', plain, ...args, other);
    const sealed = await sealForTest(other, newId('render'));
    rmSync(other);
    return sealed;
  }

  it('passes an honest render with silence', async () => {
    const verdict = await check(source, document, await render(source, document));
    expect(failures(verdict)).toEqual([]);
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

  it('finds a mask that slipped by a few pixels', async () => {
    const verdict = await check(source, document, await render(source, document, { shift: 8 }));
    expect(failures(verdict).map((one) => one.name)).toContain('coverage');
  });

  it('finds a picture that is not the original’s', async () => {
    const verdict = await check(source, document, await render(source, document, { flipFrame: 21 }));
    expect(failures(verdict)).toMatchObject([{ name: 'picture', frame: 21 }]);
  });

  it('finds sound where silence was planned', async () => {
    const verdict = await check(source, document, await render(source, document, { noSilence: true }));
    expect(failures(verdict)).toMatchObject([{ name: 'silence' }]);
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
    const verdict = await check(source, document, await remuxed(...args));
    expect(verdict.passed).toBe(false);
    expect(failures(verdict).map((one) => one.name)).toContain(blamed);
  });

  it('refuses bytes that no sample accounts for', async () => {
    const bytes = await unseal(await render(source, document));
    const text = Buffer.from(bytes).toString('latin1');
    expect(text).not.toMatch(/x264|Lavf|Lavc/);
    const path = folder.file('appended.mp4');
    writeFileSync(
      path,
      Buffer.concat([bytes, Buffer.from([0, 0, 0, 24, 0x66, 0x72, 0x65, 0x65]), Buffer.from('Jane Doe was here')]),
    );
    const verdict = await check(source, document, await sealForTest(path, newId('render')));
    expect(verdict.passed).toBe(false);
  });

  it('says that a file which is no MP4 cannot be examined', async () => {
    const path = folder.file('text.mp4');
    writeFileSync(path, 'x'.repeat(5000));
    const verdict = await check(source, document, await sealForTest(path, newId('render')));
    expect(verdict.passed).toBe(false);
    expect(failures(verdict)[0]?.detail).toMatch(/structure/);
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
    const document = documentWith({ kind: 'solid' }, source.table.pts.length - 1);
    expect(failures(await check(source, document, await render(source, document)))).toEqual([]);
  });
});
