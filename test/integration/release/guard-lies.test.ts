import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cover, RedactionDocument, TickSpan } from '#common/redaction/index.ts';
import { newId } from '#core/kernel/index.ts';
import {
  documentWith,
  failuresOf,
  judged,
  type Lies,
  renderWith,
  type Source,
  sourceFrom,
} from '#test/support/guard-bench.ts';
import { ffmpeg, footageFolder, type MediaFolder, mediaFolder } from '#test/support/media-files.ts';

let folder: MediaFolder;
/** Much detail, in motion, with speech-like sound that is never quite silent. */
let busy: Source;
/** A wall with hardly any contrast: four steps of brightness up and down. */
let faint: Source;
const frames = 48;
const last = frames - 1;
const rate = 48_000;

const lavfi = (text: string): string[] => ['-f', 'lavfi', '-i', text];
const h264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '14', '-pix_fmt', 'yuv420p', '-bf', '0'];
const syllables = 'aevalsrc=(0.05+0.5*abs(sin(9*t)*sin(2.3*t)))*sin(2*PI*(220+60*sin(3*t))*t):s=48000:d=2';

beforeAll(async () => {
  folder = mediaFolder();
  const movie = 'testsrc2=size=320x180:rate=24:duration=2,noise=alls=50:all_seed=7';
  ffmpeg(...lavfi(movie), ...lavfi(syllables), ...h264, '-c:a', 'aac', '-b:a', '160k', folder.file('busy.mp4'));
  const wall = "nullsrc=size=320x180:rate=24:duration=2,geq=lum='110+4*sin(X/4)*cos((Y+N)/6)':cb=128:cr=128";
  ffmpeg(...lavfi(wall), ...h264, folder.file('faint.mp4'));
  busy = await sourceFrom(folder.file('busy.mp4'));
  faint = await sourceFrom(folder.file('faint.mp4'));
  expect([busy.table.pts.length, faint.table.pts.length]).toEqual([frames, frames]);
});
afterAll(() => folder.remove());

const solid = { kind: 'solid' } as const;
const pixelate = { kind: 'pixelate', block: 20 } as const;
const blur = { kind: 'blur', radius: 20 } as const;

async function verdictOf(source: Source, document: RedactionDocument, lies: Lies) {
  return judged(source, document, await renderWith(folder, source, document, lies));
}

/** Changes the rectangles of one frame, or of all. */
function rects(frame: number | null, change: (rect: Cover['rect']) => Cover['rect']): Lies {
  return {
    covers: (index, planned) =>
      frame === null || index === frame ? planned.map((cover) => ({ ...cover, rect: change(cover.rect) })) : planned,
  };
}

describe('the guard names the frame and the region when', () => {
  const place = { x: 120, y: 60, width: 90, height: 70 };

  it.each([0, 23, last])('a box is missing in frame %i alone', async (frame) => {
    for (const style of [solid, pixelate, blur]) {
      const document = documentWith(style, last, place);
      const lies: Lies = { covers: (index, planned) => (index === frame ? [] : planned) };
      const verdict = await verdictOf(busy, document, lies);
      expect(failuresOf(verdict)).toMatchObject([{ name: 'coverage', frame }]);
      expect(failuresOf(verdict)[0]?.detail).toMatch(new RegExp(`^frame ${frame}, region 120,60 90×70: `));
    }
  });

  it.each<[string, (rect: Cover['rect']) => Cover['rect']]>([
    ['the topmost row', (rect) => ({ ...rect, top: rect.top + 1, height: rect.height - 1 })],
    ['the lowest row', (rect) => ({ ...rect, height: rect.height - 1 })],
    ['the leftmost column', (rect) => ({ ...rect, left: rect.left + 1, width: rect.width - 1 })],
    ['the rightmost column', (rect) => ({ ...rect, width: rect.width - 1 })],
  ])('%s is uncovered', async (_name, change) => {
    for (const style of [solid, pixelate, blur]) {
      const verdict = await verdictOf(busy, documentWith(style, last, place), rects(31, change));
      expect(failuresOf(verdict), style.kind).toMatchObject([{ name: 'coverage', frame: 31 }]);
    }
  });

  it.each([2, 4, 8])('a box slipped by %i pixels', async (pixels) => {
    for (const style of [solid, pixelate, blur]) {
      const lies = rects(12, (rect) => ({ ...rect, left: rect.left + pixels }));
      const verdict = await verdictOf(busy, documentWith(style, last, place), lies);
      expect(failuresOf(verdict), style.kind).toMatchObject([{ name: 'coverage', frame: 12 }]);
    }
  });

  it('a box follows one frame late, however slowly it goes', async () => {
    for (const by of [
      { x: 60, y: 20 },
      { x: 0, y: -40 },
      { x: -24, y: 0 },
    ]) {
      const document = documentWith(solid, last, place, by);
      const honest = await renderWith(folder, busy, document);
      expect(failuresOf(await judged(busy, document, honest))).toEqual([]);
      const before: (readonly Cover[])[] = [];
      const late: Lies = {
        covers: (index, planned) => {
          before[index] = planned;
          return before[Math.max(0, index - 1)] ?? planned;
        },
      };
      expect(failuresOf(await verdictOf(busy, document, late))).toMatchObject([{ name: 'coverage' }]);
    }
  });

  it('pixels are half as large as stated, or a blur half as wide', async () => {
    const weaker = (covers: readonly Cover[]): readonly Cover[] =>
      covers.map((cover) => ({
        ...cover,
        style: cover.style.kind === 'blur' ? { ...blur, radius: 10 } : { ...pixelate, block: 10 },
      }));
    for (const style of [pixelate, blur]) {
      const verdict = await verdictOf(busy, documentWith(style, last, place), {
        covers: (index, planned) => (index === 40 ? weaker(planned) : planned),
      });
      expect(failuresOf(verdict), style.kind).toMatchObject([{ name: 'coverage', frame: 40 }]);
    }
  });

  it('only the colours show', async () => {
    const colourful = `color=0x00a060:size=320x180:rate=24:duration=2`;
    ffmpeg(...lavfi(colourful), ...h264, folder.file('green.mp4'));
    const green = await sourceFrom(folder.file('green.mp4'));
    const document = documentWith(solid, last, place);
    expect(failuresOf(await verdictOf(green, document, {}))).toEqual([]);
    const grey = await verdictOf(green, document, { covers: (index, planned) => (index === 5 ? [] : planned) });
    expect(failuresOf(grey)).toMatchObject([{ name: 'coverage', frame: 5 }]);
  });

  it('a face of very low contrast is not blurred at all', async () => {
    for (const style of [pixelate, blur]) {
      const document = documentWith(style, last, place);
      expect(failuresOf(await verdictOf(faint, document, {})), style.kind).toEqual([]);
      const verdict = await verdictOf(faint, document, { covers: (index, planned) => (index === 33 ? [] : planned) });
      expect(failuresOf(verdict), style.kind).toMatchObject([{ name: 'coverage', frame: 33 }]);
    }
  });
});

describe('the guard refuses a picture', () => {
  const still = () => documentWith(solid, last, { x: 10, y: 120, width: 60, height: 40 });

  it.each<[string, (index: number) => number, number]>([
    ['in which a frame is shown twice', (index) => (index === 20 ? 19 : index), 20],
    [
      'in which a frame is left out and all after it come early',
      (index) => (index >= 20 ? Math.min(last, index + 1) : index),
      20,
    ],
    ['in which a frame is doubled and all after it come late', (index) => (index >= 20 ? index - 1 : index), 20],
    ['whose last frame is the one before it', (index) => Math.min(last - 1, index), last],
    ['in which two frames changed places', (index) => (index === 30 ? 31 : index === 31 ? 30 : index), 30],
  ])('%s', async (_name, picture, frame) => {
    const verdict = await verdictOf(busy, still(), { picture });
    expect(failuresOf(verdict)).toMatchObject([{ name: 'picture', frame }]);
  });

  it('of another recording', async () => {
    ffmpeg(
      ...lavfi('mandelbrot=size=320x180:rate=24'),
      '-i',
      folder.file('busy.mp4'),
      '-map',
      '0:v',
      '-map',
      '1:a',
      '-t',
      '2',
      ...h264,
      '-c:a',
      'copy',
      folder.file('other.mp4'),
    );
    const other = await sourceFrom(folder.file('other.mp4'));
    const verdict = await verdictOf(busy, still(), { from: other.access });
    expect(failuresOf(verdict)).toMatchObject([{ name: 'picture', frame: 0 }]);
  });

  it('that hides more than was planned', async () => {
    const more = rects(9, (rect) => ({ ...rect, width: rect.width + 40 }));
    expect(failuresOf(await verdictOf(busy, still(), more))).toMatchObject([{ name: 'picture', frame: 9 }]);
  });
});

describe('the guard hears', () => {
  const muted = () =>
    documentWith(solid, last, { x: 10, y: 10 }, undefined, [
      { id: newId('mute'), name: 'Name', range: { first: 16, last: 31 } },
    ]);
  /** The span of `muted`, in seconds. */
  const [from, to] = [16 / 24, 32 / 24];

  /** A render whose sound is made elsewhere, muted by nobody. */
  async function withSound(filter: string) {
    const path = folder.file('sounds.mov');
    ffmpeg('-i', folder.file('busy.mp4'), '-af', filter, '-c:v', 'copy', '-c:a', 'pcm_s16le', path);
    const other = await sourceFrom(path);
    return failuresOf(await verdictOf(busy, muted(), { from: other.access, silence: () => [] }));
  }

  const outside = `(1-between(t,${from - 0.05},${to + 0.05}))`;

  it('nothing wrong in an honest mute', async () => {
    expect(failuresOf(await verdictOf(busy, muted(), {}))).toEqual([]);
    expect(await withSound(`volume='${outside}':eval=frame`)).toEqual([]);
  });

  it.each([-50, -70])('a hum of %i dB in a muted stretch', async (level) => {
    const hum = 10 ** (level / 20);
    expect(await withSound(`aeval='val(0)*${outside}+${hum}*sin(2*PI*100*t)':c=same`)).toMatchObject([
      {
        name: 'silence',
        detail: expect.stringMatching(
          new RegExp(`sound of -${Math.abs(level)} dB between 0.67 s and 1.33 s`),
        ) as string,
      },
    ]);
  });

  it.each([30, -30])('a mute that is %i ms off', async (ms) => {
    const ticks = (seconds: number): number => (seconds * busy.table.timeBase.den) / busy.table.timeBase.num;
    // The render makes every span longer by 2048 samples; without them 30 ms are audible.
    const margin = ticks(2048 / rate);
    const off = ([span]: readonly TickSpan[]): readonly TickSpan[] =>
      span === undefined
        ? []
        : [{ from: span.from + margin + ticks(ms / 1000), to: span.to - margin + ticks(ms / 1000) }];
    expect(failuresOf(await verdictOf(busy, muted(), { silence: off }))).toMatchObject([{ name: 'silence' }]);
  });

  it('a mute in the right place of sound that lies in the wrong one: what was to be silent is heard elsewhere', async () => {
    const late = (ms: number) => withSound(`adelay=${ms}:all=1,volume='${outside}':eval=frame`);
    expect(await late(80)).toMatchObject([
      { name: 'sound', detail: expect.stringContaining('80 ms too late') as string },
    ]);
    expect(await late(400)).toMatchObject([{ name: 'sound' }]);
  });

  it('another recording’s sound', async () => {
    const other = `aeval='0.4*sin(2*PI*300*t)*abs(sin(31*t)*sin(5*t))*${outside}':c=same`;
    expect(await withSound(other)).toMatchObject([
      { name: 'sound', detail: expect.stringContaining('not the original’s') as string },
    ]);
  });
});

describe.runIf(footageFolder() !== null)('the guard, on people and faces', () => {
  it.each([
    ['face-turning.mp4', { x: 400, y: 90, width: 190, height: 260 }],
    ['faces-walking.mp4', { x: 300, y: 60, width: 160, height: 180 }],
    ['people-walking.mp4', { x: 300, y: 100, width: 160, height: 200 }],
  ])('%s: one frame uncovered, one row, a weaker blur, a frame shown twice', async (name, place) => {
    const path = folder.file(name);
    ffmpeg('-ss', name.startsWith('people') ? '20' : '0', '-i', `${footageFolder()}/${name}`, '-t', '3', ...h264, path);
    const source = await sourceFrom(path);
    const end = source.table.pts.length - 1;
    for (const style of [solid, blur, pixelate]) {
      const document = documentWith(style, end, place, { x: 30, y: 10 });
      expect(failuresOf(await verdictOf(source, document, {})), style.kind).toEqual([]);
      const missing = await verdictOf(source, document, { covers: (index, planned) => (index === 17 ? [] : planned) });
      expect(failuresOf(missing), style.kind).toMatchObject([{ name: 'coverage', frame: 17 }]);
    }
  });
});
